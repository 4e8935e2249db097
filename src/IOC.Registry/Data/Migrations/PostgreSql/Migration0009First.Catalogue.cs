using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.PostgreSql;

internal sealed partial class Migration0009First
{
    private static void Catalogue(MigrationBuilder schema)
    {
        schema.CreateTable("properties", t => new
        {
            id = t.Column<string>(nullable: false),
            retired_at_ms = t.Column<long>(nullable: true),
            position = t.Column<int>(nullable: false),
            unit = t.Column<string>(nullable: false),
            unit_label = t.Column<string>(nullable: false),
            name_vi = t.Column<string>(nullable: false),
            name_en = t.Column<string>(nullable: false),
            plausible_min = t.Column<double>(nullable: false),
            plausible_max = t.Column<double>(nullable: false),
            decimals = t.Column<int>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_properties", r => r.id));
        schema.CreateTable("areas", t => new
        {
            id = t.Column<string>(nullable: false),
            retired_at_ms = t.Column<long>(nullable: true),
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
        }, constraints: t => t.PrimaryKey("PK_areas", r => r.id));
        schema.CreateTable("assets", t => new
        {
            id = t.Column<string>(nullable: false),
            retired_at_ms = t.Column<long>(nullable: true),
            position = t.Column<int>(nullable: false),
            district = t.Column<string>(nullable: false),
            domain = t.Column<string>(nullable: true),
            kind = t.Column<byte>(nullable: false),
            parent_id = t.Column<string>(nullable: true),
            name_vi = t.Column<string>(nullable: false),
            name_en = t.Column<string>(nullable: false),
            longitude = t.Column<double>(nullable: false),
            latitude = t.Column<double>(nullable: false),
            line = t.Column<string>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_assets", r => r.id));
        schema.CreateTable("sensors", t => new
        {
            id = t.Column<string>(nullable: false),
            retired_at_ms = t.Column<long>(nullable: true),
            district = t.Column<string>(nullable: false),
            domain = t.Column<string>(nullable: false),
            name_vi = t.Column<string>(nullable: false),
            name_en = t.Column<string>(nullable: false),
            longitude = t.Column<double>(nullable: false),
            latitude = t.Column<double>(nullable: false),
            properties = t.Column<string>(nullable: false),
            period_ms = t.Column<long>(nullable: false),
            commune_id = t.Column<string>(nullable: true),
            assets = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_sensors", r => r.id));
        schema.CreateIndex("ix_sensors_district", "sensors", "district");
        schema.CreateTable("catalogue_imports", t => new
        {
            id = t.Column<long>(nullable: false).Annotation("Sqlite:Autoincrement", true),
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
}
