//! Pages: in insertion order, complete, without repetition.

mod lists;
mod walks;

pub use lists::*;
pub use walks::*;
