using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.PostgreSql;

internal sealed partial class Migration0009First
{
    private static void Notification(MigrationBuilder schema)
    {
        schema.CreateTable("notification_channels", t => new
        {
            name = t.Column<string>(nullable: false),
            body = t.Column<string>(nullable: false),
            changed_at_ms = t.Column<long>(nullable: false),
            changed_by = t.Column<string>(nullable: false),
            secrets = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_notification_channels", r => r.name));
        schema.CreateTable("notification_routes", t => new
        {
            name = t.Column<string>(nullable: false),
            body = t.Column<string>(nullable: false),
            changed_at_ms = t.Column<long>(nullable: false),
            changed_by = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_notification_routes", r => r.name));
        schema.CreateTable("notification_calendars", t => new
        {
            name = t.Column<string>(nullable: false),
            body = t.Column<string>(nullable: false),
            changed_at_ms = t.Column<long>(nullable: false),
            changed_by = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_notification_calendars", r => r.name));
        schema.CreateTable("notification_deliveries", t => new
        {
            id = t.Column<string>(nullable: false),
            number = t.Column<long>(nullable: false),
            channel = t.Column<string>(nullable: false),
            recipient = t.Column<string>(nullable: true),
            route = t.Column<string>(nullable: true),
            group_key = t.Column<string>(nullable: false),
            purpose = t.Column<byte>(nullable: false),
            language = t.Column<byte>(nullable: false),
            state = t.Column<byte>(nullable: false),
            severity = t.Column<byte>(nullable: false),
            count = t.Column<int>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            due_at_ms = t.Column<long>(nullable: false),
            attempts = t.Column<int>(nullable: false),
            tried_at_ms = t.Column<long>(nullable: true),
            status = t.Column<int>(nullable: true),
            error = t.Column<string>(nullable: true),
            finished_at_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_notification_deliveries", r => r.id));
        schema.CreateIndex("ix_notification_deliveries_finished_at_ms", "notification_deliveries", "finished_at_ms");
        schema.CreateIndex("ix_notification_deliveries_number", "notification_deliveries", "number");
        schema.CreateIndex("ix_notification_deliveries_channel_number", "notification_deliveries", ["channel", "number"]);
        schema.CreateIndex("ix_notification_deliveries_state_number", "notification_deliveries", ["state", "number"]);
        schema.CreateTable("notification_items", t => new
        {
            delivery_id = t.Column<string>(nullable: false),
            number = t.Column<int>(nullable: false),
            alert_id = t.Column<string>(nullable: false),
            notice = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_notification_items", r => new { r.delivery_id, r.number }));
        schema.CreateIndex("ix_notification_items_alert_id", "notification_items", "alert_id");
        schema.CreateTable("notification_repetitions", t => new
        {
            alert_id = t.Column<string>(nullable: false),
            route = t.Column<string>(nullable: false),
            next_at_ms = t.Column<long>(nullable: false),
            number = t.Column<int>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_notification_repetitions", r => new { r.alert_id, r.route }));
        schema.CreateTable("notification_feed", t => new
        {
            alert_id = t.Column<string>(nullable: false),
            sequence = t.Column<int>(nullable: false),
            recorded_at_ms = t.Column<long>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_notification_feed", r => new { r.alert_id, r.sequence }));
    }
}
