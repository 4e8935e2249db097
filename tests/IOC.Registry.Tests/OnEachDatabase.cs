namespace IOC.Registry.Tests;

// Every test of the registry's stores, on each database that it can be kept in.

public sealed class EmbeddedAlertStoreTests() : AlertStoreTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlAlertStoreTests() : AlertStoreTests(RegistryStoreKind.PostgreSql);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlAlertLivesTests() : AlertLivesTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedCommandStoreTests() : CommandStoreTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlCommandStoreTests() : CommandStoreTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedDeviceStoreTests() : DeviceStoreTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlDeviceStoreTests() : DeviceStoreTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedNotificationStoreTests() : NotificationStoreTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlNotificationStoreTests() : NotificationStoreTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedWriteQueueTests() : WriteQueueTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlWriteQueueTests() : WriteQueueTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedRuleBookTests() : RuleBookTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlRuleBookTests() : RuleBookTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedRegistryLoaderTests() : RegistryLoaderTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlRegistryLoaderTests() : RegistryLoaderTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedAssetsTests() : AssetsTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlAssetsTests() : AssetsTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedPlacesTests() : PlacesTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlPlacesTests() : PlacesTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedTextOrderTests() : TextOrderTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlTextOrderTests() : TextOrderTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedAccountStoreTests() : AccountStoreTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlAccountStoreTests() : AccountStoreTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedShiftLogStoreTests() : ShiftLogStoreTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlShiftLogStoreTests() : ShiftLogStoreTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedProcedureBookTests() : Procedures.ProcedureBookTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlProcedureBookTests() : Procedures.ProcedureBookTests(RegistryStoreKind.PostgreSql);

public sealed class EmbeddedAuditStoreTests() : AuditStoreTests(RegistryStoreKind.Embedded);

[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlAuditStoreTests() : AuditStoreTests(RegistryStoreKind.PostgreSql);
