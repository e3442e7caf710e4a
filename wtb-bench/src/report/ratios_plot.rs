//! The plot of ratios: a line for each comparison, its spread, its median and its bar.

use super::number::number;
use super::svg::{Anchor, Drawing, GRID, INK, Scale};
use crate::rounds::{Comparison, Contest};

const MET: &str = "#059669";
const BELOW: &str = "#dc2626";
const ROW: f64 = 17.0;
const LEFT: f64 = 440.0;
const WIDTH: f64 = 970.0;
const TOP: f64 = 40.0;

/// The text of the drawing.
pub(crate) fn ratios_plot(contests: &[Contest]) -> String {
    let rows: Vec<(&Contest, Comparison)> = contests
        .iter()
        .flat_map(|contest| contest.comparisons().into_iter().map(move |comparison| (contest, comparison)))
        .collect();
    let values = rows.iter().flat_map(|(_, comparison)| {
        [comparison.ratio.least, comparison.ratio.most, comparison.bar.unwrap_or(1.0)]
    });
    let scale = Scale::around(values, LEFT, WIDTH - 70.0);
    let bottom = rows.iter().fold(TOP, |bottom, _| bottom + ROW);
    let mut drawing = Drawing::new(WIDTH, bottom + 12.0);
    drawing.text(
        (LEFT, 14.0),
        Anchor::Start,
        INK,
        "throughput, ours / other: median ●, least to most ─, bar │",
    );
    for tick in scale.ticks() {
        let x = scale.place(tick);
        drawing.line((x, TOP - 6.0), (x, bottom), GRID, 1.0);
        drawing.text((x, TOP - 10.0), Anchor::Middle, INK, &number(tick));
    }
    let mut y = TOP + ROW / 2.0;
    for (contest, comparison) in rows {
        let colour = if comparison.is_below() { BELOW } else { MET };
        let name =
            format!("{} {} / {}", contest.lane.name(), contest.workload.name(), comparison.other.name());
        drawing.text((LEFT - 10.0, y + 4.0), Anchor::End, INK, &name);
        let ratio = comparison.ratio;
        drawing.line((scale.place(ratio.least), y), (scale.place(ratio.most), y), colour, 2.0);
        drawing.dot((scale.place(ratio.median), y), colour);
        if let Some(bar) = comparison.bar {
            let x = scale.place(bar);
            drawing.line((x, y - 6.0), (x, y + 6.0), INK, 2.0);
        }
        drawing.text((WIDTH - 8.0, y + 4.0), Anchor::End, colour, &number(ratio.median));
        y += ROW;
    }
    drawing.finish()
}
