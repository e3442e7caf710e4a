//! Plots of lines over a logarithmic scale: one panel for each group, one line for each series.

use super::number::number;
use super::svg::{Anchor, Drawing, GRID, INK, Scale};

const COLOURS: [&str; 8] =
    ["#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2", "#db2777", "#65a30d"];
const PANEL: f64 = 380.0;
/// Between two panels, for the numbers of both.
const GAP: f64 = 90.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 36.0;
const LEGEND: f64 = 18.0;

/// A line through points.
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Lines that are looked at together.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) series: Vec<Series>,
}

/// The text of the drawing. All panels share the scales, so that they can be compared.
pub(crate) fn lines_plot(panels: &[Panel], across: &str, along: &str) -> String {
    let points = || panels.iter().flat_map(|panel| &panel.series).flat_map(|series| series.points.iter());
    let names: Vec<&str> = panels
        .first()
        .map_or_else(Vec::new, |panel| panel.series.iter().map(|series| series.name.as_str()).collect());
    let width = panels.iter().fold(LEFT, |width, _| width + PANEL) + 20.0;
    let legend = names.iter().fold(0.0, |height, _| height + LEGEND);
    let y_scale = Scale::around(points().map(|(_, y)| *y), HEIGHT, TOP);
    let mut drawing = Drawing::new(width, HEIGHT + 44.0 + legend);
    drawing.text((8.0, 14.0), Anchor::Start, INK, along);
    let mut left = LEFT;
    for panel in panels {
        let x_scale = Scale::around(points().map(|(x, _)| *x), left, left + PANEL - GAP);
        drawing.text((left + (PANEL - GAP) / 2.0, TOP - 8.0), Anchor::Middle, INK, &panel.title);
        for tick in y_scale.ticks() {
            let y = y_scale.place(tick);
            drawing.line((left, y), (left + PANEL - GAP, y), GRID, 1.0);
            drawing.text((left - 6.0, y + 4.0), Anchor::End, INK, &number(tick));
        }
        for tick in x_scale.ticks() {
            drawing.text((x_scale.place(tick), HEIGHT + 18.0), Anchor::Middle, INK, &number(tick));
        }
        for (series, colour) in panel.series.iter().zip(COLOURS.iter().cycle()) {
            let places: Vec<_> =
                series.points.iter().map(|(x, y)| (x_scale.place(*x), y_scale.place(*y))).collect();
            for (from, to) in places.iter().zip(places.iter().skip(1)) {
                drawing.line(*from, *to, colour, 2.0);
            }
            for place in places {
                drawing.dot(place, colour);
            }
        }
        left += PANEL;
    }
    drawing.text((LEFT, HEIGHT + 36.0), Anchor::Start, INK, across);
    let mut y = HEIGHT + 36.0 + LEGEND;
    for (name, colour) in names.iter().zip(COLOURS.iter().cycle()) {
        drawing.line((LEFT, y - 4.0), (LEFT + 18.0, y - 4.0), colour, 3.0);
        drawing.text((LEFT + 26.0, y), Anchor::Start, INK, name);
        y += LEGEND;
    }
    drawing.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_is_drawn_in_every_panel_and_named_once() {
        let series = |name: &str| Series { name: name.to_owned(), points: vec![(1e3, 2.0), (1e4, 3.0)] };
        let panel =
            |title: &str| Panel { title: title.to_owned(), series: vec![series("begin"), series("add")] };
        let drawn = lines_plot(&[panel("memory"), panel("SQLite")], "executions", "µs");
        assert_eq!(drawn.matches("<circle").count(), 8);
        assert_eq!(drawn.matches(">begin<").count(), 1);
        assert!(drawn.contains(">memory<") && drawn.contains(">SQLite<"));
    }
}
