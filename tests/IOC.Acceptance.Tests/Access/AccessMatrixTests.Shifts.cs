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

    [Fact]
    public async Task An_entry_is_written_about_a_place_by_those_who_work_there()
    {
        var (_, _, abroad) = await host.SendAsync(AccessProbes.Administrator, "POST", "/api/v1/shifts/log", new { text = "sửa trạm", district = "d2", domain = "environment" });
        var wrong = new List<string>();
        foreach (var caller in TestCaller.All.Where(c => c.Rights.May(Permission.Operate)))
        {
            foreach (var (district, domain) in ((string?, string?)[])[(null, null), (null, "environment"), ("d1", null), ("d1", "environment"), ("d1", "traffic"), ("d2", null), ("d2", "environment")])
            {
                var (status, code, _) = await host.SendAsync(caller, "POST", "/api/v1/shifts/log", new { text = "về một nơi", district, domain });
                var expected = (district, domain) is (null, null) ? 201 : district is not null && !caller.Rights.MaySomewhereIn(Permission.View, district) ? 404
                    : caller.Rights.May(Permission.Operate, district, domain) ? 201 : 403;
                if (status != expected)
                {
                    wrong.Add($"about {district ?? "-"}/{domain ?? "-"} as {caller}: {status} {code}, expected {expected}");
                }
            }

            // A correction is of the place of what it corrects.
            var (corrected, _, entry) = await host.SendAsync(caller, "POST", "/api/v1/shifts/log", new { text = "xong", corrects = abroad.GetProperty("number").GetInt64() });
            var right = !caller.Rights.May(Permission.View, "d2", "environment") ? 404 : caller.Rights.May(Permission.Operate, "d2", "environment") ? 201 : 403;
            if (corrected != right || (corrected == 201 && entry.GetProperty("district").GetString() != "d2"))
            {
                wrong.Add($"correcting as {caller}: {corrected} {entry}, expected {right} and d2");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
