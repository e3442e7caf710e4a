//! Stores with a defect, over sound ones: tests are tested with them.
//!
//! A [`Defect`] takes one step of a store its own way; a [`DefectiveStore`] takes all others as the store beneath does.

mod defect;
mod gate;
mod inside;
mod repositories;
mod unit;

pub use defect::{Defect, Intact};
pub use gate::{Gate, Place, unavailable};
pub use inside::Inside;
pub use unit::DefectiveStore;
