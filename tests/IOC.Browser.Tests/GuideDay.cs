using System.Globalization;
using System.Text;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>A day of an operator for the guide: an air quality alert that is being seen to, another of a station out of service, a shift handed over.</summary>
internal sealed class GuideDay
{
    public const string Operator = "vh-07";

    private const string Colleague = "vh-03 Lan";

    /// <summary>Pages beside the operators' page: the picture's name, the address, and what says that they are there.</summary>
    public static readonly (string Name, string Address, string Ready)[] Pages =
    [
        ("wall", "/wall/?period=3600&pages=overview&theme=night", ".wall[data-link=live] .domain-card"),
        ("shift-log", "/shifts/", ".entry"),
        ("report", "/shifts/?view=report&span=today", ".report .open-table"),
        ("figures", "/figures/?period=PT8H", ".cards"),
    ];

    private readonly City _city;
    private readonly bool _vietnamese;
    private readonly (string Station, string Id) _shown;
    private readonly (string Station, string Id) _out;

    private GuideDay(City city, string language, (string Station, string Id) shown, (string Station, string Id) outOfService)
    {
        (_city, _shown, _out, _vietnamese, Album) = (city, shown, outOfService, language == "vi", new Album(language));
    }

    public Album Album { get; }

    public static async Task<GuideDay> BeginAsync(City city, string language)
    {
        var (station, other) = (city.TakeAirStation(), city.TakeAirStation());
        await ImportAsync(city, station);
        await city.PublishRowAsync(station, "pm25", [.. Enumerable.Range(0, 40).Select(n => 60 + (12 * Math.Sin(n / 4.0)) + (n * n / 7.0)), City.Hazardous + 12.5]);
        await city.PublishAsync(other, "pm25", City.Hazardous + 20.5);
        var day = new GuideDay(city, language, (station, await city.AlertIdAsync(station)), (other, await city.AlertIdAsync(other)));
        await day.FillAsync();
        return day;
    }

    public async Task EndAsync()
    {
        await LifeCycleTests.CloseAsync(_city, _shown.Station, _shown.Id);
        await LifeCycleTests.CloseAsync(_city, _out.Station, _out.Id);
    }

    /// <summary>Goes through the operators' page and takes its pictures.</summary>
    public async Task ShowAsync(Tab tab)
    {
        await tab.SeeAsync(".row");
        await DrawnAsync(tab, "screen");
        await tab.ClickAsync(".map-corner > button:last-child");
        await tab.SeeAsync(".layer-panel");
        await DrawnAsync(tab, "layers");
        await tab.ClickAsync(".map-corner > button:last-child");

        await tab.ClickAsync(".grid-head");
        await tab.SelectByKeyboardAsync(_shown.Id);
        await tab.SeeAsync(".detail .steps li.done");
        await tab.SeeAsync(".chart canvas");
        await tab.SeeAsync(".detail .similar .empty, .detail .similar .figures");
        await DrawnAsync(tab, "alert");
        await GoAsync(tab, $"#/sensor/{_shown.Station}");
        await tab.SeeAsync(".subject-page .page-chart canvas");
        await Album.TakeAsync(tab, "sensor");
        await GoAsync(tab, $"#/district/{_city.Sensors[_shown.Station].GetProperty("district").GetString()}");
        await tab.SeeAsync(".indicators tbody tr");
        await tab.SeeAsync(".subject-page .page-chart canvas");
        await Album.TakeAsync(tab, "district");
        await tab.PressAsync("Escape");
        await tab.UntilAsync("() => document.querySelector('.subject-page') === null");

        await tab.PressAsync("t");
        await tab.SeeAsync(".past-banner");
        await tab.UntilAsync("() => document.activeElement?.matches('.time-bar input[type=range]')");
        await tab.PressAsync("End");
        await DrawnAsync(tab, "past");
        await tab.PressAsync("Escape");
        await tab.UntilAsync("() => document.querySelector('.past-banner') === null");

        await LampAsync(tab);
        await HoldAsync(tab);
        await tab.PressAsync("c");
        await tab.SeeAsync(".handovers li");
        await TakeAndCloseAsync(tab, "hand-over");
        await tab.PressAsync("?");
        await tab.SeeAsync("dialog[open] kbd");
        await TakeAndCloseAsync(tab, "keys");
    }

    // The dialog that dims a light; nothing is sent.
    private async Task LampAsync(Tab tab)
    {
        var lamp = _city.Sensors.Keys.Where(id => id.Contains("-lamp-", StringComparison.Ordinal)).Order(StringComparer.Ordinal).First();
        await tab.PressAsync("f");
        await tab.TypeAsync(lamp);
        await tab.UntilAsync("(id) => document.querySelectorAll('#map-found [role=option]').length === 1", lamp);
        await tab.PressAsync("Enter");
        await tab.SeeAsync(".lamp-control button");
        await tab.ClickAsync(".lamp-control button");
        await tab.SeeAsync("dialog[open] .choices");
        await tab.ClickAsync(".choices label:nth-of-type(3)");
        await tab.SeeAsync("dialog[open] input[type=range]");
        await TakeAndCloseAsync(tab, "lamp");
    }

    // Shelves the alert, as its dialog is shown, and looks at what is held back.
    private async Task HoldAsync(Tab tab)
    {
        await tab.ClickAsync(".grid-head");
        await tab.SelectByKeyboardAsync(_shown.Id);
        await tab.PressAsync("s");
        await tab.SeeAsync("dialog[open] .presets");
        await tab.ClickAsync(".presets button:nth-child(2)");
        await Album.TakeAsync(tab, "shelve");
        await tab.PressAsync("Tab");
        await tab.PressAsync("Control+Enter");
        await tab.UntilAsync("id => !document.querySelector('dialog') && !document.querySelector(`.row[data-alert='${id}']`)", _shown.Id);
        await tab.PressAsync("h");
        await tab.SeeAsync($".held-row[data-alert='{_shown.Id}']");
        await tab.SeeAsync($".outage[data-outage='{_out.Station}']");
        await Album.TakeAsync(tab, "held");
        await tab.PressAsync("h");
    }

    private async Task FillAsync()
    {
        async Task PostAsync(string path, object body) => await LifeCycleTests.PostAsync(_city, path, body);
        string Say(string vi, string en) => _vietnamese ? vi : en;
        await PostAsync($"alerts/{_shown.Id}/steps/confirm", new { @operator = Colleague, procedure = "air-hazard", version = 1, done = true });
        await PostAsync($"alerts/{_shown.Id}/note", new { @operator = Colleague, note = Say("Đã gọi đội quan trắc, hẹn 20 phút.", "Called the monitoring team, here in 20 minutes.") });
        await PostAsync($"alerts/{_shown.Id}/assign", new { @operator = Colleague, to = Operator });
        await PostAsync("alerts/out-of-service", new { @operator = Operator, kind = "sensor", id = _out.Station, reason = Say("Thay đầu đo", "New sensor head") });
        await PostAsync("shifts/log", new { @operator = Operator, category = "contact", text = Say("Sở Môi trường đã nhận tin về trạm bụi.", "The environment department knows of the dust station.") });
        await PostAsync("shifts/handovers", new
        {
            from = Colleague,
            to = Operator,
            summary = Say("Trạm bụi vượt ngưỡng từ 9 giờ.\nĐội quan trắc đang tới.", "The dust station is above its limit since 9.\nThe monitoring team is on its way."),
        });
    }

    private async Task DrawnAsync(Tab tab, string name)
    {
        await tab.UntilDrawnAsync();
        await Album.TakeAsync(tab, name);
    }

    private async Task TakeAndCloseAsync(Tab tab, string name)
    {
        await Album.TakeAsync(tab, name);
        await tab.PressAsync("Escape");
        await tab.UntilAsync("() => !document.querySelector('dialog')");
    }

    private static Task<object?> GoAsync(Tab tab, string hash) => tab.EvaluateAsync<object?>("hash => { location.hash = hash; }", hash);

    // The day before this hour, each ten minutes, so that trends have something to show.
    private static async Task ImportAsync(City city, string station)
    {
        var now = DateTimeOffset.UtcNow.AddHours(-1);
        var csv = new StringBuilder("sensor,property,time,value,quality\n");
        for (var i = 0; i < 144; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{station},pm25,{now.AddMinutes(-10 * i).ToUnixTimeMilliseconds()},{55 + (18 * Math.Sin(i / 12.0)):0.0},\n");
        }

        using var body = new StringContent(csv.ToString(), Encoding.UTF8, "text/csv");
        using var response = await city.Host.Client.PostAsync(new Uri("/api/v1/history/import", UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
