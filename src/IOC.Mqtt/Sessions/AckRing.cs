using System.Buffers;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>Answers to publishes, in the order of the publishes, each waiting for its task. The read loop adds, the write pump
/// drains; they meet only at the published tail. No allocation and no continuation per message: the pump arms one
/// continuation per distinct task at the head.</summary>
internal sealed class AckRing(int limit, Func<Exception, MqttReasonCode>? reasonOf = null)
{
    private readonly Lock _gate = new();
    private Entry[] _entries = new Entry[16];
    private uint _head;
    private uint _next;
    private uint _tail;
    private uint _told;
    private Task? _armed;
    private int _unreleased;

    /// <summary>Answers that have not been written, those of the current batch included. For the read loop.</summary>
    public int Pending => (int)(_next - Volatile.Read(ref _head));

    public bool IsFull => Pending >= Limit;

    /// <summary>Answers that may be pending.</summary>
    public int Limit { get; set; } = limit;

    /// <summary>Whether as many publishes of QoS 1 and 2 are unfinished as the limit says; one of QoS 2 is until its PUBREL (5.0, 3.3.4). The
    /// pump moves them from one count to the other, so that only a look under its lock is exact.</summary>
    public bool IsQuotaUsed => Pending + Volatile.Read(ref _unreleased) >= Limit && IsQuotaReallyUsed();

    public bool IsEmpty => Volatile.Read(ref _tail) == Volatile.Read(ref _head);

    /// <summary>Whether the first answer waits for its task.</summary>
    public bool WaitsForTask
    {
        get
        {
            lock (_gate)
            {
                return !IsEmpty && _entries[_head & (_entries.Length - 1)].Durable is { IsCompleted: false };
            }
        }
    }

    /// <summary>Adds an answer that the pump sees after the next <see cref="Publish"/>. The answer to a copy counts for no quota.</summary>
    /// <param name="type">Type of the answer.</param>
    /// <param name="packetId">Its packet identifier.</param>
    /// <param name="reason">Its reason code.</param>
    /// <param name="durable">What it waits for.</param>
    /// <param name="isCopy">Whether it answers a copy.</param>
    /// <param name="isTold">Whether the receipt of a QoS 2 message is stored with what <paramref name="durable"/> stands for.</param>
    public void Add(MqttPacketType type, ushort packetId, MqttReasonCode reason, Task? durable, bool isCopy = false, bool isTold = false)
    {
        if (_next - Volatile.Read(ref _head) == (uint)_entries.Length)
        {
            Grow();
        }

        ref var entry = ref _entries[_next & (_entries.Length - 1)];
        entry.PacketId = packetId;
        entry.Type = (byte)type;
        entry.Reason = (byte)reason;
        entry.Durable = durable;
        entry.IsCopy = isCopy;
        entry.IsTold = isTold || type != MqttPacketType.PubRec || (int)reason >= 0x80;
        _next++;
    }

    /// <summary>A PUBREL came.</summary>
    public void Release()
    {
        lock (_gate)
        {
            // A message of a former connection was never counted here.
            _unreleased = Math.Max(0, _unreleased - 1);
        }
    }

    /// <summary>Shows what was added to the pump; true when there is something to drain.</summary>
    public bool Publish()
    {
        Volatile.Write(ref _tail, _next);
        return !IsEmpty;
    }

    /// <summary>Writes every answer at the head whose task has completed. Arms <paramref name="wake"/> on the first that has not.</summary>
    public AckDrain Drain(IBufferWriter<byte> output, MqttVersion version, MqttSession session, Action wake)
    {
        lock (_gate)
        {
            var result = default(AckDrain);
            var span = Span<byte>.Empty;
            var written = 0;
            Task? completed = null;
            var tail = Volatile.Read(ref _tail);
            var head = _head;
            if (session.StoreId != 0)
            {
                TellReceived(session, tail);
            }

            for (; head != tail; head++)
            {
                ref var entry = ref _entries[head & (_entries.Length - 1)];
                var task = entry.Durable;
                if (task is not null && task != completed && !IsDone(task, wake))
                {
                    break;
                }

                completed = task ?? completed;
                var failed = task is { IsCompletedSuccessfully: false };
                if (failed)
                {
                    // Read it, or it ends up as an unobserved exception.
                    result.Failure ??= task!.Exception?.InnerException ?? new OperationCanceledException("The durable task was cancelled.");
                    result.Failed++;
                    if (version != MqttVersion.V500)
                    {
                        result.MustClose = true;
                        break;
                    }
                }

                if (span.Length - written < MqttAck.MaxSize)
                {
                    output.Advance(written);
                    result.Bytes += written;
                    written = 0;
                    span = output.GetSpan(Math.Clamp((int)(tail - head) * MqttAck.MaxSize, MqttAck.MaxSize, 4096));
                }

                var reason = failed ? ReasonOf(task!) : (MqttReasonCode)entry.Reason;
                written += Write(span[written..], version, entry, reason, session);
                result.Acks++;
                entry.Durable = null;
            }

            output.Advance(written);
            result.Bytes += written;
            Volatile.Write(ref _head, head);
            return result;
        }
    }

    /// <summary>Stores the receipts of all QoS 2 messages whose sink is done, in one commit: only then, because a message that could not
    /// be stored is not received.</summary>
    private void TellReceived(MqttSession session, uint tail)
    {
        for (_told = _told - _head > tail - _head ? _head : _told; _told != tail; _told++)
        {
            ref var entry = ref _entries[_told & (_entries.Length - 1)];
            if (entry.IsTold)
            {
                continue;
            }

            if (entry.Durable is { IsCompleted: false })
            {
                break;
            }

            entry.IsTold = true;
            if (entry.Durable is null or { IsCompletedSuccessfully: true })
            {
                entry.Durable = session.TellReceived(entry.PacketId);
            }
        }
    }

    private MqttReasonCode ReasonOf(Task failed) => failed.Exception?.InnerException switch
    {
        MqttStoreException { IsFull: true } => MqttReasonCode.QuotaExceeded,
        { } failure when reasonOf is not null => reasonOf(failure),
        _ => MqttReasonCode.ImplementationSpecificError,
    };

    private bool IsQuotaReallyUsed()
    {
        lock (_gate)
        {
            return Pending + _unreleased >= Limit;
        }
    }

    private int Write(Span<byte> span, MqttVersion version, in Entry entry, MqttReasonCode reason, MqttSession session)
    {
        var type = (MqttPacketType)entry.Type;
        if (type == MqttPacketType.PubRec)
        {
            if ((int)reason < 0x80)
            {
                session.NoteReceived(entry.PacketId);
                _unreleased += entry.IsCopy ? 0 : 1;
            }
            else
            {
                // Refused or not stored: what comes next with this identifier is a new message (5.0, 4.3.3-9).
                session.ReleaseReceived(entry.PacketId);
            }
        }

        return MqttAck.Write(span, version, type, entry.PacketId, reason);
    }

    private bool IsDone(Task task, Action wake)
    {
        if (task.IsCompleted)
        {
            return true;
        }

        if (_armed != task)
        {
            _armed = task;
            task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(wake);
        }

        return false;
    }

    private void Grow()
    {
        lock (_gate)
        {
            var grown = new Entry[_entries.Length * 2];
            for (var i = _head; i != _next; i++)
            {
                grown[i & (grown.Length - 1)] = _entries[i & (_entries.Length - 1)];
            }

            _entries = grown;
        }
    }

    private struct Entry
    {
        public Task? Durable;
        public ushort PacketId;
        public byte Type;
        public byte Reason;
        public bool IsCopy;
        public bool IsTold;
    }
}

/// <summary>What a drain of the ring did.</summary>
internal struct AckDrain
{
    public int Acks;
    public int Bytes;
    public int Failed;
    public bool MustClose;
    public Exception? Failure;
}
