//! How results look to people: pure functions from documents to text.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod bar;
pub(crate) mod copy;
pub(crate) mod digest;
pub(crate) mod doctor;
pub(crate) mod error;
pub(crate) mod execution_list;
pub(crate) mod execution_show;
pub(crate) mod ids;
pub(crate) mod lines;
pub(crate) mod listed;
pub(crate) mod look;
pub(crate) mod migrate;
pub(crate) mod number;
pub(crate) mod score;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod timeline;
pub(crate) mod variant;
pub(crate) mod workflow;
