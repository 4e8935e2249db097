using System.Globalization;
using IOC.FirmwareSim.Publishing;
using Spectre.Console;
using static IOC.FirmwareSim.Cli.Language;

namespace IOC.FirmwareSim.Fleet;

/// <summary>Shows how a fleet is doing: a table that renews itself on a terminal, else a line every ten seconds.</summary>
internal sealed class FleetProgress(FleetStatistics statistics, int sensors, int connections, ILinkFactory links, TimeProvider time)
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromMilliseconds(500);

    private readonly long _began = time.GetTimestamp();
    private long _lastAcknowledged;
    private long _lastAt = time.GetTimestamp();

    /// <summary>Writes lines until it is stopped.</summary>
    public async Task WriteLinesAsync(TextWriter output, CancellationToken cancellationToken)
    {
        while (await NapAsync(LineEvery, cancellationToken))
        {
            await output.WriteLineAsync(Line());
        }
    }

    /// <summary>Renews a table until it is stopped.</summary>
    public Task ShowTableAsync(IAnsiConsole console, CancellationToken cancellationToken) =>
        console.Live(Table()).StartAsync(async live =>
        {
            do
            {
                live.UpdateTarget(Table());
            }
            while (await NapAsync(RenewEvery, cancellationToken));

            live.UpdateTarget(Table());
        });

    /// <summary>The state as one line.</summary>
    public string Line()
    {
        var (running, rate) = Rate();
        return Line(running, rate);
    }

    /// <summary>The whole run as one line.</summary>
    public string Summary()
    {
        var ran = time.GetElapsedTime(_began);
        return Line(Text(ran), ran > TimeSpan.Zero ? statistics.Acknowledged / ran.TotalSeconds : 0);
    }

    private string Line(string running, double rate)
    {
        return Say(
            $"{running} connected {statistics.Connected}/{connections}, published {N(statistics.Published)}, acknowledged {N(statistics.Acknowledged)} ({rate:F1}/s), {Trouble("refused", "lost", "overflowed")}faults {statistics.ActiveFaults} active of {statistics.FaultsSoFar}{Problem()}",
            $"{running} đã nối {statistics.Connected}/{connections}, đã gửi {N(statistics.Published)}, đã xác nhận {N(statistics.Acknowledged)} ({rate:F1}/giây), {Trouble("bị từ chối", "mất", "tràn")}sự cố {statistics.ActiveFaults} đang diễn ra trên {statistics.FaultsSoFar}{Problem()}");
    }

    private string Problem() => statistics.Connected < connections && links.LastProblem is { } problem ? $"; {problem}" : "";

    private Table Table()
    {
        var (running, rate) = Rate();
        var table = new Table().Border(TableBorder.Rounded)
            .Title(Markup.Escape(Say($"{sensors} sensors → {links.Address}", $"{sensors} cảm biến → {links.Address}")))
            .AddColumn(Say("Running", "Đã chạy")).AddColumn(Say("Connected", "Đã nối")).AddColumn(Say("Published", "Đã gửi"))
            .AddColumn(Say("Acknowledged", "Đã xác nhận")).AddColumn(Say("Per second", "Mỗi giây"))
            .AddColumn(Say("Refused/lost", "Từ chối/mất")).AddColumn(Say("Faults", "Sự cố"));
        if (Problem() is { Length: > 0 } problem)
        {
            table.Caption(Markup.Escape(problem[2..]));
        }

        return table.AddRow(
            running, $"{statistics.Connected}/{connections}", N(statistics.Published), N(statistics.Acknowledged),
            rate.ToString("F1", CultureInfo.InvariantCulture), N(statistics.Refused + statistics.Lost + statistics.Overflowed),
            Say($"{statistics.ActiveFaults} active of {statistics.FaultsSoFar}", $"{statistics.ActiveFaults} đang diễn ra trên {statistics.FaultsSoFar}"));
    }

    private string Trouble(string refused, string lost, string overflowed)
    {
        (string Name, long Count)[] counts = [(refused, statistics.Refused), (lost, statistics.Lost), (overflowed, statistics.Overflowed)];
        return string.Concat(counts.Where(c => c.Count > 0).Select(c => $"{c.Name} {N(c.Count)}, "));
    }

    private (string Running, double PerSecond) Rate()
    {
        var (now, acknowledged) = (time.GetTimestamp(), statistics.Acknowledged);
        var seconds = time.GetElapsedTime(_lastAt, now).TotalSeconds;
        var rate = seconds > 0 ? (acknowledged - _lastAcknowledged) / seconds : 0;
        (_lastAt, _lastAcknowledged) = (now, acknowledged);
        return (Text(time.GetElapsedTime(_began, now)), rate);
    }

    private static string Text(TimeSpan span) => span.ToString(span.TotalDays >= 1 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);

    private async Task<bool> NapAsync(TimeSpan nap, CancellationToken cancellationToken)
    {
        await Task.Delay(nap, time, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return !cancellationToken.IsCancellationRequested;
    }

    private static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
