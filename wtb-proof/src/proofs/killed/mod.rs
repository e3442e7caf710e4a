//! Killed anywhere: whatever dies, what was acknowledged is whole and nothing is there by half.

mod check;
mod child;
mod clients;
mod power;
mod process;
mod server;
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

/// The server of a PostgreSQL database is killed.
pub(super) const SERVER: Proof = Proof {
    name: "server killed, PostgreSQL",
    run: run!(server::killed),
    defects: &[
        PlantedDefect {
            name: "answers before the server has written its log",
            run: run!(server::killed_with_commits_in_memory),
        },
        PlantedDefect { name: "answers before it commits", run: run!(server::killed_after_early_answers) },
    ],
};

/// Power is lost where commits wait for the disk.
pub(super) const POWER_FULL: Proof = Proof {
    name: "power lost, SQLite FULL",
    run: run!(power::full),
    defects: &[
        PlantedDefect { name: "answers before it commits", run: run!(power::full_answered_early) },
        PlantedDefect { name: "does not wait for the disk", run: run!(power::normal_held_to_full) },
        PlantedDefect { name: "believes a disk that lies", run: run!(power::full_on_a_lying_disk) },
    ],
};

/// Power is lost where commits do not wait for the disk.
pub(super) const POWER_NORMAL: Proof = Proof {
    name: "power lost, SQLite NORMAL",
    run: run!(power::normal),
    defects: &[
        PlantedDefect { name: "believes a disk that lies", run: run!(power::normal_on_a_lying_disk) },
        PlantedDefect { name: "commits a unit in two halves", run: run!(power::normal_in_halves) },
    ],
};
