using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Threading.Channels;
using IOC.Commands;
using IOC.Host.Live;
using IOC.Host.Pump;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Host.Commands;

/// <summary>Counts of the commands since the start.</summary>
/// <param name="Open">Commands without an outcome now.</param>
/// <param name="Sent">Commands sent, repetitions included.</param>
/// <param name="Answers">Answers that changed a command.</param>
/// <param name="RepeatedAnswers">Answers that said what was known.</param>
/// <param name="UnknownAnswers">Answers to no command of their device; each is a dead letter.</param>
/// <param name="BadAnswers">Answers that could not be read; each is a dead letter.</param>
public sealed record CommandFigures(int Open, long Sent, long Answers, long RepeatedAnswers, long UnknownAnswers, long BadAnswers);

/// <summary>What becomes of an answer: whether it can be taken now and, if so, when it is stored.</summary>
/// <param name="Stored">Completes when it is stored; faults when that failed. Null: there are too many at once.</param>
/// <param name="IsBad">It could not be read; it is kept as a dead letter.</param>
internal readonly record struct AckTaking(Task? Stored, bool IsBad);

/// <summary>
/// Commands between operators, the book and the devices: stored first, then sent and shown to everyone. Devices' answers
/// queue up and are stored many at a time; an answer's PUBACK waits for that.
/// </summary>
internal sealed class CommandDesk(
    CommandBook book, ICommandStore store, CommandOptions options, ICommandLink link, LiveView live, IReadingLog log, TimeProvider time, ILogger<CommandDesk> logger)
    : BackgroundService
{
    private const int MaxWaiting = 20_000;
    private const int MaxBatch = 1000;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Housekeeping = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShownAfterEnd = TimeSpan.FromHours(1);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Channel<Waiting> _acks = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private long _sent;
    private long _answers;
    private long _repeated;
    private long _unknown;
    private long _bad;

    /// <summary>Counts.</summary>
    public CommandFigures Figures => new(
        book.OpenCount, Interlocked.Read(ref _sent), Interlocked.Read(ref _answers), Interlocked.Read(ref _repeated), Interlocked.Read(ref _unknown), Interlocked.Read(ref _bad));

    /// <summary>Adds commands and sends those whose devices can be reached.</summary>
    /// <returns>The commands in the order of the requests; null when there are too many already.</returns>
    public async Task<IReadOnlyList<Command>?> IssueAsync(IReadOnlyList<CommandRequest> requests, bool group)
    {
        if (book.Issue(requests, group, time.GetUtcNow()) is not { } issued)
        {
            return null;
        }

        Show(issued.Changes);
        await SendNewAsync();
        return issued.Added;
    }

    /// <summary>Takes a command back; false when it has an outcome already or does not exist.</summary>
    public bool Cancel(string id, string operatorName) => Show(book.Cancel([id], operatorName, NowMs())).Changed.Count > 0;

    /// <summary>Takes back what is open of a group.</summary>
    /// <returns>How many.</returns>
    public int CancelGroup(string group, string operatorName) => Show(book.CancelGroup(group, operatorName, NowMs())).Changed.Count;

    /// <summary>Takes what came under a topic of answers. Does not block.</summary>
    public AckTaking Take(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, string client)
    {
        if (CommandMessage.ReadAck(payload, out var problem) is not { } ack)
        {
            Interlocked.Increment(ref _bad);
            return new AckTaking(Bury(topic, payload, client, $"command answer: {problem}"), IsBad: true);
        }

        var waiting = new Waiting(new ReceivedAck(CommandMessage.PathOfAckTopic(topic), ack), Encoding.UTF8.GetString(topic), payload.ToArray(), client);
        return new AckTaking(_acks.Writer.TryWrite(waiting) ? waiting.Stored.Task : null, IsBad: false);
    }

    /// <summary>Lets time pass and sends what is due.</summary>
    public async Task PassAsync()
    {
        // One at a time: what is due is told and sent before the next is looked up, so that no command is overtaken on its way by
        // the one that took its place, and the device is left with the older wish.
        await _sending.WaitAsync();
        try
        {
            var now = NowMs();
            foreach (var command in Show(book.Pass(now, link.IsReachable)).ToSend)
            {
                Interlocked.Increment(ref _sent);
                await SendAsync(command, now);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _sending.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ShowRecent();
        await Task.WhenAll(
            Recurring.RunAsync("The course of commands", Beat, _ => PassAsync(), time, logger, stoppingToken),
            Recurring.RunAsync("The removal of old commands", Housekeeping, _ => RemoveOld(), time, logger, stoppingToken),
            TakeAcksAsync(stoppingToken));
    }

    private async Task SendAsync(Command command, long now)
    {
        try
        {
            await link.SendAsync(command, now);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It counts as sent and unanswered: it is repeated when its time-out is over.
            logger.LogError(e, "Command {Id} to {Sensor} could not be sent", command.Id, command.Sensor.Sensor);
        }
    }

    // The new commands are stored: what fails from here on is tried again with the next beat.
    [SuppressMessage("Design", "CA1031", Justification = "Logged, and tried again.")]
    private async Task SendNewAsync()
    {
        try
        {
            await PassAsync();
        }
        catch (Exception e)
        {
            logger.LogError(e, "New commands could not be sent at once; it is tried again in {Interval}", Beat);
        }
    }

    private async Task TakeAcksAsync(CancellationToken stop)
    {
        var batch = new List<Waiting>();
        try
        {
            while (await _acks.Reader.WaitToReadAsync(stop))
            {
                batch.Clear();
                while (batch.Count < MaxBatch && _acks.Reader.TryRead(out var waiting))
                {
                    batch.Add(waiting);
                }

                TakeBatch(batch);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Whoever waits has no PUBACK and sends again; later ones are told to.
            _acks.Writer.TryComplete();
            while (_acks.Reader.TryRead(out var waiting))
            {
                waiting.Stored.TrySetCanceled(CancellationToken.None);
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the store failed with goes to those who wait; their devices send again.")]
    private void TakeBatch(List<Waiting> batch)
    {
        try
        {
            var (outcomes, changes) = book.Acknowledge(batch.ConvertAll(w => w.Ack), NowMs());
            Show(changes);
            for (var i = 0; i < batch.Count; i++)
            {
                Settle(batch[i], outcomes[i]);
            }
        }
        catch (Exception e)
        {
            logger.LogError(e, "{Count} answers to commands could not be stored; their devices send them again", batch.Count);
            batch.ForEach(w => w.Stored.TrySetException(e));
        }
    }

    private void Settle(Waiting waiting, AckOutcome outcome)
    {
        switch (outcome)
        {
            case AckOutcome.Taken:
                Interlocked.Increment(ref _answers);
                waiting.Stored.TrySetResult();
                break;
            case AckOutcome.Repeated:
                Interlocked.Increment(ref _repeated);
                waiting.Stored.TrySetResult();
                break;
            default:
                Interlocked.Increment(ref _unknown);
                _ = SettleAfterAsync(waiting, Bury(
                    Encoding.UTF8.GetBytes(waiting.Topic), waiting.Payload, waiting.Client,
                    $"command answer: {waiting.Ack.Sensor} was sent no command {waiting.Ack.Ack.Id}"));
                break;
        }
    }

    private static async Task SettleAfterAsync(Waiting waiting, Task buried)
    {
        try
        {
            await buried;
            waiting.Stored.TrySetResult();
        }
        catch (LogCommitException e)
        {
            waiting.Stored.TrySetException(e);
        }
    }

    // What cannot be taken is kept and shown like any other refused payload.
    private Task Bury(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, string client, string detail) => log.AppendDeadLetter(new DeadLetter
    {
        AtMs = NowMs(),
        Topic = Encoding.UTF8.GetString(topic),
        Sensor = CommandMessage.PathOfAckTopic(topic).Split('/')[^1],
        Reason = RefusalReason.MalformedPayload,
        Detail = detail,
        Client = client,
        Payload = payload[..Math.Min(payload.Length, CommandMessage.MaxAckBytes)].ToArray(),
        PayloadBytes = payload.Length,
    }).Durable;

    private CommandChanges Show(CommandChanges changes)
    {
        live.UpdateCommands([.. changes.Changed.Select(LiveCommand.From)]);
        return changes;
    }

    private void ShowRecent()
    {
        var query = new CommandQuery { OpenOnly = true, FinishedSinceMs = NowMs() - (long)ShownAfterEnd.TotalMilliseconds, Limit = CommandQuery.MaxLimit };
        while (true)
        {
            var page = store.Query(query);
            live.UpdateCommands([.. page.Items.Select(LiveCommand.From)]);
            if (page.Next is null)
            {
                return;
            }

            query = query with { Before = page.Next };
        }
    }

    private Task RemoveOld()
    {
        var removed = store.DeleteFinishedBefore(NowMs() - (long)options.KeepFinished.TotalMilliseconds);
        if (removed > 0)
        {
            logger.LogInformation("{Count} commands older than {Age} were removed", removed, options.KeepFinished);
        }

        return Task.CompletedTask;
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Waiting(ReceivedAck Ack, string Topic, byte[] Payload, string Client)
    {
        public TaskCompletionSource Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
