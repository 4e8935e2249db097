using System.Text;

namespace IOC.Access;

/// <summary>The rules of a credential. What no rule allows is denied, and a rule that denies wins over any that allows, so that the
/// order of rules means nothing. A subscription must lie wholly within what one rule allows, and may touch nothing that is denied.</summary>
/// <param name="rules">The rules.</param>
public sealed class Acl(IEnumerable<AclRule> rules)
{
    private readonly AclRule[] _rules = [.. rules];

    /// <summary>The rules.</summary>
    public IReadOnlyList<AclRule> Rules => _rules;

    /// <summary>Whether a topic name may be published to. Does not allocate.</summary>
    public bool MayPublish(AclSubject subject, ReadOnlySpan<byte> topic, bool retain)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var asked = retain ? AclAction.Publish | AclAction.Retain : AclAction.Publish;
        var allowed = false;
        foreach (var rule in _rules)
        {
            if ((rule.Action & asked) == AclAction.None || (rule.Allows && allowed))
            {
                continue;
            }

            var usable = IsUsable(rule, subject);
            if (!rule.Allows && (!usable || rule.Pattern.Matches(topic, subject)))
            {
                return false;
            }

            allowed |= rule.Allows && usable && rule.Pattern.Matches(topic, subject);
        }

        return allowed;
    }

    /// <summary>Whether a valid topic filter may be subscribed to.</summary>
    public bool MaySubscribe(AclSubject subject, string filter)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var bytes = Encoding.UTF8.GetBytes(filter);
        var allowed = false;
        foreach (var rule in _rules)
        {
            if ((rule.Action & AclAction.Subscribe) == AclAction.None)
            {
                continue;
            }

            var usable = IsUsable(rule, subject);
            if (!rule.Allows && (!usable || rule.Pattern.Intersects(bytes, subject)))
            {
                return false;
            }

            allowed |= rule.Allows && usable && rule.Pattern.Contains(bytes, subject);
        }

        return allowed;
    }

    private static bool IsUsable(AclRule rule, AclSubject subject) =>
        (!rule.Pattern.UsesClientId || subject.ClientIdIsPlain) && (!rule.Pattern.UsesUserName || subject.UserNameIsPlain);
}
