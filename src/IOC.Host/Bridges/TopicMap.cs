using System.Text;

namespace IOC.Host.Bridges;

/// <summary>Where a topic leads.</summary>
/// <param name="Topic">Topic of the product, UTF-8; null when there is none.</param>
/// <param name="ContentType">Content type of messages without one, UTF-8; empty when none is set.</param>
/// <param name="Detail">Why there is no topic, in names and values.</param>
internal readonly record struct MappedTopic(byte[]? Topic, byte[] ContentType, string Detail);

/// <summary>The routes of a bridge. Safe for use from any thread.</summary>
internal sealed class TopicMap
{
    private readonly (TopicPattern Pattern, TopicTemplate To, byte[] ContentType)[] _routes;

    private TopicMap((TopicPattern Pattern, TopicTemplate To, byte[] ContentType)[] routes) => _routes = routes;

    /// <summary>Makes the map; each problem names its setting from the bridge's section on.</summary>
    public static TopicMap? TryCreate(BridgeSettings settings, List<(string Setting, string Value, string What)> problems)
    {
        var routes = new List<(TopicPattern, TopicTemplate, byte[])>();
        var before = problems.Count;
        for (var i = 0; i < settings.Routes.Count; i++)
        {
            var route = settings.Routes[i];
            if (!TopicPattern.TryParse(route.Topic, out var pattern, out var problem) || route.Topic.Length == 0)
            {
                problems.Add(($"Routes:{i}:Topic", route.Topic, problem.Length > 0 ? problem : "name a pattern of topics."));
                continue;
            }

            if (!TopicTemplate.TryParse(route.To, [.. pattern.Captures], settings.Tables, out var template, out problem))
            {
                problems.Add(($"Routes:{i}:To", route.To, problem));
                continue;
            }

            routes.Add((pattern, template, Encoding.UTF8.GetBytes(route.ContentType)));
        }

        return problems.Count == before ? new TopicMap([.. routes]) : null;
    }

    /// <summary>Finds where a topic leads.</summary>
    public MappedTopic Map(string topic)
    {
        var levels = topic.Split('/');
        var captured = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (pattern, to, contentType) in _routes)
        {
            if (pattern.Matches(levels, captured))
            {
                var filled = to.Fill(topic, captured, out var detail);
                return new MappedTopic(filled is null ? null : Encoding.UTF8.GetBytes(filled), contentType, detail);
            }
        }

        return new MappedTopic(null, [], "no_route");
    }
}
