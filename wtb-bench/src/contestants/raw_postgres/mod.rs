//! PostgreSQL through sqlx alone, in the best way known: prepared statements, no ping, one array for each column.

mod client;
mod copy;
mod statements;
mod values;

pub(super) use client::{Bulk, RawClient};
