-- A registry as the version with schema 0003 wrote it: its own statements, and alerts in each of the states that it knew.
CREATE TABLE "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);
CREATE TABLE "__EFMigrationsLock" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
    "Timestamp" TEXT NOT NULL
);
CREATE TABLE "alert_acts" (
    "alert_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "at_ms" INTEGER NOT NULL,
    "recorded_at_ms" INTEGER NOT NULL,
    "state_after" INTEGER NOT NULL,
    "operator" TEXT NULL,
    "note" TEXT NULL,
    "value" REAL NULL,
    CONSTRAINT "PK_alert_acts" PRIMARY KEY ("alert_id", "sequence")
);
CREATE TABLE "alert_watermarks" (
    "partition" INTEGER NOT NULL CONSTRAINT "PK_alert_watermarks" PRIMARY KEY,
    "offset" INTEGER NOT NULL
);
CREATE TABLE "alerts" (
    "id" TEXT NOT NULL CONSTRAINT "PK_alerts" PRIMARY KEY,
    "partition" INTEGER NOT NULL,
    "district" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "sensor" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "kind" INTEGER NOT NULL,
    "title_vi" TEXT NOT NULL,
    "title_en" TEXT NOT NULL,
    "property" TEXT NULL,
    "active_properties" TEXT NOT NULL,
    "severity" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "raised_at_ms" INTEGER NOT NULL,
    "received_at_ms" INTEGER NOT NULL,
    "late" INTEGER NOT NULL,
    "cleared_at_ms" INTEGER NULL,
    "acknowledged_at_ms" INTEGER NULL,
    "acknowledged_by" TEXT NULL,
    "closed_at_ms" INTEGER NULL,
    "value" REAL NULL,
    "limit" REAL NULL,
    "expected_low" REAL NULL,
    "expected_high" REAL NULL,
    "lasted_ms" INTEGER NULL,
    "unit" TEXT NULL,
    "re_alarms" INTEGER NOT NULL,
    "repeats" INTEGER NOT NULL,
    "source" TEXT NULL,
    "act_count" INTEGER NOT NULL
);
CREATE TABLE "areas" (
    "id" TEXT NOT NULL CONSTRAINT "PK_areas" PRIMARY KEY,
    "parent_id" TEXT NULL,
    "level" INTEGER NOT NULL,
    "name_vi" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "longitude" REAL NOT NULL,
    "latitude" REAL NOT NULL,
    "valid_from" TEXT NULL,
    "valid_to" TEXT NULL,
    "outline" TEXT NULL,
    "outline_is_sketch" INTEGER NOT NULL,
    "retired_at_ms" INTEGER NULL
);
CREATE TABLE "catalogue_imports" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_catalogue_imports" PRIMARY KEY AUTOINCREMENT,
    "file" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "imported_at_ms" INTEGER NOT NULL,
    "entries" INTEGER NOT NULL,
    "added" INTEGER NOT NULL,
    "changed" INTEGER NOT NULL,
    "retired" INTEGER NOT NULL
);
CREATE TABLE "commands" (
    "id" TEXT NOT NULL CONSTRAINT "PK_commands" PRIMARY KEY,
    "group_id" TEXT NULL,
    "district" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "sensor" TEXT NOT NULL,
    "kind" INTEGER NOT NULL,
    "switch_on" INTEGER NULL,
    "level" INTEGER NULL,
    "for_seconds" INTEGER NULL,
    "operator" TEXT NOT NULL,
    "state" INTEGER NOT NULL,
    "created_at_ms" INTEGER NOT NULL,
    "expires_at_ms" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL,
    "tries" INTEGER NOT NULL,
    "next_at_ms" INTEGER NOT NULL,
    "sent_at_ms" INTEGER NULL,
    "accepted_at_ms" INTEGER NULL,
    "finished_at_ms" INTEGER NULL,
    "detail" TEXT NULL,
    "late" INTEGER NOT NULL,
    "cancelled_by" TEXT NULL,
    "superseded_by" TEXT NULL,
    "revision" INTEGER NOT NULL
);
CREATE TABLE "device_bans" (
    "subject" TEXT NOT NULL CONSTRAINT "PK_device_bans" PRIMARY KEY,
    "reason" TEXT NOT NULL,
    "until_ms" INTEGER NULL,
    "created_at_ms" INTEGER NOT NULL,
    "created_by" TEXT NOT NULL
);
CREATE TABLE "device_certificates" (
    "binding" INTEGER NOT NULL,
    "value" TEXT NOT NULL,
    "credential" TEXT NOT NULL,
    CONSTRAINT "PK_device_certificates" PRIMARY KEY ("binding", "value")
);
CREATE TABLE "device_credentials" (
    "name" TEXT NOT NULL CONSTRAINT "PK_device_credentials" PRIMARY KEY,
    "profile" TEXT NOT NULL,
    "sensors" TEXT NOT NULL,
    "rules" TEXT NOT NULL,
    "max_connections" INTEGER NULL,
    "publishes_per_second" REAL NULL,
    "bytes_per_second" REAL NULL,
    "connection_publishes_per_second" REAL NULL,
    "connection_bytes_per_second" REAL NULL,
    "max_packet_size" INTEGER NULL,
    "max_in_flight" INTEGER NULL,
    "max_subscriptions" INTEGER NULL,
    "disabled" INTEGER NOT NULL,
    "expires_at_ms" INTEGER NULL,
    "note" TEXT NULL,
    "created_at_ms" INTEGER NOT NULL,
    "created_by" TEXT NOT NULL,
    "changed_at_ms" INTEGER NOT NULL,
    "changed_by" TEXT NOT NULL
);
CREATE TABLE "device_profiles" (
    "name" TEXT NOT NULL CONSTRAINT "PK_device_profiles" PRIMARY KEY,
    "title_vi" TEXT NOT NULL,
    "title_en" TEXT NOT NULL,
    "rules" TEXT NOT NULL,
    "max_connections" INTEGER NULL,
    "publishes_per_second" REAL NULL,
    "bytes_per_second" REAL NULL,
    "connection_publishes_per_second" REAL NULL,
    "connection_bytes_per_second" REAL NULL,
    "max_packet_size" INTEGER NULL,
    "max_in_flight" INTEGER NULL,
    "max_subscriptions" INTEGER NULL,
    "created_at_ms" INTEGER NOT NULL,
    "created_by" TEXT NOT NULL,
    "changed_at_ms" INTEGER NOT NULL,
    "changed_by" TEXT NOT NULL
);
CREATE TABLE "device_secrets" (
    "credential" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at_ms" INTEGER NOT NULL,
    "created_by" TEXT NOT NULL,
    "expires_at_ms" INTEGER NULL,
    "until_next_used" INTEGER NOT NULL,
    CONSTRAINT "PK_device_secrets" PRIMARY KEY ("credential", "number")
);
CREATE TABLE "properties" (
    "id" TEXT NOT NULL CONSTRAINT "PK_properties" PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "unit" TEXT NOT NULL,
    "unit_label" TEXT NOT NULL,
    "name_vi" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "plausible_min" REAL NOT NULL,
    "plausible_max" REAL NOT NULL,
    "decimals" INTEGER NOT NULL,
    "retired_at_ms" INTEGER NULL
);
CREATE TABLE "rules" (
    "id" TEXT NOT NULL CONSTRAINT "PK_rules" PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "severity" INTEGER NOT NULL,
    "name_vi" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "property" TEXT NULL,
    "domain" TEXT NULL,
    "district" TEXT NULL,
    "sensor" TEXT NULL,
    "raise_above" REAL NULL,
    "raise_below" REAL NULL,
    "hysteresis" REAL NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "factor" REAL NOT NULL,
    "minimum_change" REAL NOT NULL,
    "source" TEXT NULL,
    "retired_at_ms" INTEGER NULL
);
CREATE TABLE "sensors" (
    "id" TEXT NOT NULL CONSTRAINT "PK_sensors" PRIMARY KEY,
    "district" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "name_vi" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "longitude" REAL NOT NULL,
    "latitude" REAL NOT NULL,
    "properties" TEXT NOT NULL,
    "period_ms" INTEGER NOT NULL,
    "commune_id" TEXT NULL,
    "retired_at_ms" INTEGER NULL
);
CREATE INDEX "ix_alerts_closed_at_ms" ON "alerts" ("closed_at_ms");
CREATE INDEX "ix_alerts_district_raised_at_ms_id" ON "alerts" ("district", "raised_at_ms", "id");
CREATE INDEX "ix_alerts_partition" ON "alerts" ("partition") WHERE state <> 3;
CREATE INDEX "ix_alerts_raised_at_ms_id" ON "alerts" ("raised_at_ms", "id");
CREATE INDEX "ix_alerts_sensor_raised_at_ms_id" ON "alerts" ("sensor", "raised_at_ms", "id");
CREATE INDEX "ix_catalogue_imports_file_id" ON "catalogue_imports" ("file", "id");
CREATE INDEX "ix_commands_created_at_ms_id" ON "commands" ("created_at_ms", "id");
CREATE INDEX "ix_commands_district_created_at_ms_id" ON "commands" ("district", "created_at_ms", "id");
CREATE INDEX "ix_commands_finished_at_ms" ON "commands" ("finished_at_ms");
CREATE INDEX "ix_commands_group_id_created_at_ms_id" ON "commands" ("group_id", "created_at_ms", "id");
CREATE INDEX "ix_commands_sensor_created_at_ms_id" ON "commands" ("sensor", "created_at_ms", "id");
CREATE INDEX "ix_commands_state" ON "commands" ("state") WHERE state <= 2;
CREATE INDEX "ix_device_certificates_credential" ON "device_certificates" ("credential");
CREATE INDEX "ix_sensors_district" ON "sensors" ("district");
INSERT INTO "__EFMigrationsHistory" VALUES ('0001_Initial', '10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES ('0002_Devices', '10.0.14');
INSERT INTO "__EFMigrationsHistory" VALUES ('0003_Commands', '10.0.14');
INSERT INTO alerts ("id", "partition", "district", "domain", "sensor", "rule_id", "kind", "title_vi", "title_en", "property", "active_properties", "severity", "state", "raised_at_ms", "received_at_ms", "late", "cleared_at_ms", "acknowledged_at_ms", "acknowledged_by", "closed_at_ms", "value", "limit", "expected_low", "expected_high", "lasted_ms", "unit", "re_alarms", "repeats", "source", "act_count") VALUES ('n1-2-1-0', 2, 'bac-giang', 'environment', 's1', 'pm25-high', 0, 'Bụi cao', 'High dust', 'pm25', 'pm25', 2, 0, 1767225600001, 1767225601001, 0, NULL, NULL, NULL, NULL, 180.0, 150.0, NULL, NULL, NULL, 'ug/m3', 1, 2, 'Quyết định A', 1);
INSERT INTO alert_acts (alert_id, sequence, kind, at_ms, recorded_at_ms, state_after, "operator", note, value) VALUES ('n1-2-1-0', 1, 0, 1767225600001, 1767225601001, 0, NULL, NULL, 180.0);
INSERT INTO alerts ("id", "partition", "district", "domain", "sensor", "rule_id", "kind", "title_vi", "title_en", "property", "active_properties", "severity", "state", "raised_at_ms", "received_at_ms", "late", "cleared_at_ms", "acknowledged_at_ms", "acknowledged_by", "closed_at_ms", "value", "limit", "expected_low", "expected_high", "lasted_ms", "unit", "re_alarms", "repeats", "source", "act_count") VALUES ('n1-2-2-0', 2, 'bac-giang', 'environment', 's2', 'pm25-high', 0, 'Bụi cao', 'High dust', 'pm25', 'pm25', 2, 1, 1767225600002, 1767225601002, 0, NULL, 1767225609000, 'vh01', NULL, 180.0, 150.0, NULL, NULL, NULL, 'ug/m3', 1, 2, 'Quyết định A', 1);
INSERT INTO alert_acts (alert_id, sequence, kind, at_ms, recorded_at_ms, state_after, "operator", note, value) VALUES ('n1-2-2-0', 1, 0, 1767225600002, 1767225601002, 1, NULL, NULL, 180.0);
INSERT INTO alerts ("id", "partition", "district", "domain", "sensor", "rule_id", "kind", "title_vi", "title_en", "property", "active_properties", "severity", "state", "raised_at_ms", "received_at_ms", "late", "cleared_at_ms", "acknowledged_at_ms", "acknowledged_by", "closed_at_ms", "value", "limit", "expected_low", "expected_high", "lasted_ms", "unit", "re_alarms", "repeats", "source", "act_count") VALUES ('n1-2-3-0', 2, 'bac-giang', 'environment', 's3', 'pm25-high', 0, 'Bụi cao', 'High dust', 'pm25', '', 2, 2, 1767225600003, 1767225601003, 1, 1767225608000, NULL, NULL, NULL, 180.0, 150.0, NULL, NULL, NULL, 'ug/m3', 1, 2, 'Quyết định A', 1);
INSERT INTO alert_acts (alert_id, sequence, kind, at_ms, recorded_at_ms, state_after, "operator", note, value) VALUES ('n1-2-3-0', 1, 0, 1767225600003, 1767225601003, 2, NULL, NULL, 180.0);
INSERT INTO alerts ("id", "partition", "district", "domain", "sensor", "rule_id", "kind", "title_vi", "title_en", "property", "active_properties", "severity", "state", "raised_at_ms", "received_at_ms", "late", "cleared_at_ms", "acknowledged_at_ms", "acknowledged_by", "closed_at_ms", "value", "limit", "expected_low", "expected_high", "lasted_ms", "unit", "re_alarms", "repeats", "source", "act_count") VALUES ('n1-2-4-0', 2, 'bac-giang', 'environment', 's4', 'pm25-high', 0, 'Bụi cao', 'High dust', 'pm25', '', 2, 3, 1767225600004, 1767225601004, 0, 1767225608000, 1767225609000, 'vh01', 1767225609000, 180.0, 150.0, NULL, NULL, NULL, 'ug/m3', 1, 2, 'Quyết định A', 1);
INSERT INTO alert_acts (alert_id, sequence, kind, at_ms, recorded_at_ms, state_after, "operator", note, value) VALUES ('n1-2-4-0', 1, 0, 1767225600004, 1767225601004, 3, NULL, NULL, 180.0);
INSERT INTO alert_watermarks VALUES (2, 77);
