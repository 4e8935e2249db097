using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations;

/// <summary>Sessions of video walls: they only look on, and have a life of their own. Those that there are already are people's.</summary>
[DbContext(typeof(RegistryContext))]
[Migration("0016_WallSessions")]
internal sealed class Migration0016WallSessions : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.AddColumn<bool>("wall", "account_sessions", nullable: false, defaultValue: false);
}
