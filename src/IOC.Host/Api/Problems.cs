using IOC.Telemetry;
using Microsoft.AspNetCore.Mvc;

namespace IOC.Host.Api;

/// <summary>An error as RFC 9457 has it, with its detail in both languages.</summary>
internal static class Problems
{
    /// <summary>Media type of RFC 9457.</summary>
    public const string MediaType = "application/problem+json";

    public static IResult Result(int status, string code, LocalText detail, object? extra = null, string? extraName = null)
    {
        var problem = new ProblemDetails
        {
            Status = status,
            Type = $"urn:ioc:problem:{code}",
            Title = code,
            Detail = detail.En,
        };
        problem.Extensions["detailVi"] = detail.Vi;
        if (extra is not null)
        {
            problem.Extensions[extraName ?? "extra"] = extra;
        }

        return Results.Json(problem, statusCode: status, contentType: MediaType);
    }

    public static IResult NotFound(string what, string id) => Result(
        StatusCodes.Status404NotFound, "not_found", new LocalText($"Không có {Vietnamese(what)} '{id}'.", $"There is no {what} '{id}'."));

    public static IResult BadRequest(string code, string vi, string en) =>
        Result(StatusCodes.Status400BadRequest, code, new LocalText(vi, en));

    private static string Vietnamese(string what) => what switch
    {
        "sensor" => "cảm biến",
        "alert" => "cảnh báo",
        "rule" => "luật",
        "procedure" => "quy trình",
        "district" => "huyện",
        "command" => "lệnh",
        "command_group" => "nhóm lệnh",
        "device" => "thiết bị",
        "ban" => "lệnh cấm",
        "asset" => "thiết bị hạ tầng",
        "basemap" => "bản đồ nền",
        "outage" => "lần ngừng phục vụ",
        "handover" => "bàn giao ca",
        "entry" => "mục nhật ký",
        "profile" => "hồ sơ quyền",
        "channel" => "kênh",
        "route" => "tuyến",
        "calendar" => "lịch",
        "delivery" => "tin gửi",
        _ => what,
    };
}
