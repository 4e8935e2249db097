using IOC.Telemetry;

namespace IOC.Commands;

/// <summary>A command that is asked for.</summary>
/// <param name="Sensor">For whom.</param>
/// <param name="Kind">What; its sensor must take it.</param>
/// <param name="Arguments">With what; checked before.</param>
/// <param name="Operator">Who asks.</param>
/// <param name="Life">How long it may wait and be done.</param>
public sealed record CommandRequest(SensorAddress Sensor, CommandKind Kind, CommandArguments Arguments, string Operator, TimeSpan Life);

/// <summary>An answer that a device sent.</summary>
/// <param name="Sensor">"district/domain/sensor" of the topic that it came by.</param>
/// <param name="Ack">The answer.</param>
public sealed record ReceivedAck(string Sensor, CommandAck Ack);

/// <summary>What became of an answer.</summary>
public enum AckOutcome
{
    /// <summary>It changed its command.</summary>
    Taken,

    /// <summary>It said what was known, or came when nothing it says could change anything.</summary>
    Repeated,

    /// <summary>There is no such command, or it is another device's.</summary>
    Unknown,
}

/// <summary>What a call changed.</summary>
/// <param name="Changed">Every command that is new or changed, in its latest state.</param>
/// <param name="ToSend">Those of them that are to be sent now.</param>
public sealed record CommandChanges(IReadOnlyList<Command> Changed, IReadOnlyList<Command> ToSend)
{
    /// <summary>Nothing.</summary>
    public static CommandChanges None { get; } = new([], []);
}

/// <summary>
/// All commands without an outcome. A sensor has at most one: its latest wish, so an older one never comes back to undo a
/// newer. Every change is stored before it counts; when storing fails, what the store has counts. Safe for use from any thread.
/// </summary>
public sealed class CommandBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SensorAddress, Command> _open = [];
    private readonly Dictionary<string, Command> _openById = new(StringComparer.Ordinal);
    private readonly ICommandStore _store;
    private readonly CommandOptions _options;
    private readonly string _node;
    private readonly List<Command> _recovered = [];
    private bool _unsure;

    /// <summary>Takes up what the store holds without an outcome.</summary>
    public CommandBook(string node, ICommandStore store, CommandOptions options)
    {
        (_node, _store, _options) = (node, store, options);
        foreach (var command in store.LoadOpen())
        {
            Keep(command);
        }
    }

    /// <summary>Commands without an outcome.</summary>
    public int OpenCount
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Adds commands, one for each of different sensors; each takes the place of its sensor's open one.</summary>
    /// <param name="requests">What is asked for.</param>
    /// <param name="group">Whether they are a group.</param>
    /// <param name="now">Now.</param>
    /// <returns>The new commands in the order of the requests, and all changes; null when there would be too many.</returns>
    public (IReadOnlyList<Command> Added, CommandChanges Changes)? Issue(IReadOnlyList<CommandRequest> requests, bool group, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var groupId = group ? CommandId.New(_node, now) : null;
        List<Command> added = [.. requests.Select(r => New(r, groupId, now))];
        lock (_gate)
        {
            Recover();
            if (_open.Count + added.Count(c => !_open.ContainsKey(c.Sensor)) > _options.MaxOpen)
            {
                return null;
            }

            List<Command> replaced = [];
            foreach (var command in added)
            {
                if (_open.TryGetValue(command.Sensor, out var older))
                {
                    replaced.Add(CommandLifecycle.Supersede(older, command.Id, now.ToUnixTimeMilliseconds()));
                }
            }

            Save(added, replaced);
            replaced.ForEach(Keep);
            added.ForEach(Keep);
            return (added, new CommandChanges([.. replaced, .. added], []));
        }
    }

    /// <summary>Lets time pass: sends, repeats, gives up.</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="isReachable">Whether a device can be sent something now.</param>
    public CommandChanges Pass(long nowMs, Func<SensorAddress, bool> isReachable)
    {
        lock (_gate)
        {
            Recover();
            List<Command> changed = [.. _recovered];
            _recovered.Clear();
            var known = changed.Count;
            List<Command> toSend = [];
            foreach (var command in _open.Values)
            {
                var (next, send) = CommandLifecycle.Pass(command, nowMs, () => isReachable(command.Sensor), _options);
                if (!ReferenceEquals(next, command))
                {
                    changed.Add(next);
                }

                if (send)
                {
                    toSend.Add(next);
                }
            }

            if (changed.Count > known)
            {
                List<Command> passed = changed[known..];
                Save([], passed);
                passed.ForEach(Keep);
            }

            return changed.Count == 0 ? CommandChanges.None : new CommandChanges(changed, toSend);
        }
    }

    /// <summary>Takes devices' answers, those to commands that the host has given up included.</summary>
    /// <returns>What became of each, in their order, and all changes.</returns>
    public (IReadOnlyList<AckOutcome> Outcomes, CommandChanges Changes) Acknowledge(IReadOnlyList<ReceivedAck> acks, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(acks);
        lock (_gate)
        {
            Recover();
            var changed = new Dictionary<string, Command>(StringComparer.Ordinal);
            var outcomes = new List<AckOutcome>(acks.Count);
            foreach (var (sensor, ack) in acks)
            {
                var command = changed.GetValueOrDefault(ack.Id) ?? _openById.GetValueOrDefault(ack.Id) ?? _store.Find(ack.Id);
                if (command is null || command.Sensor.Path != sensor)
                {
                    outcomes.Add(AckOutcome.Unknown);
                    continue;
                }

                var next = CommandLifecycle.Answer(command, ack.Answer, ack.Detail, nowMs, _options);
                outcomes.Add(ReferenceEquals(next, command) ? AckOutcome.Repeated : AckOutcome.Taken);
                if (!ReferenceEquals(next, command))
                {
                    changed[ack.Id] = next;
                }
            }

            if (changed.Count == 0)
            {
                return (outcomes, CommandChanges.None);
            }

            List<Command> all = [.. changed.Values];
            Save([], all);
            all.ForEach(Keep);
            return (outcomes, new CommandChanges(all, []));
        }
    }

    /// <summary>Takes commands back.</summary>
    /// <returns>Those that were open, after it; the others had an outcome or do not exist.</returns>
    public CommandChanges Cancel(IReadOnlyCollection<string> ids, string operatorName, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(ids);
        lock (_gate)
        {
            var wanted = ids.ToHashSet(StringComparer.Ordinal);
            return CancelWhere(c => wanted.Contains(c.Id), operatorName, nowMs);
        }
    }

    /// <summary>Takes back what is open of a group.</summary>
    public CommandChanges CancelGroup(string group, string operatorName, long nowMs)
    {
        lock (_gate)
        {
            return CancelWhere(c => c.Group == group, operatorName, nowMs);
        }
    }

    private CommandChanges CancelWhere(Func<Command, bool> condition, string operatorName, long nowMs)
    {
        Recover();
        List<Command> cancelled = [.. _open.Values.Where(condition).Select(c => CommandLifecycle.Cancel(c, operatorName, nowMs))];
        if (cancelled.Count == 0)
        {
            return CommandChanges.None;
        }

        Save([], cancelled);
        cancelled.ForEach(Keep);
        return new CommandChanges(cancelled, []);
    }

    private void Save(IReadOnlyList<Command> added, IReadOnlyList<Command> changed)
    {
        try
        {
            _store.Save(added, changed);
        }
        catch (Exception e) when (e is not INothingStored)
        {
            // When a connection breaks while a server commits, only the server knows what came of it.
            _unsure = true;
            throw;
        }
    }

    // After a failure, what the store has counts: a command may be there that its operator was told had failed, and is shown.
    private void Recover()
    {
        if (!_unsure)
        {
            return;
        }

        var stored = _store.LoadOpen();
        var before = new Dictionary<string, Command>(_openById, StringComparer.Ordinal);
        _open.Clear();
        _openById.Clear();
        foreach (var command in stored)
        {
            Keep(command);
            if (!before.Remove(command.Id, out var known) || known != command)
            {
                _recovered.Add(command);
            }
        }

        _recovered.AddRange(before.Keys.Select(_store.Find).OfType<Command>());
        _unsure = false;
    }

    private Command New(CommandRequest request, string? group, DateTimeOffset now) => new()
    {
        Id = CommandId.New(_node, now),
        Group = group,
        Sensor = request.Sensor,
        Kind = request.Kind,
        Arguments = request.Arguments,
        Operator = request.Operator,
        CreatedAtMs = now.ToUnixTimeMilliseconds(),
        ExpiresAtMs = (now + request.Life).ToUnixTimeMilliseconds(),
    };

    private void Keep(Command command)
    {
        if (command.IsOpen)
        {
            _open[command.Sensor] = command;
            _openById[command.Id] = command;
        }
        else
        {
            _openById.Remove(command.Id);
            if (_open.TryGetValue(command.Sensor, out var open) && open.Id == command.Id)
            {
                _open.Remove(command.Sensor);
            }
        }
    }
}
