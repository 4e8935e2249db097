using System.Diagnostics.CodeAnalysis;
using IOC.Telemetry;

namespace IOC.Access;

/// <summary>What a rule is about.</summary>
[Flags]
public enum AclAction
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Publishing, retained or not.</summary>
    Publish = 1,

    /// <summary>Subscribing.</summary>
    Subscribe = 2,

    /// <summary>Publishing with the retain flag; only to be denied.</summary>
    Retain = 4,

    /// <summary>Publishing and subscribing.</summary>
    All = Publish | Subscribe,
}

/// <summary>One rule of access, written <c>allow|deny publish|subscribe|all|retain PATTERN</c>.</summary>
/// <param name="Allows">Whether it allows or denies.</param>
/// <param name="Action">What.</param>
/// <param name="Pattern">Where.</param>
public sealed record AclRule(bool Allows, AclAction Action, TopicPattern Pattern)
{
    /// <summary>Reads a rule.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AclRule? rule, [NotNullWhen(false)] out LocalText? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        rule = null;
        var words = text.Trim().Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var action = words.Length == 3 ? ActionOf(words[1]) : AclAction.None;
        if (action == AclAction.None || words[0] is not ("allow" or "deny") || (action == AclAction.Retain && words[0] == "allow"))
        {
            problem = new LocalText(
                $"Quy tắc '{text}' phải có dạng 'allow|deny publish|subscribe|all MẪU' hoặc 'deny retain MẪU'.",
                $"Rule '{text}' must read 'allow|deny publish|subscribe|all PATTERN' or 'deny retain PATTERN'.");
            return false;
        }

        if (!TopicPattern.TryParse(words[2], out var pattern, out problem))
        {
            return false;
        }

        rule = new AclRule(words[0] == "allow", action, pattern);
        return true;
    }

    /// <summary>The rule as it is written.</summary>
    public override string ToString() => $"{(Allows ? "allow" : "deny")} {Name(Action)} {Pattern}";

    private static AclAction ActionOf(string word) => word switch
    {
        "publish" => AclAction.Publish,
        "subscribe" => AclAction.Subscribe,
        "retain" => AclAction.Retain,
        "all" => AclAction.All,
        _ => AclAction.None,
    };

    private static string Name(AclAction action) => action switch
    {
        AclAction.Publish => "publish",
        AclAction.Subscribe => "subscribe",
        AclAction.Retain => "retain",
        _ => "all",
    };
}
