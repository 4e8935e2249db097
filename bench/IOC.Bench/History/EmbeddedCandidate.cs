using System.Globalization;
using IOC.History;
using IOC.History.Analysis;
using IOC.History.Embedded;
using IOC.Telemetry;

namespace IOC.Bench.History;

/// <summary>The embedded store as the host runs it: batches of the log, a checkpoint every few seconds, four partitions.</summary>
internal sealed class EmbeddedCandidate : IHistoryCandidate
{
    private const int Partitions = 4;
    private const int CheckpointEvery = 4_000_000;
    private readonly string _folder;
    private readonly PropertyCatalogue _properties = new([new PropertyDefinition("pm25", "ug/m3", new LocalText("PM2.5", "PM2.5"), -1e9, 1e9, 1, "µg/m³")]);
    private readonly SensorAddress[] _sensors;
    private readonly TelemetryBatch _batch = new();
    private EmbeddedHistoryStore _store;
    private long _offset;
    private long _sinceCheckpoint;

    public EmbeddedCandidate(string folder, int series)
    {
        _folder = folder;
        var book = new AddressBook();
        _sensors = [.. Enumerable.Range(0, series).Select(i => book.GetOrAdd(string.Create(CultureInfo.InvariantCulture, $"d{i % Partitions}"), "environment", Slug(i)))];
        _store = Open();
    }

    public string Name => "IOC embedded";

    public void Write(long atMs, ReadOnlySpan<double> values)
    {
        _offset++;
        for (var p = 0; p < Partitions; p++)
        {
            _batch.Reset(p, _offset);
            for (var i = p; i < values.Length; i += Partitions)
            {
                _batch.BeginReadings(_sensors[i], atMs, atMs);
                _batch.AddValue(0, Quality.Ok, values[i]);
            }

            _store.Append(_batch);
        }

        if ((_sinceCheckpoint += values.Length) >= CheckpointEvery)
        {
            FlushAsync().GetAwaiter().GetResult();
        }
    }

    public async Task FlushAsync()
    {
        _sinceCheckpoint = 0;
        for (var p = 0; p < Partitions; p++)
        {
            await _store.CheckpointAsync(p);
        }
    }

    public async Task<long> SettleAsync()
    {
        await _store.MaintainAsync(new Dictionary<string, long>());
        await _store.DisposeAsync();

        // Closed, without the memory that SQLite shares with readers by way of a file.
        var size = Disk.SizeOf(_folder);
        _store = Open();
        return size;
    }

    public async Task<long> HourlyMeansAsync(int series, long fromMs, long toMs)
    {
        var analyst = new HistoryAnalyst(_store, new Catalogue(_properties, [], [], []), new AnalysisLimits(100_000_000, 1000, 10_000_000_000));
        var answer = await analyst.AnswerAsync(new AnalysisQuery
        {
            Set = new SeriesSet([.. Enumerable.Range(0, series).Select(Slug)], [], [], ["pm25"]),
            FromMs = fromMs,
            ToMs = toMs,
            Zone = "Asia/Ho_Chi_Minh",
            Window = "PT1H",
            Measures = [new Measure(MeasureKind.Mean)],
        }, toMs);

        // Cells are made when they are asked for: ask for each.
        return answer.Groups.Sum(g => g.Cells.LongCount(c => c.Values.Values[0] is not null));
    }

    public async Task<long> LatestAsync(long nowMs) =>
        (await new HistoryReader(_store).AtAsync(SeriesSet.All, nowMs, _ => 3_600_000, QualityFilter.Ok)).Count;

    public async Task<long> RawAsync(int series, long fromMs, long toMs) =>
        (await _store.ReadRawAsync(new RawQuery(SeriesSelector.ForSensor(Slug(series), "pm25"), fromMs, toMs, QualityFilter.Ok, RawQuery.MaxLimit))).Points.Count;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    internal static string Slug(int series) => string.Create(CultureInfo.InvariantCulture, $"s-{series}");

    private EmbeddedHistoryStore Open() => new(new EmbeddedHistoryOptions { Directory = _folder }, _properties);
}
