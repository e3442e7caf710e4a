//! Imports of hostile files: all is stored or nothing is, soon, in bounded memory, and one sentence says why.

mod case;
mod file;
mod importer;
mod judge;
mod rows;
mod sample;
mod store;

use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::stores;
use futures_util::{StreamExt, TryStreamExt, stream};
use importer::Importer;
use sample::Sample;

/// How many imports run at a time.
const AT_A_TIME: usize = 2;

/// Damaged files, and sound ones with rows that nobody wrote.
pub(crate) const PROOF: Proof = Proof {
    name: "hostile imports",
    run: run!(|trial| imports(Importer::Sound, trial)),
    defects: &[
        PlantedDefect {
            name: "panics on a damaged file",
            run: run!(|trial| imports(Importer::Panics, trial)),
        },
        PlantedDefect {
            name: "waits for a damaged file for ever",
            run: run!(|trial| imports(Importer::Hangs, trial)),
        },
        PlantedDefect {
            name: "changes the store before it refuses",
            run: run!(|trial| imports(Importer::KeepsSome, trial)),
        },
        PlantedDefect {
            name: "leaves rows out without a word",
            run: run!(|trial| imports(Importer::LeavesOut, trial)),
        },
    ],
};

async fn imports(importer: Importer, trial: Trial) -> Outcome {
    let cases = trial.times(200, 6_000);
    let folder = stores::folder()?;
    let sample = &Sample::prepare(folder.path()).await?;
    let run = |number| async move { case::run(importer, sample, trial.seed.part(number), number).await };
    let ended: Vec<_> = stream::iter(0..cases).map(run).buffer_unordered(AT_A_TIME).try_collect().await?;
    let [whole, none, partly] = [0, 1, 2].map(|code| ended.iter().filter(|ended| **ended == code).count());
    if [whole, none, partly].contains(&0) {
        return Err(Failure::unable(format!(
            "of {cases} files {whole} were imported, {none} refused, {partly} in part"
        )));
    }
    Ok(Tried::new(format!(
        "{cases} files: {whole} imported, {none} refused, {partly} without their invalid rows"
    )))
}
