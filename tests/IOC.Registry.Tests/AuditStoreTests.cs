using System.Data.Common;
using IOC.Access.Auditing;

namespace IOC.Registry.Tests;

public abstract class AuditStoreTests : IDisposable
{
    private readonly TestRegistry _home;
    private readonly RegistryDatabase _database;
    private readonly AuditStore _store;

    protected AuditStoreTests(RegistryStoreKind kind)
    {
        _home = TestRegistry.Of(kind);
        _database = _home.Open();
        _store = new AuditStore(_database);
    }

    [Fact]
    public async Task What_was_written_comes_back_in_its_chain_also_after_the_database_is_opened_again()
    {
        Assert.Null(_store.Last);
        var entry = new AuditEntry(1_700_000_000_123, "Nguyễn Thị Lan", "a1", "session", "s1", "2001:db8::7", "PUT /api/v1/rules/{id}", "/api/v1/rules/x?y=đ", 200, "{\"a\":\"'\\\"\"}");
        var first = await _store.AppendAsync(entry, default);
        Assert.Equal((1, entry, AuditChain.HashOf(AuditChain.First, 1, entry)), (first.Number, first.Entry, first.Hash));
        await _store.AppendAsync(Sample(1), default);
        var again = new AuditStore(_database);
        Assert.Equal(2, again.Last!.Number);
        Assert.Equal(3, (await again.AppendAsync(Sample(2), default)).Number);

        // This one did not see the third; it goes on behind it all the same.
        Assert.Equal(4, (await _store.AppendAsync(Sample(3), default)).Number);
        Assert.True(AuditChain.Verify(_store.Read(null, null)).IsWhole);
        Assert.Equal([entry, Sample(1), Sample(2), Sample(3)], _store.Read(null, null).Select(r => r.Entry));
    }

    [Fact]
    public async Task Writers_at_once_make_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => _store.AppendAsync(Sample(i), default))));
        var verdict = AuditChain.Verify(_store.Read(null, null));
        Assert.Equal((true, 30L), (verdict.IsWhole, verdict.Good));
    }

    [Fact]
    public async Task The_list_narrows_and_pages()
    {
        for (var i = 0; i < 6; i++)
        {
            await _store.AppendAsync(Sample(i), default);
        }

        Assert.Equal([6L, 5L], Numbers(new AuditQuery(Limit: 2)));
        Assert.Equal([4L, 3L], Numbers(new AuditQuery(Before: 5, Limit: 2)));
        Assert.Equal([5L, 3L, 1L], Numbers(new AuditQuery(Who: "person 0")));
        Assert.Equal([3L, 2L], Numbers(new AuditQuery(FromMs: 1_700_000_001_000, ToMs: 1_700_000_003_000)));
        Assert.Equal([2L], Numbers(new AuditQuery(Text: "alerts/1/")));
        Assert.Equal([2L, 3L], _store.Read(1_700_000_001_000, 1_700_000_003_000).Select(r => r.Number));
    }

    [Fact]
    public async Task The_database_itself_refuses_to_change_or_remove_an_entry()
    {
        await _store.AppendAsync(Sample(0), default);
        foreach (var sql in new[] { "UPDATE audit SET who = 'x'", "UPDATE audit SET hash = hash || '0'", "DELETE FROM audit" })
        {
            Assert.Contains("cannot be changed", Assert.ThrowsAny<DbException>(() => _home.Execute(sql)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, AuditChain.Verify(_store.Read(null, null)).Good);
    }

    public void Dispose()
    {
        _database.Dispose();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    private static AuditEntry Sample(int i) => new(
        1_700_000_000_000 + (i * 1000), $"person {i % 2}", null, "token", $"t{i}", "127.0.0.1", "POST /api/v1/alerts/{id}/acknowledge", $"/api/v1/alerts/{i}/acknowledge", 200, "");

    private IEnumerable<long> Numbers(AuditQuery query) => _store.List(query).Select(r => r.Number);
}
