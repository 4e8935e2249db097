using IOC.Host.Settings;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace IOC.Host.Hardening;

/// <summary>What guards the web side, whoever comes: docs/threat-model.md names what each part is against.</summary>
internal static class HardeningSetup
{
    public static void AddHardening(this IServiceCollection services, IocOptions options)
    {
        var proxies = TrustedProxies.Parse(options.Http.TrustedProxies);
        services.AddSecurityHeaders();
        services.AddSingleton(proxies).AddSingleton<RequestRates>();
        services.AddSingleton(new ConnectionShare(options.Http.Limits.ConnectionsPerAddress, proxies));
        services.Configure<ForwardedHeadersOptions>(o =>
        {
            o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // Through any number of proxies, as long as each is named: the first that is not is where the request comes from.
            o.ForwardLimit = null;
            o.KnownProxies.Clear();
            o.KnownIPNetworks.Clear();
            foreach (var network in proxies.Networks)
            {
                o.KnownIPNetworks.Add(network);
            }
        });
        services.Configure<KestrelServerOptions>(k => Limit(k, options.Http.Limits));
        services.Configure<ExceptionHandlerOptions>(o =>
        {
            // A request that is wrong is not an error of the host: it is answered as what it is, and not logged as one.
            o.StatusCodeSelector = e => e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
            o.SuppressDiagnosticsCallback = c => c.Exception is BadHttpRequestException;
        });
        services.AddProblemDetails(o => o.CustomizeProblemDetails = c => PlainProblems.Complete(c.ProblemDetails));
    }

    /// <summary>First in the pipeline: where a request comes from.</summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        if (app.Services.GetRequiredService<TrustedProxies>().Networks.Count > 0)
        {
            app.UseForwardedHeaders();
        }
    }

    /// <summary>After the host name was checked: HTTPS, and the rate of one address.</summary>
    public static void UseAddressLimits(this WebApplication app)
    {
        app.UseHttpsRedirect();
        app.Use(app.Services.GetRequiredService<RequestRates>().LimitAddressAsync);
    }

    /// <summary>Once it is known who asks: the rate of one account or token.</summary>
    public static void UseUserLimits(this WebApplication app) => app.Use(app.Services.GetRequiredService<RequestRates>().LimitUserAsync);

    private static void Limit(KestrelServerOptions kestrel, HttpLimitSettings limits)
    {
        var grace = TimeSpan.FromSeconds(5);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = limits.MaxBodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.Limits.MinRequestBodyDataRate = limits.MinBytesPerSecond == 0 ? null : new MinDataRate(limits.MinBytesPerSecond, grace);
        kestrel.Limits.MinResponseDataRate = limits.MinBytesPerSecond == 0 ? null : new MinDataRate(limits.MinBytesPerSecond, grace);
    }
}
