using IOC.Access.Accounts;

namespace IOC.Acceptance.Tests.Access;

/// <summary>What is told and done around a shift.</summary>
public sealed partial class AccessMatrixTests
{
    [Fact]
    public async Task A_hand_over_is_told_to_the_two_whom_it_concerns_and_to_those_who_see_everything()
    {
        var from = new TestCaller(Role.Operator, Scope.Everywhere).Known();
        var to = new TestCaller(Role.Engineer, new Scope(["d1"], [])).Known();
        var (made, _, handover) = await host.SendAsync(from, "POST", "/api/v1/shifts/handovers", new { to = host.AccountOf(to).DisplayName, summary = "tram-kin" });
        Assert.Equal((201, 4), (made, handover.GetProperty("alerts").GetArrayLength()));
        var wrong = new List<string>();
        foreach (var caller in TestCaller.All.Where(c => c.IsSomebody))
        {
            var sees = caller.Rights.MayEverywhere(Permission.View) || caller == from || caller == to;
            var (status, _, _) = await host.SendAsync(caller, "GET", $"/api/v1/shifts/handovers/{handover.GetProperty("id").GetString()}");
            Assert.Equal((caller.ToString(), sees ? 200 : 404), (caller.ToString(), status));
            foreach (var path in (string[])["/api/v1/shifts/handovers?limit=500", "/api/v1/shifts/report", "/api/v1/shifts/log?limit=1000"])
            {
                if ((await host.GetAsync(path, caller)).GetRawText().Contains("tram-kin", StringComparison.Ordinal) != sees)
                {
                    wrong.Add($"GET {path} as {caller}: the hand-over is {(sees ? "not " : "")}told of");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
