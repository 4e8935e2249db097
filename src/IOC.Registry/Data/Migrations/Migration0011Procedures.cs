using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations;

/// <summary>Procedures with all their versions, what was done of them for each alert, and alerts found by their rule.</summary>
[DbContext(typeof(RegistryContext))]
[Migration("0011_Procedures")]
internal sealed class Migration0011Procedures : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable("procedures", t => new
        {
            id = t.Column<string>(nullable: false),
            version = t.Column<int>(nullable: false),
            file = t.Column<string>(nullable: true),
            file_text = t.Column<string>(nullable: true),
            retired_at_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_procedures", r => r.id));
        migrationBuilder.CreateTable("procedure_versions", t => new
        {
            procedure_id = t.Column<string>(nullable: false),
            version = t.Column<int>(nullable: false),
            text = t.Column<string>(nullable: false),
            origin = t.Column<byte>(nullable: false),
            by = t.Column<string>(nullable: false),
            at_ms = t.Column<long>(nullable: false),
            note = t.Column<string>(nullable: true),
            retired = t.Column<bool>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_procedure_versions", r => new { r.procedure_id, r.version }));
        migrationBuilder.KeepRows("procedure_versions");
        migrationBuilder.AddColumn<string>("checklist", "alerts", nullable: true);
        migrationBuilder.CreateIndex("ix_alerts_rule_id_raised_at_ms_id", "alerts", ["rule_id", "raised_at_ms", "id"]);
    }
}
