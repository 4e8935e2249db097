using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.PostgreSql;

/// <summary>The schema that SQLite's 0001 to 0009 lead to: PostgreSQL came with it.</summary>
[DbContext(typeof(PostgreSqlRegistryContext))]
[Migration("0009_First")]
internal sealed partial class Migration0009First : Migration
{
    private static readonly string[] FixedInHolds =
        ["id", "partition", "kind", "subject_kind", "district", "domain", "subject", "rule_id", "reason", "held_by", "created_at_ms", "from_ms", "until_ms"];

    private static readonly string[] FixedInHandovers = ["id", "created_at_ms", "from_operator", "to_operator", "summary", "alerts"];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        Catalogue(migrationBuilder);
        Rules(migrationBuilder);
        Alerts(migrationBuilder);
        Devices(migrationBuilder);
        Commands(migrationBuilder);
        Notification(migrationBuilder);
        migrationBuilder.KeepRows("alert_acts");
        migrationBuilder.KeepRows("alert_holds", FixedInHolds, until: "ended_at_ms");
        migrationBuilder.KeepRows("shift_handovers", FixedInHandovers, until: "accepted_at_ms");
    }
}
