//! How results look to people: pure functions from entities to text.

pub(crate) mod bar;
pub(crate) mod look;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod time;
