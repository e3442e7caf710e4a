//! One stable word for each kind of error, for programs that read errors as JSON.

use wtb_config::OpenError;
use wtb_ports::StoreError;

/// The word for an error of a store.
pub(crate) const fn of_store(error: &StoreError) -> &'static str {
    match error {
        StoreError::NotFound { .. } => "not_found",
        StoreError::AlreadyExists { .. } => "already_exists",
        StoreError::MissingReference { .. } => "missing_reference",
        StoreError::StillReferenced { .. } => "still_referenced",
        StoreError::InvalidValue { .. } => "invalid_value",
        StoreError::Stale { .. } => "stale",
        StoreError::Conflict { .. } => "conflict",
        StoreError::ReadOnly => "read_only",
        StoreError::NestedUnit => "nested_unit",
        StoreError::Aborted => "aborted",
        StoreError::Unavailable { .. } => "unavailable",
        StoreError::OutcomeUnknown { .. } => "outcome_unknown",
        StoreError::StorageFull { .. } => "storage_full",
        StoreError::NotWritable { .. } => "permission_denied",
        StoreError::StoreReplaced { .. } => "store_replaced",
        StoreError::Corrupt { .. } => "corrupt",
        StoreError::Backend { .. } => "backend",
    }
}

/// The word for a store that cannot be opened.
pub(crate) const fn of_opening(error: &OpenError) -> &'static str {
    match error {
        OpenError::Url(_) => "invalid_url",
        OpenError::Unreachable { .. } => "connection_failed",
        OpenError::Forbidden { .. } | OpenError::NotReadable { .. } | OpenError::NotWritable { .. } => {
            "permission_denied"
        }
        OpenError::NotAReplica { .. } => "not_a_replica",
        OpenError::Encoding { .. } => "unsupported_encoding",
        OpenError::NotAFile { .. } => "not_a_file",
        OpenError::Folder { .. } => "folder_not_created",
        OpenError::StaleLog { .. } => "stale_log",
        OpenError::FileLocked { .. } => "file_locked",
        OpenError::NotADatabase { .. } => "not_a_database",
        OpenError::PythonDatabase { .. } => "python_database",
        OpenError::OtherDatabase { .. } => "other_database",
        OpenError::Pending { .. } => "pending_migrations",
        OpenError::NewerSchema { .. } => "newer_schema",
        OpenError::ChangedMigration { .. } => "changed_migration",
        OpenError::HalfApplied { .. } => "half_applied_migration",
        OpenError::Migration { .. } => "migration_failed",
        OpenError::Busy { .. } => "busy",
        OpenError::Backend { .. } => "backend",
    }
}
