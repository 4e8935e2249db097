using System.Net;
using System.Text;
using IOC.Access.Accounts;

namespace IOC.Host.Security;

/// <summary>
/// A key of this run of the host in a file of the data folder that only its owner may read: whoever can read the data folder may do everything
/// anyway. It is good from this machine only, and goes with the host.
/// </summary>
internal sealed class LocalToken : IDisposable
{
    /// <summary>How it begins.</summary>
    public const string Prefix = AccountKeys.TokenPrefix + "local_";

    private readonly string _file;
    private readonly string _hash;

    public LocalToken(DataFolder data)
    {
        var token = Prefix + AccountKeys.Generate();
        _hash = AccountKeys.HashOf(token);
        _file = FileIn(data.Path);
        PrivateFile.Write(_file, Encoding.ASCII.GetBytes(token));
    }

    /// <summary>The file of a data folder.</summary>
    public static string FileIn(string dataFolder) => Path.Combine(dataFolder, "run", "local.token");

    /// <summary>Whether a request comes from this machine, and not by way of a proxy on it.</summary>
    public static bool IsLocal(HttpContext context)
    {
        var headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !headers.ContainsKey("Forwarded") && !headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("X-Real-IP") && !headers.ContainsKey("Via");
    }

    /// <summary>Whether it is the key.</summary>
    public bool Is(string token) => AccountKeys.Same(AccountKeys.HashOf(token), _hash);

    public void Dispose() => File.Delete(_file);
}
