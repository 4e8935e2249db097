using System.Globalization;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Browser.Tests;

/// <summary>What the page bears: 10,000 sensors of a real host, 50,000, and a shift. The figures go to artifacts/measurements.</summary>
[Collection(OperatorSuite.Name)]
public sealed class LoadTests(OperatorSuite suite, ITestOutputHelper output)
{
    private const int Seconds = 10;

    // Adds up what keeps frames from being drawn.
    private const string WatchLongTasks =
        """
        (() => {
          window.longTasks = [];
          new PerformanceObserver((list) => { for (const task of list.getEntries()) window.longTasks.push(task.duration); }).observe({ type: 'longtask' });
        })();
        """;

    private const string CountFrames =
        """
        (seconds) => new Promise((resolve) => {
          const gaps = [];
          let before = performance.now();
          const start = before;
          const next = (now) => {
            gaps.push(now - before);
            before = now;
            if (now - start < seconds * 1000) requestAnimationFrame(next);
            else resolve([gaps.length / seconds, gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.95)]]);
          };
          requestAnimationFrame(next);
        })
        """;

    [NeedsProgramFact("chromium")]
    public async Task Ten_thousand_sensors_of_a_real_host_leave_the_main_thread_mostly_idle()
    {
        await using var city = await LargeCity.StartAsync();
        await city.ReportAllAsync();
        await suite.OnPageAsync(city.Host, new Look("vi", Operator: "vh-07", Width: 1920, Height: 1080, Script: WatchLongTasks), async tab =>
        {
            await tab.UntilAsync("() => document.querySelector('.fleet')?.innerText.includes('10.000')");
            await tab.UntilDrawnAsync();
            using var stop = new CancellationTokenSource();
            var reporting = city.ReportAsync(stop.Token);
            try
            {
                await tab.EvaluateAsync<object>("() => { window.longTasks.length = 0; }");
                var (before, sent) = (await tab.FiguresAsync(), city.ValuesSent);
                var frames = await tab.EvaluateAsync<double[]>(CountFrames, Seconds);
                var after = await tab.FiguresAsync();
                var longTasks = await tab.EvaluateAsync<double[]>("() => window.longTasks");
                double PerSecond(string name) => (after[name] - before[name]) * 1000 / (after["Timestamp"] - before["Timestamp"]);

                await ReportAsync(
                    "map-10000",
                    $"10,000 sensors, {(city.ValuesSent - sent) / Seconds:0} values/s from the host: {PerSecond("TaskDuration"):0.0} ms of main thread per second "
                    + $"(script {PerSecond("ScriptDuration"):0.0}, layout {PerSecond("LayoutDuration"):0.0}, style {PerSecond("RecalcStyleDuration"):0.0}); "
                    + $"{longTasks.Length} tasks over 50 ms, {longTasks.Sum():0} ms together; software WebGL on a shared machine: {frames[0]:0.0} frames/s, 95% within {frames[1]:0} ms");
                Assert.True(city.ValuesSent - sent > Seconds * 100, "the devices reported meanwhile");

                // On its own processor time, which no other program takes away: no more than a third of it.
                Assert.True(PerSecond("TaskDuration") < 333, $"{PerSecond("TaskDuration")} ms per second");
                await PictureAsync(tab, "map-10000");
            }
            finally
            {
                await stop.CancelAsync();
                await reporting;
            }
        });
    }

    [NeedsProgramFact("chromium")]
    public async Task Fifty_thousand_sensors_are_usable()
    {
        var city = await suite.CityAsync();
        await suite.OnPageAsync(city, new Look("en", Operator: "vh-07", Width: 1920, Height: 1080, Script: WatchLongTasks + Feed() + "window.feed.begin(50000);", Calm: true), async tab =>
        {
            await tab.UntilAsync("() => document.querySelector('.fleet')?.innerText.includes('50,000')");
            await tab.UntilDrawnAsync();
            await tab.EvaluateAsync<object>("() => { window.feed.run(250); window.longTasks.length = 0; }");
            var before = await tab.FiguresAsync();
            await tab.EvaluateAsync<double[]>(CountFrames, 5);
            var after = await tab.FiguresAsync();

            // Usable: found, gone to and selected among them all.
            await tab.PressAsync("f");
            await tab.TypeAsync("station 49999");
            await tab.UntilAsync("() => document.querySelectorAll('#map-found [role=option]').length === 1");
            await tab.PressAsync("Enter");
            await tab.UntilAsync("() => document.querySelector('.sensor .id')?.innerText === 'sim-49999'");
            var longTasks = await tab.EvaluateAsync<double[]>("() => { window.feed.halt(); return window.longTasks; }");
            await tab.UntilDrawnAsync();
            await ReportAsync(
                "map-50000",
                $"50,000 sensors, 2,000 values/s: {(after["TaskDuration"] - before["TaskDuration"]) * 1000 / (after["Timestamp"] - before["Timestamp"]):0.0} ms of main thread per second (making up the city included); "
                + $"{longTasks.Length} tasks over 50 ms, the longest {longTasks.DefaultIfEmpty().Max():0} ms, a search and a flight included");
            await PictureAsync(tab, "map-50000");
        }, expected: NotOfThisCity);
    }

    [NeedsProgramFact("chromium")]
    public async Task Half_an_hour_of_a_shift_leaves_nothing_behind()
    {
        const int Sensors = 2_000; // What grows by the update shows in a smaller city as well, sooner.
        var city = await suite.CityAsync();
        await suite.OnPageAsync(city, new Look("en", Operator: "vh-07", Script: Feed() + $"window.feed.begin({Sensors}, 45);", Calm: true), async tab =>
        {
            await tab.UntilAsync("() => document.querySelector('.fleet')?.innerText.includes('2,000')");
            await tab.UntilDrawnAsync();

            // Whatever is made once is made now: panels, dialogs, both languages, and as many alerts as there will be.
            await RushAsync(tab, 8);
            await ActAsync(tab);
            List<(int Minute, long Heap, double Elements, double Listeners)> rows = [await MeasureAsync(tab, 0)];
            for (var minute = 10; minute <= 30; minute += 10)
            {
                await RushAsync(tab, 10);
                await ActAsync(tab);
                rows.Add(await MeasureAsync(tab, minute));
            }

            await ReportAsync("heap-30-minutes", string.Join("; ", rows.Select(r => string.Create(
                CultureInfo.InvariantCulture, $"minute {r.Minute}: heap {r.Heap / 1048576.0:0.00} MiB, {r.Elements:0} elements, {r.Listeners:0} listeners"))));

            // What is compiled and cached late comes within the first minutes. From then on a tenth in 4,800 updates is about half a kilobyte for each:
            // one update kept, or one sensor of each, would be many times that.
            Assert.True(rows[^1].Heap - rows[1].Heap < rows[1].Heap / 10, "the heap does not grow");
            Assert.True(rows[^1].Elements <= rows[1].Elements * 1.2, "nor does the document");
            Assert.True(rows[^1].Listeners <= rows[1].Listeners * 1.2, "nor what listens");
        }, expected: NotOfThisCity);
    }

    // The page asks the host about sensors and alerts that only the feed knows.
    internal static bool NotOfThisCity(string trouble) => trouble.Contains("404", StringComparison.Ordinal) || trouble.Contains("400", StringComparison.Ordinal);

    private static async Task RushAsync(Tab tab, int minutes) => await tab.EvaluateAsync<object>("(minutes) => window.feed.rush(minutes, 60)", minutes);

    /// <summary>What an operator does all the time; leaves the page as it was.</summary>
    private static async Task ActAsync(Tab tab)
    {
        foreach (var key in new[] { "j", "j", "j", "k", "i", "i", "l", "l", "1", "1", "?" })
        {
            await tab.PressAsync(key);
        }

        await tab.SeeAsync("dialog[open]");
        await tab.PressAsync("Escape");
        await tab.UntilAsync("() => document.querySelector('dialog[open]') === null");
        await tab.FillAsync(".map-search input", "station 77");
        await tab.SeeAsync("#map-found-0");
        await tab.PressAsync("Enter");
        await tab.PressAsync("Escape");
        await tab.PressAsync("Escape");
        await tab.PressAsync("Escape");
        await tab.ClickAsync(".map-buttons button:last-child");
    }

    private static async Task<(int Minute, long Heap, double Elements, double Listeners)> MeasureAsync(Tab tab, int minute)
    {
        // What is on its way to the map would count otherwise.
        await tab.UntilDrawnAsync();
        var heap = await tab.HeapAsync();
        var figures = await tab.FiguresAsync();
        return (minute, heap, await tab.EvaluateAsync<double>("() => document.querySelectorAll('*').length"), figures["JSEventListeners"]);
    }

    internal static string Feed()
    {
        using var reader = new StreamReader(typeof(LoadTests).Assembly.GetManifestResourceStream("feed.js")!);
        return reader.ReadToEnd();
    }

    private async Task ReportAsync(string name, string figures)
    {
        output.WriteLine(figures);
        var folder = Path.Combine(Repository.Root, "artifacts", "measurements");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.txt"), figures + Environment.NewLine);
    }

    private static async Task PictureAsync(Tab tab, string name)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        await tab.TakePictureAsync(Path.Combine(folder, $"{name}.png"));
    }
}
