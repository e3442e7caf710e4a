//! How much memory the `wtb` command takes: a multiple of the largest row, whatever the store holds.

mod collecting;
mod contents;
mod peak;

pub(crate) use collecting::{Collect, collect};

use crate::part::program;
use crate::proof::{Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::stores;
use contents::ROW_BYTES;
use futures_util::{StreamExt, TryStreamExt, stream};

/// What a command may take, in bytes: 64 MB, three times the largest row, and one row more as a margin.
const MOST: u64 = (64 << 20) + 4 * ROW_BYTES as u64;
/// How many commands run at a time.
const AT_A_TIME: usize = 2;

/// Every command that reads much, on stores whose rows are large.
pub(crate) const PROOF: Proof = Proof {
    name: "memory bounds",
    run: run!(commands),
    defects: &[PlantedDefect { name: "fills pages by rows alone", run: run!(by_rows_alone) }],
};

/// The arguments of each command on the store at `url`.
fn arguments(url: &str) -> Vec<Vec<String>> {
    let whole = contents::execution_id(0);
    // Every other id begins otherwise.
    let prefix = &whole.as_str()[..whole.as_str().len() - 1];
    let of_store: [&[&str]; 9] = [
        &["workflow", "list"],
        &["variant", "list", "--json"],
        &["execution", "list"],
        &["execution", "list", "--workflow", contents::WORKFLOW, "--status", "running", "--json"],
        &["execution", "show", prefix],
        &["execution", "show", whole.as_str(), "--json"],
        &["score", "compare", "--workflow", contents::WORKFLOW],
        &["audit", "show", whole.as_str(), "--limit", "10000", "--json"],
        &["digest"],
    ];
    let whole_command = |arguments: &&[&str]| {
        arguments.iter().chain(&["--store", url]).map(|&argument| argument.to_owned()).collect()
    };
    of_store.iter().map(whole_command).collect()
}

async fn commands(trial: Trial) -> Outcome {
    let rows = trial.times(7, 24);
    let wtb = &program()?.with_file_name("wtb");
    let (folder, database) = (stores::folder()?, stores::database().await?);
    let file = folder.path().join("large.db");
    contents::fill(&file, rows).await?;
    let sqlite = format!("sqlite:///{}", file.display());
    // A copy takes more than the bound, so its peak is only reported.
    let copied = peak::measured(wtb, &["copy".to_owned(), sqlite.clone(), database.url().to_owned()]).await?;
    let mut all = arguments(&sqlite);
    all.push(vec![
        "backup".to_owned(),
        folder.path().join("backup.db").display().to_string(),
        "--store".to_owned(),
        sqlite.clone(),
    ]);
    all.extend(arguments(database.url()));
    let commands = all.len();
    let measured: Vec<_> = stream::iter(all)
        .map(|arguments| async move { peak::of(wtb, &arguments).await })
        .buffered(AT_A_TIME)
        .try_collect()
        .await?;
    let most = measured.iter().max().copied().unwrap_or_default();
    Ok(Tried::new(format!(
        "{} commands on {rows} rows of {} MB: at most {} MB of {}; a copy into PostgreSQL {} MB",
        commands,
        ROW_BYTES >> 20,
        most >> 20,
        MOST >> 20,
        copied >> 20
    )))
}

/// A command that collects pages as they were before stores bounded them by bytes.
async fn by_rows_alone(_trial: Trial) -> Outcome {
    let folder = stores::folder()?;
    let file = folder.path().join("large.db");
    contents::fill(&file, 7).await?;
    let arguments = ["collect".to_owned(), file.display().to_string()];
    let peak = peak::of(&program()?, &arguments).await?;
    Ok(Tried::new(format!("{} MB", peak >> 20)))
}
