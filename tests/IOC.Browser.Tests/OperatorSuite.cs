using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>One browser and one city for all tests, started when the first test asks: each is seconds of work, and two
/// browsers at once would slow each other down. Every test works on sensors of its own.</summary>
[CollectionDefinition(Name)]
public sealed class OperatorSuite : ICollectionFixture<OperatorSuite>, IAsyncLifetime
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "Operators' page";

    private readonly Lazy<Task<Chromium>> _browser = new(Chromium.StartAsync);
    private readonly Lazy<Task<City>> _city = new(() => City.StartAsync());
    private readonly Lazy<Task<PlannedCity>> _planned = new(PlannedCity.StartAsync);
    private readonly Lazy<Task> _filled;

    /// <summary>Starts nothing yet.</summary>
    public OperatorSuite() => _filled = new(async () => await (await _city.Value).FillAsync());

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_browser.IsValueCreated)
        {
            await (await _browser.Value).DisposeAsync();
        }

        if (_city.IsValueCreated)
        {
            await (await _city.Value).DisposeAsync();
        }

        if (_planned.IsValueCreated)
        {
            await (await _planned.Value).DisposeAsync();
        }
    }

    internal Task<City> CityAsync() => _city.Value;

    /// <summary>A city with years of history.</summary>
    internal Task<PlannedCity> PlannedCityAsync() => _planned.Value;

    /// <summary>The city with its sensors reporting and alerts of all priorities.</summary>
    internal async Task<City> BusyCityAsync()
    {
        await _filled.Value;
        return await _city.Value;
    }

    /// <summary>Opens the page, waits until it is live, and lets a test act on it. Fails when anything went wrong in the
    /// page that the test did not <paramref name="expected"/>.</summary>
    internal Task OnPageAsync(City city, Look look, Func<Tab, Task> act, Func<string, bool>? expected = null) => OnPageAsync(city.Host, look, act, expected);

    /// <summary>The same of a host.</summary>
    internal async Task OnPageAsync(HostProcess host, Look look, Func<Tab, Task> act, Func<string, bool>? expected = null)
    {
        await OnTabAsync(host.Http, look, async tab =>
        {
            await tab.UntilLinkAsync("live");
            await act(tab);
        }, expected);
    }

    /// <summary>Opens the planners' page with a question, and lets a test act on it; else as <see cref="OnPageAsync"/>.</summary>
    internal Task OnPlannerAsync(PlannedCity city, string question, Look look, Func<Tab, Task> act, Func<string, bool>? expected = null) =>
        OnTabAsync(new Uri(city.Host.Http, $"/planner/{question}"), look, act, expected);

    /// <summary>Opens any page of a host, and lets a test act on it; else as <see cref="OnPageAsync"/>.</summary>
    internal Task OnAddressAsync(Uri address, Look look, Func<Tab, Task> act, Func<string, bool>? expected = null) => OnTabAsync(address, look, act, expected);

    private async Task OnTabAsync(Uri address, Look look, Func<Tab, Task> act, Func<string, bool>? expected)
    {
        await using var tab = await (await _browser.Value).OpenAsync(address, look);
        try
        {
            await act(tab);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message} {await tab.StateAsync()}{string.Concat(tab.Troubles.Select(t => $"{Environment.NewLine}In the page: {t}"))}", e);
        }

        Assert.DoesNotContain(tab.Troubles, trouble => expected?.Invoke(trouble) != true);
    }
}
