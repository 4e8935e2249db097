using System.Globalization;
using System.Net;
using System.Text;

namespace IOC.Access.Tests;

public class StormTests
{
    /// <summary>Twenty thousand devices with generated secrets: no login is stretched, and each is let in to its own rights.</summary>
    [Fact]
    public async Task A_fleet_that_comes_back_at_once_is_let_in_without_stretching()
    {
        using var shop = new Shop();
        var made = await shop.Desk.AddAsync([.. Enumerable.Range(0, 20_000).Select(i => new DeviceDraft { Name = "d" + i.ToString(CultureInfo.InvariantCulture) })], "test", default);
        var admitted = 0;
        await Parallel.ForEachAsync(made, async (device, stop) =>
        {
            var attempt = new LoginAttempt(device.Name, device.Name, Encoding.UTF8.GetBytes(device.Secret!), IPAddress.Loopback, Certificate: null);
            var answer = await shop.Door.LoginAsync(attempt, stop);
            if (answer.Login is { } login && login.Entry.Acl.MayPublish(login.Subject, Encoding.UTF8.GetBytes($"ioc/v1/x/air/{device.Name}/telemetry"), retain: false))
            {
                Interlocked.Increment(ref admitted);
            }
        });
        Assert.Equal((20_000, 0L), (admitted, shop.Verifier.Stretched));
    }
}
