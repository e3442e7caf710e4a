//! Isolation: units of clients that work at the same time, checked against snapshot isolation.

mod anomaly;
mod checker;
mod circle;
mod client;
mod defects;
mod graph;
mod history;
mod interleavings;
mod orders;
mod run;
mod scene;
mod views;

#[cfg(test)]
mod checker_tests;

use crate::proof::{Outcome, PlantedDefect, Proof, Trial, run};
use crate::stores::Adapter;
use defects::{
    KeepsEachCall, KeepsWhatIsRolledBack, OverwritesWhatOthersWrote, ReadsAnOldSnapshot, ReadsEachRowAsOfNow,
};
pub(super) use interleavings::INTERLEAVINGS;
use std::sync::Arc;
use std::time::Duration;
use wtb_contract::defective::{Defect, DefectiveStore, Gate};

/// Units in a quick run.
const QUICK: usize = 3_000;
/// Units in a long run.
const LONG: usize = 100_000;
/// Units until which a store with a defect must be found out.
const DEFECTIVE: usize = 5_000;
/// Units of each sort at a time in a store with a defect: some need two connections of the sound store.
const ROOM: u32 = 3;

macro_rules! isolation {
    ($name:literal, $adapter:expr) => {
        Proof {
            name: $name,
            run: run!(|trial: Trial| run::run(trial, $adapter, trial.times(QUICK, LONG), |store| store)),
            defects: &[
                PlantedDefect {
                    name: "keeps what is rolled back",
                    run: run!(|trial| defective(trial, $adapter, KeepsWhatIsRolledBack)),
                },
                PlantedDefect {
                    name: "keeps each call by itself",
                    run: run!(|trial| defective(trial, $adapter, KeepsEachCall)),
                },
                PlantedDefect {
                    name: "reads each row as of now",
                    run: run!(|trial| defective(trial, $adapter, ReadsEachRowAsOfNow)),
                },
                PlantedDefect {
                    name: "reads an old snapshot",
                    run: run!(|trial| defective(trial, $adapter, ReadsAnOldSnapshot::default())),
                },
                PlantedDefect {
                    name: "overwrites what others wrote",
                    run: run!(|trial| defective(trial, $adapter, OverwritesWhatOthersWrote::default())),
                },
            ],
        }
    };
}

pub(super) const MEMORY: Proof = isolation!("isolation, memory", Adapter::Memory);
pub(super) const SQLITE: Proof = isolation!("isolation, SQLite", Adapter::Sqlite);
pub(super) const POSTGRES: Proof = isolation!("isolation, PostgreSQL", Adapter::Postgres);

async fn defective(trial: Trial, adapter: Adapter, defect: impl Defect) -> Outcome {
    let gate = Gate::with_room_for(ROOM, Duration::from_secs(30));
    run::run(trial, adapter, DEFECTIVE, |sound| Arc::new(DefectiveStore::new(sound, gate, defect))).await
}
