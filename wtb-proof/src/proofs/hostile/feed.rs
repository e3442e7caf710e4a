//! The process that is fed: hostile input may end it in any way without ending the proof.

use super::shrink::shrunk;
use super::targets::{self, Answer, Target, Verdict};
use super::{mutation, report};
use crate::seed::Seed;
use clap::Args;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::any::Any;
use std::panic;
use std::process::ExitCode;
use std::thread;

/// How much memory it may ask for, in bytes of addresses. Far more than any input is worth.
const MEMORY: u64 = 1 << 30;
/// What a worker of an application has.
const STACK: usize = 2 << 20;

/// Feeds a reader with inputs and tells what came of each.
#[derive(Debug, Args)]
pub(crate) struct Feed {
    /// The target.
    target: String,
    /// What the inputs follow from.
    seed: Seed,
    /// The first input.
    from: u64,
    /// The input to end before.
    to: u64,
}

impl Feed {
    /// Feeds, and tells on standard output.
    pub(crate) fn run(self) -> ExitCode {
        setrlimit(Resource::As, Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) }).expect("a limit");
        // What failed is told with the input that did it.
        panic::set_hook(Box::new(|_| ()));
        let fed = thread::Builder::new().stack_size(STACK).spawn(move || self.feed()).expect("a thread");
        if fed.join().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn feed(self) {
        let target = targets::named(&self.target).expect("a target");
        let mut accepted = 0;
        for number in self.from..self.to {
            report::Line::Begun(number).tell();
            let input = mutation::input(target.good, target.words, self.seed.part(number));
            match judged(target, &input) {
                Ok(Answer::Accepted) => accepted += 1,
                Ok(Answer::Refused) => {}
                Err(_) => {
                    let input = shrunk(input, |input| judged(target, input).is_err());
                    let fault = judged(target, &input).err().unwrap_or_default();
                    report::Line::Found(format!("{fault}; input {:?}", input.escape_ascii().to_string()))
                        .tell();
                    return;
                }
            }
        }
        report::Line::Done { accepted }.tell();
    }
}

/// What a target answers; a panic is a fault.
fn judged(target: &Target, input: &[u8]) -> Verdict {
    panic::catch_unwind(|| (target.judge)(input))
        .unwrap_or_else(|panic| Err(format!("panics: {}", message(&*panic))))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word")
}
