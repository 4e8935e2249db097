using IOC.Host.Auditing;
using IOC.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace IOC.Host.Tests.Auditing;

/// <summary>What becomes of changes that do not go to their end as usual. By real requests to a web side of a few endpoints.</summary>
public sealed class AuditGateTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _begun = new(), _hungUp = new(), _goOn = new();
    private AuditSite _site = null!;
    private int _stored;

    public async Task InitializeAsync() => _site = await AuditSite.StartAsync(
        new ManualTimeProvider(),
        _ => { },
        app =>
        {
            app.Use((context, next) =>
            {
                context.RequestAborted.Register(() => _hungUp.TrySetResult());
                return next(context);
            });
            app.UseAudit();
        },
        api =>
        {
            api.MapPost("/twice", StoreTwiceAsync);
            api.MapPost("/given-up", string () => throw new OperationCanceledException());
        });

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_change_whose_client_hangs_up_goes_to_its_end_and_is_recorded()
    {
        using var hangUp = new CancellationTokenSource();
        var answer = _site.Client.PostAsync(new Uri("/api/v1/twice", UriKind.Relative), null, hangUp.Token);
        await _begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await _hungUp.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _goOn.SetResult();
        await Eventually.HoldsAsync(() => _site.Audit.Entries.Count > 0, "the change to be recorded", TimeSpan.FromSeconds(10));
        Assert.Equal(("POST /api/v1/twice", 200), (_site.Audit.Entries[0].Action, _site.Audit.Entries[0].Status));
        Assert.Equal(2, _stored);
    }

    [Fact]
    public async Task A_change_that_is_given_up_midway_is_recorded()
    {
        using var answer = await _site.Client.PostAsync(new Uri("/api/v1/given-up", UriKind.Relative), null);
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Equal(("POST /api/v1/given-up", 500), (Assert.Single(_site.Audit.Entries).Action, _site.Audit.Entries[0].Status));
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
