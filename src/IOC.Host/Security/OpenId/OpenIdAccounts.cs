using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Security.Accounts;

namespace IOC.Host.Security.OpenId;

/// <summary>
/// Accounts of those for whom the provider vouches. One is made when somebody comes first, known by issuer and subject alone: a name or a mail
/// address that an account of this host has too links nothing, or whoever can choose theirs at the provider could have it.
/// </summary>
internal sealed class OpenIdAccounts(AccountBook book, AccountManager manager, AccountGate gate, TimeProvider time)
{
    /// <summary>Who makes and changes such accounts.</summary>
    public const string By = "openid";

    /// <summary>The account of somebody, with the roles that they have now.</summary>
    /// <param name="person">Who.</param>
    /// <param name="signsIn">Whether they sign in; a program that sends a token does not.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <exception cref="OpenIdRefusedException">They have no role, or their account is disabled.</exception>
    public async Task<Account> TakeInAsync(OpenIdPerson person, bool signsIn, CancellationToken stop)
    {
        using (await gate.EnterAsync(stop))
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var known = book.AccountOf(person.External)?.Account.Copy();
            if (known is { Disabled: true })
            {
                throw new OpenIdRefusedException(OpenIdTrouble.Disabled);
            }

            if (person.Grants.Count == 0)
            {
                // A token of a program may leave roles out; who signs in has none.
                if (signsIn)
                {
                    await TakeRolesAsync(known, now);
                }

                throw new OpenIdRefusedException(OpenIdTrouble.NoRole);
            }

            var account = known ?? New(person, now);
            if ((signsIn || account.LastSignInMs is null) && !Same(account.Grants, person.Grants))
            {
                (account.Grants, account.ChangedAtMs, account.ChangedBy) = (person.Grants, now, By);
            }

            account.LastSignInMs = signsIn ? now : account.LastSignInMs;
            RefusalException.ThrowIfFailed(known is null ? await manager.CreateAsync(account) : await manager.UpdateAsync(account));
            return account;
        }
    }

    /// <summary>Whether two lists of grants are the same.</summary>
    public static bool Same(IReadOnlyList<Grant> a, IReadOnlyList<Grant> b) => a.Count == b.Count && a.Zip(b).All(p =>
        p.First.Role == p.Second.Role && p.First.Scope.Districts.SequenceEqual(p.Second.Scope.Districts, StringComparer.Ordinal)
        && p.First.Scope.Domains.SequenceEqual(p.Second.Scope.Domains, StringComparer.Ordinal));

    // What the provider has taken away is gone here too, with what it had opened.
    private async Task TakeRolesAsync(Account? known, long now)
    {
        if (known is { Grants.Count: > 0 })
        {
            (known.Grants, known.ChangedAtMs, known.ChangedBy) = ([], now, By);
            known.Ends = new AccountEnds();
            RefusalException.ThrowIfFailed(await manager.UpdateAsync(known));
        }
    }

    private Account New(OpenIdPerson person, long now)
    {
        // Told apart by what tells them apart at the provider, so that nobody gets another's name by coming first.
        var mark = AccountKeys.HashOf($"{person.External.Issuer} {person.External.Subject}")[..6];
        var others = book.Accounts.Select(e => e.Account).ToList();
        var userName = others.Exists(o => o.NormalizedUserName == manager.NormalizeName(person.UserName)) ? $"{person.UserName}-{mark}" : person.UserName;
        return new Account
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            External = person.External,
            UserName = userName,
            DisplayName = others.Exists(o => OperatorName.Same(o.DisplayName, person.DisplayName)) ? $"{person.DisplayName} ({mark})" : person.DisplayName,
            CreatedAtMs = now,
            CreatedBy = By,
            ChangedAtMs = now,
            ChangedBy = By,
        };
    }
}
