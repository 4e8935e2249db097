using System.Net;
using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Host.Auditing;
using IOC.Host.Hardening;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IOC.Host.Tests.Auditing;

/// <summary>Somebody who may look only, and tries to change things again and again, is held back like everybody and does not fill the audit.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private const int Burst = 150;
    private readonly ManualTimeProvider _time = new();
    private AuditSite _site = null!;

    public async Task InitializeAsync()
    {
        var options = new IocOptions();
        (options.Http.Limits.RequestsPerSecondPerUser, options.Http.Limits.BurstPerUser) = (1, Burst);
        _site = await AuditSite.StartAsync(
            _time,
            services => services.AddSingleton(options).AddSingleton<ICallerSource, Viewer>().AddSingleton<CallerDoor>().AddSingleton<RequestRates>().AddHostedService<RefusalRecorder>(),
            app => app.UseAccess(),
            api =>
            {
                api.MapPut("/rules/{id}", (string id) => Results.Ok(id)).Needs(Permission.Engineer);
                api.MapPut("/broken", () => Results.StatusCode(500)).Needs(Permission.View);
            });
    }

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task Refused_changes_count_against_the_limit_and_are_told_as_a_count_when_they_are_many()
    {
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 2 * Burst; i++)
        {
            using var answer = await _site.Client.PutAsync(new Uri($"/api/v1/rules/r{i}", UriKind.Relative), null);
            answers.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.Equal(RefusalCounts.OneByOne, _site.Audit.Entries.Count);
        Assert.All(_site.Audit.Entries, e => Assert.Equal(("PUT /api/v1/rules/{id}", 403, "Lan"), (e.Action, e.Status, e.Who)));

        // When the hour is over one entry tells the rest, and the next hour begins.
        _time.Advance(RefusalCounts.Period);
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                return _site.Audit.Entries.Count > RefusalCounts.OneByOne;
            },
            "the count to be recorded");
        var count = _site.Audit.Entries[^1];
        Assert.Equal(("refusals counted", "Lan", "a"), (count.Action, count.Who, count.AccountId));
        using var told = JsonDocument.Parse(count.Detail);
        Assert.Equal(
            answers.Count(a => a == HttpStatusCode.Forbidden) - RefusalCounts.OneByOne, told.RootElement.GetProperty("refused").GetProperty("PUT /api/v1/rules/{id} 403").GetInt32());
    }

    [Fact]
    public async Task A_change_that_failed_midway_is_an_entry_however_often()
    {
        for (var i = 0; i < RefusalCounts.OneByOne + 5; i++)
        {
            using var answer = await _site.Client.PutAsync(new Uri("/api/v1/broken", UriKind.Relative), null);
        }

        Assert.Equal(RefusalCounts.OneByOne + 5, _site.Audit.Entries.Count(e => e.Status == 500));
    }

    [Fact]
    public void A_count_that_could_not_be_recorded_is_kept_with_what_came_meanwhile()
    {
        var refusals = new RefusalCounts(_time);
        AddMany(RefusalCounts.OneByOne + 3, "PUT x");
        var count = Assert.Single(refusals.Take(everything: true));
        Assert.Equal(3, count.Refused["PUT x 404"]);
        AddMany(RefusalCounts.OneByOne + 2, "PUT y");
        refusals.PutBack(count);
        count = Assert.Single(refusals.Take(everything: true));
        Assert.Equal((3, 2), (count.Refused["PUT x 404"], count.Refused["PUT y 404"]));
        Assert.Empty(refusals.Take(everything: true));

        void AddMany(int times, string action)
        {
            for (var i = 0; i < times; i++)
            {
                Assert.Equal(i < RefusalCounts.OneByOne, refusals.Add(Caller.Anybody, action, 404));
            }
        }
    }

    private sealed class Viewer : ICallerSource
    {
        private static readonly Caller s_lan = new() { Kind = CallerKind.Token, Rights = Rights.Of([Grant.Everywhere(Role.Viewer)]), AccountId = "a", Name = "Lan", KeyId = "t" };

        public ValueTask<Caller?> FindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(s_lan);

        public Caller? Renew(Caller caller) => caller;
    }
}
