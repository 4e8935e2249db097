using IOC.Alerts;
using IOC.Host.Alerts;
using IOC.Host.Commands;
using IOC.Host.Live;
using IOC.Host.Notification;
using static IOC.Host.Metrics.HostMeter;

namespace IOC.Host.Metrics;

/// <summary>Figures of what people see and do: sensors, alerts, commands, messages.</summary>
internal static class PeopleFigures
{
    public static void Add(HostMeter meter, IServiceProvider services)
    {
        var live = services.GetRequiredService<LiveView>();
        meter.Gauge("ioc.sensors", "{sensor}", "Registered sensors by state.", () => Sensors(live));
        AddAlerts(meter, services);
        AddCommands(meter, services.GetRequiredService<CommandDesk>());
        AddNotification(meter, services.GetRequiredService<NotificationDesk>());
    }

    private static void AddAlerts(HostMeter meter, IServiceProvider services)
    {
        var (books, operators) = (services.GetRequiredService<AlertBooks>(), services.GetRequiredService<OperatorsOnShift>());
        var (flood, time) = (services.GetRequiredService<FloodMeter>(), services.GetRequiredService<TimeProvider>());
        meter.Gauge("ioc.alerts.open", "{alert}", "Alerts in the operators' list, by priority.", () =>
        {
            var all = books.OpenCounts().Values;
            return [Of(all.Sum(c => c.P1), "priority", "P1"), Of(all.Sum(c => c.P2), "priority", "P2"), Of(all.Sum(c => c.P3), "priority", "P3"), Of(all.Sum(c => c.P4), "priority", "P4")];
        });
        meter.Gauge("ioc.alerts.flood", null, "1 while more alerts come than the operators can follow, else 0.", () => flood.At(time.GetUtcNow().ToUnixTimeMilliseconds(), operators.Count).InFlood ? 1 : 0);
        meter.Gauge("ioc.operators", "{person}", "Operators who look at the live page, by the names that their pages told.", () => operators.Count);
    }

    private static void AddCommands(HostMeter meter, CommandDesk desk)
    {
        meter.Gauge("ioc.commands.open", "{command}", "Commands to devices without an outcome.", () => desk.Figures.Open);
        meter.Counter("ioc.commands.sent", "{command}", "Commands sent to devices, repetitions included.", () => desk.Figures.Sent);
        meter.Counter("ioc.commands.answers", "{answer}", "Answers of devices that changed a command.", () => desk.Figures.Answers);
        meter.Counter("ioc.commands.bad_answers", "{answer}", "Answers of devices that could not be read, or to no command of theirs.", () => desk.Figures.BadAnswers + desk.Figures.UnknownAnswers);
    }

    private static void AddNotification(HostMeter meter, NotificationDesk desk)
    {
        meter.Gauge("ioc.notification.pending", "{message}", "Messages to people that are to be sent.", () => desk.Figures.Pending);
        meter.Gauge("ioc.notification.given_up", "{message}", "Messages to people that were given up and wait for somebody.", () => desk.Figures.GivenUp);
        meter.Gauge("ioc.notification.failing_channels", "{channel}", "Channels whose receiver fails.", () => desk.Figures.FailingChannels.Count);
        meter.Counter("ioc.notification.sent", "{message}", "Messages sent to people.", () => desk.Figures.Sent);
        meter.Counter("ioc.notification.failures", "{try}", "Tries to send a message that failed.", () => desk.Figures.Failed);
    }

    private static List<System.Diagnostics.Metrics.Measurement<double>> Sensors(LiveView live)
    {
        var counts = live.Districts().Select(d => d.Sensors).ToList();
        return
        [
            Of(counts.Sum(c => c.Online), "state", "online"), Of(counts.Sum(c => c.Offline), "state", "offline"), Of(counts.Sum(c => c.Stale), "state", "stale"),
            Of(counts.Sum(c => c.Silent), "state", "silent"), Of(counts.Sum(c => c.Unknown), "state", "unknown"),
        ];
    }
}
