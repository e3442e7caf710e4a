//! Tables without lines: a bold header, two spaces between columns, one line per row.

use crate::view::lines::Lines;
use crate::view::look::Look;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Row, Width, presets};
use console::measure_text_width;

/// Spaces after each column but the last.
const GAP: u16 = 2;

/// One column of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    title: String,
    alignment: CellAlignment,
    shrinks: bool,
}

impl Column {
    /// A column of text that is always shown whole.
    pub(crate) fn text(title: impl Into<String>) -> Self {
        Self { title: title.into(), alignment: CellAlignment::Left, shrinks: false }
    }

    /// A column of numbers.
    pub(crate) fn number(title: impl Into<String>) -> Self {
        Self { alignment: CellAlignment::Right, ..Self::text(title) }
    }

    /// A column of text that is cut when the terminal is too narrow.
    pub(crate) fn shrinking(title: impl Into<String>) -> Self {
        Self { shrinks: true, ..Self::text(title) }
    }
}

/// The table, each line ended; empty cells are left blank.
pub(crate) fn table(look: &Look, columns: &[Column], rows: Vec<Vec<String>>) -> String {
    let mut table = comfy_table::Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(look.width).unwrap_or(u16::MAX))
        .set_header(columns.iter().map(|column| look.bold(&column.title)))
        .set_truncation_indicator("…");
    for cells in rows {
        let mut row = Row::from(cells);
        row.max_height(1);
        table.add_row(row);
    }
    for (index, column) in columns.iter().enumerate() {
        if let Some(drawn) = table.column_mut(index) {
            drawn.set_padding((0, if index + 1 == columns.len() { 0 } else { GAP }));
            drawn.set_cell_alignment(column.alignment);
            drawn.set_constraint(if column.shrinks {
                // Below that the title itself would fall apart.
                ColumnConstraint::LowerBoundary(Width::Fixed(title_columns(column)))
            } else {
                ColumnConstraint::ContentWidth
            });
        }
    }
    let mut drawn = Lines::default();
    for line in table.lines() {
        drawn.line(line.trim_end());
    }
    drawn.into_text()
}

/// The room that a title takes, with the gap that comfy-table counts too.
fn title_columns(column: &Column) -> u16 {
    u16::try_from(measure_text_width(&column.title)).unwrap_or(u16::MAX).saturating_add(GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Vec<String>> {
        let row = |cells: [&str; 3]| cells.map(ToOwned::to_owned).to_vec();
        vec![row(["load", "1", "a rather long remark"]), row(["retrieve", "250", ""])]
    }

    fn columns() -> [Column; 3] {
        [Column::text("node"), Column::number("files"), Column::shrinking("remark")]
    }

    #[test]
    fn numbers_are_right_aligned_and_lines_end_with_their_text() {
        let drawn = table(&Look::plain(), &columns(), rows());
        assert_eq!(
            drawn,
            "node      files  remark\nload          1  a rather long remark\nretrieve    250\n"
        );
    }

    #[test]
    fn only_the_shrinking_column_is_cut_on_a_narrow_terminal() {
        let narrow = Look { width: 26, ..Look::plain() };
        let drawn = table(&narrow, &columns(), rows());
        assert_eq!(drawn, "node      files  remark\nload          1  a rather…\nretrieve    250\n");
    }

    #[test]
    fn titles_stay_whole_on_the_narrowest_terminal() {
        let narrow = Look { width: 5, ..Look::plain() };
        let drawn = table(&narrow, &columns(), rows());
        assert!(drawn.starts_with("node      files  remark\n"), "{drawn}");
        assert_eq!(drawn.lines().count(), 3, "{drawn}");
    }

    #[test]
    fn colours_take_no_room() {
        let painted = Look { color: true, ..Look::plain() };
        let mut rows = rows();
        rows[0][0] = painted.red("load");
        let drawn = table(&painted, &columns(), rows);
        assert!(drawn.contains("\u{1b}[31mload\u{1b}[0m"), "{drawn}");
        let stripped = console::strip_ansi_codes(&drawn);
        assert!(stripped.contains("load          1  a rather long remark"), "{stripped}");
    }
}
