//! A store goes through a trouble, with units before, meanwhile and after.

use super::ledger::document;
use super::stage::{Phase, Stage};
use crate::proof::Failure;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Those who write all the time.
const WRITERS: u64 = 4;
/// Those who read all the time.
const READERS: u64 = 2;
/// How long the store works before, and after it has recovered.
const CALM: Duration = Duration::from_millis(150);
/// How long the first half of a unit waits at most for a trouble to begin.
const HALF_WAY: Duration = Duration::from_millis(300);
/// How soon after a trouble a unit has to be kept again.
pub(super) const RECOVERY: Duration = Duration::from_secs(5);

/// Something that goes wrong outside of a store.
pub(super) trait Trouble: Send {
    /// Begins it.
    fn begin(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;
    /// Ends it.
    fn end(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// What a trouble did.
pub(super) struct Withstood {
    /// Units that were kept.
    pub(super) kept: usize,
    /// Units that read meanwhile.
    pub(super) reads: u32,
    /// How long after its end a unit was kept.
    pub(super) recovered_after: Duration,
}

impl fmt::Display for Withstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kept, reads, recovered_after } = self;
        write!(
            f,
            "{kept} units kept, {reads} read meanwhile, written again after {} ms",
            recovered_after.as_millis()
        )
    }
}

/// Goes through a trouble that lasts so long.
///
/// # Errors
/// `Found` if the store breaks its promise, `Unable` if the trouble does not begin or end.
pub(super) async fn withstand(
    stage: Arc<Stage>,
    trouble: &mut impl Trouble,
    lasts: Duration,
) -> Result<Withstood, Failure> {
    let mut users = JoinSet::new();
    for writer in 0..WRITERS {
        users.spawn(Arc::clone(&stage).write(stage.seed.part(writer).numbers()));
    }
    for reader in WRITERS..WRITERS + READERS {
        users.spawn(Arc::clone(&stage).read(stage.seed.part(reader).numbers()));
    }
    let recovered_after = go_through(&stage, trouble, lasts).await?;
    stage.enter(Phase::Left);
    while let Some(left) = users.join_next().await {
        left.map_err(Failure::unable)?;
    }
    stage.review().await?;
    Ok(Withstood { kept: stage.ledger.kept(), reads: stage.reads_during(), recovered_after })
}

async fn go_through(stage: &Stage, trouble: &mut impl Trouble, lasts: Duration) -> Result<Duration, Failure> {
    let mut numbers = stage.seed.part(WRITERS + READERS).numbers();
    stage.pause(CALM).await?;
    if stage.ledger.kept() == 0 {
        // However busy the machine is.
        stage.write_one(&mut numbers).await.map_err(Failure::found)?;
    }
    let half =
        stage.ledger.begin(&*stage.store, document(100, &mut numbers)).await.map_err(Failure::found)?;
    stage.enter(Phase::Begins);
    let since = stage.phase();
    let rest = async |has_begun: tokio::sync::oneshot::Receiver<()>| {
        // It may be what the trouble waits for.
        let _ = tokio::time::timeout(HALF_WAY, has_begun).await;
        if let Err(error) = stage.ledger.finish(half, document(20_000, &mut stage.seed.numbers())).await {
            stage.refused(since, &error);
        }
    };
    let (tell, has_begun) = tokio::sync::oneshot::channel();
    let begin = async {
        let outcome = trouble.begin().await;
        let _ = tell.send(());
        outcome
    };
    let (outcome, ()) = tokio::join!(begin, rest(has_begun));
    outcome?;
    stage.enter(Phase::During);
    let paused = stage.pause(lasts).await;
    trouble.end().await?;
    paused?;

    stage.enter(Phase::After);
    let ended = Instant::now();
    loop {
        let since = stage.phase();
        match stage.write_one(&mut numbers).await {
            Ok(()) => break,
            Err(error) if ended.elapsed() < RECOVERY => stage.refused(since, &error),
            Err(error) => {
                return Err(Failure::found(format_args!(
                    "{} s after it was over a unit was still told: {error}",
                    RECOVERY.as_secs()
                )));
            }
        }
        stage.check()?;
        sleep(Duration::from_millis(10)).await;
    }
    let recovered_after = ended.elapsed();
    stage.enter(Phase::Recovered);
    stage.pause(CALM).await?;
    Ok(recovered_after)
}
