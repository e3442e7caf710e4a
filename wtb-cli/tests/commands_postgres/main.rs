//! The commands that show and look after a store, run on PostgreSQL as their users run them.

#[path = "../import/bench.rs"]
#[expect(dead_code, reason = "the tests of the import use all of it")]
mod bench;
#[path = "../commands/watch.rs"]
mod watch;

mod doctor;
mod failures;
mod follow;
mod migrate;
mod readers;
mod stored;

/// A failed execution of the sample: its last node timed out.
const TIMED_OUT: &str = "190e3c87-cb79-4142-9db6-38e8f48fe24e";

/// Every command that shows what is stored.
const READERS: [&[&str]; 8] = [
    &["workflow", "list"],
    &["workflow", "show", "rag_pipeline"],
    &["execution", "list"],
    &["execution", "show", TIMED_OUT],
    &["variant", "list"],
    &["score", "compare", "--workflow", "rag_pipeline"],
    &["score", "compare", "--workflow", "rag_pipeline", "--by", "execution"],
    &["audit", "show", TIMED_OUT],
];
