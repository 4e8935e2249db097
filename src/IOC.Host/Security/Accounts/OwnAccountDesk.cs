using IOC.Access.Accounts;
using IOC.Host.Settings;
using QRCoder;

namespace IOC.Host.Security.Accounts;

/// <summary>What a person changes on the account of their own.</summary>
internal sealed class OwnAccountDesk(
    AccountBook book, AccountManager manager, AccountGate gate, SignInDesk signIn, PasswordTurn turn, AccountCallers callers, IocOptions options, TimeProvider time)
{
    /// <summary>Changes the password; the other sessions end, and so do links.</summary>
    public async Task ChangePasswordAsync(Caller caller, string? present, string? next, HttpContext context, CancellationToken stop)
    {
        await signIn.ConfirmAsync(Own(caller), present, context, stop);
        using (await gate.EnterAsync(stop))
        {
            var account = Own(caller);
            account.PasswordHash = null;
            account.Ends = new AccountEnds(ButSession: caller.KeyId);
            Changed(account);
            RefusalException.ThrowIfFailed(await turn.DoAsync(() => manager.AddPasswordAsync(account, next ?? ""), stop));
        }
    }

    /// <summary>Makes a new secret of a second factor; it counts once a code of it was typed.</summary>
    public async Task<NewTotpDto> BeginTotpAsync(Caller caller, string? password, HttpContext context, CancellationToken stop)
    {
        await signIn.ConfirmAsync(Own(caller), password, context, stop);
        using (await gate.EnterAsync(stop))
        {
            var account = Own(caller);
            if (account.TotpConfirmed)
            {
                throw RefusalException.Conflict("has_second_factor", "Đã có lớp xác thực thứ hai; hãy gỡ bỏ trước.", "There is a second factor already; remove it first.");
            }

            RefusalException.ThrowIfFailed(await manager.ResetAuthenticatorKeyAsync(account));
            var secret = Convert.FromHexString((await manager.GetAuthenticatorKeyAsync(account))!);
            var uri = Totp.Uri(secret, options.Node == "n1" ? "IOC" : $"IOC {options.Node}", account.UserName);
            return new NewTotpDto(Totp.ToBase32(secret), uri, Svg(uri));
        }
    }

    /// <summary>Takes the second factor into use.</summary>
    /// <returns>Recovery codes, told only here.</returns>
    public async Task<IReadOnlyList<string>> ConfirmTotpAsync(Caller caller, string? code, CancellationToken stop)
    {
        using (await gate.EnterAsync(stop))
        {
            var account = Own(caller);
            if (account.TotpSecret is null || account.TotpConfirmed)
            {
                throw RefusalException.Conflict("no_second_factor_begun", "Hãy tạo mã QR trước.", "Have a QR code made first.");
            }

            if (!await manager.VerifyTwoFactorTokenAsync(account, TotpProvider.Name, code ?? ""))
            {
                throw RefusalException.BadRequest("wrong_code", "Mã không đúng; hãy kiểm tra đồng hồ của điện thoại.", "The code is not right; check the clock of your phone.");
            }

            account.TotpConfirmed = true;
            account.Ends = new AccountEnds(ButSession: caller.KeyId);
            Changed(account);
            return [.. await manager.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodes.Count) ?? []];
        }
    }

    /// <summary>Removes the second factor.</summary>
    public async Task RemoveTotpAsync(Caller caller, string? password, HttpContext context, CancellationToken stop)
    {
        await signIn.ConfirmAsync(Own(caller), password, context, stop);
        using (await gate.EnterAsync(stop))
        {
            var account = Own(caller);
            account.TotpConfirmed = false;
            if (callers.MustEnrol(account))
            {
                throw RefusalException.Conflict("second_factor_required", "Vai trò của bạn phải có lớp xác thực thứ hai.", "Your role needs a second factor.");
            }

            RemoveTotp(account);
            Changed(account);
            RefusalException.ThrowIfFailed(await manager.UpdateAsync(account));
        }
    }

    /// <summary>Makes new recovery codes; those of before are void.</summary>
    public async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(Caller caller, string? password, HttpContext context, CancellationToken stop)
    {
        await signIn.ConfirmAsync(Own(caller), password, context, stop);
        using (await gate.EnterAsync(stop))
        {
            var account = Own(caller);
            if (!account.TotpConfirmed)
            {
                throw RefusalException.Conflict("no_second_factor", "Chưa có lớp xác thực thứ hai.", "There is no second factor.");
            }

            Changed(account);
            return [.. await manager.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodes.Count) ?? []];
        }
    }

    /// <summary>Takes the second factor off a working copy.</summary>
    public static void RemoveTotp(Account account)
    {
        account.TotpConfirmed = false;
        account.TotpSecret = null;

        // Codes of the next secret have not been used.
        account.TotpLastStep = 0;
        account.RecoveryCodes = [];
    }

    private static string Svg(string uri)
    {
        using var data = new QRCodeGenerator().CreateQrCode(uri, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return code.GetGraphic(new System.Drawing.Size(240, 240), "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }

    private void Changed(Account account) => (account.ChangedAtMs, account.ChangedBy) = (time.GetUtcNow().ToUnixTimeMilliseconds(), account.DisplayName);

    private Account Own(Caller caller) =>
        (caller.AccountId is { } id ? book.Account(id)?.Account.Copy() : null)
        ?? throw RefusalException.Conflict("no_account", "Bạn không đăng nhập bằng tài khoản nào.", "You are not signed in with an account.");
}
