using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.Sqlite;

/// <summary>The alert life cycle: what holds alerts back, latching, chattering, escalation, assignment, hand-overs; and what
/// has been recorded can no longer be changed.</summary>
[DbContext(typeof(SqliteRegistryContext))]
[Migration("0006_LifeCycle")]
internal sealed class Migration0006LifeCycle : Migration
{
    private static readonly string[] FixedInHolds =
        ["id", "partition", "kind", "subject_kind", "district", "domain", "subject", "rule_id", "reason", "held_by", "created_at_ms", "from_ms", "until_ms"];

    private static readonly string[] FixedInHandovers = ["id", "created_at_ms", "from_operator", "to_operator", "summary", "alerts"];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        AlterAlerts(migrationBuilder);
        migrationBuilder.AddColumn<byte>("hold_after", "alert_acts", nullable: false, defaultValue: (byte)0);
        migrationBuilder.AddColumn<long>("until_ms", "alert_acts", nullable: true);
        migrationBuilder.AddColumn<string>("target", "alert_acts", nullable: true);
        migrationBuilder.AddColumn<int>("count", "alert_acts", nullable: true);
        CreateTables(migrationBuilder);

        migrationBuilder.KeepRows("alert_acts");
        migrationBuilder.KeepRows("alert_holds", FixedInHolds, until: "ended_at_ms");
        migrationBuilder.KeepRows("shift_handovers", FixedInHandovers, until: "accepted_at_ms");
    }

    private static void AlterAlerts(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<byte>("rule_severity", "alerts", nullable: false, defaultValue: (byte)0);
        migrationBuilder.AddColumn<string>("priority_reason_vi", "alerts", nullable: true);
        migrationBuilder.AddColumn<string>("priority_reason_en", "alerts", nullable: true);
        migrationBuilder.AddColumn<long>("cleared_received_at_ms", "alerts", nullable: true);
        migrationBuilder.AddColumn<bool>("late_cleared", "alerts", nullable: false, defaultValue: false);
        migrationBuilder.AddColumn<bool>("latched", "alerts", nullable: false, defaultValue: false);
        migrationBuilder.AddColumn<byte>("hold_kind", "alerts", nullable: false, defaultValue: (byte)0);
        migrationBuilder.AddColumn<string>("hold_id", "alerts", nullable: true);
        migrationBuilder.AddColumn<long>("hold_since_ms", "alerts", nullable: true);
        migrationBuilder.AddColumn<long>("hold_until_ms", "alerts", nullable: true);
        migrationBuilder.AddColumn<string>("hold_by", "alerts", nullable: true);
        migrationBuilder.AddColumn<string>("hold_reason", "alerts", nullable: true);
        migrationBuilder.AddColumn<string>("assignee", "alerts", nullable: true);
        migrationBuilder.AddColumn<long>("demanded_at_ms", "alerts", nullable: false, defaultValue: 0L);
        migrationBuilder.AddColumn<int>("escalation_level", "alerts", nullable: false, defaultValue: 0);
        migrationBuilder.AddColumn<bool>("chattering", "alerts", nullable: false, defaultValue: false);
        migrationBuilder.AddColumn<int>("turns", "alerts", nullable: false, defaultValue: 0);
        migrationBuilder.AddColumn<long>("last_turn_at_ms", "alerts", nullable: false, defaultValue: 0L);
        migrationBuilder.AddColumn<string>("recent_raises", "alerts", nullable: false, defaultValue: "");
        migrationBuilder.AddColumn<long>("gone_at_ms", "alerts", nullable: true);
        migrationBuilder.AddColumn<long>("gone_received_at_ms", "alerts", nullable: true);
        migrationBuilder.Sql("UPDATE alerts SET rule_severity = severity, demanded_at_ms = received_at_ms, last_turn_at_ms = COALESCE(cleared_at_ms, raised_at_ms)");
    }

    private static void CreateTables(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable("alert_holds", t => new
        {
            id = t.Column<string>(nullable: false),
            partition = t.Column<int>(nullable: false),
            kind = t.Column<byte>(nullable: false),
            subject_kind = t.Column<byte>(nullable: false),
            district = t.Column<string>(nullable: false),
            domain = t.Column<string>(nullable: false),
            subject = t.Column<string>(nullable: false),
            rule_id = t.Column<string>(nullable: true),
            reason = t.Column<string>(nullable: false),
            held_by = t.Column<string>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            from_ms = t.Column<long>(nullable: false),
            until_ms = t.Column<long>(nullable: true),
            started_at_ms = t.Column<long>(nullable: true),
            ended_at_ms = t.Column<long>(nullable: true),
            ended_by = t.Column<string>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_alert_holds", r => r.id));
        migrationBuilder.CreateIndex("ix_alert_holds_kind_created_at_ms_id", "alert_holds", ["kind", "created_at_ms", "id"]);
        migrationBuilder.CreateIndex("ix_alert_holds_partition", "alert_holds", "partition", filter: "ended_at_ms IS NULL");
        migrationBuilder.CreateTable("shift_handovers", t => new
        {
            id = t.Column<string>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            from_operator = t.Column<string>(nullable: false),
            to_operator = t.Column<string>(nullable: false),
            summary = t.Column<string>(nullable: false),
            alerts = t.Column<string>(nullable: false),
            accepted_at_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_shift_handovers", r => r.id));
        migrationBuilder.CreateIndex("ix_shift_handovers_created_at_ms_id", "shift_handovers", ["created_at_ms", "id"]);
    }
}
