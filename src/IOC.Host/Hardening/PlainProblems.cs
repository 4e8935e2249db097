using Microsoft.AspNetCore.Mvc;

namespace IOC.Host.Hardening;

/// <summary>Puts words of both languages to the answers that the web framework gives by a number alone.</summary>
internal static class PlainProblems
{
    private static readonly Dictionary<int, (string Code, string Vi, string En)> Known = new()
    {
        [400] = ("bad_request", "Yêu cầu không đọc được.", "The request cannot be read."),
        [401] = ("not_signed_in", "Hãy đăng nhập.", "Sign in first."),
        [403] = ("forbidden", "Không được phép.", "This is not allowed."),
        [404] = ("not_found", "Không có gì ở địa chỉ này.", "There is nothing at this address."),
        [405] = ("method_not_allowed", "Địa chỉ này không nhận phương thức đó.", "This address does not take that method."),
        [408] = ("too_slow", "Yêu cầu được gửi quá chậm.", "The request came too slowly."),
        [411] = ("length_required", "Hãy cho biết độ dài nội dung.", "Say how long the content is."),
        [413] = ("too_large", "Nội dung quá lớn; hãy gửi từng phần nhỏ hơn.", "The content is too large; send it in smaller parts."),
        [415] = ("unsupported_media_type", "Địa chỉ này không nhận loại nội dung đó.", "This address does not take that type of content."),
        [431] = ("headers_too_large", "Phần đầu của yêu cầu quá lớn.", "The headers of the request are too large."),
        [500] = ("internal_error", "Máy chủ gặp lỗi; chi tiết có trong nhật ký.", "The host failed; its log says why."),
        [503] = ("unavailable", "Hiện chưa phục vụ được; hãy thử lại.", "It cannot be served right now; try again."),
    };

    /// <summary>Names a problem, where nothing has named it yet.</summary>
    public static void Complete(ProblemDetails problem)
    {
        if (problem.Status is { } status && Known.TryGetValue(status, out var known) && !problem.Extensions.ContainsKey("detailVi"))
        {
            problem.Type = $"urn:ioc:problem:{known.Code}";
            problem.Title = known.Code;
            problem.Detail = known.En;
            problem.Extensions["detailVi"] = known.Vi;
        }
    }
}
