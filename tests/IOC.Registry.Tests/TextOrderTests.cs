using IOC.Alerts;
using IOC.Alerts.Tests;
using IOC.Telemetry;

namespace IOC.Registry.Tests;

/// <summary>Texts are compared byte by byte, whatever the database was made for: the test server's sorts as Vietnamese does.</summary>
public abstract class TextOrderTests : IDisposable
{
    private static readonly string[] Names = ["A-1", "A1", "Z", "a", "a-1", "a-2", "a1", "b", "z", "ă", "đ", "ể"];
    private readonly TestRegistry _home;
    private readonly AlertSamples _samples = new();
    private readonly RegistryDatabase _database;
    private readonly AlertStore _store;

    protected TextOrderTests(RegistryStoreKind kind)
    {
        _home = TestRegistry.Of(kind);
        _database = _home.Open();
        _store = new AlertStore(_database, _samples.Book);
        foreach (var id in Names.Reverse())
        {
            // Each another sensor: of one, only one alert of a rule is open.
            var sensor = $"s{Array.IndexOf(Names, id)}";
            _store.Save(2, 1, [_samples.Alert(id, sensor: sensor) with { Assignee = id }], [AlertSamples.Act(id), AlertSamples.Act(id, 2, AlertActKind.Suppressed) with { Target = "why" }], []);
        }
    }

    [Fact]
    public void Pages_follow_each_other_without_gap_or_overlap()
    {
        List<string> seen = [];
        for (var query = new AlertQuery { Limit = 5 }; ;)
        {
            var page = _store.Query(query);
            seen.AddRange(page.Items.Select(a => a.Id));
            if (page.Next is not { } next)
            {
                break;
            }

            query = query with { Before = next };
        }

        Assert.Equal(Names.Reverse(), seen);
    }

    [Fact]
    public void Members_behind_an_id_are_those_whose_bytes_are() =>
        Assert.Equal(["a-2", "a1", "b"], _store.Members("why", "a-1", 3).Select(a => a.Id));

    [Fact]
    public void Upper_case_is_another_name()
    {
        Assert.NotNull(_store.Find("a1"));
        Assert.Null(_store.Find("B"));
        Assert.Equal("Z", Assert.Single(_store.Query(new AlertQuery { Assignee = "Z" }).Items).Id);
    }

    [Fact]
    public async Task Areas_come_in_that_order_too()
    {
        await using var context = _database.NewContext();
        context.Areas.AddRange(Names.Select(n => new Data.AreaRow { Id = n, NameVi = n, NameEn = n, Level = AreaLevel.Commune }));
        await context.SaveChangesAsync();
        Assert.Equal(Names, (await new RegistryReader(_database, _samples.Book).AreasAsync()).Select(a => a.Id));
    }

    public void Dispose()
    {
        _database.Dispose();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }
}
