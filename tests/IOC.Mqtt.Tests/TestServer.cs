using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using IOC.Mqtt.Wire;
using IOC.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IOC.Mqtt.Tests;

/// <summary>The endpoint on a real Kestrel and a free port of the loopback. Fails its test on an unexpected error log.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _errors;

    private TestServer(WebApplication app, ConcurrentQueue<string> errors)
    {
        _app = app;
        _errors = errors;
        Server = app.Services.GetRequiredService<MqttServer>();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Port = new Uri(address).Port;
    }

    public MqttServer Server { get; }

    public int Port { get; }

    /// <summary>Whether the test makes something fail on purpose.</summary>
    public bool ErrorsExpected { get; set; }

    public IReadOnlyCollection<string> Errors => _errors;

    public static async Task<TestServer> StartAsync(
        Action<MqttServerOptions>? configure = null,
        IMqttPublishSink? sink = null,
        IMqttAuthenticator? authenticator = null,
        TimeProvider? time = null,
        X509Certificate2? certificate = null,
        Action<ListenOptions>? listen = null,
        Action<IServiceCollection>? services = null)
    {
        var errors = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l =>
        {
            if (listen is not null)
            {
                listen(l);
                return;
            }

            if (certificate is not null)
            {
                l.UseHttps(certificate);
            }

            l.UseConnectionHandler<MqttConnectionHandler>();
        }));
        services?.Invoke(builder.Services);
        builder.Logging.AddProvider(new ErrorRecorder(errors));
        if (sink is not null)
        {
            builder.Services.AddSingleton(sink);
        }

        if (authenticator is not null)
        {
            builder.Services.AddSingleton(authenticator);
        }

        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddMqttServer(configure);
        var app = builder.Build();
        app.RunMqttWebSocket();
        await app.StartAsync();
        return new TestServer(app, errors);
    }

    /// <summary>A connected client of this library.</summary>
    public async Task<MqttClient> ConnectAsync(
        string clientId = "",
        MqttVersion version = MqttVersion.V311,
        bool clean = true,
        uint sessionExpiry = 0,
        MqttWill? will = null,
        bool reconnect = false,
        int maxInFlight = 100,
        ushort keepAlive = 0)
    {
        var client = new MqttClient(new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = Port,
            ClientId = clientId,
            Version = version,
            CleanStart = clean,
            SessionExpirySeconds = sessionExpiry,
            Will = will,
            Reconnect = reconnect,
            ReconnectMin = TimeSpan.FromMilliseconds(20),
            MaxInFlight = maxInFlight,
            KeepAliveSeconds = keepAlive,
        });
        LastConnect = await client.ConnectAsync();
        return client;
    }

    /// <summary>Result of the last <see cref="ConnectAsync"/>.</summary>
    public MqttConnectResult? LastConnect { get; private set; }

    public Task<RawClient> RawAsync() => RawClient.OpenAsync(Port);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (!ErrorsExpected && !_errors.IsEmpty)
        {
            throw new InvalidOperationException("Unexpected error log: " + string.Join(Environment.NewLine, _errors));
        }
    }

    private sealed class ErrorRecorder(ConcurrentQueue<string> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                errors.Enqueue(formatter(state, exception) + " " + exception);
            }
        }
    }
}

/// <summary>What a client received, to be waited for.</summary>
public sealed class Inbox
{
    private readonly ConcurrentQueue<MqttReceivedMessage> _messages = new();

    public IReadOnlyList<MqttReceivedMessage> All => [.. _messages];

    public IReadOnlyList<string> Texts => [.. _messages.Select(m => System.Text.Encoding.UTF8.GetString(m.Payload))];

    public void Add(MqttReceivedMessage message) => _messages.Enqueue(message);

    public async Task<IReadOnlyList<MqttReceivedMessage>> WaitAsync(int count)
    {
        await Eventually.HoldsAsync(() => _messages.Count >= count, $"{count} messages, there are {_messages.Count}");
        return All;
    }
}
