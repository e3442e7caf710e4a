//! What is examined alike in every database: rows, and in which order to repair what is wrong.

mod findings;
mod gaps;
mod rows;

pub(crate) use findings::{Findings, Phase};
pub(crate) use gaps::Gaps;
pub(crate) use rows::{Duplicates, UnreadableRows};
