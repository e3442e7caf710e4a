//! What the program does when it is asked to: measure, print, and write the page.

use crate::arguments::{Contests, Growth, Instructions, Load};
use crate::contestants::{Contestant, Python};
use crate::failure::Outcome;
use crate::lane::Lane;
use crate::place::StoreKind;
use crate::report::{self, Part};
use crate::rounds::{Contest, Plan};
use crate::workload::Workload;
use crate::{growth, instructions, load, machine};
use std::fmt::Write;
use std::fs;
use std::time::Duration;
use tokio::task::block_in_place;

/// Holds contests; answers whether every bar is met.
#[expect(clippy::print_stderr, reason = "progress goes to standard error")]
pub(crate) async fn contests(asked: &Contests) -> Outcome<bool> {
    let stores = asked.common.stores();
    let plan = Plan { rounds: if asked.quick { 3 } else { asked.rounds.into() }, quick: asked.quick };
    let mut head = Head::new(&stores).await?;
    let python = asked.python.then(Python::ready).transpose()?;
    if let Some(python) = &python {
        head.facts.push(("Python", python.versions()?));
    }
    let mut contests = Vec::new();
    for lane in Lane::ALL.into_iter().filter(|lane| stores.contains(&lane.store)) {
        let wanted = |workload: &Workload| {
            lane.has(*workload) && (asked.workloads.is_empty() || asked.workloads.contains(workload))
        };
        for workload in Workload::ALL.into_iter().filter(wanted) {
            if Contestant::all(lane, workload).iter().all(|contestant| {
                *contestant == Contestant::Ours || contestant.is_python() && python.is_none()
            }) {
                eprintln!("── {} on {}: nobody to compare with", workload.name(), lane.name());
                continue;
            }
            eprintln!("── {} on {}: {}", workload.name(), lane.name(), workload.description());
            match Contest::hold(lane, workload, plan, python.as_ref()).await {
                Ok(contest) => contests.push(contest),
                Err(failure) => {
                    // What took minutes to measure is not lost with it.
                    tell(&report::ratios(&contests), &report::below(&contests));
                    return Err(failure);
                }
            }
        }
    }
    let page = report::contests_page(&contests, plan);
    let drawing = report::ratios_plot(&contests);
    if asked.common.writes(!asked.quick && asked.workloads.is_empty()) {
        report::write(Part::Contests, &head.above(&page), Some(("bench-ratios.svg", &drawing)))?;
    }
    if python.is_none() {
        eprintln!("── the bars beside the Python WTB are left out: they take --python");
    }
    Ok(tell(&report::ratios(&contests), &report::below(&contests)))
}

/// Measures growth; answers whether everything stays flat.
pub(crate) async fn growth(asked: &Growth) -> Outcome<bool> {
    let stores = asked.common.stores();
    let head = Head::new(&stores).await?;
    let sizes = [1_000, 10_000, 100_000, 1_000_000];
    let sizes = if asked.long { &sizes[..] } else { &sizes[..3] };
    let grown = growth::measure(&stores, sizes).await?;
    if asked.common.writes(true) {
        let page = format!("![Growth](docs/bench-growth.svg)\n\n{}", growth::page(&grown));
        report::write(Part::Growth, &head.above(&page), Some(("bench-growth.svg", &growth::plot(&grown))))?;
    }
    Ok(tell(&growth::tables(&grown), &growth::below(&grown)))
}

/// Measures load.
pub(crate) async fn load(asked: &Load) -> Outcome<bool> {
    let stores: Vec<_> =
        asked.common.stores().into_iter().filter(|store| *store != StoreKind::Memory).collect();
    let head = Head::new(&stores).await?;
    let loaded = load::measure(&stores, Duration::from_secs(asked.seconds)).await?;
    if asked.common.writes(true) {
        report::write(Part::Load, &head.above(&load::page(&loaded)), None)?;
    }
    Ok(tell(&load::tables(&loaded), &[]))
}

/// Counts instructions.
pub(crate) async fn instructions(asked: &Instructions) -> Outcome<bool> {
    let stores = asked.common.stores();
    let head = Head::new(&stores).await?;
    if let Some(folder) = &asked.profiles {
        fs::create_dir_all(folder)?;
    }
    let rows =
        block_in_place(|| instructions::measure(&stores, &asked.workloads, asked.profiles.as_deref()))?;
    if asked.common.writes(asked.workloads.is_empty()) {
        report::write(Part::Instructions, &head.above(&instructions::page(&rows)), None)?;
    }
    Ok(tell(&instructions::tables(&rows), &[]))
}

/// Prints what was measured and what is below its bar; answers whether that is nothing.
#[expect(clippy::print_stdout, reason = "this is the result")]
fn tell(tables: &str, below: &[String]) -> bool {
    println!("{tables}");
    for line in below {
        println!("below its bar: {line}");
    }
    below.is_empty()
}

/// What stands above figures on the page.
struct Head {
    facts: Vec<(&'static str, String)>,
    load: String,
}

impl Head {
    async fn new(stores: &[StoreKind]) -> Outcome<Self> {
        Ok(Self { facts: machine::describe(stores).await?, load: machine::load() })
    }

    /// The head, with the load of the machine before and after, and the page below it.
    fn above(&self, page: &str) -> String {
        let mut text = "| | |\n|---|---|\n".to_owned();
        let load = ("load", format!("{} before, {} after", self.load, machine::load()));
        for (name, fact) in self.facts.iter().chain([&load]) {
            // Writing to a string does not fail.
            let _ = writeln!(text, "| {name} | {fact} |");
        }
        format!("{text}\n{page}")
    }
}
