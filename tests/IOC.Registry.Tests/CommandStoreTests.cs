using IOC.Commands;
using IOC.Commands.Tests;
using IOC.Testing;

namespace IOC.Registry.Tests;

public sealed class CommandStoreTests : CommandStoreContract, IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly RegistryDatabase _database;

    public CommandStoreTests()
    {
        _database = RegistryDatabase.Open(_folder.Combine("registry.db"));
        Store = new CommandStore(_database, Samples.Book);
    }

    protected override ICommandStore Store { get; }

    [Fact]
    public void What_was_saved_is_there_after_the_file_is_closed_and_opened_again()
    {
        var path = _folder.Combine("again.db");
        var command = Samples.Dim(state: CommandState.Sent);
        using (var first = RegistryDatabase.Open(path))
        {
            new CommandStore(first, Samples.Book).Save([command], []);
        }

        using var second = RegistryDatabase.Open(path);
        Assert.Equal(command, Assert.Single(new CommandStore(second, Samples.Book).LoadOpen()));
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }
}
