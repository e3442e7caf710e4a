//! Readers of text under hostile input: they answer with a value or a typed error, soon, and in bounded memory.

use super::report::Line;
use super::targets::{self, Target};
use crate::part::program;
use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

/// How long one input may take. It takes a hundredth of that, and busy machines are slow.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a reader that is known to hang is waited for.
const IMPATIENCE: Duration = Duration::from_secs(5);
/// How many targets are fed at a time.
const AT_A_TIME: usize = 2;

/// Cursors, identifiers, documents, URLs and settings.
pub(crate) const PROOF: Proof = Proof {
    name: "hostile texts",
    run: run!(readers),
    defects: &[
        PlantedDefect {
            name: "cuts a cursor inside a character",
            run: run!(|trial| broken("cursors-that-panic", trial)),
        },
        PlantedDefect {
            name: "accepts numbers in documents that no database takes",
            run: run!(|trial| broken("documents-of-python", trial)),
        },
        PlantedDefect {
            name: "never ends to read a long fraction of a second",
            run: run!(|trial| broken("timestamps-without-end", trial)),
        },
        PlantedDefect {
            name: "makes room for as much as an id says",
            run: run!(|trial| broken("ids-that-swell", trial)),
        },
        PlantedDefect {
            name: "quotes a URL that it refuses",
            run: run!(|trial| broken("urls-that-tell", trial)),
        },
    ],
};

async fn readers(trial: Trial) -> Outcome {
    let feeding: Vec<_> = targets::SOUND.iter().map(|target| reader(target, trial)).collect();
    let fed: Vec<_> = stream::iter(feeding).buffer_unordered(AT_A_TIME).try_collect().await?;
    let inputs: u64 = fed.iter().map(|(inputs, _)| inputs).sum();
    let accepted: u64 = fed.iter().map(|(_, accepted)| accepted).sum();
    let targets = targets::SOUND.len();
    Ok(Tried::new(format!("{inputs} inputs for {targets} kinds of readers, {accepted} of them accepted")))
}

/// Feeds a sound reader, and tells how many inputs there were and how many it accepted.
async fn reader(target: &'static Target, trial: Trial) -> Result<(u64, u64), Failure> {
    let inputs = inputs(target, trial);
    let accepted = feed(target, trial, inputs, PATIENCE).await?;
    // Mutation must neither leave everything good nor spoil everything.
    if accepted * 50 < inputs || accepted == inputs {
        return Err(Failure::unable(format!("of {inputs} inputs for {}, {accepted} were good", target.name)));
    }
    Ok((inputs, accepted))
}

/// The proof on one reader with a defect.
async fn broken(name: &'static str, trial: Trial) -> Outcome {
    let target = targets::named(name).ok_or_else(|| Failure::unable("there is no such target"))?;
    let inputs = inputs(target, trial);
    feed(target, trial, inputs, IMPATIENCE).await?;
    Ok(Tried::new(format!("{inputs} inputs")))
}

fn inputs(target: &Target, trial: Trial) -> u64 {
    trial.times(20, 600) * target.per_thousand
}

/// Feeds a reader in a process of its own, and tells how many inputs it accepted.
async fn feed(target: &Target, trial: Trial, inputs: u64, patience: Duration) -> Result<u64, Failure> {
    let seed = trial.seed.to_string();
    let mut process = Command::new(program()?)
        .args(["feed", target.name, &seed, "0", &inputs.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Failure::unable)?;
    let stdout = process.stdout.take().ok_or_else(|| Failure::unable("a process without output"))?;
    let mut lines = BufReader::new(stdout).lines();
    let mut input = 0;
    let found = |what: &str, input: u64| {
        let next = input + 1;
        Failure::found(format!(
            "{}: {what} (wtb-proof feed {} {seed} {input} {next})",
            target.name, target.name
        ))
    };
    loop {
        let Ok(line) = timeout(patience, lines.next_line()).await else {
            return Err(found(&format!("it takes longer than {} s", patience.as_secs()), input));
        };
        let Some(line) = line.map_err(Failure::unable)? else { break };
        match Line::read(&line) {
            Some(Line::Begun(number)) => input = number,
            Some(Line::Found(what)) => return Err(found(&what, input)),
            Some(Line::Done { accepted }) => return Ok(accepted),
            None => return Err(Failure::unable(format!("it was told {line:?}"))),
        }
    }
    let status = process.wait().await.map_err(Failure::unable)?;
    Err(found(&format!("it dies: {status}"), input))
}
