//! What goes wrong outside of a store, and what it has to do meanwhile and after.
//!
//! Units are told what it is, nothing is kept of those, others go on where the server lets them, and once it is over the
//! same store writes again.

mod connections;
pub(crate) mod flaw;
mod full_disk;
mod ledger;
mod locks;
mod long_log;
mod only_reads;
mod small_disk;
mod stage;
mod withstand;

pub(crate) use connections::NO_CONNECTIONS;
pub(crate) use full_disk::part;
pub(crate) use full_disk::{FULL_DISK_POSTGRES, FULL_DISK_SQLITE};
pub(crate) use locks::LOCKS;
pub(crate) use only_reads::ONLY_READS;
pub(crate) use small_disk::Arguments;

/// The same proof on a store with each of these flaws.
macro_rules! flaws {
    ($run:ident: $($flaw:ident),+) => {
        &[$($crate::proof::PlantedDefect {
            name: Flaw::$flaw.name(),
            run: |trial| Box::pin($run(trial, Some(Flaw::$flaw))),
        }),+]
    };
}
use flaws;
