using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;

namespace IOC.History.Tests.Influx;

/// <summary>A request as the stand-in got it.</summary>
/// <param name="Line">Method, path and query.</param>
/// <param name="Authorization">Its Authorization header.</param>
/// <param name="ContentType">Its Content-Type.</param>
/// <param name="Encoding">Its Content-Encoding.</param>
/// <param name="Body">Its body, unzipped.</param>
public sealed record SeenRequest(string Line, string? Authorization, string? ContentType, string? Encoding, string Body);

/// <summary>An answer of the stand-in.</summary>
/// <param name="Status">Status code.</param>
/// <param name="Body">Body.</param>
/// <param name="RetryAfter">Retry-After header.</param>
public sealed record StandInAnswer(int Status, string Body = "", string? RetryAfter = null);

/// <summary>Stands in for an InfluxDB of another version: keeps every request, and answers as told.</summary>
public sealed class InfluxStandIn : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private readonly string _version;

    public InfluxStandIn(string version)
    {
        _version = version;
        var port = IOC.Testing.MosquittoBroker.FreePort();
        Url = new Uri($"http://127.0.0.1:{port}");
        _listener.Prefixes.Add($"{Url}");
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public Uri Url { get; }

    /// <summary>The requests in order, without /ping.</summary>
    public List<SeenRequest> Seen { get; } = [];

    /// <summary>Decides on a request; null = 204.</summary>
    public Func<SeenRequest, StandInAnswer?> Answer { get; set; } = _ => null;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var request = context.Request;
            context.Response.Headers["X-Influxdb-Version"] = _version;
            var answer = new StandInAnswer(204);
            if (request.Url!.AbsolutePath != "/ping")
            {
                var seen = await ReadAsync(request);
                Seen.Add(seen);
                answer = Answer(seen) ?? answer;
            }

            context.Response.StatusCode = answer.Status;
            if (answer.RetryAfter is { } after)
            {
                context.Response.Headers["Retry-After"] = after;
            }

            if (answer.Status != (int)HttpStatusCode.NoContent)
            {
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
            }

            context.Response.Close();
        }
    }

    private static async Task<SeenRequest> ReadAsync(HttpListenerRequest request)
    {
        var encoding = request.Headers["Content-Encoding"];
        await using var body = encoding == "gzip" ? new GZipStream(request.InputStream, CompressionMode.Decompress) : request.InputStream;
        using var reader = new StreamReader(body, new UTF8Encoding(false, throwOnInvalidBytes: true));
        return new SeenRequest(
            string.Create(CultureInfo.InvariantCulture, $"{request.HttpMethod} {request.RawUrl}"), request.Headers["Authorization"], request.ContentType, encoding, await reader.ReadToEndAsync());
    }
}
