using IOC.Commands;
using IOC.Commands.Tests;

namespace IOC.Registry.Tests;

public abstract class CommandStoreTests : CommandStoreContract, IDisposable
{
    private readonly TestRegistry _home;
    private readonly RegistryDatabase _database;

    protected CommandStoreTests(RegistryStoreKind kind)
    {
        _home = TestRegistry.Of(kind);
        _database = _home.Open();
        Store = new CommandStore(_database, Samples.Book);
    }

    protected override ICommandStore Store { get; }

    [Fact]
    public void What_was_saved_is_there_after_the_database_is_closed_and_opened_again()
    {
        var command = Samples.Dim(state: CommandState.Sent);
        using (var first = _home.Open("again"))
        {
            new CommandStore(first, Samples.Book).Save([command], []);
        }

        using var second = _home.Open("again");
        Assert.Equal(command, Assert.Single(new CommandStore(second, Samples.Book).LoadOpen()));
    }

    public void Dispose()
    {
        _database.Dispose();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }
}
