//! Hostile input: nothing that comes from outside panics, hangs, swells, or is taken for what it is not.

mod feed;
pub(crate) mod imports;
mod mutation;
mod report;
mod shrink;
mod targets;
pub(crate) mod texts;

pub(crate) use feed::Feed;
