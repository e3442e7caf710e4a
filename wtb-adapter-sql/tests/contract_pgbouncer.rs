//! The contract, through PgBouncer in transaction mode with three server connections, as some cases have three open units.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

mod support {
    pub(crate) mod database;
    pub(crate) mod pgbouncer;
}

use std::num::NonZeroU32;
use support::database::{self, database, options};
use support::pgbouncer::PgBouncer;
use wtb_contract::{Backend, StoreSpec, contract};

async fn open(spec: StoreSpec) -> Backend {
    let database = database().await;
    let pooler = PgBouncer::with("pool_mode = transaction\ndefault_pool_size = 3", database.url());
    let options = options(&pooler.url(database.url()))
        .pooler(true)
        .max_connections(NonZeroU32::new(spec.connections).expect("at least one connection"))
        .wait(spec.wait);
    Backend::new(database::open(options).await).keeping(pooler).keeping(database)
}

contract! {
    open: open,
    groups: {
        workflows, executions, node_boundaries, checkpoint_files, node_variants, evaluation_results, audit_logs,
        pages, values, references, units, outcomes, snapshots, failures, bulk, concurrent_writers,
        interleaved_units, waiting,
    }
}
