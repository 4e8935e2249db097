using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A gateway as far as silence goes.</summary>
internal sealed class Gateway(Asset asset)
{
    public Asset Asset { get; } = asset;

    /// <summary>The sensors behind it, by number.</summary>
    public List<int> Members { get; } = [];

    /// <summary>The rule by which it is silent; null when it is not.</summary>
    public CompiledRule? Raised { get; set; }

    /// <summary>When it was heard again after a silence: its sensors' time counts anew from then on.</summary>
    public long BackAtMs { get; set; } = Series.Never;
}

/// <summary>A gateway whose silence must be let go: its asset, its rule or its sensors are gone.</summary>
internal readonly record struct LostGateway(Subject Subject, string RuleId, Severity Severity);

/// <summary>The gateways among the assets, and which sensors are behind them.</summary>
internal sealed class Gateways
{
    private readonly Dictionary<string, Gateway> _byId = new(StringComparer.Ordinal);

    public Gateways(IReadOnlyList<Asset> assets)
    {
        foreach (var asset in assets.Where(a => a.Kind == AssetKind.Gateway))
        {
            _byId.Add(asset.Id, new Gateway(asset));
        }
    }

    /// <summary>The gateway that a sensor is behind: the first that its registration names; null for none.</summary>
    public Gateway? Of(SensorDefinition? sensor)
    {
        if (sensor is null || _byId.Count == 0)
        {
            return null;
        }

        foreach (var id in sensor.Assets)
        {
            if (_byId.TryGetValue(id, out var gateway))
            {
                return gateway;
            }
        }

        return null;
    }

    /// <summary>Everything that is not as at the beginning.</summary>
    public void Write(StateWriter writer)
    {
        var said = _byId.Values.Where(g => g.Raised is not null || g.BackAtMs != Series.Never).OrderBy(g => g.Asset.Id, StringComparer.Ordinal).ToArray();
        writer.Int32(said.Length);
        foreach (var gateway in said)
        {
            writer.Slug(gateway.Asset.Id);
            writer.Slug(gateway.Asset.District);
            writer.Slug(gateway.Asset.Domain ?? "");
            writer.Int64(gateway.BackAtMs);
            writer.Slug(gateway.Raised?.Rule.Id ?? "");
            writer.Byte((byte)(gateway.Raised?.Rule.Severity ?? default));
        }
    }

    /// <summary>Takes what was written, maybe with another catalogue.</summary>
    public void Read(ref StateReader reader, RulePlan plan, List<LostGateway> lost)
    {
        for (var left = reader.Int32(); left > 0; left--)
        {
            var (id, district, domain) = (reader.Slug(), reader.Slug(), reader.Slug());
            var back = reader.Int64();
            var (rule, severity) = (reader.Slug(), (Severity)reader.Byte());
            var subject = Subject.OfAsset(district, domain.Length == 0 ? null : domain, id);
            var known = _byId.GetValueOrDefault(id);
            known = known is not null && Subject.Of(known.Asset) == subject ? known : null;
            if (known is not null)
            {
                known.BackAtMs = back;
                known.Raised = rule.Length == 0 ? null : plan.FindSilence(rule);
            }

            if (rule.Length > 0 && known?.Raised is null)
            {
                lost.Add(new LostGateway(subject, rule, severity));
            }
        }
    }

    /// <summary>Lets go of gateways that are silent and have no sensors any more.</summary>
    public void DropEmpty(List<LostGateway> lost)
    {
        foreach (var gateway in _byId.Values.Where(g => g.Raised is not null && g.Members.Count == 0).OrderBy(g => g.Asset.Id, StringComparer.Ordinal))
        {
            lost.Add(new LostGateway(Subject.Of(gateway.Asset), gateway.Raised!.Rule.Id, gateway.Raised.Rule.Severity));
            gateway.Raised = null;
        }
    }
}
