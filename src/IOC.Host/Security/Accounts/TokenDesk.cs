using IOC.Access.Accounts;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Security.Accounts;

/// <summary>Tokens for programs.</summary>
internal sealed class TokenDesk(IAccountStore store, AccountBook book, Catalogue catalogue, IocOptions options, TimeProvider time)
{
    private const int MaxName = 64;
    private const int MaxOfAccount = 100;

    /// <summary>The tokens that somebody sees: their own, or all of the accounts that they see to.</summary>
    public IEnumerable<(ApiToken Token, Account Account)> Of(Caller caller, bool all) => book.Tokens
        .Select(t => (Token: t, Entry: book.Account(t.AccountId))).Where(t => t.Entry is not null && (t.Token.AccountId == caller.AccountId || (all && SeesTo(caller, t.Entry))))
        .Select(t => (t.Token, t.Entry!.Account));

    /// <summary>Makes a token of the caller's account.</summary>
    /// <returns>The token, told only here.</returns>
    public async Task<(ApiToken Token, string Key)> MakeAsync(Caller caller, TokenRequest request, CancellationToken stop)
    {
        var name = request.Name?.Trim() ?? "";
        if (name.Length is < 1 or > MaxName || name.Any(char.IsControl))
        {
            throw RefusalException.BadRequest("bad_name", $"name gồm 1 đến {MaxName} ký tự.", $"name has 1 to {MaxName} characters.");
        }

        if (request.Days is not { } days || days < 1 || days > options.Security.MaxTokenDays)
        {
            throw RefusalException.BadRequest("bad_days", $"days phải từ 1 đến {options.Security.MaxTokenDays}.", $"days must be 1 to {options.Security.MaxTokenDays}.");
        }

        var permissions = ReadPermissions(caller, request.Permissions);
        var scope = GrantDto.ReadScope(request.Districts, request.Domains, catalogue);
        if (book.Tokens.Count(t => t.AccountId == caller.AccountId) >= MaxOfAccount)
        {
            throw RefusalException.Conflict("too_many_tokens", $"Mỗi tài khoản có tối đa {MaxOfAccount} mã.", $"An account has at most {MaxOfAccount} tokens.");
        }

        var now = time.GetUtcNow();
        var key = AccountKeys.TokenPrefix + AccountKeys.Generate();
        var token = new ApiToken
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Hash = AccountKeys.HashOf(key),
            AccountId = caller.AccountId ?? throw RefusalException.Conflict("no_account", "Bạn không đăng nhập bằng tài khoản nào.", "You are not signed in with an account."),
            Name = name,
            Permissions = permissions,
            Scope = scope,
            CreatedAtMs = now.ToUnixTimeMilliseconds(),
            ExpiresAtMs = now.AddDays(days).ToUnixTimeMilliseconds(),
        };
        await store.AddAsync(token, stop);
        book.Put(token);
        return (token, key);
    }

    /// <summary>Revokes a token: it is good for nothing from now on. When the store cannot be written it stays listed, and the next try removes
    /// it: of whoever asks again, or of <see cref="AccountUpkeep"/>.</summary>
    public async Task RevokeAsync(Caller caller, string id)
    {
        var token = Of(caller, all: true).Select(t => t.Token).FirstOrDefault(t => t.Id == id)
            ?? throw RefusalException.NotFound($"Không có mã '{id}'.", $"There is no token '{id}'.");
        token.Revoked = true;

        // Whether or not the one who asked still waits: the next start would bring back what is not removed.
        await store.RemoveTokensAsync([token.Id], CancellationToken.None);
        book.Remove([token]);
    }

    private static bool SeesTo(Caller caller, AccountEntry entry) => caller.May(Permission.Administer) && entry.Account.Grants.All(caller.Rights.Covers);

    private static List<Permission> ReadPermissions(Caller caller, IReadOnlyList<string>? names)
    {
        var permissions = new List<Permission>();
        foreach (var name in names ?? [])
        {
            if (!PermissionNames.TryParse(name, out var permission) || !caller.May(permission))
            {
                throw RefusalException.BadRequest(
                    "bad_permissions", $"'{name}' không phải quyền mà bạn có; bạn có: {Own(caller)}.", $"'{name}' is no permission that you have; you have: {Own(caller)}.");
            }

            permissions.Add(permission);
        }

        return permissions.Count > 0 ? [.. permissions.Distinct()]
            : throw RefusalException.BadRequest("bad_permissions", $"Hãy chọn quyền trong: {Own(caller)}.", $"Name permissions out of: {Own(caller)}.");
    }

    private static string Own(Caller caller) => string.Join(", ", caller.Rights.Permissions.Select(p => p.Name()));
}
