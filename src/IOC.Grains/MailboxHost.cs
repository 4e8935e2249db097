namespace IOC.Grains;

/// <summary>What the mailbox host needs to know of a kind of grain. Implemented by structs, so that the calls on the
/// hot path are direct.</summary>
internal interface IGrainKind<TGrain, TMessage>
    where TGrain : class
{
    /// <summary>Brings a grain into memory: its stored state, or a new one.</summary>
    TGrain Activate(int key);

    /// <summary>Handles one message.</summary>
    void Handle(int key, TGrain grain, in TMessage message);

    /// <summary>Called after each turn (one message or several).</summary>
    void EndTurn(int key, TGrain grain);

    /// <summary>Tells whether the grain may leave memory: all it knows is stored and shown.</summary>
    bool MayPutAway(int key, TGrain grain);
}

/// <summary>Counters of a mailbox host.</summary>
/// <param name="Messages">Messages handled.</param>
/// <param name="Turns">Turns taken; a turn handles one message or several of the same grain.</param>
/// <param name="LongTurns">Turns longer than <see cref="GrainOptions.LongTurn"/>.</param>
/// <param name="OverlongMailboxes">Times that a mailbox reached <see cref="GrainOptions.MailboxSoftLimit"/>.</param>
/// <param name="Activations">Grains brought into memory.</param>
/// <param name="PutAway">Grains put away.</param>
/// <param name="Active">Grains in memory.</param>
public readonly record struct MailboxCounters(
    long Messages, long Turns, long LongTurns, long OverlongMailboxes, long Activations, long PutAway, int Active);

/// <summary>
/// Runs the grains of one kind in one partition, on the partition's thread: a grain is never in two turns at once. Keys
/// are dense numbers. A ready grain takes a turn of up to a quantum of messages and then goes to the end of the queue,
/// so that one busy key does not keep the others waiting.
/// </summary>
/// <remarks>Performance-critical: mailboxes are chains of indices through one array of envelopes that is reset when all
/// is handled, so posting and handling allocate nothing and touch three arrays; a Queue per key would cost an object and
/// a buffer per key and a cache miss more per message.</remarks>
internal sealed class MailboxHost<TGrain, TMessage, TKind>(TKind kind, GrainOptions options, TimeProvider? clock)
    where TGrain : class
    where TKind : struct, IGrainKind<TGrain, TMessage>
{
    private readonly long _longTurn = clock is null ? long.MaxValue : (long)(options.LongTurn.TotalSeconds * clock.TimestampFrequency);
    private TKind _kind = kind;
    private Envelope[] _envelopes = new Envelope[256];
    private int _posted;
    private Mailbox[] _boxes = new Mailbox[64];
    private TGrain?[] _grains = new TGrain?[64];
    private int[] _ready = new int[64];
    private int _readyHead;
    private int _readyCount;
    private long _messages;
    private long _turns;
    private long _longTurns;
    private long _overlong;
    private long _activations;
    private long _putAway;
    private int _active;

    public MailboxCounters Counters => new(_messages, _turns, _longTurns, _overlong, _activations, _putAway, _active);

    /// <summary>The grain of a key if it is in memory.</summary>
    public TGrain? Find(int key) => key < _grains.Length ? _grains[key] : null;

    /// <summary>The grain of a key, brought into memory if needed.</summary>
    public TGrain Get(int key)
    {
        Reach(key);
        return _grains[key] ?? Bring(key);
    }

    /// <summary>Puts a grain into memory that was made elsewhere.</summary>
    public void Put(int key, TGrain grain)
    {
        Reach(key);
        _active += _grains[key] is null ? 1 : 0;
        _grains[key] = grain;
    }

    /// <summary>Drops a grain without asking.</summary>
    public void Drop(int key)
    {
        if (Find(key) is not null)
        {
            _grains[key] = null;
            _active--;
        }
    }

    /// <summary>Puts a message into a key's mailbox.</summary>
    public void Post(int key, in TMessage message)
    {
        Reach(key);
        if (_posted == _envelopes.Length)
        {
            Array.Resize(ref _envelopes, _posted * 2);
        }

        var at = _posted++;
        _envelopes[at].Message = message;
        _envelopes[at].Next = -1;
        ref var box = ref _boxes[key];
        if (box.Count++ == 0)
        {
            box.Head = at;
            MakeReady(key);
        }
        else
        {
            _envelopes[box.Tail].Next = at;
        }

        box.Tail = at;
        if (box.Count == options.MailboxSoftLimit)
        {
            _overlong++;
        }
    }

    /// <summary>Runs turns until every mailbox is empty. After a failure they are empty too: what was not handled is
    /// gone, and the caller posts all of it again.</summary>
    public void Run()
    {
        try
        {
            TakeTurns();
        }
        catch
        {
            // A key that waits is in the queue once and its chain is in the envelopes: both go, or neither.
            Array.Clear(_boxes);
            _readyHead = 0;
            _readyCount = 0;
            throw;
        }
        finally
        {
            _posted = 0;
        }
    }

    /// <summary>Puts away every grain for which <paramref name="idle"/> holds and which may go.</summary>
    public void Sweep(Func<int, bool> idle)
    {
        for (var key = 0; key < _grains.Length; key++)
        {
            if (_grains[key] is { } grain && idle(key) && _kind.MayPutAway(key, grain))
            {
                Drop(key);
                _putAway++;
            }
        }
    }

    private void TakeTurns()
    {
        var before = clock?.GetTimestamp() ?? 0;
        while (_readyCount > 0)
        {
            var key = _ready[_readyHead];
            _readyHead = _readyHead + 1 == _ready.Length ? 0 : _readyHead + 1;
            _readyCount--;
            Turn(key);
            if (clock is not null)
            {
                var after = clock.GetTimestamp();
                _longTurns += after - before > _longTurn ? 1 : 0;
                before = after;
            }
        }
    }

    private void Turn(int key)
    {
        var grain = _grains[key] ?? Bring(key);
        var left = options.Quantum;
        var at = _boxes[key].Head;
        var handled = 0;
        while (at >= 0 && left-- > 0)
        {
            // Handling may post to this very mailbox and may grow the arrays: no reference is held across it.
            var message = _envelopes[at].Message;
            _kind.Handle(key, grain, in message);
            at = _envelopes[at].Next;
            handled++;
        }

        _messages += handled;
        _turns++;
        ref var box = ref _boxes[key];
        box.Count -= handled;
        box.Head = at;
        if (box.Count > 0)
        {
            MakeReady(key);
        }

        _kind.EndTurn(key, grain);
    }

    private TGrain Bring(int key)
    {
        var grain = _kind.Activate(key);
        _grains[key] = grain;
        _activations++;
        _active++;
        return grain;
    }

    private void MakeReady(int key)
    {
        if (_readyCount == _ready.Length)
        {
            var longer = new int[_ready.Length * 2];
            for (var i = 0; i < _readyCount; i++)
            {
                longer[i] = _ready[(_readyHead + i) % _ready.Length];
            }

            _ready = longer;
            _readyHead = 0;
        }

        var tail = _readyHead + _readyCount++;
        _ready[tail >= _ready.Length ? tail - _ready.Length : tail] = key;
    }

    private void Reach(int key)
    {
        if (key >= _boxes.Length)
        {
            var size = Math.Max(key + 1, _boxes.Length * 2);
            Array.Resize(ref _boxes, size);
            Array.Resize(ref _grains, size);
        }
    }

    private struct Envelope
    {
        public TMessage Message;
        public int Next;
    }

    private struct Mailbox
    {
        public int Head;
        public int Tail;
        public int Count;
    }
}
