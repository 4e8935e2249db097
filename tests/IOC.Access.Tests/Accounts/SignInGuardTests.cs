using IOC.Access.Accounts;
using IOC.Testing;

namespace IOC.Access.Tests.Accounts;

public sealed class SignInGuardTests
{
    private static readonly SignInDelays s_names = new(3, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1));
    private readonly ManualTimeProvider _time = new(DateTimeOffset.Parse("2026-11-22T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    private readonly SignInGuard _guard;

    public SignInGuardTests() => _guard = New([]);

    [Fact]
    public void Each_wait_is_longer_than_the_one_before_and_none_is_for_good()
    {
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            _guard.Fail("LAN", "10.0.0.1");
            waits.Add(_guard.WaitOf("LAN", "10.0.0.2").TotalSeconds);
            _time.Advance(_guard.WaitOf("LAN", "10.0.0.2"));
        }

        Assert.Equal([0, 0, 0, 30, 60, 120, 240, 300, 300], waits);
        Assert.Equal(TimeSpan.Zero, _guard.WaitOf("LAN", "10.0.0.2"));
    }

    [Fact]
    public void A_name_that_is_nobodys_waits_like_any_other()
    {
        for (var i = 0; i < 4; i++)
        {
            _guard.Fail("NOBODY", "10.0.0.1");
        }

        Assert.Equal(30, _guard.WaitOf("NOBODY", "10.9.9.9").TotalSeconds);
        Assert.NotNull(_guard.LockedUntil("NOBODY"));
    }

    [Fact]
    public void An_address_that_tries_many_names_waits()
    {
        for (var i = 0; i < 11; i++)
        {
            Assert.Equal(TimeSpan.Zero, _guard.WaitOf($"N{i}", "10.0.0.1"));
            _guard.Fail($"N{i}", "10.0.0.1");
        }

        Assert.Equal(30, _guard.WaitOf("SOMEBODY ELSE", "10.0.0.1").TotalSeconds);
        Assert.Equal(TimeSpan.Zero, _guard.WaitOf("SOMEBODY ELSE", "10.0.0.2"));
    }

    [Fact]
    public void Signing_in_forgives_the_name_but_not_the_address()
    {
        for (var i = 0; i < 11; i++)
        {
            _guard.Fail("LAN", "10.0.0.1");
        }

        Assert.Single(_guard.Forgive("LAN"));
        Assert.Equal(TimeSpan.Zero, _guard.WaitOf("LAN", "10.0.0.2"));
        Assert.NotEqual(TimeSpan.Zero, _guard.WaitOf("LAN", "10.0.0.1"));
        Assert.Empty(_guard.Forgive("LAN"));
    }

    [Fact]
    public void A_restart_does_not_shorten_the_wait()
    {
        IReadOnlyList<SignInLock> stored = [];
        for (var i = 0; i < 4; i++)
        {
            stored = _guard.Fail("LAN", "10.0.0.1");
        }

        Assert.Equal(SignInGuard.KeyOfName("LAN"), Assert.Single(stored).Key);
        var again = New(stored);
        Assert.Equal(30, again.WaitOf("LAN", "10.0.0.2").TotalSeconds);
        _time.Advance(TimeSpan.FromSeconds(31));
        again.Fail("LAN", "10.0.0.1");
        Assert.Equal(60, again.WaitOf("LAN", "10.0.0.2").TotalSeconds);
    }

    [Fact]
    public void What_is_long_past_is_forgotten()
    {
        for (var i = 0; i < 4; i++)
        {
            _guard.Fail("LAN", "10.0.0.1");
        }

        Assert.Empty(_guard.Sweep());
        _time.Advance(TimeSpan.FromMinutes(62));
        Assert.Equal([SignInGuard.KeyOfName("LAN")], _guard.Sweep());
        _guard.Fail("LAN", "10.0.0.1");
        Assert.Equal(TimeSpan.Zero, _guard.WaitOf("LAN", "10.0.0.1"));
    }

    [Fact]
    public void No_flood_of_names_fills_the_memory()
    {
        var small = New([], most: 20);
        for (var i = 0; i < 4; i++)
        {
            small.Fail("LAN", "10.0.0.1");
        }

        for (var i = 0; i < 200; i++)
        {
            small.Fail($"N{i}", $"10.1.0.{i}");
        }

        // The locked one is the newest in what counts, until when it waits.
        Assert.Equal(30, small.WaitOf("LAN", "10.0.0.2").TotalSeconds);
    }

    private SignInGuard New(IEnumerable<SignInLock> known, int most = 1000) => new(s_names, s_names with { FreeTries = 10 }, known, _time, most);
}
