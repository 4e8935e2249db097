using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.PostgreSql;

internal sealed partial class Migration0009First
{
    private static void Devices(MigrationBuilder schema)
    {
        schema.CreateTable("device_credentials", t => new
        {
            name = t.Column<string>(nullable: false),
            rules = t.Column<string>(nullable: false),
            max_connections = t.Column<int>(nullable: true),
            publishes_per_second = t.Column<double>(nullable: true),
            bytes_per_second = t.Column<double>(nullable: true),
            connection_publishes_per_second = t.Column<double>(nullable: true),
            connection_bytes_per_second = t.Column<double>(nullable: true),
            max_packet_size = t.Column<int>(nullable: true),
            max_in_flight = t.Column<int>(nullable: true),
            max_subscriptions = t.Column<int>(nullable: true),
            created_at_ms = t.Column<long>(nullable: false),
            created_by = t.Column<string>(nullable: false),
            changed_at_ms = t.Column<long>(nullable: false),
            changed_by = t.Column<string>(nullable: false),
            profile = t.Column<string>(nullable: false),
            sensors = t.Column<string>(nullable: false),
            disabled = t.Column<bool>(nullable: false),
            expires_at_ms = t.Column<long>(nullable: true),
            note = t.Column<string>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_device_credentials", r => r.name));
        schema.CreateTable("device_secrets", t => new
        {
            credential = t.Column<string>(nullable: false),
            number = t.Column<int>(nullable: false),
            hash = t.Column<string>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            created_by = t.Column<string>(nullable: false),
            expires_at_ms = t.Column<long>(nullable: true),
            until_next_used = t.Column<bool>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_device_secrets", r => new { r.credential, r.number }));
        schema.CreateTable("device_certificates", t => new
        {
            binding = t.Column<int>(nullable: false),
            value = t.Column<string>(nullable: false),
            credential = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_device_certificates", r => new { r.binding, r.value }));
        schema.CreateIndex("ix_device_certificates_credential", "device_certificates", "credential");
        schema.CreateTable("device_profiles", t => new
        {
            name = t.Column<string>(nullable: false),
            rules = t.Column<string>(nullable: false),
            max_connections = t.Column<int>(nullable: true),
            publishes_per_second = t.Column<double>(nullable: true),
            bytes_per_second = t.Column<double>(nullable: true),
            connection_publishes_per_second = t.Column<double>(nullable: true),
            connection_bytes_per_second = t.Column<double>(nullable: true),
            max_packet_size = t.Column<int>(nullable: true),
            max_in_flight = t.Column<int>(nullable: true),
            max_subscriptions = t.Column<int>(nullable: true),
            created_at_ms = t.Column<long>(nullable: false),
            created_by = t.Column<string>(nullable: false),
            changed_at_ms = t.Column<long>(nullable: false),
            changed_by = t.Column<string>(nullable: false),
            title_vi = t.Column<string>(nullable: false),
            title_en = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_device_profiles", r => r.name));
        schema.CreateTable("device_bans", t => new
        {
            subject = t.Column<string>(nullable: false),
            reason = t.Column<string>(nullable: false),
            until_ms = t.Column<long>(nullable: true),
            created_at_ms = t.Column<long>(nullable: false),
            created_by = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_device_bans", r => r.subject));
    }
}
