//! The contract, on SQLite.

#![expect(clippy::expect_used, reason = "this file is tests")]

use std::num::NonZeroU32;
use wtb_adapter_sql::sqlite::{self, SqliteOptions};
use wtb_contract::{Backend, StoreSpec, contract};

async fn open(spec: StoreSpec) -> Backend {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteOptions::new(folder.path().join("wtb.db"))
        .max_readers(NonZeroU32::new(spec.connections).expect("at least one connection"))
        .wait(spec.wait);
    Backend::new(sqlite::open(options).await.expect("a new store")).keeping(folder)
}

contract! {
    open: open,
    groups: {
        workflows, executions, node_boundaries, checkpoint_files, node_variants, evaluation_results, audit_logs,
        pages, values, references, units, outcomes, snapshots, failures, bulk, waiting,
        #[ignore = "a SQLite file has one unit that writes at a time; the next one waits for it to begin"]
        concurrent_writers,
        #[ignore = "a SQLite file has one unit that writes at a time; the next one waits for it to begin"]
        interleaved_units,
    }
}
