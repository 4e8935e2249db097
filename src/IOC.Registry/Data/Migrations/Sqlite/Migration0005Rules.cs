using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.Sqlite;

/// <summary>Every version of every rule, the sets of rules in force together, and where in the log each partition took which.</summary>
[DbContext(typeof(SqliteRegistryContext))]
[Migration("0005_Rules")]
internal sealed class Migration0005Rules : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        // What it held came from rules.csv, which is read again at every start.
        migrationBuilder.DropTable("rules");
        migrationBuilder.CreateTable("rules", t => new
        {
            id = t.Column<string>(nullable: false),
            position = t.Column<int>(nullable: false),
            version = t.Column<int>(nullable: false),
            file = t.Column<string>(nullable: true),
            file_text = t.Column<string>(nullable: true),
            retired_at_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_rules", r => r.id));
        migrationBuilder.CreateTable("rule_versions", t => new
        {
            rule_id = t.Column<string>(nullable: false),
            version = t.Column<int>(nullable: false),
            text = t.Column<string>(nullable: false),
            origin = t.Column<byte>(nullable: false),
            by = t.Column<string>(nullable: false),
            at_ms = t.Column<long>(nullable: false),
            note = t.Column<string>(nullable: true),
            retired = t.Column<bool>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_rule_versions", r => new { r.rule_id, r.version }));
        migrationBuilder.CreateTable("rule_sets", t => new
        {
            number = t.Column<int>(nullable: false),
            hash = t.Column<string>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            by = t.Column<string>(nullable: false),
            note = t.Column<string>(nullable: true),
            rules = t.Column<string>(nullable: false),
            changes = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_rule_sets", r => r.number));
        migrationBuilder.CreateTable("rule_activations", t => new
        {
            partition = t.Column<int>(nullable: false),
            number = t.Column<int>(nullable: false),
            offset = t.Column<long>(nullable: false),
            at_ms = t.Column<long>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_rule_activations", r => new { r.partition, r.number }));
    }
}
