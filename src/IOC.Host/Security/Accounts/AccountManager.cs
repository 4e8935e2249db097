using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Settings;
using IOC.Telemetry;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace IOC.Host.Security.Accounts;

/// <summary>ASP.NET Core Identity's manager of users, with this product's recovery codes.</summary>
internal sealed class AccountManager(
    IUserStore<Account> store, IOptions<IdentityOptions> options, IPasswordHasher<Account> hasher, IEnumerable<IUserValidator<Account>> userValidators,
    IEnumerable<IPasswordValidator<Account>> passwordValidators, ILookupNormalizer normalizer, IdentityErrorDescriber errors, IServiceProvider services, ILogger<UserManager<Account>> logger)
    : UserManager<Account>(store, options, hasher, userValidators, passwordValidators, normalizer, errors, services, logger)
{
    public override string GenerateNewAuthenticatorKey() => Convert.ToHexString(Totp.NewSecret());

    protected override string CreateTwoFactorRecoveryCode() => RecoveryCodes.Generate();
}

/// <summary>Identity's hasher (PBKDF2), on one form of what different keyboards make of the same letters.</summary>
internal sealed class AccountPasswordHasher(IOptions<PasswordHasherOptions> options) : PasswordHasher<Account>(options)
{
    public override string HashPassword(Account user, string password) => base.HashPassword(user, PasswordPolicy.Normalise(password));

    public override PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
    {
        try
        {
            return base.VerifyHashedPassword(user, hashedPassword, PasswordPolicy.Normalise(providedPassword));
        }
        catch (ArgumentException)
        {
            // A lone surrogate is no text, and nobody's password; the time is spent all the same.
            base.VerifyHashedPassword(user, hashedPassword, "");
            return PasswordVerificationResult.Failed;
        }
    }
}

/// <summary>An error that is told in both languages.</summary>
internal sealed class LocalIdentityError : IdentityError
{
    public LocalIdentityError(string code, LocalText text)
    {
        (Code, Description, Text) = (code, text.En, text);
    }

    public LocalText Text { get; }

    public static LocalText TextOf(IdentityError error) => error is LocalIdentityError local ? local.Text : new LocalText(error.Description, error.Description);
}

/// <summary>Which passwords may be chosen.</summary>
internal sealed class AccountPasswordValidator(IocOptions options) : IPasswordValidator<Account>
{
    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) => Task.FromResult(
        PasswordPolicy.Check(password, options.Security.MinPasswordLength, user.UserName, user.DisplayName, "IOC", options.Node) is { } problem
            ? IdentityResult.Failed(new LocalIdentityError("bad_password", problem))
            : IdentityResult.Success);
}

/// <summary>Which names accounts may have.</summary>
internal sealed class AccountNameValidator(AccountBook book) : IUserValidator<Account>
{
    private const int MaxUserName = 64;
    private const int MaxDisplayName = 64;

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user)
    {
        var errors = new List<IdentityError>();
        if (user.UserName.Length is < 1 or > MaxUserName || !user.UserName.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@' or '+'))
        {
            errors.Add(new LocalIdentityError("bad_user_name", new LocalText(
                $"Tên đăng nhập gồm 1 đến {MaxUserName} ký tự A-Z, a-z, 0-9, '.', '_', '-', '@', '+'.", $"A user name has 1 to {MaxUserName} of A-Z, a-z, 0-9, '.', '_', '-', '@', '+'.")));
        }

        if (string.IsNullOrWhiteSpace(user.DisplayName) || user.DisplayName.Length > MaxDisplayName || user.DisplayName != user.DisplayName.Trim() || user.DisplayName.Any(char.IsControl))
        {
            errors.Add(new LocalIdentityError("bad_display_name", new LocalText($"Tên hiển thị gồm 1 đến {MaxDisplayName} ký tự.", $"A display name has 1 to {MaxDisplayName} characters.")));
        }

        var others = book.Accounts.Where(e => e.Account.Id != user.Id).Select(e => e.Account).ToList();
        if (others.Exists(o => o.NormalizedUserName == manager.NormalizeName(user.UserName)))
        {
            errors.Add(new LocalIdentityError("user_name_taken", new LocalText($"Đã có tài khoản '{user.UserName}'.", $"There is an account '{user.UserName}' already.")));
        }

        // Acts are recorded under it: two people must not look like one.
        if (others.Exists(o => OperatorName.Same(o.DisplayName, user.DisplayName)))
        {
            errors.Add(new LocalIdentityError("display_name_taken", new LocalText($"Đã có người mang tên '{user.DisplayName}'.", $"Somebody else has the name '{user.DisplayName}'.")));
        }

        return Task.FromResult(errors.Count == 0 ? IdentityResult.Success : IdentityResult.Failed([.. errors]));
    }
}

/// <summary>Codes of an authenticator application (RFC 6238); each counts once.</summary>
internal sealed class TotpProvider(TimeProvider time) : IUserTwoFactorTokenProvider<Account>
{
    public const string Name = "Totp";

    public Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<Account> manager, Account user) => Task.FromResult(user.TotpSecret is not null);

    public Task<string> GenerateAsync(string purpose, UserManager<Account> manager, Account user) => throw new NotSupportedException("The application of its owner makes the codes.");

    public async Task<bool> ValidateAsync(string purpose, string token, UserManager<Account> manager, Account user)
    {
        if (await manager.GetAuthenticatorKeyAsync(user) is not { } key || Totp.Match(Convert.FromHexString(key), token, time.GetUtcNow(), user.TotpLastStep) is not { } step)
        {
            return false;
        }

        user.TotpLastStep = step;
        return (await manager.UpdateAsync(user)).Succeeded;
    }
}
