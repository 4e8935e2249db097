using System.Globalization;
using System.Text.RegularExpressions;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The pictures of the guides (docs/guides), made of the running pages in both languages into artifacts/guides; and that the guides show
/// just these. docs/guides/renew.sh puts new ones in the place of the old.</summary>
[Collection(OperatorSuite.Name)]
public sealed partial class GuideTests(OperatorSuite suite)
{
    private const int MaxPicture = 200_000;
    private const int MaxPictures = 3_500_000;

    private static readonly string[] Languages = ["vi", "en"];
    private static readonly string[] SignInPictures = ["sign-in"];
    private static readonly string[] TroublePictures = ["flood", "link-off"];
    private static readonly string[] DayPictures =
    [
        "screen", "layers", "alert", "sensor", "district", "past", "lamp", "shelve", "held", "hand-over", "keys", "wall", "shift-log", "report", "figures",
    ];

    private static readonly string[] PlannerPictures = ["winters", "exceedance", "hours", "lamps", "districts"];

    private static string Guides => Path.Combine(Repository.Root, "docs", "guides");

    [Theory]
    [InlineData("operator-day")]
    [InlineData("planner-questions")]
    public void Both_languages_of_a_guide_show_the_same_pictures_and_none_is_missing(string guide)
    {
        var expected = guide == "operator-day" ? [.. SignInPictures, .. TroublePictures, .. DayPictures] : PlannerPictures;
        foreach (var language in Languages)
        {
            var text = File.ReadAllText(Path.Combine(Guides, $"{guide}.{language}.md"));
            var named = NamedPicture().Matches(text).Select(m => m.Groups["path"].Value).ToList();
            Assert.Equal(expected.Select(p => $"images/{language}/{p}.png").Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
            Assert.All(named, path => Assert.True(File.Exists(Path.Combine(Guides, path)), $"{guide}.{language}.md names {path}, which is not there: run docs/guides/renew.sh"));
        }
    }

    [Fact]
    public void No_picture_is_kept_that_no_guide_shows_and_all_are_small()
    {
        var kept = Directory.GetFiles(Path.Combine(Guides, "images"), "*", SearchOption.AllDirectories);
        var shown = Languages.SelectMany(l => new[] { SignInPictures, TroublePictures, DayPictures, PlannerPictures }.SelectMany(p => p).Select(p => Path.Combine(Guides, "images", l, $"{p}.png")));
        Assert.Equal(shown.Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
        Assert.All(kept, file => Assert.InRange(new FileInfo(file).Length, 1, MaxPicture));
        Assert.InRange(kept.Sum(file => new FileInfo(file).Length), 1, MaxPictures);
    }

    [NeedsProgramFact("chromium")]
    public Task The_operators_day_in_Vietnamese() => ShowDayAsync("vi");

    [NeedsProgramFact("chromium")]
    public Task The_operators_day_in_English() => ShowDayAsync("en");

    [NeedsProgramFact("chromium")]
    public async Task Signing_in()
    {
        using var folder = new TempDirectory();
        var catalogue = await City.WriteCatalogueAsync(folder);
        await using var host = await HostProcess.StartUnansweredAsync(folder.Combine("data"), $"--Ioc:CatalogueDirectory={catalogue}", "--Ioc:Security:Accounts=Required");
        await Eventually.HoldsAsync(() => PrintedLink().IsMatch(host.Output), "the one-time link on the console");

        // With an administrator the page asks for name and password only.
        await suite.OnAddressAsync(new Uri(PrintedLink().Match(host.Output).Value), new Look("vi"), async tab =>
        {
            await tab.SeeAsync("input[autocomplete=new-password]");
            await tab.FillAsync("input[autocomplete=username]", "lan");
            await tab.FillAsync("input[autocomplete=name]", "Nguyễn Thị Lan");
            await tab.FillAsync("input[autocomplete=new-password]", "ba con chim xanh tren cay");
            await tab.ClickAsync("button[type=submit]");
            await tab.UntilLinkAsync("live");
        }, Unauthorised);
        foreach (var language in Languages)
        {
            await suite.OnAddressAsync(new Uri(host.Http, "/signin/"), new Look(language), async tab =>
            {
                await tab.SeeAsync("input[autocomplete=current-password]");
                await tab.UntilAsync("() => document.querySelector('.note') === null");
                await tab.FillAsync("input[autocomplete=username]", "lan");
                await Album.TakeAsync(tab, language, "sign-in");
            }, Unauthorised);
        }
    }

    [NeedsProgramFact("chromium")]
    public async Task A_flood_and_a_lost_link()
    {
        // A city of its own: a flood stays for ten minutes, and its host is killed.
        await using var city = await City.StartAsync("--Ioc:Alerts:Flood:EnterAbove=3", "--Ioc:Alerts:Flood:LeaveBelow=1");
        await city.FillAsync();
        foreach (var station in city.WithProperty("noise").Where(s => city.Sensors[s].GetProperty("district").GetString() == "bac-giang").Take(6))
        {
            await city.PublishAsync(station, "noise", 125);
        }

        var cutOff = new Func<string, bool>(trouble => trouble.StartsWith("console:", StringComparison.Ordinal));
        await suite.OnPageAsync(city, new Look("vi", Operator: "vh-07"), vi => suite.OnPageAsync(city, new Look("en", Operator: "vh-07"), async en =>
        {
            foreach (var (language, tab) in new[] { ("vi", vi), ("en", en) })
            {
                await tab.SeeAsync(".list-head .flood");
                await tab.SeeAsync(".row.fold .open-button");
                await tab.UntilDrawnAsync();
                await Album.TakeAsync(tab, language, "flood");
            }

            await city.Host.KillAsync();
            foreach (var (language, tab) in new[] { ("vi", vi), ("en", en) })
            {
                await tab.UntilLinkAsync("off");
                await tab.SeeAsync(".banner.off");
                await Album.TakeAsync(tab, language, "link-off");
            }
        }, cutOff), cutOff);
    }

    [NeedsProgramFact("chromium")]
    public async Task The_planners_questions()
    {
        var city = await suite.PlannedCityAsync();
        await FillAsync(city);
        var today = city.Now.ToOffset(TimeSpan.FromHours(7));
        var spring = today.Month >= 3 ? today.Year : today.Year - 1;
        var winter = string.Create(CultureInfo.InvariantCulture, $"from={spring - 1}-12-01&to={spring}-02-28");
        var autumn = string.Create(CultureInfo.InvariantCulture, $"from={today.AddDays(-60):yyyy-MM-dd}&to={today.AddDays(-1):yyyy-MM-dd}");
        (string Name, string Question, string Ready)[] questions =
        [
            ("winters", $"?districts=viet-yen&properties=pm25&{winter}&window=P1W&compare=P1Y", ".plot canvas"),
            ("exceedance", "?properties=pm25&period=P90D&window=P1W&measures=exceedance:50", ".plot canvas"),
            ("hours", "?sensors=vy-junction-01&properties=occupancy&period=P90D&groupBy=sensor&view=heat", ".heat td[data-at='6-23']"),
            ("lamps", $"?districts=viet-yen&domains=lighting&properties=power&{autumn}&window=P1Y&measures=mean&groupBy=sensor&compare=P1Y&view=table", ".rows tbody tr"),
            ("districts", "?properties=pm25&period=P90D&compare=P1Y&view=districts", ".districts .bar.before"),
        ];
        Assert.Equal(PlannerPictures, questions.Select(q => q.Name));
        foreach (var language in Languages)
        {
            foreach (var (name, question, ready) in questions)
            {
                await suite.OnPlannerAsync(city, $"{question}&lang={language}", new Look(language), async tab =>
                {
                    await tab.SeeAsync(ready);
                    await tab.UntilAsync("() => document.querySelector('#answer .spinner, .stale') === null");
                    await Album.TakeAsync(tab, language, name);
                });
            }
        }
    }

    // A junction that is full at seven and at five of working days, and cabinets of which one uses far more than a year ago.
    private static async Task FillAsync(PlannedCity city)
    {
        const int Year = 365 * 24;
        DateTimeOffset Local(int hoursAgo) => city.Now.AddHours(-hoursAgo).ToOffset(TimeSpan.FromHours(7));
        await city.ImportAsync("vy-junction-01", "occupancy", 100 * 24, hoursAgo =>
        {
            var time = Local(hoursAgo);
            var working = time.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
            return 12 + (time.Hour is >= 6 and < 20 ? 14 : 0) + (working && time.Hour is 7 or 17 ? 46 : working && time.Hour is 6 or 8 or 16 or 18 ? 22 : 0) + (time.Day % 4);
        });
        double[] change = [1.04, 1.27, 0.88, 1.01];
        for (var i = 0; i < change.Length; i++)
        {
            var (usual, factor) = (1500 + (220 * i), change[i]);
            await city.ImportAsync($"vy-lamp-0{i + 1}", "power", 2 * Year, hoursAgo =>
                Local(hoursAgo).Hour is >= 18 or < 5 ? usual * (hoursAgo < 200 * 24 ? factor : 1) : 0);
        }
    }

    private static bool Unauthorised(string trouble) => trouble.Contains("401", StringComparison.Ordinal) || trouble.Contains("403", StringComparison.Ordinal);

    [GeneratedRegex(@"!\[[^\]]+\]\((?<path>[^)]+)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamedPicture();

    [GeneratedRegex(@"http://\S+/setup/#token=\S+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PrintedLink();

    private async Task ShowDayAsync(string language)
    {
        var city = await suite.BusyCityAsync();
        var day = await GuideDay.BeginAsync(city, language);
        try
        {
            await suite.OnPageAsync(city, new Look(language, Operator: GuideDay.Operator), day.ShowAsync);
            foreach (var (name, address, ready) in GuideDay.Pages)
            {
                await suite.OnAddressAsync(new Uri(city.Host.Http, string.Create(CultureInfo.InvariantCulture, $"{address}{(name == "wall" ? $"&lang={language}" : "")}")), new Look(language, Operator: GuideDay.Operator), async tab =>
                {
                    await tab.SeeAsync(ready);
                    await day.Album.TakeAsync(tab, name);
                });
            }

            Assert.Equal(DayPictures, day.Album.Taken);
        }
        finally
        {
            await day.EndAsync();
        }
    }
}
