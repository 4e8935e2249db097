namespace IOC.Access.Tests;

public class RotationTests
{
    [Fact]
    public async Task Both_secrets_are_good_until_the_grace_is_over()
    {
        using var shop = new Shop();
        var before = await shop.AddAsync("a");
        var login = (await shop.LoginAsync("a", before)).Login;
        var after = (await shop.Desk.RotateAsync("a", new Rotation { Grace = TimeSpan.FromHours(1) }, "test", default)).Secret!;
        Assert.NotEqual(before, after);
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", before));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", after));
        Assert.DoesNotContain(shop.Evictions, e => e.Which("c", null, login));
        shop.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("a", before));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", after));
        await shop.Desk.SweepAsync(default);
        Assert.Contains(shop.Evictions, e => e.Which("c", null, login) && !e.ByAdministrator);
        Assert.Single(shop.Store.Credentials["a"].Secrets);
    }

    [Fact]
    public async Task The_old_secret_ends_with_the_first_use_of_the_new_one()
    {
        using var shop = new Shop();
        var before = await shop.AddAsync("a");
        var old = (await shop.LoginAsync("a", before)).Login;
        var after = (await shop.Desk.RotateAsync("a", new Rotation { UntilUsed = true }, "test", default)).Secret!;
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", before));
        var answer = await shop.LoginAsync("a", after);
        Assert.Equal(LoginOutcome.Admitted, answer.Outcome);
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("a", before));
        Assert.Contains(shop.Evictions, e => e.Which("c", null, old));
        Assert.DoesNotContain(shop.Evictions, e => e.Which("c", null, answer.Login));
    }

    [Fact]
    public async Task Without_grace_the_old_secret_ends_at_once_with_its_connections()
    {
        using var shop = new Shop();
        var before = await shop.AddAsync("a");
        var old = (await shop.LoginAsync("a", before)).Login;
        var after = (await shop.Desk.RotateAsync("a", new Rotation { Grace = TimeSpan.Zero }, "test", default)).Secret!;
        Assert.Contains(shop.Evictions, e => e.Which("c", null, old));
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("a", before));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", after));
    }

    [Fact]
    public async Task A_second_rotation_voids_the_oldest()
    {
        using var shop = new Shop();
        var first = await shop.AddAsync("a");
        var second = (await shop.Desk.RotateAsync("a", new Rotation(), "test", default)).Secret!;
        var third = (await shop.Desk.RotateAsync("a", new Rotation(), "test", default)).Secret!;
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("a", first));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", second));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", third));
        Assert.Equal("not_found", (await shop.Desk.RotateAsync("b", new Rotation(), "test", default)).Problem!.Code);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_not_in_force()
    {
        using var shop = new Shop();
        var secret = await shop.AddAsync("a");
        shop.Store.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => shop.Desk.RotateAsync("a", new Rotation { Grace = TimeSpan.Zero }, "test", default));
        await Assert.ThrowsAsync<IOException>(() => shop.Desk.RemoveAsync("a", default));
        await Assert.ThrowsAsync<IOException>(() => shop.AddAsync("b"));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret));
        Assert.Equal(1, shop.Book.Count);
    }
}
