using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.PostgreSql;

internal sealed partial class Migration0009First
{
    private static void Rules(MigrationBuilder schema)
    {
        schema.CreateTable("rules", t => new
        {
            id = t.Column<string>(nullable: false),
            position = t.Column<int>(nullable: false),
            version = t.Column<int>(nullable: false),
            file = t.Column<string>(nullable: true),
            file_text = t.Column<string>(nullable: true),
            retired_at_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_rules", r => r.id));
        schema.CreateTable("rule_versions", t => new
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
        schema.CreateTable("rule_sets", t => new
        {
            number = t.Column<int>(nullable: false),
            hash = t.Column<string>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            by = t.Column<string>(nullable: false),
            note = t.Column<string>(nullable: true),
            rules = t.Column<string>(nullable: false),
            changes = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_rule_sets", r => r.number));
        schema.CreateTable("rule_activations", t => new
        {
            partition = t.Column<int>(nullable: false),
            number = t.Column<int>(nullable: false),
            offset = t.Column<long>(nullable: false),
            at_ms = t.Column<long>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_rule_activations", r => new { r.partition, r.number }));
    }
}
