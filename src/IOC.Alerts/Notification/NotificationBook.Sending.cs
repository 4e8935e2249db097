namespace IOC.Alerts.Notification;

/// <summary>What is sent, and how it went.</summary>
public sealed partial class NotificationBook
{
    /// <summary>Messages without an outcome: gathering, held, and to be sent.</summary>
    public (int Collecting, int Held, int Pending) Waiting
    {
        get
        {
            lock (_gate)
            {
                return (_gathering.Count, _held.Count, _pending.Values.Sum(q => q.Count));
            }
        }
    }

    /// <summary>Channels whose receiver fails, with the last error and since when (Unix milliseconds).</summary>
    public IReadOnlyDictionary<string, (string Error, long SinceMs)> Failing
    {
        get
        {
            lock (_gate)
            {
                return _rests.ToDictionary(r => r.Key, r => (r.Value.Error ?? "", r.Value.SinceMs), StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Channels that have something to send now.</summary>
    public IReadOnlyList<string> Ready(DateTimeOffset now)
    {
        lock (_gate)
        {
            return [.. _pending.Keys.Where(channel => FindNext(channel, now) is not null)];
        }
    }

    /// <summary>
    /// What a channel is to send next; null when there is nothing now. Of one group it is always the oldest message, so that a
    /// group's messages reach a recipient in order; a message that waits for another try lets other groups pass.
    /// </summary>
    public Delivery? Next(string channel, DateTimeOffset now)
    {
        lock (_gate)
        {
            return FindNext(channel, now);
        }
    }

    /// <summary>Notes how a try went.</summary>
    /// <param name="id">The message.</param>
    /// <param name="outcome">How it went.</param>
    /// <param name="now">Host's clock.</param>
    /// <returns>The message as it is now; null when it has an outcome already.</returns>
    public Delivery? Record(string id, SendOutcome outcome, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        lock (_gate)
        {
            Recover();
            if (!_open.TryGetValue(id, out var delivery))
            {
                return null;
            }

            var after = After(delivery, outcome, now);
            var draft = new NotificationDraft(_lastNumber);
            draft.Change(after);
            Commit(draft);
            Rest(delivery.Channel, outcome, now);
            return after;
        }
    }

    /// <summary>Tries a message again at once: one that was given up, or that waits for its next try.</summary>
    /// <param name="id">The message.</param>
    /// <param name="now">Host's clock.</param>
    /// <returns>The message as it is now; null when there is none, or it was sent, or it still gathers.</returns>
    public Delivery? Retry(string id, DateTimeOffset now)
    {
        lock (_gate)
        {
            Recover();
            var known = _open.GetValueOrDefault(id) ?? _store.Find(id);
            if (known is not { State: DeliveryState.GivenUp or DeliveryState.Pending } || known.Purpose == DeliveryPurpose.Test || Config.Channel(known.Channel) is null)
            {
                return null;
            }

            var after = known with { State = DeliveryState.Pending, DueAtMs = now.ToUnixTimeMilliseconds(), Attempts = 0, FinishedAtMs = null };
            var draft = new NotificationDraft(_lastNumber);
            draft.Change(after);
            Commit(draft);
            _rests.Remove(known.Channel);
            return after;
        }
    }

    /// <summary>Notes a message of the test button, which was sent outside the queue.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="recipient">The recipient; null when the channel is its own.</param>
    /// <param name="language">Language.</param>
    /// <param name="now">Host's clock.</param>
    /// <returns>The message, to be sent and then given to <see cref="RecordTest"/>.</returns>
    public Delivery NewTest(string channel, string? recipient, NoticeLanguage language, DateTimeOffset now)
    {
        lock (_gate)
        {
            var nowMs = now.ToUnixTimeMilliseconds();
            var number = ++_lastNumber;
            return new Delivery
            {
                Id = NewId(number, nowMs),
                Number = number,
                Channel = channel,
                Recipient = recipient,
                Purpose = DeliveryPurpose.Test,
                Language = language,
                State = DeliveryState.Pending,
                CreatedAtMs = nowMs,
                DueAtMs = nowMs,
            };
        }
    }

    /// <summary>Notes the outcome of a test. A test is tried once.</summary>
    /// <returns>The message as it is kept.</returns>
    public Delivery RecordTest(Delivery test, SendOutcome outcome, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(outcome);
        lock (_gate)
        {
            Recover();
            var after = Tried(test, outcome, now) with
            {
                State = outcome.Result == SendResult.Sent ? DeliveryState.Sent : DeliveryState.GivenUp,
                FinishedAtMs = now.ToUnixTimeMilliseconds(),
            };
            Write(() => _store.Save(new NotificationChanges { Added = [after] }));
            if (outcome.Result == SendResult.Sent)
            {
                // Somebody has mended it: what waits need not wait for its next try.
                _rests.Remove(test.Channel);
            }

            return after;
        }
    }

    private static Delivery Tried(Delivery delivery, SendOutcome outcome, DateTimeOffset now) => delivery with
    {
        Attempts = delivery.Attempts + 1,
        TriedAtMs = now.ToUnixTimeMilliseconds(),
        Status = outcome.Status,
        Error = outcome.Error,
    };

    private Delivery After(Delivery delivery, SendOutcome outcome, DateTimeOffset now)
    {
        var tried = Tried(delivery, outcome, now);
        var nowMs = now.ToUnixTimeMilliseconds();
        return outcome.Result switch
        {
            SendResult.Sent => tried with { State = DeliveryState.Sent, Error = null, FinishedAtMs = nowMs },
            SendResult.Retry when tried.Attempts < _options.MaxAttempts =>
                tried with { DueAtMs = nowMs + Wait(tried.Attempts, tried.Id, outcome.RetryAfter) },
            _ => tried with { State = DeliveryState.GivenUp, FinishedAtMs = nowMs },
        };
    }

    private long Wait(int failures, string key, TimeSpan? asked)
    {
        var own = _options.BackOff.After(failures, key);
        var wished = asked is { } wish && wish > _options.LongestRetryAfter ? _options.LongestRetryAfter : asked ?? TimeSpan.Zero;
        return (long)Math.Ceiling((own > wished ? own : wished).TotalMilliseconds);
    }

    private void Rest(string channel, SendOutcome outcome, DateTimeOffset now)
    {
        if (outcome is not { Result: SendResult.Retry, ConcernsChannel: true })
        {
            _rests.Remove(channel);
            return;
        }

        var nowMs = now.ToUnixTimeMilliseconds();
        var before = _rests.GetValueOrDefault(channel);
        var failures = (before?.Failures ?? 0) + 1;
        _rests[channel] = new ChannelRest(failures, nowMs + Wait(failures, channel, outcome.RetryAfter), outcome.Error, before?.SinceMs ?? nowMs);
    }

    private Delivery? FindNext(string channel, DateTimeOffset now)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        if (!_pending.TryGetValue(channel, out var queue) || queue.Count == 0 || Config.Channel(channel) is not { Enabled: true }
            || (_rests.TryGetValue(channel, out var rest) && rest.UntilMs > nowMs))
        {
            return null;
        }

        var seen = new HashSet<GatherKey>();
        foreach (var delivery in queue.Values)
        {
            if (seen.Add(GatherKey.Of(delivery)) && delivery.DueAtMs <= nowMs)
            {
                return delivery;
            }
        }

        return null;
    }
}
