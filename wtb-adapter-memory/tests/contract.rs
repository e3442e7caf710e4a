//! The contract, in memory.

use wtb_contract::{Backend, StoreSpec, contract};

async fn open(_spec: StoreSpec) -> Backend {
    Backend::new(wtb_adapter_memory::open())
}

contract! {
    open: open,
    groups: {
        workflows, executions, node_boundaries, checkpoint_files, node_variants, evaluation_results, audit_logs,
        pages, values, references, units, outcomes, snapshots, failures, bulk, concurrent_writers,
        interleaved_units,
        #[ignore = "the memory store has no connections to wait for"]
        waiting,
    }
}
