using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using IOC.Host.Api;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Hardening;

/// <summary>Counts requests by address and by account, and refuses those that are too many.</summary>
internal sealed class RequestRates : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _byAddress;
    private readonly PartitionedRateLimiter<HttpContext> _byUser;
    private readonly Refused _refusedByAddress = new(), _refusedByUser = new();

    public RequestRates(IocOptions options)
    {
        var limits = options.Http.Limits;
        _byAddress = PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => limits.RequestsPerSecondPerAddress == 0 || IsExempt(context.Request)
            ? RateLimitPartition.GetNoLimiter(IPAddress.Any)
            : RateLimitPartition.GetTokenBucketLimiter(AddressKey.Of(context.Connection.RemoteIpAddress), _ => Bucket(limits.RequestsPerSecondPerAddress, limits.BurstPerAddress)));
        _byUser = PartitionedRateLimiter.Create<HttpContext, string>(context => limits.RequestsPerSecondPerUser == 0 || UserOf(context) is not { } user
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(user, _ => Bucket(limits.RequestsPerSecondPerUser, limits.BurstPerUser)));
    }

    /// <summary>Requests refused because their address had sent too many.</summary>
    public long RefusedByAddress => Interlocked.Read(ref _refusedByAddress.Count);

    /// <summary>Requests refused because their account had sent too many.</summary>
    public long RefusedByUser => Interlocked.Read(ref _refusedByUser.Count);

    /// <summary>Requests of one address: before anything costly is done for them.</summary>
    public Task LimitAddressAsync(HttpContext context, RequestDelegate next) => LimitAsync(_byAddress, _refusedByAddress, context, next);

    /// <summary>Requests of one account or token, once it is known.</summary>
    public Task LimitUserAsync(HttpContext context, RequestDelegate next) => LimitAsync(_byUser, _refusedByUser, context, next);

    public void Dispose()
    {
        _byAddress.Dispose();
        _byUser.Dispose();
    }

    private static async Task LimitAsync(PartitionedRateLimiter<HttpContext> limiter, Refused refused, HttpContext context, RequestDelegate next)
    {
        TimeSpan? wait;
        using (var lease = limiter.AttemptAcquire(context))
        {
            wait = lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        }

        if (wait is null)
        {
            await next(context);
            return;
        }

        Interlocked.Increment(ref refused.Count);
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.Value.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await Problems.Result(
            StatusCodes.Status429TooManyRequests, "too_many_requests",
            new LocalText($"Quá nhiều yêu cầu. Hãy thử lại sau {seconds} giây.", $"Too many requests. Try again in {seconds} s."), seconds, "retryAfterSeconds").ExecuteAsync(context);
    }

    // A probe that is refused would have the host restarted for being busy.
    private static bool IsExempt(HttpRequest request) => request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase);

    private static string? UserOf(HttpContext context) => context.Features.Get<Caller>()?.AccountId;

    private static TokenBucketRateLimiterOptions Bucket(int perSecond, int burst) => new()
    {
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        TokenLimit = burst,
        QueueLimit = 0,
    };

    private sealed class Refused
    {
        public long Count;
    }
}
