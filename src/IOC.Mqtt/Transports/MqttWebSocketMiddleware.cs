using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IOC.Mqtt;

/// <summary>MQTT over WebSocket (section 6 of both versions) in an HTTP pipeline. The origin of the request is the pipeline's matter.</summary>
public static class MqttWebSocketMiddleware
{
    /// <summary>Name of the sub-protocol (MQTT-6.0.0-3).</summary>
    public const string SubProtocol = "mqtt";

    /// <summary>Ends the pipeline: whatever comes here is a WebSocket with sub-protocol "mqtt" or refused with 400.</summary>
    public static void RunMqttWebSocket(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        // MQTT has its own keep-alive.
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.Run(HandleAsync);
    }

    private static async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("This is MQTT: open a WebSocket with sub-protocol \"mqtt\".\n");
            return;
        }

        var server = context.RequestServices.GetRequiredService<MqttServer>();
        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol);
        await new WebSocketTransport(context, socket).RunAsync(server.RunAsync);
    }
}
