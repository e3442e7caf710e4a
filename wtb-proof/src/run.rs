//! Runs proofs one after another and says what came of them.

use crate::arguments::Arguments;
use crate::proof::{Effort, Failure, Outcome, Proof, Run, Trial};
use crate::proofs;
use crate::report::{self, Caught, Line};
use crate::seed::Seed;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long a quick run may take. It takes seconds, or a minute on a busy machine.
const QUICK_PATIENCE: Duration = Duration::from_mins(5);
/// How long a long run may take.
const LONG_PATIENCE: Duration = Duration::from_hours(1);

/// Runs the proofs that are asked for. It fails if anything was found that should not be, or not found that should.
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the result is for standard output, the progress is not"
)]
pub(crate) async fn selected(arguments: &Arguments) -> ExitCode {
    let selected = proofs::ALL.iter().filter(|proof| arguments.asks_for(proof.name));
    if arguments.list {
        selected.for_each(|proof| println!("{}", proof.name));
        return ExitCode::SUCCESS;
    }
    let trial = Trial { effort: arguments.effort(), seed: arguments.seed.unwrap_or_else(Seed::random) };
    eprintln!("seed {}", trial.seed);
    let mut lines = Vec::new();
    for proof in selected {
        lines.push(prove(proof, trial).await);
    }
    println!("{}", report::table(&lines));
    println!("{}", report::summary(&lines, trial.seed));
    let all_proved = !lines.is_empty() && lines.iter().all(Line::is_proved);
    if all_proved { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::print_stderr, reason = "long work says how far it is")]
async fn prove(proof: &Proof, trial: Trial) -> Line {
    let begun = Instant::now();
    eprintln!("── {}", proof.name);
    let outcome = guarded(proof.run, trial).await;
    if let Err(failure) = &outcome {
        eprintln!("   {failure}");
    }
    let mut defects = Vec::new();
    for defect in proof.defects {
        eprintln!("   with a store that {}", defect.name);
        let caught = match guarded(defect.run, Trial { effort: Effort::Quick, ..trial }).await {
            Ok(_) => Caught::No,
            Err(Failure::Found(what)) => Caught::Yes(what),
            Err(Failure::Unable(why)) => Caught::Unknown(why),
        };
        eprintln!("   {caught}");
        defects.push((defect.name, caught));
    }
    let took = begun.elapsed();
    eprintln!("   {:.0} s", took.as_secs_f64());
    Line { name: proof.name, outcome, defects, took }
}

/// A run in a task of its own, so that a panic ends that run alone, and one that never ends is given up.
async fn guarded(run: Run, trial: Trial) -> Outcome {
    let mut running = tokio::spawn(run(trial));
    let patience = trial.times(QUICK_PATIENCE, LONG_PATIENCE);
    match timeout(patience, &mut running).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Err(Failure::unable(error)),
        Err(_) => {
            running.abort();
            Err(Failure::unable(format_args!("it has not ended after {} minutes", patience.as_secs() / 60)))
        }
    }
}
