using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace IOC.Host.Settings;

/// <summary>A setting that stops the start. The message holds one line per problem, each with the setting's full name.</summary>
public sealed class SettingsException(IEnumerable<string> problems) : Exception(string.Join(Environment.NewLine, problems));

/// <summary>Reads and checks the settings before anything starts.</summary>
public static class SettingsReader
{
    /// <summary>Short forms on the command line.</summary>
    public static readonly IReadOnlyDictionary<string, string> Switches = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["--data"] = "Ioc:DataDirectory",
        ["--http"] = "Ioc:Http:Listen",
        ["--mqtt"] = "Ioc:Mqtt:Listen",
    };

    // Set by the host itself from other settings.
    private static readonly Dictionary<string, string> Derived = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Ioc:ReadingLog:Directory"] = "Ioc:DataDirectory",
        ["Ioc:ReadingLog:Partitions"] = "Ioc:Partitions",
        ["Ioc:Mqtt:NodeId"] = "Ioc:Node",
        ["Ioc:Detection:TimeZone"] = "Ioc:TimeZone",
    };

    /// <summary>Settings that follow from others and cannot be set.</summary>
    internal static IReadOnlyCollection<string> DerivedSettings => Derived.Keys;

    /// <summary>Checks that each argument is <c>--data X</c>, <c>--http X</c>, <c>--mqtt X</c> or <c>--Ioc:Name=value</c>.</summary>
    /// <exception cref="SettingsException">One is not.</exception>
    public static void CheckArguments(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i].Split('=', 2)[0];
            var known = Switches.ContainsKey(name) || name.StartsWith("--Ioc:", StringComparison.OrdinalIgnoreCase);
            if (!known)
            {
                throw new SettingsException([$"'{args[i]}' is no option of the host; it takes {string.Join(", ", Switches.Keys)} and --Ioc:Name=value (docs/settings.md)."]);
            }

            if (!args[i].Contains('=', StringComparison.Ordinal) && ++i >= args.Count)
            {
                throw new SettingsException([$"'{name}' needs a value."]);
            }
        }
    }

    /// <summary>Binds section "Ioc" and checks it.</summary>
    /// <exception cref="SettingsException">A setting is unknown, has the wrong type or a bad value.</exception>
    public static IocOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(IocOptions.Section);
        var unknown = new List<string>();
        FindUnknown(section, typeof(IocOptions), unknown);
        if (unknown.Count > 0)
        {
            throw new SettingsException(unknown);
        }

        IocOptions options;
        try
        {
            options = section.Get<IocOptions>() ?? new IocOptions();
        }
        catch (InvalidOperationException e)
        {
            // The binder's message names the setting and the value; its cause says what was expected.
            throw new SettingsException([$"{e.Message} {e.InnerException?.Message}".TrimEnd()]);
        }

        var result = new IocOptionsValidator().Validate(null, options);
        if (result.Failed)
        {
            throw new SettingsException(result.Failures);
        }

        options.Mqtt.NodeId = options.Node;
        options.Detection.TimeZone = options.TimeZone;
        options.ReadingLog.Partitions = options.Partitions;
        options.ReadingLog.Directory = Path.Combine(options.DataDirectory, "log");
        return options;
    }

    private static void FindUnknown(IConfigurationSection section, Type type, List<string> unknown)
    {
        foreach (var child in section.GetChildren())
        {
            var property = type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (Derived.TryGetValue(child.Path, out var source))
            {
                unknown.Add($"{child.Path}: this follows from {source}; set that.");
            }
            else if (property is null)
            {
                var names = type.GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal);
                unknown.Add($"{child.Path}: there is no such setting; here are {string.Join(", ", names)}.");
            }
            else if (IsGroup(property.PropertyType))
            {
                FindUnknown(child, property.PropertyType, unknown);
            }
            else if (ItemOf(property.PropertyType) is { } element)
            {
                // A list of groups: its entries are numbered.
                foreach (var entry in child.GetChildren())
                {
                    FindUnknown(entry, element, unknown);
                    FindUnreadable(entry, element, unknown);
                }
            }
        }
    }

    // The binder leaves an entry of a list out, without a word, when one of its values cannot be read.
    private static void FindUnreadable(IConfigurationSection entry, Type element, List<string> unreadable)
    {
        try
        {
            entry.Get(element);
        }
        catch (InvalidOperationException e)
        {
            unreadable.Add($"{e.Message} {e.InnerException?.Message}".TrimEnd());
        }
    }

    /// <summary>What a list of groups consists of; null for anything else.</summary>
    internal static Type? ItemOf(Type type) => type.GenericTypeArguments is [var element] && IsGroup(element) ? element : null;

    private static bool IsGroup(Type type) =>
        type.IsClass && type != typeof(string) && !typeof(IEnumerable).IsAssignableFrom(type) && type.Namespace!.StartsWith("IOC.", StringComparison.Ordinal);
}
