namespace IOC.Ingest.Topics;

/// <summary>
/// For which sensors a payload may speak. Rights hang on topics (that is what access lists are about), so what a payload
/// names counts only where the topic is a gateway's; elsewhere every reading is that of the topic's sensor, and one that
/// names another is refused.
/// </summary>
/// <param name="Table">The registered sensors.</param>
/// <param name="Own">The topic's sensor; null when it names none.</param>
/// <param name="Several">Whether the topic is a gateway's.</param>
internal readonly record struct SensorScope(TopicTable Table, SensorPlace? Own, bool Several)
{
    /// <summary>The sensor of a reading that names none; null with the reason when the topic names none either.</summary>
    public SensorPlace? Unnamed(out RefusalReason reason)
    {
        reason = RefusalReason.UnknownSensor;
        return Own;
    }

    /// <summary>The sensor of a reading that names one by its slug.</summary>
    /// <param name="slug">What it names.</param>
    /// <param name="loose">The name may as well be a device's own (a serial number, a MAC address): under a sensor's topic one
    /// that means no registered sensor means the topic's.</param>
    /// <param name="reason">Why there is none.</param>
    public SensorPlace? Named(ReadOnlySpan<byte> slug, bool loose, out RefusalReason reason)
    {
        reason = RefusalReason.UnknownSensor;
        var found = Own is not null && IsOwn(slug) ? Own : Table.FindRegistered(slug);
        if (found == Own || (Several && found is not null))
        {
            return found;
        }

        if (loose && found is null && !Several)
        {
            return Own;
        }

        reason = Several || Own is null ? RefusalReason.UnknownSensor : RefusalReason.TopicMismatch;
        return null;
    }

    private bool IsOwn(ReadOnlySpan<byte> slug) => System.Text.Ascii.Equals(slug, Own!.Sensor.Sensor);
}
