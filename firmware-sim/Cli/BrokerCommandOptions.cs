using System.CommandLine;
using IOC.FirmwareSim.Publishing;
using IOC.Mqtt;
using static IOC.FirmwareSim.Cli.Language;

namespace IOC.FirmwareSim.Cli;

/// <summary>The options that say where the broker is and how to get in. A password is never an argument: other users of the machine see
/// those.</summary>
internal sealed class BrokerCommandOptions
{
    /// <summary>Environment variable of the user name.</summary>
    public const string UserVariable = "IOC_MQTT_USER";

    /// <summary>Environment variable of the password.</summary>
    public const string PasswordVariable = "IOC_MQTT_PASSWORD";

    private readonly Option<string> _broker = CommonOptions.Broker();
    private readonly Option<string?> _user = new("--user")
    {
        Description = Say(
            $"User name; {{client}} in it becomes the client identifier. Default: {UserVariable}.", $"Tên người dùng; {{client}} được thay bằng mã kết nối. Mặc định: {UserVariable}."),
    };

    private readonly Option<FileInfo?> _passwordFile = new("--password-file")
    {
        Description = Say($"File whose first line is the password. Default: {PasswordVariable}.", $"Tệp có dòng đầu là mật khẩu. Mặc định: {PasswordVariable}."),
    };

    private readonly Option<bool> _tls = new("--tls")
    {
        Description = Say("Connect with TLS; the server's certificate must be valid.", "Kết nối bằng TLS; chứng thư của máy chủ phải hợp lệ."),
    };

    private readonly Option<FileInfo?> _ca = new("--ca")
    {
        Description = Say("PEM file of the roots to trust, in place of the system's. Implies --tls.", "Tệp PEM các chứng thư gốc được tin, thay cho của hệ thống. Bao hàm --tls."),
    };

    private readonly Option<FileInfo?> _certificate = new("--cert")
    {
        Description = Say("PEM or PFX file of the client's certificate. Implies --tls.", "Tệp PEM hoặc PFX chứng thư của thiết bị. Bao hàm --tls."),
    };

    private readonly Option<FileInfo?> _key = new("--key")
    {
        Description = Say("PEM file of the certificate's key, when it is not in --cert.", "Tệp PEM khóa của chứng thư, nếu không nằm trong --cert."),
    };

    private readonly Option<string?> _webSocket = new("--websocket")
    {
        Description = Say("Path of the broker's WebSocket endpoint, such as /mqtt; default: MQTT on TCP.", "Đường dẫn WebSocket của máy chủ, ví dụ /mqtt; mặc định: MQTT trên TCP."),
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _broker, _user, _passwordFile, _tls, _ca, _certificate, _key, _webSocket })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the command line says.</summary>
    /// <exception cref="UserErrorException">A file cannot be used, or options contradict each other.</exception>
    public BrokerConnection Read(ParseResult parsed)
    {
        var text = parsed.GetValue(_broker)!;
        if (!BrokerAddress.TryParse(text, out var address))
        {
            throw new UserErrorException($"'{text}' is not address:port.", $"'{text}' không có dạng địa-chỉ:cổng.");
        }

        var (ca, certificate, key, path) = (parsed.GetValue(_ca), parsed.GetValue(_certificate), parsed.GetValue(_key), parsed.GetValue(_webSocket));
        if (key is not null && certificate is null)
        {
            throw new UserErrorException("--key needs --cert.", "--key cần có --cert.");
        }

        if (path is not null && !path.StartsWith('/'))
        {
            throw new UserErrorException($"--websocket: '{path}' does not begin with '/'.", $"--websocket: '{path}' không bắt đầu bằng '/'.");
        }

        var password = parsed.GetValue(_passwordFile) is { } file ? FirstLine(file) : Variable(PasswordVariable);
        var user = parsed.GetValue(_user) ?? Variable(UserVariable);
        if (password is not null && user is null)
        {
            throw new UserErrorException("A password needs a user name (--user).", "Có mật khẩu thì cần tên người dùng (--user).");
        }

        var isTls = parsed.GetValue(_tls) || ca is not null || certificate is not null;
        return new BrokerConnection(address)
        {
            User = user,
            Password = password,
            WebSocketPath = path,
            Tls = isTls
                ? BrokerConnection.ReadTls(new MqttClientTls { CaFile = ca?.FullName, CertificateFile = certificate?.FullName, KeyFile = key?.FullName }, address.Host)
                : null,
        };
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string FirstLine(FileInfo file)
    {
        try
        {
            return File.ReadLines(file.FullName).FirstOrDefault() is { Length: > 0 } line
                ? line
                : throw new UserErrorException($"--password-file: the first line of {file} is empty.", $"--password-file: dòng đầu của {file} trống.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"--password-file: {file} cannot be read: {e.Message}", $"--password-file: không đọc được {file}: {e.Message}");
        }
    }
}
