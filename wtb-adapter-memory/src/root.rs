//! The root: every table of a store, as of one moment.

use crate::table::{Keys, Row, Table};
use crate::tables::AuditEntryLists;
use wtb_domain::{
    AuditEntry, CheckpointFile, EntityKind, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};

macro_rules! tables {
    ($($table:ident: $row:ident by $indexes:ty,)+) => {
        /// Every table of a store. A clone shares all rows and indexes until it is written to.
        #[derive(Clone, Default)]
        pub(crate) struct Root {
            $(pub(crate) $table: Table<$row>,)+
        }

        impl Root {
            /// How many rows each table has.
            pub(crate) fn counts(&self) -> Vec<(EntityKind, u64)> {
                vec![$(($row::TABLE, self.$table.len())),+]
            }
        }

        $(impl Row for $row {
            const TABLE: EntityKind = EntityKind::$row;
            type Indexes = $indexes;

            fn table(root: &Root) -> &Table<Self> {
                &root.$table
            }

            fn table_mut(root: &mut Root) -> &mut Table<Self> {
                &mut root.$table
            }
        })+
    };
}

tables! {
    workflows: Workflow by Keys<Self>,
    executions: Execution by Keys<Self>,
    node_boundaries: NodeBoundary by Keys<Self>,
    checkpoint_files: CheckpointFile by Keys<Self>,
    node_variants: NodeVariant by Keys<Self>,
    evaluation_results: EvaluationResult by Keys<Self>,
    audit_entries: AuditEntry by AuditEntryLists,
}
