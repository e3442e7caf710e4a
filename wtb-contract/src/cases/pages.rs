//! Pages: in insertion order, complete, without repetition.

mod lists;
mod sizes;
mod walks;

pub use lists::*;
pub use sizes::*;
pub use walks::*;
