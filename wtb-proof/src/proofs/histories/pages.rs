//! Where pages ended, so that others can go on from there: as the store tells it, and as the model does.

use super::call::{Call, List};
use super::step::{After, Ask};
use wtb_ports::Cursor;

/// Where pages ended.
#[derive(Debug, Default)]
pub(super) struct Pages(Vec<End>);

#[derive(Debug)]
struct End {
    list: List,
    cursor: Cursor,
    place: u64,
    /// The unit that added the row there, if it is open.
    added_by: Option<usize>,
}

impl Pages {
    /// A page of `list` ended at `place`, at a row that an open unit added or at one that is kept.
    pub(super) fn note(&mut self, list: List, cursor: Cursor, place: u64, added_by: Option<usize>) {
        self.0.push(End { list, cursor, place, added_by });
    }

    /// A unit ended. A row that it added and that is not kept is no place to go on from: another row may take it.
    pub(super) fn ended(&mut self, unit: usize, is_kept: bool) {
        self.0.retain(|end| is_kept || end.added_by != Some(unit));
        for end in self.0.iter_mut().filter(|end| end.added_by == Some(unit)) {
            end.added_by = None;
        }
    }

    /// Where the page that is asked for begins, in the store and in the model.
    pub(super) fn begin(&self, ask: &Ask, call: &Call) -> (Option<Cursor>, u64) {
        let (Ask::List(.., after), Call::List(list, _)) = (ask, call) else { return (None, 0) };
        match after {
            After::Start => (None, 0),
            After::Place(place) => (Some(Cursor::at(*place)), u64::try_from(*place).unwrap_or_default()),
            After::Page(number) => {
                let ends: Vec<&End> = self.0.iter().filter(|end| end.list == *list).collect();
                match ends.len() {
                    0 => (None, 0),
                    count => (Some(ends[number % count].cursor), ends[number % count].place),
                }
            }
        }
    }
}
