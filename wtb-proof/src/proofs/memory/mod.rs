//! How much memory the `wtb` command takes: a multiple of the largest row, whatever the store holds.

mod collecting;
mod contents;
mod peak;

pub(crate) use collecting::{Collect, collect};

use crate::part::{outcome_of, program};
use crate::proof::{Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::stores;
use contents::{MOST, ROW_BYTES};
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::process::Command;

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
    let of_store: [&[&str]; 12] = [
        &["workflow", "list"],
        &["variant", "list", "--json"],
        &["execution", "list"],
        &["execution", "list", "--workflow", contents::WORKFLOW, "--status", "running", "--json"],
        &["execution", "show", prefix],
        &["execution", "show", whole.as_str(), "--full"],
        &["execution", "show", whole.as_str(), "--json"],
        &["score", "compare", "--workflow", contents::WORKFLOW],
        &["audit", "show", whole.as_str(), "--limit", "10000", "--json"],
        &["audit", "show", whole.as_str()],
        &["digest"],
        &["doctor"],
    ];
    of_store.map(|arguments| on_store(arguments, url)).to_vec()
}

/// The arguments of each command that shows texts, on the store at `url`.
fn arguments_for_texts(url: &str) -> Vec<Vec<String>> {
    let whole = contents::execution_id(0);
    let of_store: [&[&str]; 9] = [
        &["execution", "list"],
        &["execution", "list", "--json"],
        &["execution", "show", whole.as_str()],
        &["execution", "show", whole.as_str(), "--full"],
        &["execution", "show", whole.as_str(), "--json"],
        &["score", "compare", "--workflow", contents::WORKFLOW],
        &["audit", "show", whole.as_str()],
        &["audit", "show", whole.as_str(), "--full"],
        &["audit", "show", whole.as_str(), "--json"],
    ];
    of_store.map(|arguments| on_store(arguments, url)).to_vec()
}

/// A command on the store at `url`.
fn on_store(arguments: &[&str], url: &str) -> Vec<String> {
    arguments.iter().chain(&["--store", url]).map(|&argument| argument.to_owned()).collect()
}

async fn commands(trial: Trial) -> Outcome {
    let rows = trial.times(7, 24);
    let wtb = &program()?.with_file_name("wtb");
    let folder = stores::folder()?;
    let path = |name: &str| folder.path().join(name);
    let [first, second, third] =
        [stores::database().await?, stores::database().await?, stores::database().await?];
    let texts = stores::database().await?;
    contents::fill(&path("large.db"), rows).await?;
    contents::fill_texts(&path("texts.db")).await?;
    contents::fill_python(&path("python.db"), rows)?;
    let sqlite = |name| format!("sqlite:///{}", path(name).display());
    let (source, python) = (sqlite("large.db"), path("python.db").display().to_string());
    // The other commands read the copies.
    let mut filled = Vec::new();
    for (from, to) in [(&source, &first), (&sqlite("texts.db"), &texts)] {
        filled.push(peak::of(wtb, &["copy", from, to.url()].map(str::to_owned)).await?);
    }
    let mut all = [
        arguments(&source),
        arguments(first.url()),
        arguments_for_texts(&sqlite("texts.db")),
        arguments_for_texts(texts.url()),
    ]
    .concat();
    for command in [
        ["backup", &path("backup.db").display().to_string(), "--store", &source].as_slice(),
        &["copy", &source, &sqlite("copy.db")],
        &["copy", first.url(), &sqlite("from-server.db")],
        &["copy", first.url(), second.url()],
        &["import", &python, "--store", &sqlite("imported.db")],
        &["import", &python, "--store", third.url()],
    ] {
        all.push(command.iter().map(|&argument| argument.to_owned()).collect());
    }
    let commands = all.len() + filled.len();
    let measured: Vec<_> = stream::iter(all)
        .map(|arguments| async move { peak::of(wtb, &arguments).await })
        .buffered(AT_A_TIME)
        .try_collect()
        .await?;
    let most = measured.into_iter().chain(filled).max().unwrap_or_default();
    Ok(Tried::new(format!(
        "{commands} commands on {rows} rows of {} MB and on texts as large: at most {} MB of {}",
        ROW_BYTES >> 20,
        most >> 20,
        MOST >> 20
    )))
}

/// A command that collects pages as they were before stores bounded them by bytes.
async fn by_rows_alone(_trial: Trial) -> Outcome {
    let folder = stores::folder()?;
    let file = folder.path().join("large.db");
    contents::fill(&file, 7).await?;
    let mut command = Command::new(program()?);
    command.arg("collect").arg(file);
    outcome_of(command, "collecting rows").await
}
