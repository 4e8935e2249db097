using System.Globalization;
using System.Net;
using IOC.Testing;

namespace IOC.Acceptance.Tests.Hardening;

/// <summary>Nothing listens beyond loopback until it is told to.</summary>
public sealed class QuietHostTests
{
    private const string Listening = "0A";

    [Fact]
    public async Task A_host_with_nothing_set_listens_on_loopback_only()
    {
        using var folder = new TempDirectory();
        // Ports of 0 are all that differs from a start without a setting: the usual ones may be taken here.
        await using var host = await HostProcess.StartAsync(folder.Combine("data"));
        var sockets = ListeningSockets(host.Id);
        Assert.Equal(2, sockets.Count);
        Assert.All(sockets, s => Assert.True(IPAddress.IsLoopback(s.Address), $"{s} is reachable from the network"));
        Assert.Equal(new[] { host.Http.Port, host.MqttPort }.Order(), sockets.Select(s => s.Port).Order());
    }

    // The sockets of a process by its descriptors; the tables of the kernel say which of them listen, and where.
    private static List<IPEndPoint> ListeningSockets(int process)
    {
        var own = Directory.GetFiles($"/proc/{process}/fd").Select(f => new FileInfo(f).LinkTarget)
            .Where(l => l?.StartsWith("socket:[", StringComparison.Ordinal) == true).Select(l => l![8..^1]).ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(own);
        var found = new List<IPEndPoint>();
        foreach (var table in new[] { "tcp", "tcp6", "udp", "udp6" })
        {
            foreach (var line in File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var listens = table.StartsWith("udp", StringComparison.Ordinal) || fields[3] == Listening;
                if (listens && own.Contains(fields[9]))
                {
                    found.Add(Parse(fields[1]));
                }
            }
        }

        return found;
    }

    // Words of four bytes, each in the machine's own order.
    private static IPEndPoint Parse(string field)
    {
        var (address, port) = (field.Split(':')[0], field.Split(':')[1]);
        var bytes = Convert.FromHexString(address);
        if (BitConverter.IsLittleEndian)
        {
            for (var word = 0; word < bytes.Length; word += 4)
            {
                Array.Reverse(bytes, word, 4);
            }
        }

        return new IPEndPoint(new IPAddress(bytes), int.Parse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
