using System.Buffers;
using System.Text.Json;
using IOC.History;
using IOC.History.Analysis;
using IOC.Host.Live;
using IOC.Telemetry;

namespace IOC.Host.Planning;

/// <summary>Streams readings to a client line by line, holding no more than a few thousand.</summary>
internal static class ReadingsWriter
{
    private const int FlushCharacters = 64 * 1024;

    public static async Task WriteCsvAsync(
        IAsyncEnumerable<SeriesReading> readings, PropertyCatalogue properties, TimeZoneInfo zone, bool byteOrderMark, CsvNames? names, Stream into, CancellationToken stop)
    {
        var csv = new CsvText();
        csv.Add((byteOrderMark ? CsvText.ByteOrderMark : "") + "sensor");
        foreach (var name in new[] { "district", "domain", "property", "unit", "time_local", "time_utc", "value", "quality" })
        {
            csv.Add(name);
        }

        if (names is not null)
        {
            CsvNames.AddHeadings(csv);
        }

        csv.EndRow();
        await foreach (var (series, point) in readings.WithCancellation(stop))
        {
            csv.Add(series.Sensor).Add(series.District).Add(series.Domain).Add(series.Property).Add(AnswerWriter.UnitOf(series.Property, properties))
                .AddTime(point.MeasuredAtMs, zone).Add(point.Value).Add(LiveMapping.Name(point.Quality));
            names?.Add(csv, series.Property, series.Sensor, series.District);
            csv.EndRow();
            if (csv.Length > FlushCharacters)
            {
                await into.WriteAsync(csv.Take(), stop);
            }
        }

        await into.WriteAsync(csv.Take(), stop);
    }

    public static async Task WriteLinesAsync(IAsyncEnumerable<SeriesReading> readings, PropertyCatalogue properties, Stream into, CancellationToken stop)
    {
        using var buffer = new MemoryStream();
        await using var json = new Utf8JsonWriter(buffer);
        await foreach (var (series, point) in readings.WithCancellation(stop))
        {
            json.WriteStartObject();
            WriteSeries(json, series, properties);
            json.WriteNumber("at", point.MeasuredAtMs);
            json.WriteNumber("value", point.Value);
            json.WriteString("quality", LiveMapping.Name(point.Quality));
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            buffer.WriteByte((byte)'\n');
            if (buffer.Length > FlushCharacters)
            {
                await SendAsync();
            }
        }

        await SendAsync();

        async Task SendAsync()
        {
            await into.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), stop);
            buffer.SetLength(0);
        }
    }

    /// <summary>All of it as one document, of the same form as a page and the last one; as long as it may be, a series is not held.</summary>
    public static async Task WriteDocumentAsync(IAsyncEnumerable<SeriesReading> readings, PropertyCatalogue properties, Stream into, CancellationToken stop)
    {
        var buffer = new ArrayBufferWriter<byte>(FlushCharacters);
        await using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("series");
        SeriesKey? open = null;
        await foreach (var (series, point) in readings.WithCancellation(stop))
        {
            if (series != open)
            {
                EndSeries();
                open = series;
                json.WriteStartObject();
                WriteSeries(json, series, properties);
                json.WriteStartArray("points");
            }

            json.WriteStartArray();
            json.WriteNumberValue(point.MeasuredAtMs);
            json.WriteNumberValue(point.Value);
            json.WriteStringValue(LiveMapping.Name(point.Quality));
            json.WriteEndArray();
            if (json.BytesPending + buffer.WrittenCount > FlushCharacters)
            {
                await SendAsync();
            }
        }

        EndSeries();
        json.WriteEndArray();
        json.WriteNull("next");
        json.WriteEndObject();
        await SendAsync();

        void EndSeries()
        {
            if (open is not null)
            {
                json.WriteEndArray();
                json.WriteEndObject();
            }
        }

        async Task SendAsync()
        {
            json.Flush();
            await into.WriteAsync(buffer.WrittenMemory, stop);
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>A page as a document.</summary>
    /// <param name="readings">The readings.</param>
    /// <param name="properties">For units.</param>
    /// <param name="limit">Most readings; null = all.</param>
    /// <param name="stop">Ends the work.</param>
    public static async Task<HistoryReadings> PageAsync(IAsyncEnumerable<SeriesReading> readings, PropertyCatalogue properties, int? limit, CancellationToken stop)
    {
        var series = new List<HistoryReadingSeries>();
        var points = new List<object[]>();
        SeriesReading? last = null;
        var count = 0;
        await foreach (var reading in readings.WithCancellation(stop))
        {
            if (count++ == limit)
            {
                return new HistoryReadings(series, HistoryReader.CursorOf(last!.Value));
            }

            if (last?.Series != reading.Series)
            {
                var s = reading.Series;
                points = [];
                series.Add(new HistoryReadingSeries(s.Sensor, s.District, s.Domain, s.Property, AnswerWriter.UnitOf(s.Property, properties), points));
            }

            points.Add([reading.Point.MeasuredAtMs, reading.Point.Value, LiveMapping.Name(reading.Point.Quality)]);
            last = reading;
        }

        return new HistoryReadings(series, null);
    }
    private static void WriteSeries(Utf8JsonWriter json, SeriesKey series, PropertyCatalogue properties)
    {
        json.WriteString("sensor", series.Sensor);
        json.WriteString("district", series.District);
        json.WriteString("domain", series.Domain);
        json.WriteString("property", series.Property);
        json.WriteString("unit", AnswerWriter.UnitOf(series.Property, properties));
    }
}
