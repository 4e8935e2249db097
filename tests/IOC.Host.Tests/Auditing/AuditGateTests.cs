using IOC.Access.Auditing;
using IOC.Host.Auditing;
using IOC.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IOC.Host.Tests.Auditing;

/// <summary>What becomes of changes that do not go to their end as usual. By real requests to a web side of a few endpoints.</summary>
public sealed class AuditGateTests : IAsyncLifetime
{
    private readonly TestAuditLog _audit = new();
    private readonly TaskCompletionSource _begun = new(), _hungUp = new(), _goOn = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private int _stored;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IAuditLog>(_audit).AddSingleton<TimeProvider>(new ManualTimeProvider()).AddSingleton<RefusalCounts>().AddSingleton<AuditDesk>();
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            context.RequestAborted.Register(() => _hungUp.TrySetResult());
            return next(context);
        });
        _app.UseAudit();
        var api = _app.MapGroup("/api/v1").AddEndpointFilter(AuditGate.RecordAsync);
        api.MapPost("/twice", StoreTwiceAsync);
        api.MapPost("/given-up", string () => throw new OperationCanceledException());
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_change_whose_client_hangs_up_goes_to_its_end_and_is_recorded()
    {
        using var hangUp = new CancellationTokenSource();
        var answer = _client.PostAsync(new Uri("/api/v1/twice", UriKind.Relative), null, hangUp.Token);
        await _begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await _hungUp.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _goOn.SetResult();
        await Eventually.HoldsAsync(() => _audit.Entries.Count > 0, "the change to be recorded", TimeSpan.FromSeconds(10));
        Assert.Equal(("POST /api/v1/twice", 200), (_audit.Entries[0].Action, _audit.Entries[0].Status));
        Assert.Equal(2, _stored);
    }

    [Fact]
    public async Task A_change_that_is_given_up_midway_is_recorded()
    {
        using var answer = await _client.PostAsync(new Uri("/api/v1/given-up", UriKind.Relative), null);
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Equal(("POST /api/v1/given-up", 500), (Assert.Single(_audit.Entries).Action, _audit.Entries[0].Status));
    }

    private async Task<IResult> StoreTwiceAsync(CancellationToken stop)
    {
        _stored++;
        _begun.SetResult();
        await _goOn.Task;
        stop.ThrowIfCancellationRequested();
        _stored++;
        return Results.Ok();
    }
}
