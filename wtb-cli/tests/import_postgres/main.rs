//! `wtb import` from and into PostgreSQL, as its users see it.

#[path = "../import/bench.rs"]
#[expect(dead_code, reason = "the tests of files use all of it")]
mod bench;
mod python;
mod reading;
mod refusals;
mod stores;
mod trust;
mod values;
