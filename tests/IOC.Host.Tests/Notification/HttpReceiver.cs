using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IOC.Host.Tests.Notification;

/// <summary>A request that a receiver got.</summary>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">Headers.</param>
/// <param name="Body">Body.</param>
internal sealed record ReceivedRequest(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Key => Headers["Idempotency-Key"];
}

/// <summary>A real HTTP server (Kestrel) that answers as it is told, one answer after the other, and then takes everything.</summary>
internal sealed class HttpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();
    private readonly List<ReceivedRequest> _requests = [];

    private HttpReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public IReadOnlyList<ReceivedRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public static async Task<HttpReceiver> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var receiver = new HttpReceiver(app);
        app.Run(receiver.AnswerAsync);
        await app.StartAsync();
        return receiver;
    }

    public HttpReceiver Then(int status, string body = "", string? retryAfter = null) => Then(async context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        await context.Response.WriteAsync(body);
    });

    public HttpReceiver Then(Func<HttpContext, Task> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public HttpReceiver ThenReset() => Then(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>No answer until whoever asked goes away.</summary>
    public HttpReceiver ThenHang() => Then(context => Task.Delay(Timeout.Infinite, context.RequestAborted));

    /// <summary>The status comes, and then nothing.</summary>
    public HttpReceiver ThenHangInTheMiddle() => Then(async context =>
    {
        context.Response.StatusCode = 500;
        await context.Response.StartAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        lock (_requests)
        {
            _requests.Add(new ReceivedRequest(
                context.Request.Path + context.Request.QueryString, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
        }

        if (_answers.TryDequeue(out var answer))
        {
            try
            {
                await answer(context);
            }
            catch (OperationCanceledException)
            {
                // Whoever asked went away.
            }
        }
    }
}
