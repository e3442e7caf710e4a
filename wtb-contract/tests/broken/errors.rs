//! Errors that are told in the wrong words.

use super::caught;
use wtb_contract::defective::Defect;
use wtb_domain::EntityKind;
use wtb_ports::StoreError;

/// Errors are told in other words.
#[derive(Debug, Clone)]
struct Retells(fn(StoreError) -> StoreError);

impl Defect for Retells {
    fn error(&self, error: StoreError) -> StoreError {
        (self.0)(error)
    }
}

caught! {
    naming_another_field: Retells(|error| match error {
        StoreError::AlreadyExists { entity, .. } => StoreError::AlreadyExists { entity, field: "id" },
        StoreError::InvalidValue { entity, reason, .. } => StoreError::InvalidValue { entity, field: "id", reason },
        error => error,
    }) => [
        "workflows::adding_with_taken_unique_fields_is_refused",
        "values::a_nul_character_is_refused_in_every_text",
        "values::an_invalid_value_is_reported_before_anything_else",
    ];
    naming_another_entity: Retells(|error| match error {
        StoreError::MissingReference { refers_to: entity, .. } => {
            StoreError::MissingReference { entity, refers_to: entity }
        }
        StoreError::StillReferenced { .. } => StoreError::StillReferenced { entity: EntityKind::NodeBoundary },
        StoreError::NotFound { key, .. } => StoreError::NotFound { entity: EntityKind::AuditEntry, key },
        StoreError::Stale { key, .. } => StoreError::Stale { entity: EntityKind::AuditEntry, key },
        error => error,
    }) => [
        "node_variants::adding_under_an_absent_parent_is_refused",
        "references::a_parent_before_its_children_cannot_be_deleted",
        "node_boundaries::updating_what_is_not_stored_is_refused",
        "node_boundaries::updating_from_an_older_revision_is_refused",
    ];
    telling_every_error_as_a_conflict: Retells(|_| StoreError::Conflict { operation: "write", source: None }) => [
        "failures::an_invalid_value_spends_the_unit",
        "failures::a_taken_unique_field_spends_the_unit",
        "failures::a_missing_reference_spends_the_unit",
        "failures::deleting_what_is_referred_to_spends_the_unit",
        "failures::updating_what_is_absent_spends_the_unit",
        "failures::a_stale_update_spends_the_unit",
        "failures::a_refused_entry_spends_the_unit",
        "failures::a_write_in_a_reading_unit_spends_it",
    ];
}
