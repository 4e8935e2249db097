using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.Sqlite;

/// <summary>What an alert explains: how many, and found by it.</summary>
[DbContext(typeof(SqliteRegistryContext))]
[Migration("0009_Members")]
internal sealed class Migration0009Members : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<int>("members", "alerts", nullable: true);
        migrationBuilder.AddColumn<int>("members_of", "alerts", nullable: true);
        migrationBuilder.CreateIndex("ix_alert_acts_target_alert_id", "alert_acts", ["target", "alert_id"], filter: "kind = 9");
    }
}
