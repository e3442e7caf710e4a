//! A comparison of scores: evaluators by variants, or a ranking of executions.

use crate::documents::ScoreReport;
use crate::score::{Cell, Comparison, Group, Row};
use crate::view::ids::Abbreviation;
use crate::view::lines::Lines;
use crate::view::look::Look;
use crate::view::number::number;
use crate::view::table::{Column, table};
use crate::view::text::{counted, grouped, shorten, wrap};
use console::measure_text_width;

/// Columns for the name of an evaluator or a group, at most.
const NAME_COLUMNS: usize = 36;
/// Columns that separate two groups.
const GAP: usize = 2;
/// Columns that a group takes at least: a mean with its mark.
const LEAST_GROUP_COLUMNS: usize = 9;

/// One block of three lines per evaluator: means, results, passed; one column per group.
pub(crate) fn matrix(look: &Look, report: &ScoreReport) -> String {
    let comparison = &report.comparison;
    let mut shown = Lines::default();
    shown.line(heading(look, report));
    for groups in blocks(look, comparison) {
        let mut columns = vec![Column::text("")];
        columns.extend(groups.iter().map(|group| Column::number(shorten(&group.name, NAME_COLUMNS))));
        let rows = comparison.rows.iter().flat_map(|row| lines(look, row, groups)).chain([{
            let executions = groups.iter().map(|group| look.dim(grouped(group.executions)));
            [look.dim("executions")].into_iter().chain(executions).collect()
        }]);
        shown.gap();
        shown.block(table(look, &columns, rows.collect()));
    }
    shown.into_text()
}

/// One table per evaluator, the best executions first.
pub(crate) fn ranking(look: &Look, report: &ScoreReport) -> String {
    let comparison = &report.comparison;
    let short = Abbreviation::of(comparison.groups.iter().map(|group| group.name.as_str()));
    let mut shown = Lines::default();
    shown.line(heading(look, report));
    for row in &comparison.rows {
        shown.gap();
        shown.line(look.bold(evaluator(row)));
        let columns = [
            Column::text("  execution"),
            Column::number("mean"),
            Column::number("results"),
            Column::number("passed"),
            Column::shrinking("variants"),
        ];
        let line = |cell: &Cell| {
            let group = comparison.groups.iter().find(|group| group.name == cell.group);
            vec![
                format!("  {}", short.shorten(&cell.group)),
                mean(look, cell),
                grouped(cell.count),
                passed(cell),
                group.map(variants).unwrap_or_default(),
            ]
        };
        shown.block(table(look, &columns, row.cells.iter().map(line).collect()));
    }
    shown.into_text()
}

fn heading(look: &Look, report: &ScoreReport) -> String {
    let comparison = &report.comparison;
    let measure = match &comparison.metric {
        Some(metric) => format!("mean of metric {}", shorten(metric, NAME_COLUMNS)),
        None => "mean score".to_owned(),
    };
    let title = format!("{} {}", shorten(&report.workflow.name, NAME_COLUMNS), report.workflow.version);
    let results = usize::try_from(comparison.results).unwrap_or(usize::MAX);
    let executions = usize::try_from(comparison.executions).unwrap_or(usize::MAX);
    let best = if comparison.lower_is_better { "the lowest" } else { "the highest" };
    let measured = format!(
        "{measure} of {} of {}; ★ marks {best}",
        counted(results, "result", "results"),
        counted(executions, "execution", "executions"),
    );
    if measure_text_width(&title) + 2 + measure_text_width(&measured) <= look.width {
        format!("{}  {measured}", look.bold(title))
    } else {
        format!("{}\n{}", look.bold(title), wrap(&measured, look.width).collect::<Vec<_>>().join("\n"))
    }
}

/// As many groups side by side as the terminal has room for.
fn blocks<'a>(look: &Look, comparison: &'a Comparison) -> Vec<&'a [Group]> {
    let names = comparison.rows.iter().map(|row| measure_text_width(&evaluator(row)));
    let taken = names.max().unwrap_or(0).max("  executions".len());
    let mut blocks = Vec::new();
    let (mut start, mut used) = (0, taken);
    for (place, group) in comparison.groups.iter().enumerate() {
        let name = measure_text_width(&group.name).min(NAME_COLUMNS);
        let columns = GAP + name.max(LEAST_GROUP_COLUMNS);
        if used + columns > look.width && place > start {
            blocks.push(&comparison.groups[start..place]);
            (start, used) = (place, taken);
        }
        used += columns;
    }
    blocks.push(&comparison.groups[start..]);
    blocks
}

fn lines(look: &Look, row: &Row, groups: &[Group]) -> [Vec<String>; 3] {
    let cells: Vec<_> =
        groups.iter().map(|group| row.cells.iter().find(|cell| cell.group == group.name)).collect();
    let line = |name: String, show: &dyn Fn(&Cell) -> String| {
        let shown = cells.iter().map(|cell| cell.map_or_else(|| look.dim("–"), show));
        [name].into_iter().chain(shown).collect()
    };
    [
        line(look.bold(evaluator(row)), &|cell| mean(look, cell)),
        line(look.dim("  results"), &|cell| look.dim(grouped(cell.count))),
        line(look.dim("  passed"), &|cell| look.dim(passed(cell))),
    ]
}

fn evaluator(row: &Row) -> String {
    shorten(&format!("{} {}", row.evaluator, row.version), NAME_COLUMNS)
}

fn mean(look: &Look, cell: &Cell) -> String {
    let mean = number(cell.mean);
    if cell.best { look.best(format!("★ {mean}")) } else { mean }
}

fn passed(cell: &Cell) -> String {
    let count = cell.count.max(1);
    format!("{} %", (cell.passed * 100 + count / 2) / count)
}

fn variants(group: &Group) -> String {
    let choices = group.variants.iter().map(|choice| format!("{}={}", choice.node, choice.shown()));
    shorten(&choices.collect::<Vec<_>>().join(", "), usize::from(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::WorkflowName;
    use wtb_domain::WorkflowId;

    fn report(groups: &[(&str, f64, bool)]) -> ScoreReport {
        let cell = |(group, mean, best): &(&str, f64, bool)| Cell {
            group: (*group).to_owned(),
            mean: *mean,
            count: 4,
            passed: 3,
            best: *best,
        };
        let group = |(group, ..): &(&str, f64, bool)| Group {
            name: (*group).to_owned(),
            variants: Vec::new(),
            executions: 5,
        };
        ScoreReport {
            workflow: WorkflowName {
                id: WorkflowId::from(1),
                name: "rag".to_owned(),
                version: "1.0.0".to_owned(),
            },
            comparison: Comparison {
                metric: None,
                lower_is_better: false,
                executions: 10,
                results: 8,
                groups: groups.iter().map(group).collect(),
                rows: vec![Row {
                    evaluator: "coverage".to_owned(),
                    version: "1.0.0".to_owned(),
                    cells: groups.iter().map(cell).collect(),
                }],
            },
        }
    }

    #[test]
    fn evaluators_stand_beside_variants_and_the_best_is_marked() {
        let shown =
            matrix(&Look::plain(), &report(&[("original", 0.25, false), ("retrieve=bm25", 0.5, true)]));
        assert_eq!(
            shown,
            "rag 1.0.0  mean score of 8 results of 10 executions; ★ marks the highest\n\
             \n\
             \u{20}               original  retrieve=bm25\n\
             coverage 1.0.0    0.2500       ★ 0.5000\n\
             \u{20} results              4              4\n\
             \u{20} passed            75 %           75 %\n\
             executions             5              5\n"
        );
    }

    #[test]
    fn groups_that_do_not_fit_side_by_side_go_below() {
        let narrow = Look { width: 44, ..Look::plain() };
        let groups = [("retrieve=bm25", 0.1, false), ("retrieve=tfidf", 0.2, true), ("x", 0.1, false)];
        let shown = matrix(&narrow, &report(&groups));
        assert_eq!(shown.matches("coverage 1.0.0").count(), 2, "{shown}");
        assert!(shown.lines().all(|line| measure_text_width(line) <= 44), "{shown}");
    }

    #[test]
    fn a_ranking_shows_the_best_first() {
        let shown = ranking(&Look::plain(), &report(&[("e-2", 0.5, true), ("e-1", 0.25, false)]));
        let best = shown.find("★ 0.5000").unwrap();
        assert!(best < shown.find("0.2500").unwrap(), "{shown}");
    }
}
