using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>The rule files of a catalogue folder: rules/*.json in order of their names; without any, rules.csv, the older form.</summary>
internal static class RuleFiles
{
    /// <summary>Folder of the files within the catalogue's.</summary>
    public const string Folder = "rules";

    /// <summary>What stands for all of them in messages.</summary>
    public const string Name = "rules/*.json";

    /// <summary>Reads the bytes.</summary>
    public static async Task<List<SourceFile>> ReadAsync(string catalogueFolder, CatalogueErrors errors, CancellationToken cancel)
    {
        var folder = Path.Combine(catalogueFolder, Folder);
        var files = new List<SourceFile>();
        if (Directory.Exists(folder))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            {
                if (await SourceFile.ReadAsync(catalogueFolder, $"{Folder}/{Path.GetFileName(path)}", required: false, errors, cancel) is { } file)
                {
                    files.Add(file);
                }
            }
        }

        if (files.Count == 0 && await SourceFile.ReadAsync(catalogueFolder, RulesFile.Name, required: false, errors, cancel) is { } older)
        {
            files.Add(older);
        }

        if (files.Count == 0)
        {
            errors.Add(Name, 0, null, $"The rules are missing: put at least one file into the folder {Folder}.", $"Thiếu luật: hãy đặt ít nhất một tệp vào thư mục {Folder}.");
        }

        return files;
    }

    /// <summary>Reads the rules of all files, each by itself checked against the catalogue.</summary>
    public static List<PlacedRule> Parse(
        IReadOnlyList<SourceFile> files, RuleText text, RuleChecks checks,
        IReadOnlyDictionary<string, PropertyDefinition> properties, IReadOnlyDictionary<string, Area> areas, IReadOnlySet<string> sensors, CatalogueErrors errors)
    {
        var rules = new List<PlacedRule>();
        foreach (var file in files)
        {
            if (file.Name == RulesFile.Name)
            {
                rules.AddRange(RulesFile.Read(file, properties, areas, sensors, errors));
            }
            else if (file.Text is { } content)
            {
                var read = text.ReadFile(content, file.Name, errors);
                read.ForEach(checks.Check);
                rules.AddRange(read);
            }
        }

        return rules;
    }
}
