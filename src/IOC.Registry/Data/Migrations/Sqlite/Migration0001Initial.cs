using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;

namespace IOC.Registry.Data.Migrations.Sqlite;

/// <summary>
/// The first schema. Migrations are written by hand and only go forward; a released one is never changed. A test
/// compares the schema that they lead to with that of the model.
/// </summary>
[DbContext(typeof(SqliteRegistryContext))]
[Migration("0001_Initial")]
internal sealed class Migration0001Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        Catalogue(migrationBuilder);
        Alerts(migrationBuilder);
    }

    private static void Catalogue(MigrationBuilder schema)
    {
        schema.CreateTable("properties", t => new
        {
            id = t.Column<string>(nullable: false),
            position = t.Column<int>(nullable: false),
            unit = t.Column<string>(nullable: false),
            unit_label = t.Column<string>(nullable: false),
            name_vi = t.Column<string>(nullable: false),
            name_en = t.Column<string>(nullable: false),
            plausible_min = t.Column<double>(nullable: false),
            plausible_max = t.Column<double>(nullable: false),
            decimals = t.Column<int>(nullable: false),
            retired_at_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_properties", r => r.id));
        schema.CreateTable("areas", t => new
        {
            id = t.Column<string>(nullable: false),
            parent_id = t.Column<string>(nullable: true),
            level = t.Column<byte>(nullable: false),
            name_vi = t.Column<string>(nullable: false),
            name_en = t.Column<string>(nullable: false),
            longitude = t.Column<double>(nullable: false),
            latitude = t.Column<double>(nullable: false),
            valid_from = t.Column<DateOnly>(nullable: true),
            valid_to = t.Column<DateOnly>(nullable: true),
            outline = t.Column<string>(nullable: true),
            outline_is_sketch = t.Column<bool>(nullable: false),
            retired_at_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_areas", r => r.id));
        schema.CreateTable("sensors", t => new
        {
            id = t.Column<string>(nullable: false),
            district = t.Column<string>(nullable: false),
            domain = t.Column<string>(nullable: false),
            name_vi = t.Column<string>(nullable: false),
            name_en = t.Column<string>(nullable: false),
            longitude = t.Column<double>(nullable: false),
            latitude = t.Column<double>(nullable: false),
            properties = t.Column<string>(nullable: false),
            period_ms = t.Column<long>(nullable: false),
            commune_id = t.Column<string>(nullable: true),
            retired_at_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_sensors", r => r.id));
        schema.CreateIndex("ix_sensors_district", "sensors", "district");
        Rules(schema);
        schema.CreateTable("catalogue_imports", t => new
        {
            id = Generated(t.Column<long>(nullable: false)),
            file = t.Column<string>(nullable: false),
            hash = t.Column<string>(nullable: false),
            imported_at_ms = t.Column<long>(nullable: false),
            entries = t.Column<int>(nullable: false),
            added = t.Column<int>(nullable: false),
            changed = t.Column<int>(nullable: false),
            retired = t.Column<int>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_catalogue_imports", r => r.id));
        schema.CreateIndex("ix_catalogue_imports_file_id", "catalogue_imports", ["file", "id"]);
    }

    private static void Rules(MigrationBuilder schema) => schema.CreateTable("rules", t => new
    {
        id = t.Column<string>(nullable: false),
        position = t.Column<int>(nullable: false),
        kind = t.Column<byte>(nullable: false),
        severity = t.Column<byte>(nullable: false),
        name_vi = t.Column<string>(nullable: false),
        name_en = t.Column<string>(nullable: false),
        property = t.Column<string>(nullable: true),
        domain = t.Column<string>(nullable: true),
        district = t.Column<string>(nullable: true),
        sensor = t.Column<string>(nullable: true),
        raise_above = t.Column<double>(nullable: true),
        raise_below = t.Column<double>(nullable: true),
        hysteresis = t.Column<double>(nullable: false),
        duration_ms = t.Column<long>(nullable: false),
        factor = t.Column<double>(nullable: false),
        minimum_change = t.Column<double>(nullable: false),
        source = t.Column<string>(nullable: true),
        retired_at_ms = t.Column<long>(nullable: true),
    }, constraints: t => t.PrimaryKey("PK_rules", r => r.id));

    private static void Alerts(MigrationBuilder schema)
    {
        schema.CreateTable("alerts", t => new
        {
            id = t.Column<string>(nullable: false),
            partition = t.Column<int>(nullable: false),
            district = t.Column<string>(nullable: false),
            domain = t.Column<string>(nullable: false),
            sensor = t.Column<string>(nullable: false),
            rule_id = t.Column<string>(nullable: false),
            kind = t.Column<byte>(nullable: false),
            title_vi = t.Column<string>(nullable: false),
            title_en = t.Column<string>(nullable: false),
            property = t.Column<string>(nullable: true),
            active_properties = t.Column<string>(nullable: false),
            severity = t.Column<byte>(nullable: false),
            state = t.Column<byte>(nullable: false),
            raised_at_ms = t.Column<long>(nullable: false),
            received_at_ms = t.Column<long>(nullable: false),
            late = t.Column<bool>(nullable: false),
            cleared_at_ms = t.Column<long>(nullable: true),
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
            source = t.Column<string>(nullable: true),
            act_count = t.Column<int>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_alerts", r => r.id));
        schema.CreateIndex("ix_alerts_raised_at_ms_id", "alerts", ["raised_at_ms", "id"]);
        schema.CreateIndex("ix_alerts_sensor_raised_at_ms_id", "alerts", ["sensor", "raised_at_ms", "id"]);
        schema.CreateIndex("ix_alerts_district_raised_at_ms_id", "alerts", ["district", "raised_at_ms", "id"]);
        schema.CreateIndex("ix_alerts_closed_at_ms", "alerts", "closed_at_ms");
        schema.CreateIndex("ix_alerts_partition", "alerts", "partition", filter: "state <> 3");
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
        }, constraints: t => t.PrimaryKey("PK_alert_acts", r => new { r.alert_id, r.sequence }));
        schema.CreateTable("alert_watermarks", t => new
        {
            partition = t.Column<int>(nullable: false),
            offset = t.Column<long>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_alert_watermarks", r => r.partition));
    }

    private static OperationBuilder<AddColumnOperation> Generated(OperationBuilder<AddColumnOperation> column) =>
        column.Annotation("Sqlite:Autoincrement", true);
}
