namespace IOC.Host.Pump;

/// <summary>The log's readers. The names are stored: never rename.</summary>
internal static class ReaderNames
{
    public const string State = "state";

    public const string History = "history";

    public static readonly string[] All = [State, History];
}
