//! The contract, on PostgreSQL.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

mod support {
    pub(crate) mod database;
}

use std::num::NonZeroU32;
use support::database::{self, database, options};
use wtb_contract::{Backend, StoreSpec, contract};

async fn open(spec: StoreSpec) -> Backend {
    let database = database().await;
    let options = options(database.url())
        .max_connections(NonZeroU32::new(spec.connections).expect("at least one connection"))
        .wait(spec.wait);
    Backend::new(database::open(options).await).keeping(database)
}

contract! {
    open: open,
    groups: {
        workflows, executions, node_boundaries, checkpoint_files, node_variants, evaluation_results, audit_logs,
        pages, values, references, units, outcomes, snapshots, failures, bulk, concurrent_writers,
        interleaved_units, waiting,
    }
}
