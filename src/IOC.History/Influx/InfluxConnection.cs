using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace IOC.History.Influx;

/// <summary>The server's HTTP interface in its three forms. Safe for use from any thread.</summary>
internal sealed class InfluxConnection : IDisposable
{
    private readonly InfluxOptions _options;
    private readonly TimeProvider _time;
    private readonly IHistoryRefusals _refusals;
    private readonly HttpClient _client;
    private readonly Lock _gate = new();
    private InfluxVersion _version;
    private bool _provisioned;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    public InfluxConnection(InfluxOptions options, IHistoryRefusals refusals, TimeProvider time)
    {
        (_options, _refusals, _time, _version) = (options, refusals, time, options.Version);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), AutomaticDecompression = DecompressionMethods.All };
        _client = new HttpClient(handler) { BaseAddress = new Uri(options.Url.AbsoluteUri.TrimEnd('/') + "/"), Timeout = options.Timeout };
    }

    /// <summary>Which form the server has; asks it the first time.</summary>
    /// <exception cref="HistoryStoreException">It cannot be reached.</exception>
    public InfluxVersion Version
    {
        get
        {
            if (_version == InfluxVersion.Auto)
            {
                _version = Detect();
            }

            return _version;
        }
    }

    /// <summary>Writes lines. Those that the server will never take go to the refusals, each by itself.</summary>
    /// <exception cref="HistoryStoreException">It could not be done now; try again.</exception>
    public void Write(ReadOnlyMemory<byte> lines)
    {
        Provision();
        var (status, reason) = Post(lines);
        switch (status)
        {
            case HttpStatusCode.OK or HttpStatusCode.NoContent:
                return;
            case HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge:
                Split(lines, reason);
                return;
            case HttpStatusCode.NotFound:
                // Somebody dropped the database: it is made again with the next try.
                _provisioned = false;
                throw new HistoryStoreException($"InfluxDB at {_options.Url}: {reason}");
            default:
                throw new HistoryStoreException(Explain(status, reason));
        }
    }

    /// <summary>Writes lines once, all or none: nothing is split, tried again or told to the refusals.</summary>
    /// <exception cref="HistoryStoreException">They were not written.</exception>
    public void WriteOnce(ReadOnlyMemory<byte> lines)
    {
        Provision();
        var (status, reason) = Post(lines);
        if (status is not (HttpStatusCode.OK or HttpStatusCode.NoContent))
        {
            _provisioned &= status != HttpStatusCode.NotFound;
            throw new HistoryStoreException(Explain(status, reason));
        }
    }

    /// <summary>Asks an InfluxQL question.</summary>
    /// <exception cref="HistoryStoreException">It could not be answered; of a statement that failed the answer itself tells.</exception>
    public async Task<InfluxAnswer> QueryAsync(string influxQl, CancellationToken cancellationToken)
    {
        using var request = QueryRequest(influxQl);
        try
        {
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                using (response)
                {
                    throw new HistoryStoreException(Explain(response.StatusCode, await ReasonAsync(response, cancellationToken)));
                }
            }

            return new InfluxAnswer(new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8));
        }
        catch (Exception e) when (IsUnreachable(e, cancellationToken))
        {
            throw Unreachable(e);
        }
    }

    /// <summary>Runs a statement that changes something.</summary>
    /// <exception cref="HistoryStoreException">It failed.</exception>
    public async Task ExecuteAsync(string influxQl, CancellationToken cancellationToken)
    {
        using var answer = await QueryAsync(influxQl, cancellationToken);
        while (await answer.NextAsync(cancellationToken))
        {
            // It has no rows, or none that anybody asked for.
        }
    }

    /// <summary>Removes readings by the interface of 2.x.</summary>
    /// <exception cref="HistoryStoreException">It failed.</exception>
    public async Task DeleteV2Async(string predicate, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        var body = new { start = Rfc3339(fromMs), stop = Rfc3339(toMs - 1), predicate };
        using var request = Request(HttpMethod.Post, $"api/v2/delete?org={Uri.EscapeDataString(_options.Organisation)}&bucket={Uri.EscapeDataString(_options.Database)}");
        request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        try
        {
            using var response = await _client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new HistoryStoreException(Explain(response.StatusCode, await ReasonAsync(response, cancellationToken)));
            }
        }
        catch (Exception e) when (IsUnreachable(e, cancellationToken))
        {
            throw Unreachable(e);
        }
    }

    /// <summary>Sends a request of the management interface of 2.x and returns its answer.</summary>
    internal JsonElement Manage(HttpMethod method, string path, object? body)
    {
        using var request = Request(method, path);
        request.Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        var (status, text) = Send(request);
        return (int)status is >= 200 and < 300
            ? text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text)
            : throw new HistoryStoreException(Explain(status, ReasonOf(text)));
    }

    /// <summary>Runs a statement and waits for it.</summary>
    /// <param name="influxQl">The statement.</param>
    /// <param name="unless">What it may fail of, as the server words it; null = nothing.</param>
    /// <exception cref="HistoryStoreException">It failed of something else.</exception>
    internal void Execute(string influxQl, Func<string, bool>? unless = null)
    {
        using var request = QueryRequest(influxQl);
        var (status, text) = Send(request);
        var error = ErrorOf(text);
        if ((int)status is < 200 or >= 300 || (error is not null && unless?.Invoke(error) != true))
        {
            throw new HistoryStoreException(Explain(status, error ?? ReasonOf(text)));
        }
    }

    public void Dispose() => _client.Dispose();

    private void Provision()
    {
        if (_provisioned)
        {
            return;
        }

        lock (_gate)
        {
            if (!_provisioned)
            {
                InfluxProvisioning.Provision(this, _options);
                _provisioned = true;
            }
        }
    }

    private void Split(ReadOnlyMemory<byte> lines, string reason)
    {
        var text = lines.Span;
        var middle = text[..(text.Length / 2)].LastIndexOf((byte)'\n') + 1;
        middle = middle > 0 ? middle : text.IndexOf((byte)'\n') + 1;
        if (middle == 0 || middle == text.Length)
        {
            _refusals.Refused(Encoding.UTF8.GetString(text).TrimEnd('\n'), reason);
            return;
        }

        // What was taken the first time is written again, which changes nothing.
        Write(lines[..middle]);
        Write(lines[middle..]);
    }

    private (HttpStatusCode Status, string Reason) Post(ReadOnlyMemory<byte> lines)
    {
        if (_time.GetUtcNow() < _notBefore)
        {
            throw new HistoryStoreException($"InfluxDB at {_options.Url} asked to be left alone until {_notBefore:HH:mm:ss} UTC.");
        }

        var name = Uri.EscapeDataString(_options.Database);
        using var request = Request(
            HttpMethod.Post,
            Version == InfluxVersion.V1 ? $"write?db={name}&precision=ms" : $"api/v2/write?org={Uri.EscapeDataString(_options.Organisation)}&bucket={name}&precision=ms");
        request.Content = new ByteArrayContent(LineBuffer.Compress(lines.Span));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain") { CharSet = "utf-8" };
        request.Content.Headers.ContentEncoding.Add("gzip");
        var (status, text) = Send(request);
        return (status, ReasonOf(text));
    }

    private (HttpStatusCode Status, string Text) Send(HttpRequestMessage request)
    {
        try
        {
            using var response = _client.Send(request);
            using var reader = new StreamReader(response.Content.ReadAsStream(), Encoding.UTF8);
            Heed(response);
            return (response.StatusCode, reader.ReadToEnd());
        }
        catch (Exception e) when (IsUnreachable(e, CancellationToken.None))
        {
            throw Unreachable(e);
        }
    }

    /// <summary>Remembers for how long the server wants to be left alone (RFC 9110, Retry-After).</summary>
    private void Heed(HttpResponseMessage response)
    {
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is { } after)
        {
            _notBefore = after.Date ?? _time.GetUtcNow() + (after.Delta ?? TimeSpan.Zero);
        }
    }

    private InfluxVersion Detect()
    {
        using var request = Request(HttpMethod.Get, "ping");
        try
        {
            using var response = _client.Send(request);
            var version = response.Headers.TryGetValues("X-Influxdb-Version", out var values) ? values.First().TrimStart('v') : "";
            return version.Length == 0 || version[0] is < '1' or > '9'
                ? throw new HistoryStoreException($"{_options.Url} does not say which version of InfluxDB it is; set Ioc:History:Influx:Version to V1, V2 or V3.")
                : version.StartsWith("1.", StringComparison.Ordinal) ? InfluxVersion.V1
                : version.StartsWith("2.", StringComparison.Ordinal) ? InfluxVersion.V2 : InfluxVersion.V3;
        }
        catch (Exception e) when (IsUnreachable(e, CancellationToken.None))
        {
            throw Unreachable(e);
        }
    }

    private HttpRequestMessage QueryRequest(string influxQl)
    {
        var request = Request(HttpMethod.Post, "query");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Content = new FormUrlEncodedContent(
        [
            new("db", _options.Database), new("q", influxQl), new("epoch", "ms"), new("chunked", "true"), new("chunk_size", "20000"),
        ]);
        return request;
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (_options.Secret() is { Length: > 0 } secret)
        {
            request.Headers.Authorization = _options.User is { Length: > 0 } user
                ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}")))
                : new AuthenticationHeaderValue("Token", secret);
        }

        return request;
    }

    private string Explain(HttpStatusCode status, string reason) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"InfluxDB at {_options.Url} refuses the credential (Ioc:History:Influx): {reason}",
        _ => string.Create(CultureInfo.InvariantCulture, $"InfluxDB at {_options.Url} answered {(int)status}: {reason}"),
    };

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        ReasonOf(await response.Content.ReadAsStringAsync(cancellationToken));

    // {"error": "..."} in 1.x, {"code": ..., "message": ...} in 2.x and 3.x.
    private static string ReasonOf(string text)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(text);
            return json.ValueKind != JsonValueKind.Object ? text.Trim()
                : json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString()!
                : json.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString()! : text.Trim();
        }
        catch (JsonException)
        {
            return text.Trim();
        }
    }

    // A statement fails with 200 and {"results": [{"error": ...}]}.
    private static string? ErrorOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("results", out var results)
                ? results.EnumerateArray().Select(InfluxAnswer.ErrorOf).FirstOrDefault(e => e is not null)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Rfc3339(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static bool IsUnreachable(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private HistoryStoreException Unreachable(Exception e) => new($"InfluxDB at {_options.Url} cannot be reached: {e.Message}", e);
}
