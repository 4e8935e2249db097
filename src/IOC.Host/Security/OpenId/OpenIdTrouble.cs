using IOC.Telemetry;

namespace IOC.Host.Security.OpenId;

/// <summary>Why somebody did not get in by single sign-on: label of the figure, code of the problem, and what the sign-in page explains.</summary>
internal enum OpenIdTrouble
{
    /// <summary>It is no JSON web token, or misses what it must say.</summary>
    Malformed = 0,

    /// <summary>Signed by a way that is not taken, or not at all.</summary>
    Algorithm = 1,

    /// <summary>Signed by a key that the provider does not have.</summary>
    UnknownKey = 2,

    /// <summary>The signature is not right.</summary>
    Signature = 3,

    /// <summary>Of another provider.</summary>
    Issuer = 4,

    /// <summary>For somebody else.</summary>
    Audience = 5,

    /// <summary>Its time is over.</summary>
    Expired = 6,

    /// <summary>Its time has not come.</summary>
    NotYet = 7,

    /// <summary>A token that proves a sign-in and is no leave to call an API.</summary>
    NotForApi = 8,

    /// <summary>It names no role that counts here.</summary>
    NoRole = 9,

    /// <summary>The account is disabled here.</summary>
    Disabled = 10,

    /// <summary>The answer belongs to no sign-in that this browser has begun, or to one that is too old or was answered.</summary>
    State = 11,

    /// <summary>The provider refused, or its visitor did.</summary>
    Denied = 12,

    /// <summary>The provider does not take the code, or what it gave for it is not for this sign-in.</summary>
    Code = 13,

    /// <summary>The provider cannot be reached.</summary>
    Unavailable = 14,

    /// <summary>Too many tries from this address.</summary>
    TooMany = 15,
}

/// <summary>A try that is refused.</summary>
internal sealed class OpenIdRefusedException(OpenIdTrouble trouble, string detail = "") : Exception($"{trouble.Code()} {detail}".TrimEnd())
{
    public OpenIdTrouble Trouble => trouble;
}

/// <summary>Names and words for <see cref="OpenIdTrouble"/>.</summary>
internal static class OpenIdTroubles
{
    /// <summary>The code of the problem.</summary>
    public static string Code(this OpenIdTrouble trouble) => "openid_" + Label(trouble);

    /// <summary>The label of the figure.</summary>
    public static string Label(this OpenIdTrouble trouble) => trouble switch
    {
        OpenIdTrouble.Malformed => "malformed",
        OpenIdTrouble.Algorithm => "algorithm",
        OpenIdTrouble.UnknownKey => "unknown_key",
        OpenIdTrouble.Signature => "signature",
        OpenIdTrouble.Issuer => "issuer",
        OpenIdTrouble.Audience => "audience",
        OpenIdTrouble.Expired => "expired",
        OpenIdTrouble.NotYet => "not_yet",
        OpenIdTrouble.NotForApi => "not_for_api",
        OpenIdTrouble.NoRole => "no_role",
        OpenIdTrouble.Disabled => "disabled",
        OpenIdTrouble.State => "state",
        OpenIdTrouble.Denied => "denied",
        OpenIdTrouble.Code => "code",
        OpenIdTrouble.TooMany => "too_many",
        _ => "unavailable",
    };

    /// <summary>The status of an answer to a program.</summary>
    public static int Status(this OpenIdTrouble trouble) => trouble switch
    {
        OpenIdTrouble.NoRole or OpenIdTrouble.Disabled => StatusCodes.Status403Forbidden,
        OpenIdTrouble.Unavailable => StatusCodes.Status503ServiceUnavailable,
        OpenIdTrouble.TooMany => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status401Unauthorized,
    };

    /// <summary>What a program is told; the sign-in page has words of its own.</summary>
    public static LocalText Text(this OpenIdTrouble trouble) => trouble switch
    {
        OpenIdTrouble.Malformed => new("Thẻ truy cập không đọc được.", "The token cannot be read."),
        OpenIdTrouble.Algorithm => new("Thẻ truy cập không được ký bằng cách được chấp nhận (RS, PS, ES).", "The token is not signed in a way that is accepted (RS, PS, ES)."),
        OpenIdTrouble.UnknownKey => new("Thẻ truy cập được ký bằng khóa mà nhà cung cấp không có.", "The token is signed by a key that the provider does not have."),
        OpenIdTrouble.Signature => new("Chữ ký của thẻ truy cập không đúng.", "The token's signature is not right."),
        OpenIdTrouble.Issuer => new("Thẻ truy cập của nhà cung cấp khác.", "The token is of another provider."),
        OpenIdTrouble.Audience => new("Thẻ truy cập không dành cho máy chủ này.", "The token is not for this host."),
        OpenIdTrouble.Expired => new("Thẻ truy cập đã hết hạn.", "The token has expired."),
        OpenIdTrouble.NotYet => new("Thẻ truy cập chưa có hiệu lực.", "The token is not valid yet."),
        OpenIdTrouble.NotForApi => new("Đây là thẻ đăng nhập (ID token), không phải thẻ truy cập.", "This is an ID token, which is no leave to call an API; send an access token."),
        OpenIdTrouble.NoRole => new("Tài khoản của bạn chưa được cấp vai trò nào trong hệ thống này.", "Your account has been given no role in this system."),
        OpenIdTrouble.Disabled => new("Tài khoản này đã bị khóa.", "This account is disabled."),
        OpenIdTrouble.State => new("Phiên đăng nhập đã quá hạn hoặc không bắt đầu từ trình duyệt này.", "The sign-in is too old, or was not begun in this browser."),
        OpenIdTrouble.Denied => new("Nhà cung cấp đăng nhập đã từ chối.", "The sign-in provider refused."),
        OpenIdTrouble.Code => new("Nhà cung cấp đăng nhập không xác nhận lần đăng nhập này.", "The sign-in provider does not confirm this sign-in."),
        OpenIdTrouble.TooMany => new("Sai quá nhiều lần; hãy thử lại sau.", "Too many wrong tries; try again later."),
        _ => new("Không kết nối được nhà cung cấp đăng nhập; tài khoản tại máy chủ vẫn dùng được.", "The sign-in provider cannot be reached; accounts of this host still work."),
    };
}
