//! Lists: one line per item, drawn when all are known, from what is left of the items then.

use crate::view::ids::Abbreviation;
use crate::view::look::Look;
use crate::view::table::{Column, table};

/// How items of a kind are listed.
pub(crate) struct Listed<T> {
    /// What is shown of an empty list.
    pub(crate) empty: &'static str,
    /// The columns; those of ids come first.
    pub(crate) columns: fn() -> Vec<Column>,
    /// The ids of an item, for the first columns. They are cut to a length that still distinguishes them.
    pub(crate) ids: fn(&T) -> Vec<&str>,
    /// The other cells of its line.
    pub(crate) cells: fn(&Look, &T) -> Vec<String>,
}

/// The line of an item.
pub(crate) struct Line {
    ids: Vec<String>,
    cells: Vec<String>,
}

impl<T> Listed<T> {
    /// What a list needs to remember of `item`.
    pub(crate) fn line(&self, look: &Look, item: &T) -> Line {
        let ids = (self.ids)(item).into_iter().map(str::to_owned).collect();
        Line { ids, cells: (self.cells)(look, item) }
    }

    /// The list of these lines.
    pub(crate) fn draw(&self, look: &Look, lines: Vec<Line>) -> String {
        let Some(first) = lines.first() else { return format!("{}\n", self.empty) };
        let columns = 0..first.ids.len();
        let short: Vec<_> = columns
            .map(|column| Abbreviation::of(lines.iter().map(|line| line.ids[column].as_str())))
            .collect();
        let cells = |line: Line| {
            let ids = short.iter().zip(&line.ids).map(|(short, id)| short.shorten(id));
            ids.chain(line.cells).collect()
        };
        table(look, &(self.columns)(), lines.into_iter().map(cells).collect())
    }
}
