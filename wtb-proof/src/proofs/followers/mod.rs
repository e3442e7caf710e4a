//! Late commits with a follower: readers of settled entries see each committed entry once, whenever its unit commits.

mod following;
mod interleaved;

use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::seed::Seed;
use crate::stores::Adapter;
use async_trait::async_trait;
use following::{END, PATIENCE, Wrap, append, check, follow};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::sleep;
use wtb_contract::defective::{Defect, DefectiveStore, Gate, Inside};
use wtb_contract::{Follower, samples};
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::{Cursor, Page, PageLimit, PageRequest, StoreResult, UnitOfWorkFactory};

/// Writers at a time.
const WRITERS: u64 = 8;
/// Units of each in a quick run, and until a store with a defect must be found out.
const QUICK: u64 = 15;
/// Units of each in a long run.
const LONG: u64 = 400;
/// Entries of a unit at most.
const MOST_ENTRIES: u64 = 3;
/// A pause of a writer is shorter than this, in milliseconds: between two calls of a unit, and before the commit.
const LONGEST_PAUSE_MS: u64 = 10;
/// Entries on a page, for each follower.
const PAGES: [u32; 4] = [1, 2, 7, 100];
/// Orders of steps in a quick run, in a long run, and how many steps each has.
const QUICK_ORDERS: u64 = 3;
const LONG_ORDERS: u64 = 60;
const STEPS: u64 = 150;
/// Room in a store with a defect.
const ROOM: u32 = 16;

pub(super) const PROOF: Proof = Proof {
    name: "late commits with a follower",
    run: run!(on_each),
    defects: &[
        PlantedDefect {
            name: "lists all entries in the order of their places, on PostgreSQL",
            run: run!(|trial| defective(trial, Adapter::Postgres, |store| with(store, ListsAll))),
        },
        PlantedDefect {
            name: "returns entries that are not settled, in memory",
            run: run!(|trial| defective(trial, Adapter::Memory, |store| with(store, ListsAll))),
        },
        PlantedDefect {
            name: "returns entries that are not settled, one step at a time",
            run: run!(defective_in_steps),
        },
        PlantedDefect {
            name: "goes on one place before the end of a page, on SQLite",
            run: run!(|trial| defective(trial, Adapter::Sqlite, |store| with(store, GoesOnTooEarly))),
        },
    ],
};

async fn on_each(trial: Trial) -> Outcome {
    let mut tried = Vec::new();
    for (part, adapter) in (0..).zip([Adapter::Memory, Adapter::Sqlite, Adapter::Postgres]) {
        tried.push(on(adapter, trial.seed.part(part), trial.times(QUICK, LONG), |store| store).await?);
    }
    let orders = trial.times(QUICK_ORDERS, LONG_ORDERS);
    for order in 0..orders {
        for adapter in [Adapter::Memory, Adapter::Postgres] {
            interleaved::steps(adapter, trial.seed.part(order), STEPS, |store| store).await?;
        }
    }
    tried.push(format!("{orders} orders of {STEPS} steps, in memory and on PostgreSQL"));
    Ok(Tried::new(tried.join("; ")))
}

async fn defective(trial: Trial, adapter: Adapter, wrap: Wrap) -> Outcome {
    on(adapter, trial.seed, QUICK, wrap).await.map(Tried::new)
}

async fn defective_in_steps(trial: Trial) -> Outcome {
    for order in 0..QUICK_ORDERS {
        let wrap: Wrap = |store| with(store, ListsAll);
        interleaved::steps(Adapter::Memory, trial.seed.part(order), STEPS, wrap).await?;
    }
    Ok(Tried::new(format!("{QUICK_ORDERS} orders of {STEPS} steps")))
}

fn with(sound: Arc<dyn UnitOfWorkFactory>, defect: impl Defect) -> Arc<dyn UnitOfWorkFactory> {
    Arc::new(DefectiveStore::new(sound, Gate::with_room_for(ROOM, PATIENCE), defect))
}

/// Has writers and followers at work on an empty store, and compares what was committed with what was seen.
async fn on(adapter: Adapter, seed: Seed, units: u64, wrap: Wrap) -> Result<String, Failure> {
    let opened = adapter.open().await?;
    let store = wrap(Arc::clone(&opened.factory));
    let run: ExecutionId = samples::id("execution");
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(Arc::clone(&store), run.clone(), seed.part(writer), writer, units));
    }
    let mut followers = JoinSet::new();
    for (number, limit) in (0..).zip(PAGES) {
        let limit = PageLimit::new(limit).map_err(Failure::unable)?;
        let of = (number % 2 == 0).then(|| run.clone());
        followers.spawn(follow(Arc::clone(&store), Follower::new(of, PageRequest::first(limit))));
    }
    let mut committed = Vec::new();
    for entries in writers.join_all().await {
        committed.extend(entries.map_err(Failure::found)?);
    }
    append(&*store, &run, END).await.map_err(Failure::found)?;
    committed.push(END.to_owned());
    let mut looks = 0;
    for followed in followers.join_all().await {
        let (entries, times) = followed?;
        looks += times;
        check(&committed, &entries).map_err(|failure| failure.told(|what| format!("{adapter}: {what}")))?;
    }
    let (entries, followers) = (committed.len(), PAGES.len());
    Ok(format!(
        "{entries} entries of {WRITERS} writers on {adapter}, seen by {followers} followers in {looks} looks"
    ))
}

/// Appends the entries of one writer, and answers those that were committed.
async fn write(
    store: Arc<dyn UnitOfWorkFactory>,
    run: ExecutionId,
    seed: Seed,
    writer: u64,
    units: u64,
) -> StoreResult<Vec<String>> {
    let mut numbers = seed.numbers();
    let mut committed = Vec::new();
    for number in 0..units {
        let mut unit = store.begin().await?;
        let mut messages = Vec::new();
        for part in 0..=numbers.below(MOST_ENTRIES) {
            let message = format!("{writer} {number} {part}");
            unit.audit_logs().append_logs(Some(&run), vec![samples::audit_entry(&message)]).await?;
            messages.push(message);
            sleep(Duration::from_millis(numbers.below(LONGEST_PAUSE_MS))).await;
        }
        if numbers.below(5) == 0 {
            unit.rollback().await?;
        } else {
            unit.commit().await?;
            committed.extend(messages);
        }
    }
    Ok(committed)
}

/// The list of settled entries has all that the unit sees, in the order of their places.
#[derive(Debug, Clone)]
struct ListsAll;

#[async_trait]
impl Defect for ListsAll {
    async fn list_settled(
        &mut self,
        inside: &mut Inside,
        execution_id: Option<&ExecutionId>,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        match execution_id {
            Some(id) => inside.unit().audit_logs().get_by_execution(id, page).await,
            None => inside.unit().audit_logs().list_all(page).await,
        }
    }
}

/// A page after a cursor begins one place too early; not one of a single entry, which would come again without end.
#[derive(Debug, Clone)]
struct GoesOnTooEarly;

impl Defect for GoesOnTooEarly {
    fn request(&self, asked: PageRequest) -> PageRequest {
        let by = i64::from(asked.limit > PageLimit::MIN);
        PageRequest { after: asked.after.map(|after| Cursor::at(after.place() - by)), ..asked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(committed: &[&str], seen: &[&str]) -> Result<(), String> {
        let committed: Vec<_> = committed.iter().map(|message| (*message).to_owned()).collect();
        let seen: Vec<_> = seen.iter().map(|message| samples::audit_entry(message)).collect();
        check(&committed, &seen).map_err(|failure| failure.to_string())
    }

    #[test]
    fn what_a_follower_missed_or_repeated_is_found() {
        assert_eq!(checked(&["1 0 0", "1 0 1", "end"], &["1 0 0", "1 0 1", "end"]), Ok(()));
        assert!(checked(&["1 0 0", "end"], &["end"]).unwrap_err().contains("seen 0 times"));
        assert!(checked(&["1 0 0", "end"], &["1 0 0", "1 0 0", "end"]).unwrap_err().contains("seen 2 times"));
        assert!(checked(&["end"], &["1 0 0", "end"]).unwrap_err().contains("not committed"));
        assert!(checked(&["1 0 0", "1 0 1"], &["1 0 1", "1 0 0"]).unwrap_err().contains("after a later one"));
    }
}
