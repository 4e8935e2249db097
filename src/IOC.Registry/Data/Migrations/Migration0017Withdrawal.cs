using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations;

/// <summary>Hand-overs that were withdrawn before they were accepted; nothing of one changes after that.</summary>
[DbContext(typeof(RegistryContext))]
[Migration("0017_Withdrawal")]
internal sealed class Migration0017Withdrawal : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>("withdrawn_at_ms", "shift_handovers", nullable: true);
        migrationBuilder.AddColumn<string>("withdrawn_by", "shift_handovers", nullable: true);
        migrationBuilder.KeepRowsAlsoAfter("shift_handovers", "withdrawn_at_ms");
    }
}
