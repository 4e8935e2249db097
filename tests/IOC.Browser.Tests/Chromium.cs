using System.Collections.Concurrent;
using IOC.Testing;
using Microsoft.Playwright;

namespace IOC.Browser.Tests;

/// <summary>How a page is opened.</summary>
/// <param name="Language">"vi" or "en": the browser's language.</param>
/// <param name="Theme">"night" or "day".</param>
/// <param name="Operator">The operator's name that this computer remembers; null when nobody gave one yet.</param>
/// <param name="Width">Of the page, CSS pixels.</param>
/// <param name="Height">Of the page, CSS pixels.</param>
/// <param name="Script">Runs in the page before anything of its own does; null = nothing.</param>
/// <param name="Calm">Whether they asked for less motion: nothing flashes, so that the map comes to rest on the slowest machine.</param>
internal sealed record Look(string Language = "en", string Theme = "night", string? Operator = null, int Width = 1366, int Height = 768, string? Script = null, bool Calm = false);

/// <summary>The machine's Chromium. With <see cref="Tab"/> the tests' only use of Playwright.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    // Drawn by software, and nothing sent to the browser's maker.
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        try
        {
            return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Find(), Args = Flags }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>Opens an address as a new visitor: no cookies, no storage, nothing cached.</summary>
    public async Task<Tab> OpenAsync(Uri address, Look look)
    {
        var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = look.Width, Height = look.Height },
            Locale = look.Language == "vi" ? "vi-VN" : "en-GB",

            // The page shows the city's time wherever the computer thinks it is.
            TimezoneId = "America/New_York",
            ReducedMotion = look.Calm ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
        });
        context.SetDefaultTimeout((float)Tab.Patience.TotalMilliseconds);
        return await Tab.OpenAsync(context, address, look);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "chromium")).First(File.Exists);
}

/// <summary>A page in a browser profile of its own. Collects whatever went wrong in it.</summary>
internal sealed class Tab : IAsyncDisposable
{
    /// <summary>Software WebGL on a busy machine is slow: how long anything may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IBrowserContext _context;
    private readonly IPage _page;
    private readonly ConcurrentQueue<string> _troubles = new();
    private ICDPSession? _devTools;

    private Tab(IBrowserContext context, IPage page, Uri address)
    {
        (_context, _page) = (context, page);
        page.PageError += (_, error) => _troubles.Enqueue($"uncaught: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _troubles.Enqueue($"console: {message.Text} {message.Location}");
            }
        };
        context.Request += (_, request) => CheckOrigin(address, request.Url);
        page.WebSocket += (_, socket) => CheckOrigin(address, socket.Url);
    }

    /// <summary>Uncaught errors, errors on the console, breaches of the content security policy, requests to other origins.</summary>
    public IReadOnlyCollection<string> Troubles => _troubles;

    public static async Task<Tab> OpenAsync(IBrowserContext context, Uri address, Look look)
    {
        var page = await context.NewPageAsync();
        var tab = new Tab(context, page, address);
        await page.AddInitScriptAsync(
            $$"""
            document.addEventListener('securitypolicyviolation', (e) => console.error('content security policy:', e.violatedDirective, e.blockedURI));
            localStorage.getItem('ioc.operator.theme') ?? localStorage.setItem('ioc.operator.theme', '{{look.Theme}}');
            localStorage.getItem('ioc.operator.name') ?? localStorage.setItem('ioc.operator.name', '{{look.Operator}}');
            """);
        if (look.Script is not null)
        {
            await page.AddInitScriptAsync(look.Script);
        }

        await page.GotoAsync(address.ToString());
        return tab;
    }

    /// <summary>Waits until something is seen.</summary>
    public Task SeeAsync(string selector) => _page.Locator(selector).First.WaitForAsync();

    public Task PressAsync(string key) => _page.Keyboard.PressAsync(key);

    public Task TypeAsync(string text) => _page.Keyboard.TypeAsync(text);

    public Task ClickAsync(string selector) => _page.Locator(selector).First.ClickAsync();

    /// <summary>Chooses in a select, by value.</summary>
    public Task SelectAsync(string selector, string value) => _page.Locator(selector).First.SelectOptionAsync(value);

    /// <summary>Shows the page as it would be on paper.</summary>
    public Task ShowAsPrintedAsync() => _page.EmulateMediaAsync(new() { Media = Media.Print });

    /// <summary>Follows a link that opens a tab of its own; that tab closes with this one.</summary>
    public async Task<Tab> FollowAsync(string selector) =>
        new(_context, await _page.RunAndWaitForPopupAsync(() => ClickAsync(selector)), new Uri(_page.Url));

    public Task<string> TextAsync(string selector) => _page.Locator(selector).First.InnerTextAsync();

    public Task<string?> AttributeAsync(string selector, string name) => _page.Locator(selector).First.GetAttributeAsync(name);

    public Task<int> CountAsync(string selector) => _page.Locator(selector).CountAsync();

    public Task<T> EvaluateAsync<T>(string function, object? argument = null) => _page.EvaluateAsync<T>(function, argument);

    /// <summary>Waits until a function in the page returns something true.</summary>
    public Task UntilAsync(string function, object? argument = null) => _page.WaitForFunctionAsync(function, argument);

    /// <summary>Where the page is and what has the focus, and a picture of it in artifacts/failures: for who looks into a failure.</summary>
    public async Task<string> StateAsync()
    {
        try
        {
            var picture = Path.Combine(Repository.Root, "artifacts", "failures", $"{Guid.NewGuid():N}.png");
            await _page.ScreenshotAsync(new() { Path = picture, Timeout = 5000 });
            var focus = await _page.EvaluateAsync<string>("() => document.activeElement?.outerHTML.slice(0, 200) ?? 'nothing'");
            return $"At {_page.Url}, focus on {focus}, picture {picture}.";
        }
        catch (PlaywrightException e)
        {
            return $"At {_page.Url}; nothing more is known: {e.Message}";
        }
        catch (TimeoutException e)
        {
            return $"At {_page.Url}; nothing more is known: {e.Message}";
        }
    }

    /// <summary>Waits until something went wrong in the page as described.</summary>
    public Task UntilTroubleAsync(Func<string, bool> condition) => Eventually.HoldsAsync(() => _troubles.Any(condition), "a trouble in the page");

    /// <summary>Goes to another place of the same host.</summary>
    public Task GoAsync(Uri address) => _page.GotoAsync(address.ToString());

    /// <summary>Waits until the address is that of a page (its path); what is on it may still be on its way.</summary>
    public Task UntilAtAsync(string path) => UntilAsync("path => location.pathname === path", path); // WaitForURL misses one that comes just when it begins to wait.

    /// <summary>Fills in a field.</summary>
    public Task FillAsync(string selector, string text) => _page.Locator(selector).First.FillAsync(text);

    public Task ReloadAsync() => _page.ReloadAsync();

    /// <summary>Shows the page as somebody sees it: none, protanopia, deuteranopia, tritanopia or achromatopsia.</summary>
    public async Task SeeAsAsync(string deficiency) =>
        await (await DevToolsAsync()).SendAsync("Emulation.setEmulatedVisionDeficiency", new() { ["type"] = deficiency });

    /// <summary>The page's figures since it was opened, by name: seconds of the main thread's own time (TaskDuration, ScriptDuration, LayoutDuration,
    /// RecalcStyleDuration), Nodes, JSEventListeners and others.</summary>
    public async Task<IReadOnlyDictionary<string, double>> FiguresAsync()
    {
        var tools = await DevToolsAsync();

        // Its processor time and not the clock's: others use the machine too.
        await tools.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" });
        var answer = await tools.SendAsync("Performance.getMetrics");
        return answer!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(m => m.GetProperty("name").GetString()!, m => m.GetProperty("value").GetDouble(), StringComparer.Ordinal);
    }

    /// <summary>Bytes of the page's JavaScript heap in use after all garbage has been collected.</summary>
    public async Task<long> HeapAsync()
    {
        var tools = await DevToolsAsync();
        await tools.SendAsync("HeapProfiler.enable");

        // What a first collection sets free for later ones.
        await tools.SendAsync("HeapProfiler.collectGarbage");
        await tools.SendAsync("HeapProfiler.collectGarbage");
        return (long)(await tools.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble();
    }

    public Task ResizeAsync(int width, int height) => _page.SetViewportSizeAsync(width, height);

    public Task TakePictureAsync(string path) => _page.ScreenshotAsync(new() { Path = path });

    /// <summary>The colour of a place of the page as it is seen: red, green, blue.</summary>
    public async Task<int[]> ColourAsync(int x, int y)
    {
        var picture = Convert.ToBase64String(await _page.ScreenshotAsync(new() { Clip = new() { X = x, Y = y, Width = 1, Height = 1 } }));
        return await _page.EvaluateAsync<int[]>(
            "async (picture) => { const image = new Image(); image.src = `data:image/png;base64,${picture}`; await image.decode(); const canvas = document.createElement('canvas'); "
            + "canvas.width = canvas.height = 1; const context = canvas.getContext('2d'); context.drawImage(image, 0, 0); return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3); }",
            picture);
    }

    /// <summary>Waits until the page's link is as named: connecting, live, stale or off.</summary>
    public Task UntilLinkAsync(string state) => SeeAsync($".page[data-link={state}]");

    /// <summary>Makes the browser give back what nothing refers to any more, and tells what is left: bytes of the script heap and nodes of the document.</summary>
    public async Task<(double Heap, double Nodes)> MemoryAsync()
    {
        var session = await _context.NewCDPSessionAsync(_page);
        try
        {
            // What a first collection frees may hold on to more.
            await session.SendAsync("HeapProfiler.collectGarbage");
            await session.SendAsync("HeapProfiler.collectGarbage");
            var heap = await session.SendAsync("Runtime.getHeapUsage");
            var counters = await session.SendAsync("Memory.getDOMCounters");
            return (heap!.Value.GetProperty("usedSize").GetDouble(), counters!.Value.GetProperty("nodes").GetDouble());
        }
        finally
        {
            await session.DetachAsync();
        }
    }

    /// <summary>Makes axe-core, as the page's own packages have it, callable in the page.</summary>
    public Task LoadAxeAsync() => _page.EvaluateAsync(
        File.ReadAllText(Path.Combine(Repository.Root, "dashboards", "operator", "node_modules", "axe-core", "axe.min.js")));

    /// <summary>Waits until the map has drawn all that it was given.</summary>
    public Task UntilDrawnAsync() => _page.Locator(".map-canvas[data-drawn=true]").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    /// <summary>Walks down the alert list with J until an alert is selected.</summary>
    public async Task SelectByKeyboardAsync(string alert)
    {
        await PressAsync("Home");
        for (var steps = 0; await CountAsync($".row.selected[data-alert='{alert}']") == 0; steps++)
        {
            Assert.True(steps < 100, $"J leads to alert {alert}");
            await PressAsync("j");
        }
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    private async Task<ICDPSession> DevToolsAsync() => _devTools ??= await _context.NewCDPSessionAsync(_page);

    private void CheckOrigin(Uri own, string url)
    {
        var to = new Uri(url);
        if (to.Scheme is not ("blob" or "data") && to.Authority != own.Authority)
        {
            _troubles.Enqueue($"request to another origin: {url}");
        }
    }
}
