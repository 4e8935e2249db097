using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>
/// The holds of a book that have not ended, found by what they hold. Changes are made at once and noted, so that those of a
/// draft that cannot be stored are taken back. Not safe for several threads.
/// </summary>
internal sealed class HoldIndex
{
    private readonly Dictionary<string, Hold> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<AlertKey, Dictionary<string, Hold>> _byKey = [];
    private readonly Dictionary<string, Dictionary<string, Hold>> _byExplainer = new(StringComparer.Ordinal);
    private readonly Dictionary<(SubjectKind Kind, string Id), Dictionary<string, Hold>> _outOfService = [];

    /// <summary>All that have not ended.</summary>
    public IReadOnlyCollection<Hold> All => _byId.Values;

    public Hold? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The shelving of a key; null when there is none.</summary>
    public Hold? Shelving(AlertKey key) => Keyed(key).FirstOrDefault(h => h.Kind == HoldKind.Shelved);

    /// <summary>The suppressions of a key.</summary>
    public IEnumerable<Hold> Suppressions(AlertKey key) => Keyed(key).Where(h => h.Kind == HoldKind.Suppressed);

    /// <summary>What an alert explains, by the holds' ids.</summary>
    public IReadOnlyList<Hold> ExplainedBy(string alertId) =>
        _byExplainer.TryGetValue(alertId, out var found) ? [.. found.Values.OrderBy(h => h.Id, StringComparer.Ordinal)] : [];

    public int ShelvedBy(string operatorId) => _byId.Values.Count(h => h.Kind == HoldKind.Shelved && h.By == operatorId);

    /// <summary>What holds the alert under a key back: the strongest of the reasons, of equal ones the latest to end.</summary>
    /// <param name="key">The alert's key.</param>
    /// <param name="places">What the subject is, stands on and depends on.</param>
    public AlertHold? Effective(AlertKey key, IEnumerable<(SubjectKind Kind, string Id)> places)
    {
        if (_byId.Count == 0)
        {
            return null;
        }

        Hold? strongest = null;
        foreach (var hold in Keyed(key))
        {
            strongest = Stronger(strongest, hold);
        }

        if (_outOfService.Count > 0)
        {
            foreach (var place in places)
            {
                foreach (var hold in _outOfService.TryGetValue(place, out var found) ? found.Values : Enumerable.Empty<Hold>())
                {
                    if (hold.Subject.Domain is null || hold.Subject.Kind != SubjectKind.District || hold.Subject.Domain == key.Subject.Domain)
                    {
                        strongest = Stronger(strongest, hold);
                    }
                }
            }
        }

        return strongest is null ? null : AlertHold.Of(strongest);
    }

    /// <summary>Takes a hold that is new or changed; one that has ended is dropped.</summary>
    /// <returns>What was there before; null when it is new.</returns>
    public Hold? Put(Hold hold)
    {
        var before = Remove(hold.Id);
        if (hold.EndedAtMs is null)
        {
            _byId.Add(hold.Id, hold);
            foreach (var list in Lists(hold, make: true))
            {
                list.Add(hold.Id, hold);
            }
        }

        return before;
    }

    /// <summary>Removes a hold as if it had never been; the one removed, or null.</summary>
    public Hold? Remove(string id)
    {
        if (!_byId.Remove(id, out var hold))
        {
            return null;
        }

        foreach (var list in Lists(hold, make: false))
        {
            list.Remove(hold.Id);
        }

        Trim(hold);
        return hold;
    }

    private static Hold? Stronger(Hold? known, Hold hold) => !hold.IsInForce ? known
        : known is null || hold.Kind > known.Kind || (hold.Kind == known.Kind && Order(hold).CompareTo(Order(known)) > 0) ? hold : known;

    private static (long, long, string) Order(Hold hold) => (hold.UntilMs ?? long.MaxValue, hold.CreatedAtMs, hold.Id);

    private IEnumerable<Hold> Keyed(AlertKey key) => _byKey.TryGetValue(key, out var found) ? found.Values : Enumerable.Empty<Hold>();

    private IEnumerable<Dictionary<string, Hold>> Lists(Hold hold, bool make)
    {
        if (hold.RuleId is { } rule)
        {
            yield return Get(_byKey, new AlertKey(hold.Subject, rule), make);
        }
        else
        {
            yield return Get(_outOfService, (hold.Subject.Kind, hold.Subject.Id), make);
        }

        if (hold.Kind == HoldKind.Suppressed)
        {
            yield return Get(_byExplainer, hold.By, make);
        }
    }

    private void Trim(Hold hold)
    {
        if (hold.RuleId is { } rule)
        {
            Trim(_byKey, new AlertKey(hold.Subject, rule));
        }
        else
        {
            Trim(_outOfService, (hold.Subject.Kind, hold.Subject.Id));
        }

        if (hold.Kind == HoldKind.Suppressed)
        {
            Trim(_byExplainer, hold.By);
        }
    }

    private static Dictionary<string, Hold> Get<T>(Dictionary<T, Dictionary<string, Hold>> lists, T key, bool make)
        where T : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            list = new(StringComparer.Ordinal);
            if (make)
            {
                lists.Add(key, list);
            }
        }

        return list;
    }

    private static void Trim<T>(Dictionary<T, Dictionary<string, Hold>> lists, T key)
        where T : notnull
    {
        if (lists.TryGetValue(key, out var list) && list.Count == 0)
        {
            lists.Remove(key);
        }
    }
}
