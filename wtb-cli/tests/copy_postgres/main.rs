//! Copies into PostgreSQL and back.

#[path = "../import/bench.rs"]
#[expect(dead_code, reason = "the tests of the import use all of it")]
mod bench;
#[path = "../copy/cases.rs"]
mod cases;
#[path = "../copy/place.rs"]
mod place;

mod database;
mod moments;

use bench::Bench;
use cases::copies_to;
use database::PostgresDatabase;

/// A store that holds the sample.
fn sample() -> Bench {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    bench
}

copies_to!(PostgresDatabase);
