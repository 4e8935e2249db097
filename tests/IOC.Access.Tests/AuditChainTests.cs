using IOC.Access.Auditing;

namespace IOC.Access.Tests;

/// <summary>The chain of hashes tells of every change of what was written.</summary>
public sealed class AuditChainTests
{
    [Fact]
    public void A_chain_as_it_was_written_is_whole()
    {
        var verdict = AuditChain.Verify(Chain(50));
        Assert.True(verdict.IsWhole);
        Assert.Equal(50, verdict.Good);
        Assert.Equal(Chain(50)[^1].Hash, verdict.Hash);
        Assert.True(AuditChain.Verify([]).IsWhole);
    }

    [Fact]
    public void The_hash_is_what_the_documentation_says()
    {
        // Worked out by another program from docs/audit.md.
        var entry = new AuditEntry(1_700_000_000_000, "Lan", null, "session", "s1", "127.0.0.1", "POST /api/v1/x", "/api/v1/x", 200, "{}");
        Assert.Equal("b6fc446f03c34e64a4783547caa987e0a25d49cc68b1867e62525a46d00d574b", AuditChain.HashOf(AuditChain.First, 1, entry));
    }

    public static TheoryData<string> Changes => [.. s_changes.Keys];

    private static readonly Dictionary<string, Func<AuditEntry, AuditEntry>> s_changes = new(StringComparer.Ordinal)
    {
        ["time"] = e => e with { AtMs = e.AtMs + 1 },
        ["who"] = e => e with { Who = e.Who + "x" },
        ["account"] = e => e with { AccountId = null },
        ["by"] = e => e with { By = "token" },
        ["key"] = e => e with { KeyId = "" },
        ["address"] = e => e with { Address = "" },
        ["action"] = e => e with { Action = "" },
        ["target"] = e => e with { Target = e.Action, Action = e.Target },
        ["status"] = e => e with { Status = 403 },
        ["detail"] = e => e with { Detail = "" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_changed_entry_is_told(string what)
    {
        var chain = Chain(9);
        chain[4] = chain[4] with { Entry = s_changes[what](chain[4].Entry) };
        AssertWrong(chain, 5, AuditFault.Changed);

        // Its own hash made to fit: the one after it does not any more.
        chain[4] = chain[4] with { Hash = AuditChain.HashOf(chain[3].Hash, 5, chain[4].Entry) };
        AssertWrong(chain, 6, AuditFault.Changed);
    }

    [Fact]
    public void What_was_removed_added_or_moved_is_told()
    {
        var without = Chain(9);
        without.RemoveAt(4);
        AssertWrong(without, 5, AuditFault.Missing);
        var twice = Chain(9);
        twice.Insert(4, twice[4]);
        AssertWrong(twice, 6, AuditFault.Missing);
        var moved = Chain(9);
        (moved[3], moved[4]) = (moved[4] with { Number = 4 }, moved[3] with { Number = 5 });
        AssertWrong(moved, 4, AuditFault.Changed);
        AssertWrong(Chain(9)[1..], 1, AuditFault.Missing);
    }

    private static void AssertWrong(IReadOnlyList<AuditRecord> chain, long number, AuditFault fault)
    {
        var verdict = AuditChain.Verify(chain);
        Assert.Equal((number, fault), (verdict.Wrong!.Value, verdict.Fault!.Value));
        Assert.Equal(number - 1, verdict.Good);
    }

    private static List<AuditRecord> Chain(int count)
    {
        var (chain, before) = (new List<AuditRecord>(), AuditChain.First);
        for (var i = 1; i <= count; i++)
        {
            var entry = new AuditEntry(1_700_000_000_000 + i, $"person {i % 3}", $"a{i}", "session", $"s{i}", "192.0.2.7", "POST /api/v1/alerts/{id}/acknowledge", $"/api/v1/alerts/{i}/acknowledge", 200, "{\"note\":\"đã xem\"}");
            before = AuditChain.HashOf(before, i, entry);
            chain.Add(new AuditRecord(i, entry, before));
        }

        return chain;
    }
}
