using System.Globalization;
using IOC.Access.Accounts;
using IOC.Host.Settings;

namespace IOC.Host.Security.Accounts;

/// <summary>Prints the link that makes the first administrator, at each start until there is one. To the console only: it is in no log file.</summary>
internal sealed class SetupAnnouncer(AccountBook book, IServiceScopeFactory scopes, LinkPrinter printer, IocOptions options, ILogger<SetupAnnouncer> log)
{
    public void Announce(TextWriter console)
    {
        if (options.Security.Accounts == AccountsMode.Off || book.HasAdministrator)
        {
            return;
        }

        using var scope = scopes.CreateScope();
        var (key, expires) = scope.ServiceProvider.GetRequiredService<LinkDesk>().MakeAsync(LinkPurpose.Setup, null, LinkDesk.AtStart, CancellationToken.None).GetAwaiter().GetResult();
        var until = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(expires), TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone)).ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
        log.LogWarning("There is no administrator yet: the one-time link on the console makes one");
        console.WriteLine($"""

              Chưa có quản trị viên. Mở liên kết dùng một lần này để tạo (đến {until}):
              There is no administrator yet. Open this one-time link to make one (until {until}):

                {printer.UrlOf(key)}

            """);
        console.Flush();
    }
}
