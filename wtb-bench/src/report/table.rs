//! Tables on a terminal, ratios first.

use super::number::number;
use crate::rounds::Contest;
use comfy_table::{CellAlignment, Table, presets};

/// Ours beside everybody else, contest by contest.
pub(crate) fn ratios(contests: &[Contest]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "store",
        "workload",
        "ours / other",
        "ratio",
        "bar",
        "",
        "least to most",
        "ours",
        "other",
    ]);
    for contest in contests {
        let Some(ours) = contest.throughput(crate::contestants::Contestant::Ours) else { continue };
        for comparison in contest.comparisons() {
            let theirs = contest.throughput(comparison.other).map_or(f64::NAN, |spread| spread.median);
            table.add_row([
                contest.lane.name().to_owned(),
                contest.workload.name().to_owned(),
                comparison.other.name().to_owned(),
                number(comparison.ratio.median),
                comparison.bar.map(number).unwrap_or_default(),
                if comparison.is_below() { "below" } else { "" }.to_owned(),
                format!("{} to {}", number(comparison.ratio.least), number(comparison.ratio.most)),
                format!("{}/s", number(ours.median)),
                format!("{}/s", number(theirs)),
            ]);
        }
    }
    for column in [3, 4, 6, 7, 8] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

/// The comparisons in which ours is too slow, one a line.
pub(crate) fn below(contests: &[Contest]) -> Vec<String> {
    let mut lines = Vec::new();
    for contest in contests {
        for comparison in contest.comparisons().into_iter().filter(crate::rounds::Comparison::is_below) {
            lines.push(format!(
                "{} on {}: {} of {}, the bar is {}",
                contest.workload.name(),
                contest.lane.name(),
                number(comparison.ratio.median),
                comparison.other.name(),
                number(comparison.bar.unwrap_or_default()),
            ));
        }
    }
    lines
}
