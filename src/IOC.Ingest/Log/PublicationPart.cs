using IOC.Ingest.Decoding;
using IOC.Telemetry;

namespace IOC.Ingest.Log;

/// <summary>What one publication says of one sensor: its readings, or that it went online or offline.</summary>
/// <param name="Partition">Partition of the sensor's district.</param>
/// <param name="Sensor">The sensor.</param>
/// <param name="Online">Not null for a birth (true) or a death; then there are no messages.</param>
/// <param name="FirstMessage">Index of its first message in the <see cref="ReadingBuffer"/>.</param>
/// <param name="MessageCount">Number of its messages.</param>
public readonly record struct PublicationPart(int Partition, SensorAddress Sensor, bool? Online, int FirstMessage, int MessageCount);
