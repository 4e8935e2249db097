using System.Globalization;
using IOC.Access.Accounts;
using IOC.Host.Hardening;
using IOC.Telemetry;
using Microsoft.AspNetCore.Identity;

namespace IOC.Host.Security.Accounts;

/// <summary>Signs people in. Whether there is such an account is told neither by the answer nor by its time.</summary>
internal sealed class SignInDesk(
    AccountBook book, AccountManager manager, IPasswordHasher<Account> hasher, SessionDesk sessions, AccountCallers callers, SignInGuard guard, PasswordTurn turn, AccountGate gate, IAccountStore store, TimeProvider time,
    ILogger<SignInDesk> log)
{
    private const int MaxName = 256;
    private const int MaxPassword = 1024;
    private static string? s_nobodysHash;

    /// <summary>How tries are slowed down: 5 of a name and 30 of an address are free; then half a minute, each time doubled, up to a quarter of an hour.</summary>
    public static SignInGuard NewGuard(IEnumerable<SignInLock> known, TimeProvider time)
    {
        var names = new SignInDelays(5, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1));
        return new SignInGuard(names, names with { FreeTries = 30 }, known, time);
    }

    /// <summary>Signs somebody in, or a video wall with somebody's account.</summary>
    /// <returns>The key of the session.</returns>
    /// <exception cref="RefusalException">Name, password or code are not right, or there were too many tries.</exception>
    public async Task<string> SignInAsync(string? userName, string? password, string? code, bool wall, HttpContext context, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(userName) || string.IsNullOrEmpty(password) || userName.Length > MaxName || password.Length > MaxPassword)
        {
            throw RefusalException.BadRequest("bad_sign_in", "Hãy nhập tên đăng nhập và mật khẩu.", "Type a user name and a password.");
        }

        var name = manager.NormalizeName(userName.Trim())!;
        var address = AddressOf(context);
        if (guard.WaitOf(name, address) is var wait && wait > TimeSpan.Zero)
        {
            throw TooMany(wait);
        }

        // Somebody who is not there, or has no password yet, costs the same time.
        var known = book.AccountNamed(name)?.Account;
        var nobodys = NobodysHash();
        var verdict = await turn.DoAsync(() => Task.FromResult(hasher.VerifyHashedPassword(known ?? Nobody, known?.PasswordHash ?? nobodys, password)), stop);
        if (verdict == PasswordVerificationResult.Failed || known is null or { PasswordHash: null } or { Disabled: true })
        {
            await FailAsync(name, address, context, stop);
            throw Wrong();
        }

        using (await gate.EnterAsync(stop))
        {
            // It may have been changed while the password was checked.
            if (await manager.FindByIdAsync(known.Id) is not { Disabled: false } account || account.PasswordHash != known.PasswordHash)
            {
                throw Wrong();
            }

            return await SecondStepAsync(account, password, code, wall, verdict, name, address, context, stop);
        }
    }

    /// <summary>Forgets failures of a name.</summary>
    public async Task ForgiveAsync(string normalizedName, CancellationToken stop)
    {
        if (guard.Forgive(normalizedName) is { Count: > 0 } keys)
        {
            await store.RemoveLocksAsync(keys, stop);
        }
    }

    /// <summary>Checks the password of somebody who is signed in, before they change what guards their account.</summary>
    /// <exception cref="RefusalException">It is not theirs.</exception>
    public async Task ConfirmAsync(Account account, string? password, HttpContext context, CancellationToken stop)
    {
        var address = AddressOf(context);
        if (guard.WaitOf(account.NormalizedUserName, address) is var wait && wait > TimeSpan.Zero)
        {
            throw TooMany(wait);
        }

        if (account.PasswordHash is { } hash && password is { Length: > 0 and <= MaxPassword }
            && await turn.DoAsync(() => Task.FromResult(hasher.VerifyHashedPassword(account, hash, password)), stop) != PasswordVerificationResult.Failed)
        {
            return;
        }

        await FailAsync(account.NormalizedUserName, address, context, stop);
        throw new RefusalException(StatusCodes.Status403Forbidden, "wrong_password", new LocalText("Mật khẩu hiện tại không đúng.", "The present password is not right."));
    }

    private static Account Nobody => new() { Id = "", UserName = "", DisplayName = "" };

    private static RefusalException Wrong() => new(
        StatusCodes.Status401Unauthorized, "wrong_sign_in", new LocalText("Tên đăng nhập hoặc mật khẩu không đúng.", "User name or password is not right."));

    private static RefusalException TooMany(TimeSpan wait)
    {
        var seconds = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return new RefusalException(
            StatusCodes.Status429TooManyRequests, "too_many_tries", new LocalText($"Sai quá nhiều lần; hãy thử lại sau {seconds} giây.", $"Too many wrong tries; try again in {seconds} seconds."), wait);
    }

    private static string AddressOf(HttpContext context) => AddressKey.Of(context.Connection.RemoteIpAddress).ToString();

    private async Task<string> SecondStepAsync(
        Account account, string password, string? code, bool wall, PasswordVerificationResult verdict, string name, string address, HttpContext context, CancellationToken stop)
    {
        if (account.TotpConfirmed)
        {
            if (string.IsNullOrWhiteSpace(code))
            {
                throw new RefusalException(
                    StatusCodes.Status401Unauthorized, "code_needed",
                    new LocalText("Hãy nhập mã của ứng dụng xác thực, hoặc một mã dự phòng.", "Type the code of your authenticator application, or a recovery code."));
            }

            if (!await IsCodeAsync(account, code))
            {
                await FailAsync(name, address, context, stop);
                throw new RefusalException(
                    StatusCodes.Status401Unauthorized, "wrong_code", new LocalText("Mã không đúng hoặc đã dùng; hãy chờ mã tiếp theo.", "The code is not right or was used before; wait for the next one."));
            }
        }

        await ForgiveAsync(name, stop);
        if (wall && callers.MustEnrol(account))
        {
            throw new RefusalException(
                StatusCodes.Status403Forbidden, "second_factor_required",
                new LocalText(
                    "Tài khoản này phải có lớp xác thực thứ hai: hãy đăng nhập bình thường và cài đặt trước.", "This account needs a second factor: sign in in the ordinary way and set it up first."));
        }

        account.LastSignInMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            account.PasswordHash = hasher.HashPassword(account, password);
        }

        RefusalException.ThrowIfFailed(await manager.UpdateAsync(account));
        log.LogInformation("{User} signed in from {Address}{As}", account.UserName, context.Connection.RemoteIpAddress, wall ? " as a video wall" : "");
        return await sessions.BeginAsync(account, context, account.TotpConfirmed, wall);
    }

    private async Task<bool> IsCodeAsync(Account account, string code) => RecoveryCodes.IsOne(code)
        ? (await manager.RedeemTwoFactorRecoveryCodeAsync(account, code)).Succeeded
        : await manager.VerifyTwoFactorTokenAsync(account, TotpProvider.Name, code);

    // What was typed as the name is not logged: it may have been the password.
    private async Task FailAsync(string name, string address, HttpContext context, CancellationToken stop)
    {
        log.LogWarning("Somebody failed to sign in from {Address}{Known}", context.Connection.RemoteIpAddress, book.AccountNamed(name) is { } known ? $" as {known.Account.UserName}" : "");
        foreach (var held in guard.Fail(name, address))
        {
            await store.SaveAsync(held, stop);
        }
    }

    private string NobodysHash() => s_nobodysHash ??= hasher.HashPassword(Nobody, AccountKeys.Generate());
}
