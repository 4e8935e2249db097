using IOC.Access.Accounts;

namespace IOC.Access.Tests.Accounts;

public sealed class RightsTests
{
    private static readonly Scope s_north = new(["viet-yen", "hiep-hoa"], []);
    private static readonly Scope s_northAir = new(["viet-yen"], ["environment"]);

    [Theory]
    [InlineData(Role.Viewer, "view monitor")]
    [InlineData(Role.Operator, "view monitor operate")]
    [InlineData(Role.Planner, "view monitor plan")]
    [InlineData(Role.Engineer, "view monitor operate plan engineer")]
    [InlineData(Role.Administrator, "view monitor operate plan engineer administer")]
    public void A_role_allows_what_the_table_says(Role role, string permissions)
    {
        Assert.Equal(permissions, string.Join(' ', Rights.Of([Grant.Everywhere(role)]).Permissions.Select(p => p.Name())));
        Assert.True(RoleNames.TryParse(role.Name(), out var read));
        Assert.Equal(role, read);
    }

    [Fact]
    public void Names_are_read_as_they_are_written()
    {
        Assert.All(PermissionNames.All, p => Assert.True(PermissionNames.TryParse(p.Name(), out var read) && read == p));
        Assert.False(PermissionNames.TryParse("View", out _));
        Assert.False(RoleNames.TryParse(null, out _));
    }

    [Fact]
    public void A_limited_grant_holds_inside_only()
    {
        var rights = Rights.Of([new Grant(Role.Operator, s_northAir)]);
        Assert.True(rights.May(Permission.Operate));
        Assert.False(rights.MayEverywhere(Permission.Operate));
        Assert.True(rights.May(Permission.Operate, "viet-yen", "environment"));
        Assert.False(rights.May(Permission.Operate, "viet-yen", "traffic"));
        Assert.False(rights.May(Permission.Operate, "viet-yen", null));
        Assert.False(rights.May(Permission.Operate, "yen-the", "environment"));
        Assert.False(rights.May(Permission.Operate, null, "environment"));
        Assert.True(rights.MaySomewhereIn(Permission.View, "viet-yen"));
        Assert.False(rights.MaySomewhereIn(Permission.View, "yen-the"));
        Assert.False(rights.May(Permission.Engineer, "viet-yen", "environment"));
    }

    [Fact]
    public void Grants_add_up_but_do_not_mix()
    {
        var rights = Rights.Of([new Grant(Role.Viewer, s_north), new Grant(Role.Operator, new Scope([], ["traffic"]))]);
        Assert.True(rights.May(Permission.View, "hiep-hoa", "lighting"));
        Assert.True(rights.May(Permission.Operate, "yen-the", "traffic"));
        Assert.False(rights.May(Permission.Operate, "hiep-hoa", "lighting"));
        Assert.True(Rights.Of([new Grant(Role.Viewer, s_north), Grant.Everywhere(Role.Viewer)]).MayEverywhere(Permission.View));
    }

    [Fact]
    public void A_token_narrows_and_never_widens()
    {
        var rights = Rights.Of([new Grant(Role.Operator, s_north)]);
        var narrow = rights.Narrow([Permission.View, Permission.Administer], new Scope(["viet-yen", "yen-the"], ["environment"]));
        Assert.Equal([Permission.View], narrow.Permissions);
        Assert.True(narrow.May(Permission.View, "viet-yen", "environment"));
        Assert.False(narrow.May(Permission.View, "yen-the", "environment"));
        Assert.False(narrow.May(Permission.View, "hiep-hoa", "environment"));
        Assert.False(narrow.May(Permission.View, "viet-yen", "traffic"));
        Assert.False(rights.Narrow([Permission.View], new Scope(["yen-the"], [])).May(Permission.View));
        Assert.True(Rights.All.Narrow([Permission.View], Scope.Everywhere).MayEverywhere(Permission.View));
    }

    [Fact]
    public void Who_gives_a_grant_must_have_it()
    {
        var local = Rights.Of([new Grant(Role.Administrator, s_north)]);
        Assert.True(local.Covers(new Grant(Role.Engineer, s_northAir)));
        Assert.True(local.Covers(new Grant(Role.Administrator, s_north)));
        Assert.False(local.Covers(Grant.Everywhere(Role.Viewer)));
        Assert.False(local.Covers(new Grant(Role.Viewer, new Scope([], ["environment"]))));
        Assert.False(Rights.Of([Grant.Everywhere(Role.Planner)]).Covers(Grant.Everywhere(Role.Operator)));
        Assert.True(Rights.All.Covers(Grant.Everywhere(Role.Administrator)));
    }

    [Fact]
    public void Without_a_grant_nothing_is_allowed() =>
        Assert.All(PermissionNames.All, p => Assert.False(Rights.None.May(p) || Rights.None.May(p, "viet-yen", "environment") || Rights.None.MayEverywhere(p)));
}
