using System.Reflection;
using System.Text.Json;
using IOC.Host.Hardening;
using IOC.Host.Settings;
using IOC.Testing;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace IOC.Host.Tests.Hardening;

/// <summary>Secrets are taken out of what is logged, wherever they stand; what is no secret stays.</summary>
public sealed class RedactorTests
{
    private const string Secret = "qX7-geheim.4711";

    [Theory]
    [InlineData($"Authorization: Bearer {Secret}")]
    [InlineData($"authorization = Basic {Secret}")]
    [InlineData($"Cookie: ioc.session={Secret}; theme=night")]
    [InlineData($"Set-Cookie: ioc.session={Secret}; path=/; httponly")]
    [InlineData($$"""{"userName":"vh01","password":"{{Secret}}"}""")]
    [InlineData($$"""{"RenderedMessage":"body was {\"newPassword\":\"{{Secret}}\"}"}""")]
    [InlineData($"Host=db;Username=ioc;Password={Secret};Database=ioc")]
    [InlineData($"GET /signin/callback?code={Secret}&x=1")]
    [InlineData($"https://hooks.example.org/send?access_token={Secret}")]
    [InlineData($"no answer from http://ioc:{Secret}@influx.example.org:8086/write")]
    [InlineData($"header 'X-Api-Key'='a', api_key={Secret}")]
    [InlineData($"tried bearer {Secret} in vain")]
    public void What_stands_where_a_secret_does_is_taken_out(string text)
    {
        var clean = new Redactor([]).Clean(text);
        Assert.DoesNotContain(Secret, clean, StringComparison.Ordinal);
        Assert.Contains(Redactor.Mask, clean, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ2aDAxIn0.c2lnbmF0dXJl")]
    [InlineData("ioc_2mYtO3cXk0Zs9pQ4rLw8aB1nVd6eJf7gHhUiTy5R")]
    public void Tokens_are_known_by_their_form(string token) => Assert.DoesNotContain(token[8..], new Redactor([]).Clean($"with {token} in it"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Ready: http://127.0.0.1:8080, mqtt://127.0.0.1:1883, data in /var/lib/ioc")]
    [InlineData("Ioc:Mqtt:Access:PasswordRounds: use 10000 to 10000000.")]
    [InlineData("secret 'mail' is not for host 'smtp.example.org' (Hosts of Ioc:Notification:Secrets)")]
    [InlineData("3 tokens have expired")]
    [InlineData("""{"Sensor":"viet-yen-aq-01","Value":12.5,"Token":7}""")]
    public void What_is_none_stays(string text) => Assert.Equal(text, new Redactor([]).Clean(text));

    [Fact]
    public void Secrets_of_the_settings_and_of_their_files_are_taken_out_word_for_word()
    {
        using var folder = new TempDirectory();
        File.WriteAllText(folder.Combine("secret"), "from \"a\" file\nsecond line\n");
        var options = new IocOptions();
        options.History.Influx.Secret = "influx+secret/1";
        options.Notification.Secrets.Add(new() { Name = "mail", Value = "mail-secret-2" });
        options.Notification.Secrets.Add(new() { Name = "sms", File = folder.Combine("secret") });
        options.Bridges.Add(new() { Password = "bridge-secret-3", Tls = new() { KeyPassword = "key-secret-4" } });
        var clean = Redactor.For(options).Clean("""influx+secret/1 influx%2Bsecret%2F1 mail-secret-2 'from "a" file' "from \u0022a\u0022 file" bridge-secret-3 key-secret-4""");
        Assert.Equal($"{Redactor.Mask} {Redactor.Mask} {Redactor.Mask} '{Redactor.Mask}' \"{Redactor.Mask}\" {Redactor.Mask} {Redactor.Mask}", clean);
    }

    [Fact]
    public void A_log_entry_is_cleaned_with_all_that_belongs_to_it_and_stays_json()
    {
        var written = new StringWriter();
        using (var log = new LoggerConfiguration().WriteTo.Sink(new Sink(new RedactingFormatter(new JsonFormatter(renderMessage: true), new Redactor(["known-secret"])), written)).CreateLogger())
        {
            log.Error(
                new InvalidOperationException("connecting with Password=inner-secret failed", new IOException("known-secret")),
                "Request {@Request} with {Header}", new { UserName = "vh01", Password = "structured-secret" }, "Authorization: Bearer header-secret");
        }

        using var entry = JsonDocument.Parse(written.ToString());
        Assert.Equal("vh01", entry.RootElement.GetProperty("Properties").GetProperty("Request").GetProperty("UserName").GetString());
        Assert.Equal(Redactor.Mask, entry.RootElement.GetProperty("Properties").GetProperty("Request").GetProperty("Password").GetString());
        Assert.DoesNotContain("-secret", written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_secret_of_the_settings_can_come_from_a_file()
    {
        var secrets = Groups(typeof(IocOptions)).SelectMany(t => t.GetProperties().Where(p => p.PropertyType == typeof(string) && Redactor.IsSecret(t, p.Name)).Select(p => (Type: t, p.Name))).ToList();
        Assert.True(secrets.Count >= 4, "no secrets were found");
        Assert.All(secrets, s => Assert.True(
            s.Type.GetProperty(s.Name + "File") is not null || (s.Name == "Value" && s.Type.GetProperty("File") is not null), $"{s.Type.Name}.{s.Name} has no {s.Name}File beside it"));
    }

    private static HashSet<Type> Groups(Type type)
    {
        var found = new HashSet<Type>();
        void Visit(Type t)
        {
            if (t.Namespace?.StartsWith("IOC.", StringComparison.Ordinal) == true && t.IsClass && found.Add(t))
            {
                foreach (var property in t.GetProperties(BindingFlags.Public | BindingFlags.Instance))
                {
                    Visit(property.PropertyType);
                    Array.ForEach(property.PropertyType.GenericTypeArguments, Visit);
                }
            }
        }

        Visit(type);
        return found;
    }

    private sealed class Sink(RedactingFormatter formatter, TextWriter into) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => formatter.Format(logEvent, into);
    }
}
