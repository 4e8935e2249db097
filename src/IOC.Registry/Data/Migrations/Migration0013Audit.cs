using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations;

/// <summary>The audit: who did what, when, from where. Nothing in it can be changed.</summary>
[DbContext(typeof(RegistryContext))]
[Migration("0013_Audit")]
internal sealed class Migration0013Audit : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable("audit", t => new
        {
            number = t.Column<long>(nullable: false),
            at_ms = t.Column<long>(nullable: false),
            who = t.Column<string>(nullable: false),
            account_id = t.Column<string>(nullable: true),
            @by = t.Column<string>(name: "by", nullable: false),
            key_id = t.Column<string>(nullable: true),
            address = t.Column<string>(nullable: false),
            action = t.Column<string>(nullable: false),
            target = t.Column<string>(nullable: false),
            status = t.Column<int>(nullable: false),
            detail = t.Column<string>(nullable: false),
            hash = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_audit", r => r.number));
        migrationBuilder.CreateIndex("ix_audit_at_ms", "audit", "at_ms");
        migrationBuilder.CreateIndex("ix_audit_who", "audit", "who");
        migrationBuilder.KeepRows("audit");
    }
}
