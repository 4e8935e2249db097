using System.Globalization;
using Spectre.Console;
using static IOC.FirmwareSim.Cli.Language;

namespace IOC.FirmwareSim.Replay;

/// <summary>Shows how far a replay is: a bar on a terminal, else a line every ten seconds.</summary>
internal sealed class ReplayProgress(ReplayStatistics statistics, ReplayExtent extent, TimeProvider time)
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromMilliseconds(200);

    private readonly long _began = time.GetTimestamp();

    /// <summary>Writes lines until it is stopped.</summary>
    public async Task WriteLinesAsync(TextWriter output, CancellationToken cancellationToken)
    {
        while (await NapAsync(LineEvery, cancellationToken))
        {
            await output.WriteLineAsync(Line());
        }
    }

    /// <summary>Renews a bar until it is stopped.</summary>
    public Task ShowBarAsync(IAnsiConsole console, CancellationToken cancellationToken) =>
        console.Progress().Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(Line()), maxValue: Math.Max(1, extent.Rows));
                do
                {
                    bar.Value = statistics.Rows;
                    bar.Description = Markup.Escape(Line());
                }
                while (await NapAsync(RenewEvery, cancellationToken));

                bar.Value = statistics.Rows;
                bar.Description = Markup.Escape(Line());
            });

    /// <summary>The state as one line.</summary>
    public string Line()
    {
        var rows = statistics.Rows;
        var seconds = time.GetElapsedTime(_began).TotalSeconds;
        var rate = seconds > 0 ? rows / seconds : 0;
        var left = rate > 0 ? TimeSpan.FromSeconds(Math.Min((extent.Rows - rows) / rate, TimeSpan.FromDays(99).TotalSeconds)) : (TimeSpan?)null;
        var eta = left is { } l ? l.ToString(l.TotalDays >= 1 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture) : "–";
        var share = extent.Rows == 0 ? 100 : 100.0 * rows / extent.Rows;
        return Say(
            $"{N(rows)}/{N(extent.Rows)} rows ({share:F1} %), {rate:F0} rows/s, {N(statistics.Acknowledged)}/{N(statistics.Messages)} acknowledged, {eta} left",
            $"{N(rows)}/{N(extent.Rows)} dòng ({share:F1} %), {rate:F0} dòng/giây, đã xác nhận {N(statistics.Acknowledged)}/{N(statistics.Messages)}, còn {eta}");
    }

    private async Task<bool> NapAsync(TimeSpan nap, CancellationToken cancellationToken)
    {
        await Task.Delay(nap, time, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return !cancellationToken.IsCancellationRequested;
    }

    private static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
