using System.Globalization;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>The trend strip shows what history holds, and goes on with what arrives.</summary>
[Collection(OperatorSuite.Name)]
public sealed class TrendTests(OperatorSuite suite)
{
    private const string DrawnPixels =
        """
        () => {
          const canvas = document.querySelector('.chart canvas');
          if (!canvas) return 0;
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let drawn = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) drawn++;
          return drawn;
        }
        """;

    [NeedsProgramFact("chromium")]
    public async Task The_readings_of_the_selected_sensor_are_drawn_and_the_next_one_is_added()
    {
        var city = await suite.CityAsync();
        var station = city.SilentAirStation;
        double[] values = [.. Enumerable.Range(0, 90).Select(i => 40 + (i % 7)), City.Hazardous + 80];
        await city.PublishRowAsync(station, "pm25", values);
        await suite.OnPageAsync(city, new Look("en"), async tab =>
        {
            await tab.ClickAsync($".row[data-alert='{await city.AlertIdAsync(station)}']");
            await UntilSummaryAsync(tab, values.Length, "lowest 40.0, highest 480.0, latest 480.0");
            await tab.UntilAsync($"() => ({DrawnPixels})() > 2000");

            await city.PublishAsync(station, "pm25", 470.2);
            await UntilSummaryAsync(tab, values.Length + 1, "lowest 40.0, highest 480.0, latest 470.2");

            // An hour holds an hour's values: one a minute, and the later one.
            await tab.ClickAsync(".ranges button:first-child");
            await tab.UntilAsync("() => /: (6[0-3]) values/.test(document.querySelector('.chart')?.ariaLabel ?? '')");
        });
    }

    private static Task UntilSummaryAsync(Tab tab, int count, string rest) => tab.UntilAsync(
        "(text) => document.querySelector('.chart')?.ariaLabel?.endsWith(text)",
        string.Create(CultureInfo.InvariantCulture, $": {count} values, {rest}"));
}
