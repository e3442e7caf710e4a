//! Units and followers that take their steps in a random order, one step at a time.

use super::following::{END, Wrap, append, check, follow};
use crate::proof::Failure;
use crate::seed::Seed;
use crate::stores::Adapter;
use std::sync::Arc;
use wtb_contract::{Follower, samples};
use wtb_domain::ExecutionId;
use wtb_ports::{BoxUnitOfWork, PageLimit, PageRequest, StoreResult};

/// Units that are open at a time.
const OPEN: u64 = 4;

/// A unit that is open, and what it has appended.
struct Open {
    unit: BoxUnitOfWork,
    appended: Vec<String>,
}

/// Takes so many steps on an empty store, which lets several units write at a time; answers how many entries were seen.
pub(super) async fn steps(adapter: Adapter, seed: Seed, steps: u64, wrap: Wrap) -> Result<usize, Failure> {
    let opened = adapter.open().await?;
    let store = wrap(Arc::clone(&opened.factory));
    let run: ExecutionId = samples::id("execution");
    let limit = PageLimit::new(2).map_err(Failure::unable)?;
    let mut followers = [None, Some(run.clone())].map(|of| Follower::new(of, PageRequest::first(limit)));
    let (mut open, mut committed): (Vec<Open>, Vec<String>) = (Vec::new(), Vec::new());
    let mut numbers = seed.numbers();
    let taken = async {
        for step in 0..steps {
            let chosen = usize::try_from(numbers.below(OPEN)).unwrap_or_default();
            match (open.get_mut(chosen), numbers.below(8)) {
                (_, 0) => {
                    for follower in &mut followers {
                        follower.look(&*store).await?;
                    }
                }
                (None, _) => open.push(Open { unit: store.begin().await?, appended: Vec::new() }),
                (Some(one), 1..=4) => {
                    let message = format!("{step} 0");
                    let entries = vec![samples::audit_entry(&message)];
                    one.unit.audit_logs().append_logs(Some(&run), entries).await?;
                    one.appended.push(message);
                }
                (Some(_), 5) => open.swap_remove(chosen).unit.rollback().await?,
                (Some(_), _) => {
                    let Open { unit, appended } = open.swap_remove(chosen);
                    unit.commit().await?;
                    committed.extend(appended);
                }
            }
        }
        drop(open);
        append(&*store, &run, END).await
    };
    let taken: StoreResult<()> = taken.await;
    taken.map_err(Failure::found)?;
    committed.push(END.to_owned());
    let mut entries = 0;
    for follower in followers {
        let (followed, _) = follow(Arc::clone(&store), follower).await?;
        entries += followed.len();
        let told = |what| format!("{adapter}, steps of seed {seed}: {what}");
        check(&committed, &followed).map_err(|failure| failure.told(told))?;
    }
    Ok(entries)
}
