//! What becomes of the file of a store: it is deleted, moved or replaced while it is open, or nobody may write it.

mod administrator;
mod identity;
mod read_only;
mod writers;

pub(crate) use identity::IDENTITY;
pub(crate) use read_only::{Arguments, READ_ONLY, part};
