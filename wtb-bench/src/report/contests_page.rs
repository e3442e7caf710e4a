//! The part of the page about contests: ratios, then what everybody does in a second.

use super::number::number;
use crate::contestants::Contestant;
use crate::rounds::{Comparison, Contest, PYTHON_ROUNDS, Plan};
use crate::statistics::Spread;
use crate::workload::Workload;
use std::fmt::Write;

/// The text, below what was measured on.
pub(crate) fn contests_page(contests: &[Contest], plan: Plan) -> String {
    let mut page = format!(
        "Ours in relation to others, as the median of {} rounds (least to most), of {} beside Python. The order of the \
         contestants changes from round to round. Raw programs work on the same tables and indexes, with prepared statements, in \
         transactions of the same isolation, and keep documents as text.\n\n![Ratios](docs/bench-ratios.svg)\n\n",
        plan.rounds,
        plan.rounds.min(PYTHON_ROUNDS)
    );
    page += "| store | workload | beside | ratio | bar | ours | other |\n|---|---|---|---:|---:|---:|---:|\n";
    for contest in contests {
        for comparison in contest.comparisons() {
            ratio_row(&mut page, contest, &comparison);
        }
    }
    absent(&mut page, contests);
    page += "\nWhat each of them does in a second, as the median of the rounds (least to most):\n\n";
    page += "| store | workload | who | per second | |\n|---|---|---|---:|---|\n";
    for contest in contests {
        for (contestant, _) in &contest.results {
            if let Some(spread) = contest.throughput(*contestant) {
                throughput_row(&mut page, contest, *contestant, spread);
            }
        }
    }
    page += "\n| workload | does |\n|---|---|\n";
    for workload in Workload::ALL {
        line(&mut page, format_args!("| {} | {} |", workload.name(), workload.description()));
    }
    page
}

fn ratio_row(page: &mut String, contest: &Contest, comparison: &Comparison) {
    let Comparison { other, ratio, bar } = comparison;
    let median = |of| contest.throughput(of).map_or(f64::NAN, |spread| spread.median);
    let shown = if comparison.is_below() { "**below**" } else { "" };
    line(
        page,
        format_args!(
            "| {} | {} | {} | {} ({} to {}) | {} {shown} | {} | {} |",
            contest.lane.name(),
            contest.workload.name(),
            other.name(),
            number(ratio.median),
            number(ratio.least),
            number(ratio.most),
            bar.map(number).unwrap_or_default(),
            number(median(Contestant::Ours)),
            number(median(*other)),
        ),
    );
}

fn throughput_row(page: &mut String, contest: &Contest, of: Contestant, spread: Spread) {
    line(
        page,
        format_args!(
            "| {} | {} | {} | {} ({} to {}) | {} |",
            contest.lane.name(),
            contest.workload.name(),
            of.name(),
            number(spread.median),
            number(spread.least),
            number(spread.most),
            contest.workload.counted(),
        ),
    );
}

/// Says whose bars were left out.
fn absent(page: &mut String, contests: &[Contest]) {
    if contests.iter().any(|contest| !contest.absent.is_empty()) {
        *page += "\nThe Python WTB was not measured in this run, so its bars are left out.\n";
    }
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(page, "{text}");
}
