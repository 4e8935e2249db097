using System.Data.Common;
using IOC.Host.Api;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Notification;

/// <summary>What the endpoints of notification answer alike.</summary>
internal static class NotificationAnswers
{
    public static IResult Bad(IReadOnlyList<LocalText> problems) => Problems.Result(
        StatusCodes.Status400BadRequest, "bad_notification", new LocalText(string.Join(' ', problems.Select(p => p.Vi)), string.Join(' ', problems.Select(p => p.En))), problems, "problems");

    public static IResult InUse(IReadOnlyList<string> routes) => Problems.Result(
        StatusCodes.Status409Conflict, "in_use",
        new LocalText($"Đang được các tuyến dùng: {string.Join(", ", routes)}.", $"These routes use it: {string.Join(", ", routes)}."), routes, "routes");

    // After a failure nothing has changed, so trying again is safe.
    public static async ValueTask<object?> TellStoreFailuresAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (DbException e) when (e is not RegistryUnavailableException)
        {
            context.HttpContext.RequestServices.GetRequiredService<ILogger<NotificationDesk>>().LogError(e, "Notification could not be stored or read");
            return Problems.Result(
                StatusCodes.Status503ServiceUnavailable, "not_stored", new LocalText("Chưa lưu được; hãy thử lại.", "It could not be stored; try again."));
        }
    }
}
