using System.Text;
using IOC.Alerts;
using IOC.Commands;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry.Data;

/// <summary>The relational model. Portable: no type or function of one database; names are snake_case. Each database has a
/// class that derives from it, so that each has migrations of its own.</summary>
internal abstract class RegistryContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<PropertyRow> Properties => Set<PropertyRow>();

    public DbSet<AreaRow> Areas => Set<AreaRow>();

    public DbSet<SensorRow> Sensors => Set<SensorRow>();

    public DbSet<AssetRow> Assets => Set<AssetRow>();

    public DbSet<RuleRow> Rules => Set<RuleRow>();

    public DbSet<RuleVersionRow> RuleVersions => Set<RuleVersionRow>();

    public DbSet<RuleSetRow> RuleSets => Set<RuleSetRow>();

    public DbSet<RuleActivationRow> RuleActivations => Set<RuleActivationRow>();

    public DbSet<ProcedureRow> Procedures => Set<ProcedureRow>();

    public DbSet<ProcedureVersionRow> ProcedureVersions => Set<ProcedureVersionRow>();

    public DbSet<CatalogueImportRow> CatalogueImports => Set<CatalogueImportRow>();

    public DbSet<AlertRow> Alerts => Set<AlertRow>();

    public DbSet<AlertActRow> AlertActs => Set<AlertActRow>();

    public DbSet<AlertHoldRow> AlertHolds => Set<AlertHoldRow>();

    public DbSet<ShiftHandoverRow> ShiftHandovers => Set<ShiftHandoverRow>();

    public DbSet<ShiftEntryRow> ShiftLog => Set<ShiftEntryRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<ShiftDutyRow> ShiftDuties => Set<ShiftDutyRow>();

    public DbSet<AlertWatermarkRow> AlertWatermarks => Set<AlertWatermarkRow>();

    public DbSet<DeviceCredentialRow> DeviceCredentials => Set<DeviceCredentialRow>();

    public DbSet<DeviceSecretRow> DeviceSecrets => Set<DeviceSecretRow>();

    public DbSet<DeviceCertificateRow> DeviceCertificates => Set<DeviceCertificateRow>();

    public DbSet<DeviceProfileRow> DeviceProfiles => Set<DeviceProfileRow>();

    public DbSet<DeviceBanRow> DeviceBans => Set<DeviceBanRow>();

    public DbSet<CommandRow> Commands => Set<CommandRow>();

    public DbSet<NotificationChannelRow> NotificationChannels => Set<NotificationChannelRow>();

    public DbSet<NotificationRouteRow> NotificationRoutes => Set<NotificationRouteRow>();

    public DbSet<NotificationCalendarRow> NotificationCalendars => Set<NotificationCalendarRow>();

    public DbSet<NotificationDeliveryRow> NotificationDeliveries => Set<NotificationDeliveryRow>();

    public DbSet<NotificationItemRow> NotificationItems => Set<NotificationItemRow>();

    public DbSet<NotificationRepetitionRow> NotificationRepetitions => Set<NotificationRepetitionRow>();

    public DbSet<NotificationFeedRow> NotificationFeed => Set<NotificationFeedRow>();

    public DbSet<AccountRow> Accounts => Set<AccountRow>();

    public DbSet<AccountSessionRow> AccountSessions => Set<AccountSessionRow>();

    public DbSet<ApiTokenRow> ApiTokens => Set<ApiTokenRow>();

    public DbSet<AccountLinkRow> AccountLinks => Set<AccountLinkRow>();

    public DbSet<SignInLockRow> SignInLocks => Set<SignInLockRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PropertyRow>().ToTable("properties").HasKey(r => r.Id);
        modelBuilder.Entity<AreaRow>().ToTable("areas").HasKey(r => r.Id);
        modelBuilder.Entity<SensorRow>().ToTable("sensors").HasKey(r => r.Id);
        modelBuilder.Entity<SensorRow>().HasIndex(r => r.District);
        modelBuilder.Entity<AssetRow>().ToTable("assets").HasKey(r => r.Id);
        ConfigureRules(modelBuilder);
        modelBuilder.Entity<CatalogueImportRow>().ToTable("catalogue_imports").HasKey(r => r.Id);
        modelBuilder.Entity<CatalogueImportRow>().HasIndex(r => new { r.File, r.Id });

        var alerts = modelBuilder.Entity<AlertRow>();
        alerts.ToTable("alerts").HasKey(r => r.Id);
        alerts.HasIndex(r => new { r.RaisedAtMs, r.Id });
        alerts.HasIndex(r => new { r.Sensor, r.RaisedAtMs, r.Id });
        alerts.HasIndex(r => new { r.District, r.RaisedAtMs, r.Id });
        alerts.HasIndex(r => new { r.RuleId, r.RaisedAtMs, r.Id });
        alerts.HasIndex(r => r.ClosedAtMs);

        // Closed alerts add up over years; the open ones are found without them.
        alerts.HasIndex(r => r.Partition).HasFilter($"state <> {(int)AlertState.Closed}");

        modelBuilder.Entity<AlertActRow>().ToTable("alert_acts").HasKey(r => new { r.AlertId, r.Sequence });

        // What an alert explained is found by it; of the other acts nothing is.
        modelBuilder.Entity<AlertActRow>().HasIndex(r => new { r.Target, r.AlertId }).HasFilter($"kind = {(int)AlertActKind.Suppressed}");
        var holds = modelBuilder.Entity<AlertHoldRow>();
        holds.ToTable("alert_holds").HasKey(r => r.Id);
        holds.HasIndex(r => new { r.Kind, r.CreatedAtMs, r.Id });
        holds.HasIndex(r => r.Partition).HasFilter("ended_at_ms IS NULL");
        modelBuilder.Entity<ShiftHandoverRow>().ToTable("shift_handovers").HasKey(r => r.Id);
        modelBuilder.Entity<ShiftHandoverRow>().HasIndex(r => new { r.CreatedAtMs, r.Id });
        modelBuilder.Entity<AlertWatermarkRow>().ToTable("alert_watermarks").HasKey(r => r.Partition);
        modelBuilder.Entity<AlertWatermarkRow>().Property(r => r.Partition).ValueGeneratedNever();
        ConfigureShifts(modelBuilder);
        ConfigureAudit(modelBuilder);
        Devices(modelBuilder);
        ConfigureCommands(modelBuilder);
        ConfigureNotification(modelBuilder);
        ConfigureAccounts(modelBuilder);
        NameColumns(modelBuilder);
    }

    private static void ConfigureRules(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RuleRow>().ToTable("rules").HasKey(r => r.Id);
        modelBuilder.Entity<RuleVersionRow>().ToTable("rule_versions").HasKey(r => new { r.RuleId, r.Version });
        modelBuilder.Entity<RuleSetRow>().ToTable("rule_sets").HasKey(r => r.Number);
        modelBuilder.Entity<RuleSetRow>().Property(r => r.Number).ValueGeneratedNever();
        modelBuilder.Entity<RuleActivationRow>().ToTable("rule_activations").HasKey(r => new { r.Partition, r.Number });
        modelBuilder.Entity<ProcedureRow>().ToTable("procedures").HasKey(r => r.Id);
        modelBuilder.Entity<ProcedureVersionRow>().ToTable("procedure_versions").HasKey(r => new { r.ProcedureId, r.Version });
    }

    private static void ConfigureAudit(ModelBuilder modelBuilder)
    {
        var audit = modelBuilder.Entity<AuditRow>();
        audit.ToTable("audit").HasKey(r => r.Number);
        audit.Property(r => r.Number).ValueGeneratedNever();
        audit.HasIndex(r => r.AtMs);
        audit.HasIndex(r => r.Who);
    }

    private static void ConfigureShifts(ModelBuilder modelBuilder)
    {
        var log = modelBuilder.Entity<ShiftEntryRow>();
        log.ToTable("shift_log").HasKey(r => r.Number);
        log.Property(r => r.Number).ValueGeneratedNever();
        log.HasIndex(r => new { r.AtMs, r.Number });
        log.HasIndex(r => r.Source).IsUnique();
        log.HasIndex(r => r.AlertId);
        var duties = modelBuilder.Entity<ShiftDutyRow>();
        duties.ToTable("shift_duties").HasKey(r => r.Id);
        duties.HasIndex(r => r.FromMs);
        duties.HasIndex(r => r.UntilMs);
    }

    private static void Devices(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<DeviceCredentialRow>().ToTable("device_credentials").HasKey(r => r.Name);
        modelBuilder.Entity<DeviceSecretRow>().ToTable("device_secrets").HasKey(r => new { r.Credential, r.Number });
        modelBuilder.Entity<DeviceCertificateRow>().ToTable("device_certificates").HasKey(r => new { r.Binding, r.Value });
        modelBuilder.Entity<DeviceCertificateRow>().HasIndex(r => r.Credential);
        modelBuilder.Entity<DeviceProfileRow>().ToTable("device_profiles").HasKey(r => r.Name);
        modelBuilder.Entity<DeviceBanRow>().ToTable("device_bans").HasKey(r => r.Subject);
    }

    private static void ConfigureCommands(ModelBuilder modelBuilder)
    {
        var commands = modelBuilder.Entity<CommandRow>();
        commands.ToTable("commands").HasKey(r => r.Id);
        commands.HasIndex(r => new { r.CreatedAtMs, r.Id });
        commands.HasIndex(r => new { r.Sensor, r.CreatedAtMs, r.Id });
        commands.HasIndex(r => new { r.District, r.CreatedAtMs, r.Id });
        commands.HasIndex(r => new { r.GroupId, r.CreatedAtMs, r.Id });
        commands.HasIndex(r => r.FinishedAtMs);

        // Those without an outcome are few among many.
        commands.HasIndex(r => r.State).HasFilter($"state <= {(int)CommandState.Accepted}");
    }

    private static void ConfigureNotification(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<NotificationChannelRow>().ToTable("notification_channels").HasKey(r => r.Name);
        modelBuilder.Entity<NotificationRouteRow>().ToTable("notification_routes").HasKey(r => r.Name);
        modelBuilder.Entity<NotificationCalendarRow>().ToTable("notification_calendars").HasKey(r => r.Name);
        var deliveries = modelBuilder.Entity<NotificationDeliveryRow>();
        deliveries.ToTable("notification_deliveries").HasKey(r => r.Id);
        deliveries.HasIndex(r => r.Number);
        deliveries.HasIndex(r => new { r.Channel, r.Number });
        deliveries.HasIndex(r => new { r.State, r.Number });
        deliveries.HasIndex(r => r.FinishedAtMs);
        modelBuilder.Entity<NotificationItemRow>().ToTable("notification_items").HasKey(r => new { r.DeliveryId, r.Number });
        modelBuilder.Entity<NotificationItemRow>().HasIndex(r => r.AlertId);
        modelBuilder.Entity<NotificationRepetitionRow>().ToTable("notification_repetitions").HasKey(r => new { r.AlertId, r.Route });
        modelBuilder.Entity<NotificationFeedRow>().ToTable("notification_feed").HasKey(r => new { r.AlertId, r.Sequence });
    }

    private static void ConfigureAccounts(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AccountRow>().ToTable("accounts").HasKey(r => r.Id);
        modelBuilder.Entity<AccountRow>().HasIndex(r => r.NormalizedUserName).IsUnique();
        modelBuilder.Entity<AccountRow>().HasIndex(r => r.DisplayName).IsUnique();
        modelBuilder.Entity<AccountRow>().HasIndex(r => new { r.ExternalIssuer, r.ExternalSubject }).IsUnique();
        modelBuilder.Entity<AccountSessionRow>().ToTable("account_sessions").HasKey(r => r.Id);
        modelBuilder.Entity<AccountSessionRow>().HasIndex(r => r.AccountId);
        modelBuilder.Entity<ApiTokenRow>().ToTable("api_tokens").HasKey(r => r.Id);
        modelBuilder.Entity<ApiTokenRow>().HasIndex(r => r.AccountId);
        modelBuilder.Entity<AccountLinkRow>().ToTable("account_links").HasKey(r => r.Hash);
        modelBuilder.Entity<SignInLockRow>().ToTable("sign_in_locks").HasKey(r => r.Key);
    }

    private static void NameColumns(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Snake(property.Name));
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName($"ix_{entity.GetTableName()}_{string.Join('_', index.Properties.Select(p => Snake(p.Name)))}");
            }
        }
    }

    private static string Snake(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
