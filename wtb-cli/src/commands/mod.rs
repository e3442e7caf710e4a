//! The commands that show and look after a store, one per file.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod digest;
pub(crate) mod doctor;
pub(crate) mod execution_list;
pub(crate) mod execution_show;
pub(crate) mod migrate;
pub(crate) mod score;
pub(crate) mod variant;
pub(crate) mod workflow;
