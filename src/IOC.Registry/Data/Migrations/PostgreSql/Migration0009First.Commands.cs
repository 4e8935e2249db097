using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.PostgreSql;

internal sealed partial class Migration0009First
{
    private static void Commands(MigrationBuilder schema)
    {
        schema.CreateTable("commands", t => new
        {
            id = t.Column<string>(nullable: false),
            group_id = t.Column<string>(nullable: true),
            district = t.Column<string>(nullable: false),
            domain = t.Column<string>(nullable: false),
            sensor = t.Column<string>(nullable: false),
            kind = t.Column<byte>(nullable: false),
            switch_on = t.Column<bool>(nullable: true),
            level = t.Column<int>(nullable: true),
            for_seconds = t.Column<int>(nullable: true),
            @operator = t.Column<string>(nullable: false),
            state = t.Column<byte>(nullable: false),
            created_at_ms = t.Column<long>(nullable: false),
            expires_at_ms = t.Column<long>(nullable: false),
            attempts = t.Column<int>(nullable: false),
            tries = t.Column<int>(nullable: false),
            next_at_ms = t.Column<long>(nullable: false),
            sent_at_ms = t.Column<long>(nullable: true),
            accepted_at_ms = t.Column<long>(nullable: true),
            finished_at_ms = t.Column<long>(nullable: true),
            detail = t.Column<string>(nullable: true),
            late = t.Column<bool>(nullable: false),
            cancelled_by = t.Column<string>(nullable: true),
            superseded_by = t.Column<string>(nullable: true),
            revision = t.Column<int>(nullable: false),
        }, constraints: t => t.PrimaryKey("PK_commands", r => r.id));
        schema.CreateIndex("ix_commands_finished_at_ms", "commands", "finished_at_ms");
        schema.CreateIndex("ix_commands_state", "commands", "state", filter: "state <= 2");
        schema.CreateIndex("ix_commands_created_at_ms_id", "commands", ["created_at_ms", "id"]);
        schema.CreateIndex("ix_commands_district_created_at_ms_id", "commands", ["district", "created_at_ms", "id"]);
        schema.CreateIndex("ix_commands_group_id_created_at_ms_id", "commands", ["group_id", "created_at_ms", "id"]);
        schema.CreateIndex("ix_commands_sensor_created_at_ms_id", "commands", ["sensor", "created_at_ms", "id"]);
    }
}
