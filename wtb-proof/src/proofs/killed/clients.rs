//! Killing the process that commits, again and again on the same store.

use super::check::Found;
use super::process::{Moment, Start, kill_at};
use super::units::Manner;
use crate::proof::{Failure, Outcome, Trial, Tried};
use crate::seed::Numbers;
use crate::stores::{Adapter, database, folder, postgres_options, sqlite_options};
use std::time::Duration;
use tempfile::TempDir;
use wtb_adapter_sql::{Diagnosis, Examination, postgres, sqlite};
use wtb_ports::StoreResult;
use wtb_test_postgres::TestDatabase;

/// Clients of each process.
const CLIENTS: u32 = 4;

pub(super) async fn of_sqlite(trial: Trial) -> Outcome {
    rounds(trial, Adapter::Sqlite, Manner::Sound).await
}

pub(super) async fn of_sqlite_answered_early(trial: Trial) -> Outcome {
    rounds(trial, Adapter::Sqlite, Manner::AnswersEarly).await
}

pub(super) async fn of_sqlite_in_halves(trial: Trial) -> Outcome {
    rounds(trial, Adapter::Sqlite, Manner::InHalves).await
}

pub(super) async fn of_postgres(trial: Trial) -> Outcome {
    rounds(trial, Adapter::Postgres, Manner::Sound).await
}

pub(super) async fn of_postgres_answered_early(trial: Trial) -> Outcome {
    rounds(trial, Adapter::Postgres, Manner::AnswersEarly).await
}

pub(super) async fn of_postgres_in_halves(trial: Trial) -> Outcome {
    rounds(trial, Adapter::Postgres, Manner::InHalves).await
}

/// Kills a process on each of some stores many times; all is read after each kill, so no store becomes large.
async fn rounds(trial: Trial, adapter: Adapter, manner: Manner) -> Outcome {
    let (stores, kills) = match manner {
        Manner::Sound => trial.times((1, 15), (10, 50)),
        // It ends with the first find.
        Manner::AnswersEarly | Manner::InHalves => (1, 60),
    };
    let mut units = 0;
    for store in 0..stores {
        let place = Place::new(adapter).await?;
        // Two that write a unit in halves would be in each other's way.
        let clients = if manner == Manner::Sound { CLIENTS } else { 1 };
        let start = Start { url: place.url(), clients, manner, normal: false, until: None };
        let mut known = 0;
        for kill in 0..kills {
            let moment = moment(&mut trial.seed.part(store * kills + kill).numbers());
            let command = start.command()?;
            let killed = tokio::task::spawn_blocking(move || kill_at(moment, command));
            let said = killed.await.map_err(Failure::unable)??;
            let known_before = known.max(said);
            known = place.whole_units().await.map_err(|failure| match failure {
                Failure::Found(what) => Failure::found(format_args!("{what} (killed {moment:?})")),
                unable @ Failure::Unable(_) => unable,
            })?;
            if known < known_before {
                return Err(Failure::found(format_args!(
                    "unit {known_before} was acknowledged, and there are {known} (killed {moment:?})"
                )));
            }
        }
        units += known;
    }
    Ok(Tried::new(format!("{} kills of a process with {CLIENTS} clients, {units} units", stores * kills)))
}

/// One in eight dies while it opens the store, or soon after.
fn moment(numbers: &mut Numbers) -> Moment {
    if numbers.below(8) == 0 {
        Moment::AfterStart(Duration::from_micros(numbers.below(100_000)))
    } else {
        let mut below = |bound| u32::try_from(numbers.below(bound)).expect("a small number");
        Moment::AfterNumbers(1 + below(12), below(150))
    }
}

/// Where the store is.
enum Place {
    File(TempDir),
    Database(TestDatabase),
}

impl Place {
    async fn new(adapter: Adapter) -> Result<Self, Failure> {
        match adapter {
            Adapter::Memory => Err(Failure::unable("nothing in memory outlives its process")),
            Adapter::Sqlite => Ok(Self::File(folder()?)),
            Adapter::Postgres => Ok(Self::Database(database().await?)),
        }
    }

    fn url(&self) -> String {
        match self {
            Self::File(folder) => format!("sqlite:///{}", sqlite_options(folder).path.display()),
            Self::Database(database) => database.url().to_owned(),
        }
    }

    /// Opens the store as the next process does, and looks at all that is there.
    async fn whole_units(&self) -> Result<u64, Failure> {
        let broken = |what: &str| Failure::found(format_args!("the database is damaged: {what}"));
        match self {
            Self::File(folder) => {
                let store = sqlite::open(sqlite_options(folder)).await.map_err(Failure::found)?;
                is_sound(store.diagnose(Examination::Full).await).map_err(|what| broken(&what))?;
                Found::in_store(&store).await.map_err(Failure::found)?.whole_units().map_err(Failure::Found)
            }
            Self::Database(database) => {
                let store =
                    postgres::open(postgres_options(database.url())).await.map_err(Failure::unable)?;
                is_sound(store.diagnose(Examination::Full).await).map_err(|what| broken(&what))?;
                Found::in_store(&store).await.map_err(Failure::unable)?.whole_units().map_err(Failure::Found)
            }
        }
    }
}

/// # Errors
/// What the database finds wrong with itself.
pub(super) fn is_sound(diagnosed: StoreResult<Diagnosis>) -> Result<(), String> {
    let problems = diagnosed.map_err(|error| error.to_string())?.problems;
    let messages: Vec<_> = problems.into_iter().map(|problem| problem.message).collect();
    if messages.is_empty() { Ok(()) } else { Err(messages.join("; ")) }
}
