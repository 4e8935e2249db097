using System.Collections.Concurrent;
using IOC.Access.Auditing;

namespace IOC.Host.Tests.Auditing;

/// <summary>An audit in memory.</summary>
internal sealed class TestAuditLog : IAuditLog
{
    private readonly ConcurrentQueue<AuditEntry> _entries = new();

    public IReadOnlyList<AuditEntry> Entries => [.. _entries];

    public AuditRecord? Last => null;

    public Task<AuditRecord> AppendAsync(AuditEntry entry, CancellationToken cancel)
    {
        _entries.Enqueue(entry);
        return Task.FromResult(new AuditRecord(_entries.Count, entry, ""));
    }

    public IReadOnlyList<AuditRecord> List(AuditQuery query) => [];

    public IEnumerable<AuditRecord> Read(long? fromMs, long? toMs) => [];
}
