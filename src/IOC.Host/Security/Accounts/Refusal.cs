using System.Data.Common;
using System.Globalization;
using IOC.Host.Api;
using IOC.Registry;
using IOC.Telemetry;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace IOC.Host.Security.Accounts;

/// <summary>A request about accounts that is refused.</summary>
internal sealed class RefusalException(int status, string code, LocalText text, TimeSpan? wait = null) : Exception(text.En)
{
    public int Status => status;

    public string Code => code;

    public LocalText Text => text;

    public TimeSpan? Wait => wait;

    public static RefusalException BadRequest(string code, string vi, string en) => new(StatusCodes.Status400BadRequest, code, new LocalText(vi, en));

    public static RefusalException Conflict(string code, string vi, string en) => new(StatusCodes.Status409Conflict, code, new LocalText(vi, en));

    public static RefusalException NotFound(string vi, string en) => new(StatusCodes.Status404NotFound, "not_found", new LocalText(vi, en));

    public static RefusalException NoAccount(string id) => NotFound($"Không có tài khoản '{id}'.", $"There is no account '{id}'.");

    /// <summary>Throws when Identity refuses.</summary>
    public static void ThrowIfFailed(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            var error = result.Errors.First();
            throw new RefusalException(
                error.Code.EndsWith("_taken", StringComparison.Ordinal) ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest, error.Code, LocalIdentityError.TextOf(error));
        }
    }
}

/// <summary>Answers refusals as problems.</summary>
internal static class RefusalFilter
{
    public static async ValueTask<object?> TellAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (RefusalException e)
        {
            if (e.Wait is { } wait)
            {
                context.HttpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }

            return Problems.Result(e.Status, e.Code, e.Text);
        }
        catch (Exception e) when (e is DbException and not RegistryUnavailableException or DbUpdateException)
        {
            context.HttpContext.RequestServices.GetRequiredService<ILogger<AccountDesk>>().LogError(e, "Accounts could not be stored or read");
            return Problems.Result(
                StatusCodes.Status503ServiceUnavailable, "not_stored", new LocalText("Chưa lưu được; hãy thử lại.", "It could not be stored; try again."));
        }
    }
}
