using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using IOC.Host.Security;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>Which host a command talks to: options that all such commands have.</summary>
internal sealed class HostOption
{
    public Option<string?> Server { get; } = new("--server")
    {
        Description = Say("Address of the host's web side, such as http://127.0.0.1:8080.", "Địa chỉ web của máy chủ, ví dụ http://127.0.0.1:8080."),
    };

    public Option<string> Data { get; } = new("--data")
    {
        Description = Say("Data folder of a host that runs on this machine; it says where it listens.", "Thư mục dữ liệu của máy chủ chạy trên máy này; trong đó ghi địa chỉ."),
        DefaultValueFactory = _ => "data",
    };

    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = Say(
            "File whose first line is an API token; the variable IOC_TOKEN does the same. On the host's own machine neither is needed for whoever may read its data folder.",
            "Tệp có dòng đầu là mã API; biến IOC_TOKEN cũng vậy. Trên chính máy chủ, ai đọc được thư mục dữ liệu thì không cần."),
    };

    public void AddTo(Command command)
    {
        Server.Recursive = Data.Recursive = TokenFile.Recursive = true;
        command.Options.Add(TokenFile);
        command.Options.Add(Server);
        command.Options.Add(Data);
    }

    public HostConnection Open(ParseResult parsed) => new(Address(parsed), Token(parsed));

    /// <summary>What the command shows of who it is; null = nothing. An option may be read by everybody on the machine, so a token is never one.</summary>
    private string? Token(ParseResult parsed)
    {
        if (parsed.GetValue(TokenFile) is { } file)
        {
            try
            {
                return File.ReadLines(file).FirstOrDefault()?.Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCodes.Usage, Say($"--token-file: {e.Message}", $"--token-file: không đọc được {file}."));
            }
        }

        if (Environment.GetEnvironmentVariable("IOC_TOKEN") is { Length: > 0 } token)
        {
            return token.Trim();
        }

        try
        {
            return parsed.GetValue(Server) is null ? File.ReadAllText(LocalToken.FileIn(parsed.GetValue(Data)!)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The host says what it needs.
            return null;
        }
    }

    /// <summary>Address of the web side of the host that was named.</summary>
    public Uri Address(ParseResult parsed)
    {
        if (parsed.GetValue(Server) is { } server)
        {
            return Uri.TryCreate(server, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? uri
                : throw new CliException(ExitCodes.Usage, Say($"--server: '{server}' is no address such as http://127.0.0.1:8080.", $"--server: '{server}' không phải địa chỉ như http://127.0.0.1:8080."));
        }

        var file = Path.Combine(parsed.GetValue(Data)!, "run", "endpoints.json");
        try
        {
            using var endpoints = JsonDocument.Parse(File.ReadAllText(file));
            return new Uri(endpoints.RootElement.GetProperty("http").GetString()!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CliException(ExitCodes.NoHost, Say(
                $"No host runs on that folder: {file} cannot be read. Start it, or name --data or --server.",
                $"Không có máy chủ nào chạy với thư mục đó: không đọc được {file}. Hãy khởi động, hoặc dùng --data hay --server."));
        }
    }
}

/// <summary>A host's API. What the host refuses becomes a <see cref="CliException"/> in the user's language.</summary>
internal sealed class HostConnection(Uri address, string? token = null) : IDisposable
{
    // Stretching chosen secrets of an import takes its time.
    private readonly HttpClient _client = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(30) };

    /// <summary>Who it was, for the host's records.</summary>
    public static string By { get; } = $"cli:{Environment.UserName}";

    public Task<JsonElement> GetAsync(string path, CancellationToken stop) => SendAsync(HttpMethod.Get, path, (HttpContent?)null, stop);

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken stop) => SendAsync(HttpMethod.Post, path, body, stop);

    public Task<JsonElement> PostCsvAsync(string path, ReadOnlyMemory<byte> csv, CancellationToken stop) =>
        SendAsync(HttpMethod.Post, path, new ReadOnlyMemoryContent(csv) { Headers = { { "Content-Type", "text/csv" } } }, stop);

    /// <summary>POSTs a file; an answer with another status that is taken too is returned like a good one.</summary>
    public Task<JsonElement> PostBytesAsync(string path, ReadOnlyMemory<byte> bytes, string mediaType, System.Net.HttpStatusCode alsoTake, CancellationToken stop) =>
        SendAsync(HttpMethod.Post, path, new ReadOnlyMemoryContent(bytes) { Headers = { { "Content-Type", mediaType } } }, stop, alsoTake);

    /// <summary>GETs a text.</summary>
    public Task<string> GetTextAsync(string path, CancellationToken stop) => SendTextAsync(HttpMethod.Get, path, content: null, stop);

    /// <summary>GETs an answer of any size into a file, as it comes.</summary>
    /// <param name="path">What to get.</param>
    /// <param name="into">Takes it.</param>
    /// <param name="skipFirstLine">Leaves the heading out.</param>
    /// <param name="stop">Ends the work.</param>
    public async Task CopyAsync(string path, Stream into, bool skipFirstLine, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/{path}", UriKind.Relative));
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (!response.IsSuccessStatusCode)
            {
                throw new CliException(ExitCodes.Refused, Problem(await response.Content.ReadAsStringAsync(stop)) ?? $"{(int)response.StatusCode} {response.ReasonPhrase}");
            }

            await using var body = await response.Content.ReadAsStreamAsync(stop);
            var one = new byte[1];
            while (skipFirstLine && await body.ReadAsync(one, stop) == 1 && one[0] != (byte)'\n')
            {
                // A heading is a hundred bytes.
            }

            await body.CopyToAsync(into, stop);
        }
        catch (HttpRequestException e)
        {
            throw new CliException(ExitCodes.NoHost, Say($"The host at {address} cannot be reached: {e.Message}", $"Không kết nối được máy chủ tại {address}: {e.Message}"));
        }
        catch (HttpIOException e)
        {
            throw new CliException(ExitCodes.NoHost, Say(
                $"The answer broke off: {e.Message} Give the command again; it goes on where it was.", $"Câu trả lời bị ngắt: {e.Message} Hãy chạy lại lệnh; sẽ tiếp tục từ chỗ dở."));
        }
    }

    public Task<JsonElement> PatchAsync(string path, object body, CancellationToken stop) => SendAsync(HttpMethod.Patch, path, body, stop);

    public Task<JsonElement> DeleteAsync(string path, CancellationToken stop) => SendAsync(HttpMethod.Delete, path, (HttpContent?)null, stop);

    public void Dispose() => _client.Dispose();

    private Task<JsonElement> SendAsync(HttpMethod method, string path, object body, CancellationToken stop) =>
        SendAsync(method, path, JsonContent.Create(body), stop);

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken stop, System.Net.HttpStatusCode? alsoTake = null) =>
        await SendTextAsync(method, path, body, stop, alsoTake) is { Length: > 0 } text ? JsonSerializer.Deserialize<JsonElement>(text) : default;

    private async Task<string> SendTextAsync(HttpMethod method, string path, HttpContent? content, CancellationToken stop, System.Net.HttpStatusCode? alsoTake = null)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"/api/v1/{path}", UriKind.Relative)) { Content = content };
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var response = await _client.SendAsync(request, stop);
            var text = await response.Content.ReadAsStringAsync(stop);
            return response.IsSuccessStatusCode || response.StatusCode == alsoTake
                ? text
                : response.StatusCode == System.Net.HttpStatusCode.Unauthorized ? throw new CliException(ExitCodes.Refused, Say(
                    "The host asks who this is: set IOC_TOKEN or --token-file to an API token (docs/accounts.md), or run this where the host's data folder can be read (--data).",
                    "Máy chủ cần biết đây là ai: đặt IOC_TOKEN hoặc --token-file là mã API (docs/accounts.md), hoặc chạy tại nơi đọc được thư mục dữ liệu của máy chủ (--data)."))
                : throw new CliException(ExitCodes.Refused, Problem(text) ?? $"{(int)response.StatusCode} {response.ReasonPhrase}");
        }
        catch (HttpRequestException e)
        {
            throw new CliException(ExitCodes.NoHost, Say($"The host at {address} cannot be reached: {e.Message}", $"Không kết nối được máy chủ tại {address}: {e.Message}"));
        }
    }

    private static string? Problem(string text)
    {
        try
        {
            var problem = JsonSerializer.Deserialize<JsonElement>(text);
            return problem.TryGetProperty(IsVietnamese ? "detailVi" : "detail", out var detail) ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
