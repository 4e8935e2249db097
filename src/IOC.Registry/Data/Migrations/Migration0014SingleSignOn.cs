using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations;

/// <summary>Accounts of people who sign in elsewhere: by whom they are vouched for. Those that sign in here have neither, and are not compared by it.</summary>
[DbContext(typeof(RegistryContext))]
[Migration("0014_SingleSignOn")]
internal sealed class Migration0014SingleSignOn : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("external_issuer", "accounts", nullable: true);
        migrationBuilder.AddColumn<string>("external_subject", "accounts", nullable: true);
        migrationBuilder.CreateIndex("ix_accounts_external_issuer_external_subject", "accounts", ["external_issuer", "external_subject"], unique: true);
    }
}
