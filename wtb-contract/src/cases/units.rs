//! Units: all or nothing, and nothing left behind.

mod cancelled;
mod endings;
mod own_writes;
mod tasks;
mod visibility;

pub use cancelled::*;
pub use endings::*;
pub use own_writes::*;
pub use tasks::*;
pub use visibility::*;
