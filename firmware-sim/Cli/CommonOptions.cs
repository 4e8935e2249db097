using System.CommandLine;
using static IOC.FirmwareSim.Cli.Language;

namespace IOC.FirmwareSim.Cli;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>The seed that the committed catalogue and the default fleet are made from.</summary>
    public const ulong DefaultSeed = 20301;

    /// <summary>--seed.</summary>
    public static Option<ulong> Seed() => new("--seed")
    {
        Description = Say("The same seed makes the same city.", "Cùng một số mầm cho cùng một thành phố."),
        DefaultValueFactory = _ => DefaultSeed,
    };

    /// <summary>--catalogue.</summary>
    public static Option<DirectoryInfo?> Catalogue() => new("--catalogue")
    {
        Description = Say(
            "Folder with sensors.csv. Default: deploy/catalogue/bac-giang, here or above.",
            "Thư mục có sensors.csv. Mặc định: deploy/catalogue/bac-giang, tại đây hoặc thư mục cha."),
    };

    /// <summary>A whole number above 0.</summary>
    public static Option<int> Count(string name, int byDefault, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out var count) && count < 1)
            {
                result.AddError(Say($"{name} must be 1 or more.", $"{name} phải từ 1 trở lên."));
            }
        });
        return option;
    }
}
