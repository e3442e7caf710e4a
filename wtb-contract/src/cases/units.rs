//! Units: all or nothing, and nothing left behind.

mod cancelled;
mod endings;
mod tasks;
mod visibility;

pub use cancelled::*;
pub use endings::*;
pub use tasks::*;
pub use visibility::*;
