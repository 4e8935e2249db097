using IOC.Ingest.Log;
using IOC.Ingest.Topics;
using IOC.Telemetry;

namespace IOC.Ingest.Decoding;

/// <summary>
/// Values of one payload in the order in which they came, for formats in which each brings its own sensor and time. In the end
/// they become messages: those of one sensor and instant together, in the order of time. Reused from payload to payload; not
/// safe for several threads.
/// </summary>
internal sealed class ReadingGatherer
{
    private readonly List<SensorPlace> _places = [];
    private readonly Dictionary<SensorPlace, int> _indices = [];
    private readonly List<PublicationPart> _parts = [];
    private Item[] _items = new Item[64];

    /// <summary>The messages, once <see cref="Complete"/> was called, and the problems at any time.</summary>
    public ReadingBuffer Problems { get; } = new();

    /// <summary>The same under the name of its other use.</summary>
    public ReadingBuffer Readings => Problems;

    /// <summary>Number of values.</summary>
    public int Count { get; private set; }

    /// <summary>What the payload says of each sensor, once <see cref="Complete"/> was called.</summary>
    public ReadOnlySpan<PublicationPart> Parts => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_parts);

    /// <summary>Empties it.</summary>
    public void Reset()
    {
        Problems.Reset();
        Forget();
    }

    /// <summary>Drops what was gathered and leaves this one problem: the payload as a whole is bad.</summary>
    public void RefuseAll(RefusalReason reason, string where, string? given = null)
    {
        Forget();
        Problems.RefuseAll(reason, where, given);
    }

    /// <summary>Adds a value.</summary>
    /// <param name="place">Whose.</param>
    /// <param name="measuredAtMs">Time of measurement, Unix milliseconds.</param>
    /// <param name="property">Of what.</param>
    /// <param name="mantissa">See <see cref="BufferedValue"/>.</param>
    /// <param name="scale">See <see cref="BufferedValue"/>.</param>
    /// <param name="device">What the device says of its quality.</param>
    public void Add(SensorPlace place, long measuredAtMs, ref readonly PropertyTable.Entry property, long mantissa, byte scale, Quality device)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        var value = DecimalNumber.ToDouble(mantissa, scale);
        var plausible = value >= property.Min && value <= property.Max;
        _items[Count] = new Item(IndexOf(place), measuredAtMs, Count, device, property.Index, scale, plausible, mantissa);
        Count++;
    }

    /// <summary>Notes that a sensor went online or offline; goes before all readings.</summary>
    public void AddStatus(SensorPlace place, bool online) => _parts.Add(new PublicationPart(place.Partition, place.Sensor, online, 0, 0));

    /// <summary>Makes messages of what was gathered.</summary>
    public void Complete()
    {
        var items = _items.AsSpan(0, Count);
        if (!InOrder(items))
        {
            items.Sort(default(InOrderOfTime));
        }

        for (var first = 0; first < items.Length;)
        {
            var sensor = items[first].Sensor;
            var next = first;
            var message = Readings.MessageCount;
            while (next < items.Length && items[next].Sensor == sensor)
            {
                next = Message(items, next);
            }

            var place = _places[sensor];
            _parts.Add(new PublicationPart(place.Partition, place.Sensor, null, message, Readings.MessageCount - message));
            first = next;
        }
    }

    /// <summary>Makes a message of the values of one sensor, instant and quality; returns where the next begins. A second value
    /// of a property begins another message, which in the log replaces the first: what the contract says of values for the
    /// same instant.</summary>
    private int Message(ReadOnlySpan<Item> items, int first)
    {
        ref readonly var head = ref items[first];
        Readings.Begin();
        var next = first;
        while (next < items.Length && items[next].Sensor == head.Sensor && items[next].MeasuredAtMs == head.MeasuredAtMs && items[next].Device == head.Device
            && Readings.Add(items[next].Property, items[next].Mantissa, items[next].Scale, items[next].Plausible))
        {
            next++;
        }

        Readings.End(head.MeasuredAtMs, head.Device);
        return next;
    }

    private static bool InOrder(ReadOnlySpan<Item> items)
    {
        for (var i = 1; i < items.Length; i++)
        {
            if (default(InOrderOfTime).Compare(items[i - 1], items[i]) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private int IndexOf(SensorPlace place)
    {
        if (_places.Count > 0 && _places[^1] == place)
        {
            return _places.Count - 1;
        }

        if (!_indices.TryGetValue(place, out var index))
        {
            index = _places.Count;
            _places.Add(place);
            _indices.Add(place, index);
        }

        return index;
    }

    private void Forget()
    {
        Count = 0;
        _parts.Clear();
        _places.Clear();
        _indices.Clear();
    }

    private readonly record struct Item(
        int Sensor, long MeasuredAtMs, int Order, Quality Device, int Property, byte Scale, bool Plausible, long Mantissa);

    /// <summary>By sensor, then time; what is of one time stays as it came.</summary>
    private readonly struct InOrderOfTime : IComparer<Item>
    {
        public int Compare(Item x, Item y)
        {
            var sensor = x.Sensor.CompareTo(y.Sensor);
            var time = sensor != 0 ? sensor : x.MeasuredAtMs.CompareTo(y.MeasuredAtMs);
            return time != 0 ? time : x.Order.CompareTo(y.Order);
        }
    }
}
