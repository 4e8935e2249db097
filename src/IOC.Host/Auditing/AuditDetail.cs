using System.Text.Json;
using System.Text.Json.Nodes;

namespace IOC.Host.Auditing;

/// <summary>What is kept in the audit of what was sent with a request: its JSON, without what is secret, shortened.</summary>
internal static class AuditDetail
{
    /// <summary>Longest body that is looked at, bytes.</summary>
    public const int MaxBody = 16 * 1024;

    private const int MaxKept = 2000;
    private const string Hidden = "***";

    // What people or programs prove themselves with, under whatever name an endpoint takes it.
    private static readonly string[] s_secret = ["password", "secret", "token", "code", "present", "new", "key", "pin", "credential", "authorization"];

    // Their whole body is about secrets: addresses of web hooks have theirs in the middle.
    private static readonly string[] s_closed = ["/api/v1/notifications/channels", "/api/v1/devices", "/api/v1/account", "/api/v1/links"];

    /// <summary>Reads a body that was buffered, and leaves it at its beginning.</summary>
    /// <returns>Empty where there is nothing to keep.</returns>
    public static async Task<string> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!CanKeep(request) || !request.Body.CanSeek)
        {
            return "";
        }

        request.Body.Position = 0;
        try
        {
            // A body without a length that it tells is known to be too long only now.
            return request.Body.Length <= MaxBody && await JsonNode.ParseAsync(request.Body, cancellationToken: cancel) is { } body ? Shorten(Clean(body)!.ToJsonString()) : "";
        }
        catch (JsonException)
        {
            return ""; // Its endpoint has refused it.
        }
        finally
        {
            request.Body.Position = 0;
        }
    }

    /// <summary>Whether anything of a request's body may be kept.</summary>
    public static bool CanKeep(HttpRequest request) =>
        request.HasJsonContentType() && (request.ContentLength is null or (> 0 and <= MaxBody))
        && !s_closed.Any(path => request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    internal static string Shorten(string text) => text.Length <= MaxKept ? text : $"{text[..MaxKept]}…";

    internal static JsonNode? Clean(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var name in fields.Select(f => f.Key).ToList())
                {
                    if (s_secret.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
                    {
                        fields[name] = Hidden;
                    }
                    else
                    {
                        Clean(fields[name]);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Clean(item);
                }

                break;
        }

        return node;
    }
}
