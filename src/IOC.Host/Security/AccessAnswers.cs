using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Telemetry;

namespace IOC.Host.Security;

/// <summary>What those are told who are not let in.</summary>
internal static class AccessAnswers
{
    public static IResult SignInFirst() => Problems.Result(
        StatusCodes.Status401Unauthorized, "sign_in", new LocalText("Hãy đăng nhập trước.", "Sign in first."));

    public static IResult NotAllowed(Permission permission) => Problems.Result(
        StatusCodes.Status403Forbidden, "not_allowed",
        new LocalText($"Việc này cần quyền '{permission.Name()}', tài khoản của bạn không có.", $"This needs the permission '{permission.Name()}', which your account does not have."));

    public static IResult NotAllowedEverywhere(Permission permission) => Problems.Result(
        StatusCodes.Status403Forbidden, "not_allowed",
        new LocalText(
            $"Việc này cần quyền '{permission.Name()}' cho mọi huyện và mọi lĩnh vực.", $"This needs the permission '{permission.Name()}' for all districts and all domains."));

    public static IResult NotAllowed(Permission permission, string? district, string? domain) => Problems.Result(
        StatusCodes.Status403Forbidden, "not_allowed_there",
        new LocalText(
            $"Bạn không có quyền '{permission.Name()}' tại {Place(district, domain, "mọi huyện", "nhiều lĩnh vực")}.",
            $"You do not have the permission '{permission.Name()}' for {Place(district, domain, "all districts", "several domains")}."));

    public static IResult Undeclared() => Problems.Result(
        StatusCodes.Status403Forbidden, "not_declared",
        new LocalText("Điểm truy cập này chưa khai báo quyền cần có, nên không ai được dùng.", "This endpoint does not declare what it needs, so nobody may use it."));

    public static IResult EnrolFirst() => Problems.Result(
        StatusCodes.Status403Forbidden, "second_factor_required",
        new LocalText("Vai trò của bạn phải có lớp xác thực thứ hai: hãy cài đặt trước.", "Your role needs a second factor: set it up first."));

    public static IResult NotFromItsPage() => Problems.Result(
        StatusCodes.Status403Forbidden, "csrf",
        new LocalText(
            $"Thiếu hoặc sai tiêu đề {AccessGuard.CsrfHeader}; hãy tải lại trang.", $"The header {AccessGuard.CsrfHeader} is missing or wrong; load the page again."));

    public static IResult SessionNeeded() => Problems.Result(
        StatusCodes.Status403Forbidden, "session_needed",
        new LocalText("Việc này chỉ làm được khi tự mình đăng nhập.", "Only somebody who has signed in can do this, no token."));

    public static IResult NotOnWall() => Problems.Result(
        StatusCodes.Status403Forbidden, "wall_only_looks",
        new LocalText("Trình duyệt này đăng nhập là màn hình lớn: chỉ để xem.", "This browser is signed in as a video wall: it only looks on."));

    private static string Place(string? district, string? domain, string all, string several) => $"{district ?? all}, {domain ?? several}";
}
