namespace IOC.Alerts.Tests;

/// <summary>The double that the other tests trust must keep the port's contract too.</summary>
public sealed class MemoryAlertStoreTests : AlertStoreContract
{
    protected override IAlertStore Store { get; } = new MemoryAlertStore();
}
