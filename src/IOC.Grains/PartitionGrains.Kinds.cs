using IOC.Telemetry;

namespace IOC.Grains;

/// <summary>How the mailbox hosts run the two kinds of grain.</summary>
public sealed partial class PartitionGrains
{
    private readonly record struct SensorReport(int Row, SensorGrain Sensor, long SilentMs);

    private readonly struct SensorKind(PartitionGrains owner) : IGrainKind<SensorGrain, int>
    {
        public SensorGrain Activate(int key)
        {
            ref var entry = ref owner._slots[key];
            return entry.ReceivedAtMs == SensorGrain.Never && entry.Presence == SensorPresence.Unknown
                ? new SensorGrain()
                : SensorGrainCodec.Decode(
                    owner._store.Load(owner.Partition, GrainKinds.Sensor, entry.Address.Path)
                        ?? throw new InvalidDataException($"The stored state of {entry.Address} is gone."),
                    owner._catalogue.Properties);
        }

        public void Handle(int key, SensorGrain grain, in int message)
        {
            ref var entry = ref owner._slots[key];
            if (message == WakeUp)
            {
                owner.Apply(key, grain.Wake(owner._clock.NowMs, owner._clock.ResumedAtMs, entry.StaleMs, entry.SilentMs));
                return;
            }

            if (message == ClockBegunAnew)
            {
                owner.Apply(key, grain.BeginAnew(owner._clock.NowMs));
                return;
            }

            ref readonly var telemetry = ref owner._batch!.Messages[message];
            owner.Apply(key, telemetry.Kind == MessageKind.Readings
                ? grain.Receive(in telemetry, owner._batch.ValuesOf(in telemetry), entry.StaleMs)
                : grain.Announce(telemetry.Online, telemetry.ReceivedAtMs));
        }

        public void EndTurn(int key, SensorGrain grain)
        {
            Keep(ref owner._slots[key], grain);
            owner.SetDeadline(key);
        }

        public bool MayPutAway(int key, SensorGrain grain)
        {
            ref var entry = ref owner._slots[key];
            return !entry.Dirty && !entry.Saving && !entry.Unreported && !entry.Changed;
        }
    }

    private readonly struct DistrictKind : IGrainKind<DistrictGrain, SensorReport>
    {
        public DistrictGrain Activate(int key) => new();

        public void Handle(int key, DistrictGrain grain, in SensorReport message) => grain.Report(message.Row, message.Sensor, message.SilentMs);

        public void EndTurn(int key, DistrictGrain grain)
        {
        }

        public bool MayPutAway(int key, DistrictGrain grain) => false;
    }
}
