namespace IOC.Host.Planning;

/// <summary>
/// Where an answer is written: kept back up to a size, so that it can have an ETag, and beyond that sent as it comes, so that an answer of a hundred
/// megabytes is never held as a whole.
/// </summary>
/// <param name="into">Where it goes once it is too long to be kept.</param>
/// <param name="most">Bytes that are kept back.</param>
internal sealed class AnswerBody(Stream into, int most) : Stream
{
    private readonly MemoryStream _kept = new();

    /// <summary>Whether it is too long to be kept, and on its way.</summary>
    public bool IsSent { get; private set; }

    /// <summary>What is kept, when nothing was sent.</summary>
    public ReadOnlyMemory<byte> Kept => _kept.GetBuffer().AsMemory(0, (int)_kept.Length);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!IsSent && _kept.Length + buffer.Length <= most)
        {
            _kept.Write(buffer.Span);
            return;
        }

        if (!IsSent)
        {
            IsSent = true;
            await into.WriteAsync(Kept, cancellationToken);
            _kept.SetLength(0);
            _kept.Capacity = 0;
        }

        await into.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => IsSent ? into.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
        // Nobody waits for what is kept; what is sent is flushed as it is written.
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Answers are written without blocking.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _kept.Dispose();
        base.Dispose(disposing);
    }
}
