using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using IOC.Testing;

namespace IOC.Bench.History;

/// <summary>A server of this machine that takes line protocol: written to by two connections at once, in requests of 20,000 readings.</summary>
internal abstract class ServerCandidate : IHistoryCandidate
{
    private const int BatchReadings = 20_000;
    private const int Writers = 2;
    private readonly Process _process;
    private readonly Channel<byte[]> _batches = Channel.CreateBounded<byte[]>(4);
    private readonly Task[] _writing;
    private readonly byte[][] _heads;
    private readonly ArrayBufferWriter<byte> _open = new(1 << 20);
    private int _count;
    private long _sent;
    private long _done;

    protected ServerCandidate(string folder, int series, int port, string program, params string[] arguments)
    {
        Folder = folder;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(10) };
        _heads = [.. Enumerable.Range(0, series).Select(i => Encoding.UTF8.GetBytes($"pm25,sensor={EmbeddedCandidate.Slug(i)} value="))];
        _process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _writing = [.. Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteAsync))];
    }

    public abstract string Name { get; }

    protected string Folder { get; }

    protected HttpClient Client { get; }

    protected abstract Uri WriteAddress { get; }

    public async Task WaitUntilReadyAsync() => await Eventually.HoldsAsync(async () =>
    {
        try
        {
            using var answer = await Client.GetAsync(ReadyAddress);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }, $"{Name} to answer");

    protected abstract Uri ReadyAddress { get; }

    public void Write(long atMs, ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var span = _open.GetSpan(128);
            _heads[i].CopyTo(span);
            var at = _heads[i].Length;
            values[i].TryFormat(span[at..], out var length, default, CultureInfo.InvariantCulture);
            at += length;
            span[at++] = (byte)' ';
            Utf8Formatter.TryFormat(atMs, span[at..], out length);
            at += length;
            "000000\n"u8.CopyTo(span[at..]);
            _open.Advance(at + 7);
            if (++_count == BatchReadings)
            {
                Send();
            }
        }
    }

    public virtual async Task FlushAsync()
    {
        if (_count > 0)
        {
            Send();
        }

        await Eventually.HoldsAsync(() => Interlocked.Read(ref _done) == _sent || _writing.Any(w => w.IsFaulted), "everything written", TimeSpan.FromMinutes(10));
        if (Array.Find(_writing, w => w.IsFaulted) is { } failed)
        {
            await failed;
        }
    }

    public abstract Task<long> SettleAsync();

    public abstract Task<long> HourlyMeansAsync(int series, long fromMs, long toMs);

    public abstract Task<long> LatestAsync(long nowMs);

    public abstract Task<long> RawAsync(int series, long fromMs, long toMs);

    public async ValueTask DisposeAsync()
    {
        _batches.Writer.TryComplete();
        await Task.WhenAll(_writing);
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Client.Dispose();
    }

    /// <summary>Asks, and counts the bytes that mark a value in the answer.</summary>
    protected async Task<long> CountAsync(Uri address, HttpContent? form, string mark)
    {
        using var response = form is null ? await Client.GetAsync(address) : await Client.PostAsync(address, form);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{Name}: {Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(500, bytes.Length)))}");
        }

        var wanted = Encoding.UTF8.GetBytes(mark);
        var count = 0L;
        for (var rest = bytes.AsSpan(); rest.IndexOf(wanted) is >= 0 and var at; rest = rest[(at + wanted.Length)..])
        {
            count++;
        }

        return count;
    }

    /// <summary>Waits until the folder has not changed its size for some seconds.</summary>
    protected async Task<long> RestAsync()
    {
        var (size, same) = (-1L, 0);
        for (var i = 0; i < 60 && same < 5; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            var now = Disk.SizeOf(Folder);
            (size, same) = (now, now == size ? same + 1 : 0);
        }

        return size;
    }

    private void Send()
    {
        _sent++;
        var bytes = _open.WrittenSpan.ToArray();
        _open.ResetWrittenCount();
        _count = 0;
        while (!_batches.Writer.TryWrite(bytes))
        {
            _batches.Writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private async Task WriteAsync()
    {
        await foreach (var lines in _batches.Reader.ReadAllAsync())
        {
            using var content = new ByteArrayContent(lines);
            using var response = await Client.PostAsync(WriteAddress, content);
            if (!response.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{Name}: {await response.Content.ReadAsStringAsync()}");
            }

            Interlocked.Increment(ref _done);
        }
    }
}
