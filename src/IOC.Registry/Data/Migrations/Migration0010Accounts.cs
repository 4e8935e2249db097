using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations;

/// <summary>Who may use the system: accounts, their sessions, tokens and one-time links, and what has failed to sign in too often.</summary>
[DbContext(typeof(RegistryContext))]
[Migration("0010_Accounts")]
internal sealed class Migration0010Accounts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        Accounts(migrationBuilder);
        Keys(migrationBuilder);
        migrationBuilder.CreateTable("sign_in_locks", t => new
        {
            key = t.Column<string>(nullable: false),
            failures = t.Column<int>(nullable: false),
            last_ms = t.Column<long>(nullable: false),
            until_ms = t.Column<long>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_sign_in_locks", r => r.key));
    }

    private static void Accounts(MigrationBuilder schema)
    {
        schema.CreateTable("accounts", t => new
        {
            id = t.Column<string>(nullable: false),
            user_name = t.Column<string>(nullable: false),
            normalized_user_name = t.Column<string>(nullable: false),
            display_name = t.Column<string>(nullable: false),
            password_hash = t.Column<string>(nullable: true),
            grants = t.Column<string>(nullable: false),
            disabled = t.Column<bool>(nullable: false),
            totp_secret = t.Column<string>(nullable: true),
            totp_confirmed = t.Column<bool>(nullable: false),
            totp_last_step = t.Column<long>(nullable: false),
            recovery_codes = t.Column<string>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            created_by = t.Column<string>(nullable: false),
            changed_at_ms = t.Column<long>(nullable: false),
            changed_by = t.Column<string>(nullable: false),
            last_sign_in_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_accounts", r => r.id));
        schema.CreateIndex("ix_accounts_normalized_user_name", "accounts", "normalized_user_name", unique: true);
        schema.CreateIndex("ix_accounts_display_name", "accounts", "display_name", unique: true);
    }

    private static void Keys(MigrationBuilder schema)
    {
        schema.CreateTable("account_sessions", t => new
        {
            id = t.Column<string>(nullable: false),
            hash = t.Column<string>(nullable: false),
            account_id = t.Column<string>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            expires_at_ms = t.Column<long>(nullable: false),
            last_seen_ms = t.Column<long>(nullable: false),
            address = t.Column<string>(nullable: false),
            agent = t.Column<string>(nullable: false),
            second_factor = t.Column<bool>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_account_sessions", r => r.id));
        schema.CreateIndex("ix_account_sessions_account_id", "account_sessions", "account_id");
        schema.CreateTable("api_tokens", t => new
        {
            id = t.Column<string>(nullable: false),
            hash = t.Column<string>(nullable: false),
            account_id = t.Column<string>(nullable: false),
            name = t.Column<string>(nullable: false),
            permissions = t.Column<string>(nullable: false),
            districts = t.Column<string>(nullable: false),
            domains = t.Column<string>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            expires_at_ms = t.Column<long>(nullable: false),
            last_used_ms = t.Column<long>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_api_tokens", r => r.id));
        schema.CreateIndex("ix_api_tokens_account_id", "api_tokens", "account_id");
        schema.CreateTable("account_links", t => new
        {
            hash = t.Column<string>(nullable: false),
            purpose = t.Column<byte>(nullable: false),
            account_id = t.Column<string>(nullable: true),
            created_at_ms = t.Column<long>(nullable: false),
            expires_at_ms = t.Column<long>(nullable: false),
            created_by = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_account_links", r => r.hash));
    }
}
