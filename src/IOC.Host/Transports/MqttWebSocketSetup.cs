using IOC.Host.Settings;
using IOC.Mqtt;

namespace IOC.Host.Transports;

/// <summary>MQTT over WebSocket in the web side's pipeline.</summary>
internal static class MqttWebSocketSetup
{
    /// <summary>Requests of the MQTT listeners go no further than this: nothing else of the web side is to be had on those ports.</summary>
    public static void UseMqttWebSocketListeners(this IApplicationBuilder app)
    {
        var origins = app.ApplicationServices.GetRequiredService<IocOptions>().Mqtt.WebSocket.AllowedOrigins
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
        app.MapWhen(context => context.IsForMqttOnly(), mqtt =>
        {
            mqtt.Use((context, next) =>
            {
                // There is no page on these ports, so every page is a foreign one.
                var origin = context.Request.Headers.Origin.ToString();
                if (origin.Length == 0 || origins.Contains(origin))
                {
                    return next(context);
                }

                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            });
            mqtt.RunMqttWebSocket();
        });
    }

    /// <summary>/mqtt on the web side's own port; the guard before it has checked host and origin.</summary>
    public static void UseMqttWebSocketOnHttp(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<IocOptions>().Mqtt.WebSocketOnHttp)
        {
            app.Map("/mqtt", mqtt => mqtt.RunMqttWebSocket());
        }
    }
}
