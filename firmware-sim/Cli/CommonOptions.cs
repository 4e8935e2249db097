using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using static IOC.FirmwareSim.Cli.Language;

namespace IOC.FirmwareSim.Cli;

/// <summary>Options that several commands share, and the kinds of values that they take.</summary>
internal static class CommonOptions
{
    /// <summary>The seed that the committed catalogue and the default fleet are made from.</summary>
    public const ulong DefaultSeed = 20301;

    /// <summary>--mqtt.</summary>
    public static Option<string> Broker()
    {
        var option = new Option<string>("--mqtt")
        {
            Description = Say("Broker, as address:port.", "Máy chủ MQTT, dạng địa-chỉ:cổng."),
            DefaultValueFactory = _ => "127.0.0.1:1883",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !BrokerAddress.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError(Say(
                    $"--mqtt: '{result.Tokens[0].Value}' is not address:port.", $"--mqtt: '{result.Tokens[0].Value}' không có dạng địa-chỉ:cổng."));
            }
        });
        return option;
    }

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

    /// <summary>--quiet.</summary>
    public static Option<bool> Quiet() => new("--quiet", "-q")
    {
        Description = Say("Show no progress.", "Không hiện tiến trình."),
    };

    /// <summary>A whole number above 0, with a default.</summary>
    public static Option<int> Count(string name, int byDefault, string description) =>
        Above0(new Option<int>(name) { Description = description, DefaultValueFactory = _ => byDefault });

    /// <summary>A whole number above 0 that may be left out.</summary>
    public static Option<int?> OptionalCount(string name, string description) => Above0(new Option<int?>(name) { Description = description });

    /// <summary>A number of at least 0, or above <paramref name="above"/> when that is given.</summary>
    public static Option<double> Number(string name, double byDefault, double? above, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number) && (above is { } limit ? number > limit : number >= 0))
            {
                return number;
            }

            var (en, vi) = above is null ? ("0 or more", "từ 0 trở lên") : ("above 0", "lớn hơn 0");
            result.AddError(Say($"{name}: '{text}' is not a number {en}.", $"{name}: '{text}' không phải số {vi}."));
            return 0;
        },
    };

    /// <summary>A number from 0 to 1, 0 unless told.</summary>
    public static Option<double> Share(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => 0,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1)
            {
                return number;
            }

            result.AddError(Say($"{name}: '{text}' is not a number from 0 to 1.", $"{name}: '{text}' không phải số từ 0 đến 1."));
            return 0;
        },
    };

    /// <summary>A span of time such as 90s or 1h30m.</summary>
    public static Option<TimeSpan?> Time(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (Durations.TryParse(result.Tokens[0].Value, out var time))
            {
                return time;
            }

            result.AddError(Say(
                $"{name}: '{result.Tokens[0].Value}' is not a time such as 90s, 15m, 1h30m or 2d.",
                $"{name}: '{result.Tokens[0].Value}' không phải khoảng thời gian như 90s, 15m, 1h30m hay 2d."));
            return null;
        },
    };

    private static Option<T> Above0<T>(Option<T> option)
    {
        option.Validators.Add((OptionResult result) =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var count) && count < 1)
            {
                result.AddError(Say($"{option.Name} must be 1 or more.", $"{option.Name} phải từ 1 trở lên."));
            }
        });
        return option;
    }
}
