//! Where stores may differ: what units that write at the same time are answered.
//!
//! Everything else is the same in every store, to the bit. This is all that may not be:
//!
//! 1. **Whether they can be open at the same time.** SQLite lets one unit write at a time; a second one waits before it
//!    begins. A history has a single driver, which would wait for itself, so [`Overlap::OneWriter`] has the unit that is
//!    open end first. Where units take turns like that, every store must answer exactly what the model answers.
//! 2. **Whether a statement waits for another unit.** PostgreSQL lets a statement wait while an open unit holds a row, a
//!    unique value or a parent that it needs. [`Overlap::UntilTheyMeet`] foresees that ([`stands_in_the_way`]) and has
//!    the other unit end first. That is what the waiting statement would see anyway, since its unit keeps its snapshot. A
//!    wait that was not foreseen would end with `Unavailable` after some seconds, and the proof with it. The memory store
//!    never waits, so there [`Overlap::Free`] has units write as they like.
//! 3. **When a unit that came too late is refused.** PostgreSQL refuses the statement that meets what was committed since the
//!    unit began, the memory store the commit. So where only the newest rows are in the way of a statement, it may succeed,
//!    or be refused with `Conflict` ([`permitted`]). The commit decides in any case: it succeeds if no row was changed by
//!    both and what is stored breaks no rule, and is refused with `Conflict` otherwise. There is no choice in that.
//! 4. **Which of several reasons a refusal names.** Where the rows that a unit sees are in the way and others among the
//!    newest ones too, either may be named, or `Conflict`. Where the newest ones are not in the way, it is `Conflict`.

use super::answer::Refusal;
use super::call::Call;
use super::model::{Placed, Rows, flaw};
use super::row::Row;
use super::unit::{Model, Unit};
use std::fmt;

/// How far units that write may overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overlap {
    /// One is open at a time.
    OneWriter,
    /// They are open together until one needs what another holds.
    UntilTheyMeet,
    /// They never wait for each other.
    Free,
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneWriter => "one unit writing at a time",
            Self::UntilTheyMeet => "units writing until they meet",
            Self::Free => "units writing freely",
        })
    }
}

/// What a call may be answered.
#[derive(Debug)]
pub(super) struct Permitted {
    /// Whether it may succeed.
    pub(super) success: bool,
    /// With what it may be refused.
    pub(super) refusals: Vec<Refusal>,
}

impl Permitted {
    fn only(refusals: Vec<Refusal>) -> Self {
        let success = refusals.is_empty();
        Self { success, refusals }
    }
}

/// What `unit` may be answered to `call`.
pub(super) fn permitted(model: &Model, unit: &Unit, call: &Call) -> Permitted {
    if unit.spent {
        return Permitted::only(vec![Refusal::Aborted]);
    }
    if call.writes() && !unit.writes {
        return Permitted::only(vec![Refusal::ReadOnly]);
    }
    let seen = unit.view.refusals(call);
    if !call.writes() || !model.has_gone_on_since(unit) || flaw(call).is_some() {
        return Permitted::only(seen);
    }
    let target = target(&unit.view, call);
    if call.target().is_some() && target.is_none() {
        // It is about a row that its unit does not see: there is nothing to change, and nothing to meet.
        return Permitted::only(seen);
    }
    let newest = newest_refusals(model, unit, call);
    let changed = target.is_some_and(|target| model.is_changed_since(unit, target.place));
    let is_met = changed || has_another_parent(model, unit, call);
    let differs = seen != newest || one_of_many_differs(model, unit, call);
    if !differs && !is_met {
        return Permitted::only(seen);
    }
    if seen.is_empty() {
        return Permitted { success: true, refusals: vec![Refusal::Conflict] };
    }
    let may_conflict = differs || changed;
    let conflict = may_conflict.then_some(Refusal::Conflict);
    // A reference is to what the unit sees. A row in the way has to be there still.
    let missing = seen.iter().filter(|refusal| !is_about_a_row_in_the_way(refusal)).cloned();
    let refusals = if seen.iter().any(is_about_a_row_in_the_way) {
        let is_still = newest.iter().any(is_about_a_row_in_the_way);
        let seen = if is_still { seen.clone() } else { missing.collect() };
        [seen, newest].concat()
    } else {
        missing.collect()
    };
    Permitted { success: false, refusals: refusals.into_iter().chain(conflict).collect() }
}

/// Whether a refusal depends on a row that another unit may have removed since.
fn is_about_a_row_in_the_way(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::AlreadyExists(..) | Refusal::StillReferenced(_))
}

/// Why the newest rows, with what the unit wrote, would refuse a call. The row that the call is about is the one its unit sees.
fn newest_refusals(model: &Model, unit: &Unit, call: &Call) -> Vec<Refusal> {
    let mut newest = model.with_writes_of(unit);
    if let Some(Placed { place, row }) = target(&unit.view, call) {
        newest.set(*place, Some(row.clone()));
    }
    newest.refusals(call)
}

/// Whether the newest rows would refuse another of many rows that are added together than those that the unit sees, be it
/// that the refusals of all are alike.
fn one_of_many_differs(model: &Model, unit: &Unit, call: &Call) -> bool {
    let Call::AddAll(_, samples) = call else { return false };
    let newest = model.with_writes_of(unit);
    samples.iter().any(|sample| {
        let one = Call::Add(sample.clone());
        unit.view.refusals(&one) != newest.refusals(&one)
    })
}

/// The row that `call` is to change or remove.
fn target<'a>(rows: &'a Rows, call: &Call) -> Option<&'a Placed> {
    let (kind, id) = call.target()?;
    rows.with_id(kind, id)
}

/// The places of the rows that a call refers to, as its unit sees them.
fn parents<'a>(unit: &'a Unit, call: &'a Call) -> impl Iterator<Item = u64> + 'a {
    let parents = call.samples().iter().filter_map(|sample| sample.row.parent());
    parents.filter_map(|(kind, id)| unit.view.with_id(kind, id)).map(|placed| placed.place)
}

/// Whether the call refers to a row that others removed, or whose unique fields they changed, since the unit began.
///
/// PostgreSQL locks what is referred to against a change of any unique field, not only of the one that is referred to, and
/// remembers a change that the same unit took back. A row that was removed and added again is another one.
fn has_another_parent(model: &Model, unit: &Unit, call: &Call) -> bool {
    let is_removed = |place| model.committed.at(place).is_none() && unit.snapshot.at(place).is_some();
    parents(unit, call).any(|place| is_removed(place) || model.has_other_unique_fields(unit, place))
}

/// Whether `call` of `unit` would wait until `other` ends. Sometimes it is said to wait where it would not.
pub(super) fn stands_in_the_way(other: &Unit, unit: &Unit, call: &Call) -> bool {
    let is_sent = call.writes() && unit.writes && !unit.spent && flaw(call).is_none();
    if !is_sent || other.spent {
        return false;
    }
    let target = target(&unit.view, call);
    let holds_target = target.is_some_and(|target| other.written.contains(&target.place));
    // A statement holds what its row refers to; what changes a key or removes the row has to wait for that.
    let refers_to_target = call
        .target()
        .is_some_and(|target| other.versions.iter().any(|version| version.row.parent() == Some(target)));
    let holds_value = call
        .samples()
        .iter()
        .any(|sample| other.versions.iter().any(|version| shares_a_unique_value(&version.row, &sample.row)));
    let holds_parent = parents(unit, call).any(|place| {
        let removes = other.written.contains(&place) && other.view.at(place).is_none();
        removes || other.changes_unique_fields(place)
    });
    holds_target || refers_to_target || holds_value || holds_parent
}

fn shares_a_unique_value(left: &Row, right: &Row) -> bool {
    left.kind() == right.kind()
        && ((left.id().is_some() && left.id() == right.id())
            || (left.unique().is_some() && left.unique() == right.unique()))
}
