//! Moving and backing up a store, as its users do it.

#[path = "../import/bench.rs"]
#[expect(dead_code, reason = "the tests of the import use all of it")]
mod bench;

mod backup;
mod cases;
mod commands;
mod place;
mod sqlite;

use bench::Bench;

/// A store that holds the sample.
fn sample() -> Bench {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    bench
}
