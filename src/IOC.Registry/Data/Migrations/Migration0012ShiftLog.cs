using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations;

/// <summary>The shift log and who was on shift; what has been recorded can no longer be changed.</summary>
[DbContext(typeof(RegistryContext))]
[Migration("0012_ShiftLog")]
internal sealed class Migration0012ShiftLog : Migration
{
    private static readonly string[] FixedInDuties = ["id", "operator", "from_ms", "began"];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable("shift_log", t => new
        {
            number = t.Column<long>(nullable: false),
            at_ms = t.Column<long>(nullable: false),
            about_ms = t.Column<long>(nullable: false),
            category = t.Column<byte>(nullable: false),
            @operator = t.Column<string>(name: "operator", nullable: true),
            text_vi = t.Column<string>(nullable: false),
            text_en = t.Column<string>(nullable: false),
            severity = t.Column<byte>(nullable: true),
            alert_id = t.Column<string>(nullable: true),
            district = t.Column<string>(nullable: true),
            domain = t.Column<string>(nullable: true),
            corrects = t.Column<long>(nullable: true),
            source = t.Column<string>(nullable: true),
            folded = t.Column<string>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_shift_log", r => r.number));
        migrationBuilder.CreateIndex("ix_shift_log_at_ms_number", "shift_log", ["at_ms", "number"]);
        migrationBuilder.CreateIndex("ix_shift_log_source", "shift_log", "source", unique: true);
        migrationBuilder.CreateIndex("ix_shift_log_alert_id", "shift_log", "alert_id");
        migrationBuilder.CreateTable("shift_duties", t => new
        {
            id = t.Column<string>(nullable: false),
            @operator = t.Column<string>(name: "operator", nullable: false),
            from_ms = t.Column<long>(nullable: false),
            began = t.Column<byte>(nullable: false),
            until_ms = t.Column<long>(nullable: true),
            ended = t.Column<byte>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_shift_duties", r => r.id));
        migrationBuilder.CreateIndex("ix_shift_duties_from_ms", "shift_duties", "from_ms");
        migrationBuilder.CreateIndex("ix_shift_duties_until_ms", "shift_duties", "until_ms");

        migrationBuilder.KeepRows("shift_log");
        migrationBuilder.KeepRows("shift_duties", FixedInDuties, until: "until_ms");
    }
}
