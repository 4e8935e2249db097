using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Settings;
using IOC.Host.Shifts;

namespace IOC.Host.Alerts;

/// <summary>The operators that the host knows by name: to choose from where somebody is named, and to spell what was typed as the person does.</summary>
internal sealed class KnownOperators(ShiftDesk shifts, IShiftLog log, AccountBook accounts, IocOptions options, TimeProvider time)
{
    private const long LookBackMs = 31L * 24 * 3600 * 1000;

    /// <summary>Their names, each once: who is on shift, by when they came; then the others by their names.</summary>
    public IReadOnlyList<string> Names()
    {
        var onShift = shifts.Roster.OnDuty.Select(d => d.Operator);
        return [.. onShift.Concat(Others().Order(StringComparer.Ordinal)).Distinct(OperatorName.Comparer)];
    }

    /// <summary>A name as the operator writes it who is known by it; else as it was typed, see <see cref="OperatorName.Clean"/>.</summary>
    public string Spelled(string typed)
    {
        // The account's way of writing it first: whoever signs in acts under it.
        var known = Accounts().Concat(shifts.Roster.OnDuty.Select(d => d.Operator)).FirstOrDefault(n => OperatorName.Same(n, typed));
        return known ?? OperatorName.Clean(typed);
    }

    private IEnumerable<string> Others()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Accounts().Concat(log.Duties(now - LookBackMs, now + 1).Select(d => d.Operator));
    }

    private IEnumerable<string> Accounts() => options.Security.Accounts == AccountsMode.Off
        ? []
        : accounts.Accounts.Where(e => !e.Account.Disabled && e.Rights.May(Permission.Operate)).Select(e => e.Account.DisplayName);
}
