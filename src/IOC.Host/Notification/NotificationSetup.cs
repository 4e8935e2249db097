using IOC.Alerts;
using IOC.Alerts.Notification;
using IOC.Host.Settings;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Notification;

/// <summary>Puts notification together.</summary>
internal static class NotificationSetup
{
    public static IServiceCollection AddNotification(this IServiceCollection services, IocOptions options)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        services.AddSingleton(options.Notification)
            .AddSingleton<INotificationStore, NotificationStore>()
            .AddSingleton(_ => new MessageWriter(zone, options.Notification.PageUrl))
            .AddSingleton<ChannelSecrets>().AddSingleton<SmtpSender>().AddSingleton<WebhookSender>().AddSingleton<IChannelSender, NotificationSender>()
            .AddSingleton(s => new NotificationBook(
                options.Node, s.GetRequiredService<INotificationStore>(), s.GetRequiredService<IAlertStore>().Find, CatalogueNames.Of(s.GetRequiredService<Catalogue>),
                options.Notification, zone))
            .AddSingleton<NotificationDesk>().AddHostedService(s => s.GetRequiredService<NotificationDesk>());
        services.AddHealthChecks().AddCheck<NotificationHealthCheck>("notification");
        return services;
    }

    public static void MapNotification(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/notifications").WithTags("notifications");
        ChannelEndpoints.Map(group);
        RouteEndpoints.Map(group);
        CalendarEndpoints.Map(group);
        DeliveryEndpoints.Map(group);
    }
}
