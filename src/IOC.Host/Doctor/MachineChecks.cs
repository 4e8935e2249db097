using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IOC.Host.Health;
using IOC.Host.Metrics;
using IOC.Host.Settings;
using IOC.Ingest.Log;

namespace IOC.Host.Doctor;

/// <summary>Checks of the machine: clock, ports, certificates, limits.</summary>
internal static class MachineChecks
{
    private const int FewFiles = 4096;
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_wobble = TimeSpan.FromMinutes(1);

    /// <summary>Whether the clock can be right: against what the log holds, and by what the system says of its time server.</summary>
    public static IEnumerable<Finding> Clock(string data, DateTimeOffset now)
    {
        var log = Path.Combine(data, "log", ReadingLogFile.Name);
        if (File.Exists(log) && Newest(log) is { } newest)
        {
            yield return newest > now + s_wobble
                ? Finding.Fail(
                    "clock", $"Đồng hồ chỉ {now:O}, nhưng nhật ký có bản tin nhận lúc {newest:O}: đồng hồ đã bị chỉnh lùi. Hãy chỉnh đúng trước khi khởi động.",
                    $"The clock says {now:O}, but the log holds a message received at {newest:O}: the clock was set back. Put it right before the host starts.")
                : Finding.Ok("clock", $"Đồng hồ {now:O}, sau bản tin mới nhất ({newest:O}).", $"The clock says {now:O}, after the newest message ({newest:O}).");
        }

        yield return Synchronised() switch
        {
            true => Finding.Ok("ntp", "Hệ thống báo đồng hồ đã đồng bộ với máy chủ thời gian.", "The system says that its clock is synchronised with a time server."),
            false => Finding.Warn(
                "ntp", "Hệ thống báo đồng hồ KHÔNG đồng bộ: bản tin sớm hơn đồng hồ quá 5 phút sẽ bị từ chối. Hãy bật NTP (chrony, systemd-timesyncd).",
                "The system says that its clock is NOT synchronised: readings more than 5 minutes ahead of it are refused. Switch NTP on (chrony, systemd-timesyncd)."),
            null => Finding.Warn("ntp", "Không biết đồng hồ có đồng bộ không (không có timedatectl); hãy tự kiểm tra.", "Whether the clock is synchronised cannot be told (there is no timedatectl here); look for yourself."),
        };
    }

    /// <summary>Whether the addresses can be listened on. A host that runs has them, which is well.</summary>
    public static IEnumerable<Finding> Ports(IocOptions options, bool running)
    {
        (string Setting, string Addresses)[] all =
        [
            ("Ioc:Http:Listen", options.Http.Listen), ("Ioc:Http:Tls:Listen", options.Http.Tls.Listen), ("Ioc:Mqtt:Listen", options.Mqtt.Listen), ("Ioc:Mqtt:Tls:Listen", options.Mqtt.Tls.Listen),
            ("Ioc:Mqtt:WebSocket:Listen", options.Mqtt.WebSocket.Listen), ("Ioc:Mqtt:WebSocket:TlsListen", options.Mqtt.WebSocket.TlsListen),
        ];
        foreach (var (setting, endpoint) in all.SelectMany(a => (Endpoints.TryParseAll(a.Addresses) ?? []).Select(e => (a.Setting, e))))
        {
            yield return running
                ? Finding.Ok($"port:{endpoint}", "Máy chủ đang chạy giữ cổng này.", "The running host has it.")
                : Bind(endpoint) is { } problem
                    ? Finding.Fail($"port:{endpoint}", $"{setting}: không dùng được ({problem}). Chương trình khác đang giữ cổng, hoặc thiếu quyền.", $"{setting}: it cannot be used ({problem}). Another program has the port, or the right to it is missing.")
                    : Finding.Ok($"port:{endpoint}", "Còn trống.", "It is free.");
        }
    }

    /// <summary>Until when the certificates are valid.</summary>
    public static IEnumerable<Finding> Certificates(IocOptions options, DateTimeOffset now) => CertificateFiles.Of(options).Select(c =>
    {
        var check = $"certificate:{c.File}";
        return c.NotAfter is not { } end ? Finding.Fail(check, $"{c.Setting}: không đọc được ({c.Problem}).", $"{c.Setting}: it cannot be read ({c.Problem}).")
            : end <= now ? Finding.Fail(check, $"Đã hết hạn {end:yyyy-MM-dd}: hãy thay; máy chủ tự đọc tệp mới.", $"It expired on {end:yyyy-MM-dd}: replace the file; the host reads the new one by itself.")
            : end - now < s_soon ? Finding.Warn(check, $"Hết hạn {end:yyyy-MM-dd}: hãy gia hạn.", $"It expires on {end:yyyy-MM-dd}: renew it.")
            : Finding.Ok(check, $"Có hạn đến {end:yyyy-MM-dd}.", $"It is valid until {end:yyyy-MM-dd}.");
    });

    /// <summary>Whether enough files may be open: each connection is one.</summary>
    public static Finding Files()
    {
        if (ProcessFigures.MaxFiles() is not { } most)
        {
            return Finding.Ok("files", "Hệ thống không cho biết giới hạn.", "The system does not tell the limit.");
        }

        var (vi, en) = (string.Create(CultureInfo.InvariantCulture, $"Được mở tối đa {most} tệp (mỗi kết nối là một)."), string.Create(CultureInfo.InvariantCulture, $"{most} files may be open at once (each connection is one)."));
        return most < FewFiles ? Finding.Warn("files", vi + " Hãy tăng (LimitNOFILE=, ulimit -n).", en + " Raise it (LimitNOFILE=, ulimit -n).") : Finding.Ok("files", vi, en);
    }

    private static DateTimeOffset? Newest(string log)
    {
        try
        {
            return ReadingLogFile.NewestReceivedMs(log) is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
        }
        catch (ReadingLogException)
        {
            // The check of the databases tells.
            return null;
        }
    }

    private static bool? Synchronised()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("timedatectl", ["show", "--property=NTPSynchronized", "--value"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null || !process.WaitForExit(TimeSpan.FromSeconds(5)))
            {
                process?.Kill();
                return null;
            }

            return process.StandardOutput.ReadToEnd().Trim() switch
            {
                "yes" => true,
                "no" => false,
                _ => null,
            };
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string? Bind(IPEndPoint endpoint)
    {
        if (endpoint.Port == 0)
        {
            return null;
        }

        try
        {
            using var listener = new TcpListener(endpoint);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }
}
