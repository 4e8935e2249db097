using System.Collections.Concurrent;
using System.Net;
using System.Text;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Traces and figures by OTLP, taken by a stand-in for a collector that takes the protobuf apart.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Spans_and_figures_reach_the_collector_and_a_stop_sends_the_last_ones()
    {
        using var folder = new TempDirectory();
        await using var collector = new Collector();
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d0").Sensor("d0", "environment", "s0", 60, "pm25");
        var headers = folder.Combine("headers");
        await File.WriteAllTextAsync(headers, "x-key=secret\n");
        await using var host = await HostProcess.StartAsync(
            folder.Combine("data"), catalogue.Write(), $"--Ioc:Otlp:Endpoint={collector.Address}", "--Ioc:Otlp:TraceShare=1", "--Ioc:Otlp:MetricSeconds=1", $"--Ioc:Otlp:HeadersFile={headers}");
        await host.GetAsync("/api/v1/history/readings?sensors=s0&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z");
        await Eventually.HoldsAsync(() => collector.Holds("/v1/metrics", "ioc.ingest.messages"), "the host's figures");
        await Eventually.HoldsAsync(() => collector.Holds("/v1/traces", "history.question"), "the span of a question");
        Assert.Equal(0, await host.TerminateAsync());
        Assert.True(collector.Holds("/v1/traces", "GET /api/v1/history/readings"), "the request's span");
        Assert.True(collector.Holds("/v1/traces", "history.append"), "the span of a batch");
        Assert.True(collector.Holds("/v1/traces", "ioc") && collector.Holds("/v1/metrics", "n1"), "the service and its instance");
        Assert.All(collector.Keys, k => Assert.Equal("secret", k));
    }

    /// <summary>Takes OTLP requests: every string of their messages, whatever field it stands in.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly ConcurrentDictionary<(string Path, string Text), bool> _strings = new();
        private readonly Task _taking;

        public Collector()
        {
            using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            }

            _listener.Prefixes.Add(Address + "/");
            _listener.Start();
            _taking = TakeAsync();
        }

        public string Address { get; }

        public ConcurrentQueue<string?> Keys { get; } = new();

        public bool Holds(string path, string text) => _strings.ContainsKey((path, text));

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _taking;
        }

        private async Task TakeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    Keys.Enqueue(context.Request.Headers["x-key"]);
                    Walk(context.Request.Url!.AbsolutePath, body.ToArray());
                    context.Response.ContentType = "application/x-protobuf";
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        // A length-delimited field is a string, bytes or a message: it is noted as the first, and gone into as the last, which may fail.
        private bool Walk(string path, ReadOnlySpan<byte> message)
        {
            while (!message.IsEmpty)
            {
                if (!TryVarint(ref message, out var tag) || tag >> 3 == 0)
                {
                    return false;
                }

                switch (tag & 7)
                {
                    case 0 when TryVarint(ref message, out _):
                        break;
                    case 1 when message.Length >= 8:
                        message = message[8..];
                        break;
                    case 5 when message.Length >= 4:
                        message = message[4..];
                        break;
                    case 2 when TryVarint(ref message, out var length) && length <= (ulong)message.Length:
                        var field = message[..(int)length];
                        _strings.TryAdd((path, Encoding.UTF8.GetString(field)), true);
                        Walk(path, field);
                        message = message[(int)length..];
                        break;
                    default:
                        return false;
                }
            }

            return true;
        }

        private static bool TryVarint(ref ReadOnlySpan<byte> from, out ulong value)
        {
            value = 0;
            for (var i = 0; i < 10 && i < from.Length; i++)
            {
                value |= (ulong)(from[i] & 0x7F) << (7 * i);
                if (from[i] < 0x80)
                {
                    from = from[(i + 1)..];
                    return true;
                }
            }

            return false;
        }
    }
}
