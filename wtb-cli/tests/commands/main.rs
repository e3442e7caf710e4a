//! The commands that show and look after a store, run as their users run them.

#[path = "../import/bench.rs"]
#[expect(dead_code, reason = "the tests of the import use all of it")]
mod bench;

mod documents;
mod follow;
mod health;
mod ids;
#[cfg(unix)]
mod interrupted;
mod json_errors;
mod logging;
mod pages;
#[cfg(unix)]
mod paths;
#[cfg(unix)]
mod rights;
mod secrets;
mod text;
mod usage;
mod versions;
mod watch;

use bench::Bench;

/// A failed execution of the sample: its last node timed out.
const TIMED_OUT: &str = "190e3c87-cb79-4142-9db6-38e8f48fe24e";

/// Every command that only reads.
const READERS: [&[&str]; 10] = [
    &["workflow", "list"],
    &["workflow", "show", "rag_pipeline"],
    &["execution", "list"],
    &["execution", "show", TIMED_OUT],
    &["variant", "list"],
    &["score", "compare", "--workflow", "rag_pipeline"],
    &["score", "compare", "--workflow", "rag_pipeline", "--by", "execution"],
    &["audit", "show", TIMED_OUT],
    &["digest"],
    &["doctor"],
];

/// A store that holds the sample.
fn sample() -> Bench {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    bench
}
