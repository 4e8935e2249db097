using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Security;

namespace IOC.Host.Backup;

/// <summary>Asks for a backup.</summary>
/// <param name="By">Who wants it, for the host's log.</param>
public sealed record BackupRequest(string? By);

/// <summary>Puts backups in place.</summary>
internal static class BackupSetup
{
    public static IServiceCollection AddBackup(this IServiceCollection services) =>
        services.AddSingleton<BackupDesk>().AddHostedService(s => s.GetRequiredService<BackupDesk>());

    public static void MapBackup(this RouteGroupBuilder api)
    {
        api.MapGet("/backups", (BackupDesk desk) => desk.List()).NeedsEverywhere(Permission.Monitor)
            .WithSummary("Backups that there are, and how far the present one is");
        api.MapPost("/backups", Begin).NeedsEverywhere(Permission.Administer).Produces<BackupListDto>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Begins a backup of the running host")
            .WithDescription("It is written below `Ioc:Backup:Directory` on the host's machine; GET /backups tells how far it is. Everything acknowledged before is in it.");
    }

    private static IResult Begin(BackupDesk desk, Caller caller, BackupRequest? request)
    {
        return desk.TryBegin(caller.By(request?.By))
            ? Results.Accepted("/api/v1/backups", desk.List())
            : Problems.Result(StatusCodes.Status409Conflict, "backup_running", new IOC.Telemetry.LocalText("Một bản sao lưu đang được tạo.", "A backup is being made already."));
    }
}
