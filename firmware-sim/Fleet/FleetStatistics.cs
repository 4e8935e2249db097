namespace IOC.FirmwareSim.Fleet;

/// <summary>Counters of a running fleet, safe from any thread.</summary>
internal sealed class FleetStatistics
{
    private long _published;
    private long _acknowledged;
    private long _refused;
    private long _lost;
    private long _overflowed;
    private long _commands;
    private int _connected;
    private int _activeFaults;
    private int _faultsSoFar;

    /// <summary>Messages handed to a connection.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Messages that the broker acknowledged.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Messages that the broker refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Messages that were never acknowledged.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Messages that a device threw away because its memory was full while it had no connection.</summary>
    public long Overflowed => Volatile.Read(ref _overflowed);

    /// <summary>Commands that lamps received, repetitions included.</summary>
    public long Commands => Volatile.Read(ref _commands);

    /// <summary>Connections that are up.</summary>
    public int Connected => Volatile.Read(ref _connected);

    /// <summary>Faults at work.</summary>
    public int ActiveFaults => Volatile.Read(ref _activeFaults);

    /// <summary>Faults that have begun.</summary>
    public int FaultsSoFar => Volatile.Read(ref _faultsSoFar);

    public void CountPublished() => Interlocked.Increment(ref _published);

    public void CountCommand() => Interlocked.Increment(ref _commands);

    public void CountOverflow() => Interlocked.Increment(ref _overflowed);

    public void Count(Publishing.PublishOutcome outcome) => _ = outcome switch
    {
        Publishing.PublishOutcome.Acknowledged => Interlocked.Increment(ref _acknowledged),
        Publishing.PublishOutcome.Refused => Interlocked.Increment(ref _refused),
        _ => Interlocked.Increment(ref _lost),
    };

    public void SetConnected(int connections) => Volatile.Write(ref _connected, connections);

    public void SetFaults(int active, int soFar)
    {
        Volatile.Write(ref _activeFaults, active);
        Volatile.Write(ref _faultsSoFar, soFar);
    }
}
