namespace IOC.Detection;

/// <summary>Some sensors of a partition that learn from history together (<see cref="DetectionPipeline.BeginPriming"/>).</summary>
public sealed class PrimingRound : IDisposable
{
    private readonly DetectionPipeline _shadow;

    internal PrimingRound(DetectionPipeline shadow, int generation, long offset, IReadOnlyList<SensorPriming> sensors, bool postponed)
    {
        _shadow = shadow;
        Generation = generation;
        Offset = offset;
        Sensors = sensors;
        IsPostponed = postponed;
    }

    /// <summary>Log offset that history must have reached: what is later is recorded.</summary>
    public long Offset { get; }

    /// <summary>The sensors whose learned state is new; may be none.</summary>
    public IReadOnlyList<SensorPriming> Sensors { get; }

    /// <summary>Whether some have to wait, because no tick was processed yet.</summary>
    public bool IsPostponed { get; }

    internal int Generation { get; }

    /// <summary>Gives up what was not completed. Like the pipeline's members, not while it processes.</summary>
    public void Dispose()
    {
        foreach (var sensor in Sensors)
        {
            if (ReferenceEquals(sensor.Series.Priming, sensor))
            {
                sensor.Series.Priming = null;
            }
        }

        _shadow.Dispose();
    }
}
