using IOC.Detection;
using IOC.Grains;
using IOC.Telemetry;

namespace IOC.Host.Pump;

/// <summary>Learning from history, between two batches.</summary>
internal sealed partial class PartitionState
{
    /// <summary>Rises with every new rule set.</summary>
    public int RulesGeneration
    {
        get
        {
            lock (_gate)
            {
                return detection.Generation;
            }
        }
    }

    /// <summary>Looks which of some sensors learned too little to judge, and begins to record what comes in of them.</summary>
    public PrimingRound BeginPriming(IReadOnlyList<SensorAddress> sensors, int mostReadings)
    {
        lock (_gate)
        {
            return detection.BeginPriming(sensors, mostReadings);
        }
    }

    /// <summary>Takes over what was learned and stores it before the next batch, so that a restart finds it in force from the same batch
    /// on. False when this is not the moment: a batch is detected whose alerts are not stored yet.</summary>
    public bool TryCompletePriming(PrimingRound round, out int primed)
    {
        var dirty = new List<GrainSnapshot>();
        lock (_storing)
        {
            lock (_gate)
            {
                primed = 0;
                if (_detectedOffset != Offset)
                {
                    return false;
                }

                primed = detection.CompletePriming(round);
                Collect(dirty);
                store.Save(partition, Offset, dirty);
                Saved(Offset);
                return true;
            }
        }
    }

    /// <summary>Gives up what was not completed.</summary>
    public void EndPriming(PrimingRound round)
    {
        lock (_gate)
        {
            round.Dispose();
        }
    }
}
