//! Killed anywhere: whatever dies, what was acknowledged is whole and nothing is there by half.

mod check;
mod child;
mod clients;
mod process;
mod units;

pub(crate) use child::{CommitUnits, commit_units};

use crate::proof::{PlantedDefect, Proof, run};

/// A process that commits to a SQLite file is killed.
pub(super) const SQLITE: Proof = Proof {
    name: "killed, SQLite",
    run: run!(clients::of_sqlite),
    defects: &[
        PlantedDefect { name: "answers before it commits", run: run!(clients::of_sqlite_answered_early) },
        PlantedDefect { name: "commits a unit in two halves", run: run!(clients::of_sqlite_in_halves) },
    ],
};

/// A process that commits to a PostgreSQL database is killed.
pub(super) const POSTGRES: Proof = Proof {
    name: "killed, PostgreSQL",
    run: run!(clients::of_postgres),
    defects: &[
        PlantedDefect { name: "answers before it commits", run: run!(clients::of_postgres_answered_early) },
        PlantedDefect { name: "commits a unit in two halves", run: run!(clients::of_postgres_in_halves) },
    ],
};
