using IOC.FirmwareSim.Publishing;

namespace IOC.FirmwareSim.Replay;

/// <summary>A field that was no number.</summary>
internal sealed record NotANumber(long Line, string Column, string Text);

/// <summary>Counters of a replay. Rows and fields are counted by the sender; outcomes come from any thread.</summary>
internal sealed class ReplayStatistics
{
    private const int ExamplesKept = 5;

    private readonly List<NotANumber> _examples = [];
    private long _rows;
    private long _messages;
    private long _acknowledged;
    private long _refused;
    private long _lost;

    /// <summary>Rows sent.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Messages handed to a connection.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Values in them.</summary>
    public long Values { get; private set; }

    /// <summary>Empty fields of mapped columns.</summary>
    public long Missing { get; private set; }

    /// <summary>Fields of mapped columns that are text and no number.</summary>
    public long NotNumbers { get; private set; }

    /// <summary>Rows whose timestamp cannot be read.</summary>
    public long BadTimes { get; private set; }

    /// <summary>First line with such a timestamp; 0 = none.</summary>
    public long FirstBadTime { get; private set; }

    /// <summary>Messages acknowledged.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Messages refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Messages that were never acknowledged.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Messages whose outcome is not known yet.</summary>
    public long Outstanding => Messages - Acknowledged - Refused - Lost;

    /// <summary>The first few fields that were no numbers.</summary>
    public IReadOnlyList<NotANumber> Examples => _examples;

    public void CountRow() => Volatile.Write(ref _rows, _rows + 1);

    public void CountMessage(int values)
    {
        Values += values;
        Interlocked.Increment(ref _messages);
    }

    public void CountMissing() => Missing++;

    public void CountNotANumber(long line, string column, string text)
    {
        NotNumbers++;
        if (_examples.Count < ExamplesKept)
        {
            _examples.Add(new NotANumber(line, column, text));
        }
    }

    public void CountBadTime(long line)
    {
        FirstBadTime = FirstBadTime == 0 ? line : FirstBadTime;
        BadTimes++;
    }

    public void Count(PublishOutcome outcome) => _ = outcome switch
    {
        PublishOutcome.Acknowledged => Interlocked.Increment(ref _acknowledged),
        PublishOutcome.Refused => Interlocked.Increment(ref _refused),
        _ => Interlocked.Increment(ref _lost),
    };
}
