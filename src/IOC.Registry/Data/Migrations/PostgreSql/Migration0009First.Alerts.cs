using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.PostgreSql;

internal sealed partial class Migration0009First
{
    private static void Alerts(MigrationBuilder schema)
    {
        schema.CreateTable("alerts", t => new
        {
            id = t.Column<string>(nullable: false),
            partition = t.Column<int>(nullable: false),
            district = t.Column<string>(nullable: false),
            domain = t.Column<string>(nullable: false),
            sensor = t.Column<string>(nullable: false),
            subject_kind = t.Column<byte>(nullable: false),
            asset = t.Column<string>(nullable: true),
            rule_id = t.Column<string>(nullable: false),
            kind = t.Column<byte>(nullable: false),
            title_vi = t.Column<string>(nullable: false),
            title_en = t.Column<string>(nullable: false),
            property = t.Column<string>(nullable: true),
            active_properties = t.Column<string>(nullable: false),
            severity = t.Column<byte>(nullable: false),
            rule_severity = t.Column<byte>(nullable: false),
            priority_reason_vi = t.Column<string>(nullable: true),
            priority_reason_en = t.Column<string>(nullable: true),
            state = t.Column<byte>(nullable: false),
            raised_at_ms = t.Column<long>(nullable: false),
            received_at_ms = t.Column<long>(nullable: false),
            late = t.Column<bool>(nullable: false),
            cleared_at_ms = t.Column<long>(nullable: true),
            cleared_received_at_ms = t.Column<long>(nullable: true),
            late_cleared = t.Column<bool>(nullable: false),
            acknowledged_at_ms = t.Column<long>(nullable: true),
            acknowledged_by = t.Column<string>(nullable: true),
            closed_at_ms = t.Column<long>(nullable: true),
            value = t.Column<double>(nullable: true),
            limit = t.Column<double>(nullable: true),
            expected_low = t.Column<double>(nullable: true),
            expected_high = t.Column<double>(nullable: true),
            lasted_ms = t.Column<long>(nullable: true),
            unit = t.Column<string>(nullable: true),
            re_alarms = t.Column<int>(nullable: false),
            repeats = t.Column<int>(nullable: false),
            source_vi = t.Column<string>(nullable: true),
            source_en = t.Column<string>(nullable: true),
            latched = t.Column<bool>(nullable: false),
            hold_kind = t.Column<byte>(nullable: false),
            hold_id = t.Column<string>(nullable: true),
            hold_since_ms = t.Column<long>(nullable: true),
            hold_until_ms = t.Column<long>(nullable: true),
            hold_by = t.Column<string>(nullable: true),
            hold_reason = t.Column<string>(nullable: true),
            assignee = t.Column<string>(nullable: true),
            demanded_at_ms = t.Column<long>(nullable: false),
            escalation_level = t.Column<int>(nullable: false),
            chattering = t.Column<bool>(nullable: false),
            turns = t.Column<int>(nullable: false),
            last_turn_at_ms = t.Column<long>(nullable: false),
            recent_raises = t.Column<string>(nullable: false),
            gone_at_ms = t.Column<long>(nullable: true),
            gone_received_at_ms = t.Column<long>(nullable: true),
            members = t.Column<int>(nullable: true),
            members_of = t.Column<int>(nullable: true),
            act_count = t.Column<int>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_alerts", r => r.id));
        schema.CreateIndex("ix_alerts_closed_at_ms", "alerts", "closed_at_ms");
        schema.CreateIndex("ix_alerts_partition", "alerts", "partition", filter: "state <> 3");
        schema.CreateIndex("ix_alerts_raised_at_ms_id", "alerts", ["raised_at_ms", "id"]);
        schema.CreateIndex("ix_alerts_district_raised_at_ms_id", "alerts", ["district", "raised_at_ms", "id"]);
        schema.CreateIndex("ix_alerts_sensor_raised_at_ms_id", "alerts", ["sensor", "raised_at_ms", "id"]);
        schema.CreateTable("alert_acts", t => new
        {
            alert_id = t.Column<string>(nullable: false),
            sequence = t.Column<int>(nullable: false),
            kind = t.Column<byte>(nullable: false),
            at_ms = t.Column<long>(nullable: false),
            recorded_at_ms = t.Column<long>(nullable: false),
            state_after = t.Column<byte>(nullable: false),
            @operator = t.Column<string>(nullable: true),
            note = t.Column<string>(nullable: true),
            value = t.Column<double>(nullable: true),
            hold_after = t.Column<byte>(nullable: false),
            until_ms = t.Column<long>(nullable: true),
            target = t.Column<string>(nullable: true),
            count = t.Column<int>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_alert_acts", r => new { r.alert_id, r.sequence }));
        schema.CreateIndex("ix_alert_acts_target_alert_id", "alert_acts", ["target", "alert_id"], filter: "kind = 9");
        schema.CreateTable("alert_holds", t => new
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
        schema.CreateIndex("ix_alert_holds_partition", "alert_holds", "partition", filter: "ended_at_ms IS NULL");
        schema.CreateIndex("ix_alert_holds_kind_created_at_ms_id", "alert_holds", ["kind", "created_at_ms", "id"]);
        schema.CreateTable("alert_watermarks", t => new
        {
            partition = t.Column<int>(nullable: false),
            offset = t.Column<long>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_alert_watermarks", r => r.partition));
        schema.CreateTable("shift_handovers", t => new
        {
            id = t.Column<string>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            from_operator = t.Column<string>(nullable: false),
            to_operator = t.Column<string>(nullable: false),
            summary = t.Column<string>(nullable: false),
            alerts = t.Column<string>(nullable: false),
            accepted_at_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_shift_handovers", r => r.id));
        schema.CreateIndex("ix_shift_handovers_created_at_ms_id", "shift_handovers", ["created_at_ms", "id"]);
    }
}
