//! Histories written by hand: one for each anomaly, and those that snapshot isolation lets pass.

use super::anomaly::Kind;
use super::checker::check;
use super::history::{History, Interval, Key, Outcome, Row, Step, Tag, Unit, UnitNumber};

const X: Key = 0;
const Y: Key = 1;

fn tag(unit: UnitNumber) -> Tag {
    Tag { unit, nth: 0 }
}

/// A committed unit of a client of its own that was open from `begin` to `end`.
fn unit(begin: u64, end: u64) -> Unit {
    // Each moment has room for the answer before the next one.
    let interval = |time: u64| Interval { asked: 10 * time, answered: 10 * time + 1 };
    Unit {
        client: usize::try_from(begin).unwrap(),
        begin: interval(begin),
        end: interval(end),
        outcome: Outcome::Committed,
        steps: Vec::new(),
    }
}

/// The row that these writes made, one after another.
fn row_after(list: Vec<Tag>) -> Row {
    Row { revision: list.len() + 1, register: list.last().copied(), list }
}

impl Unit {
    fn of(self, client: usize) -> Self {
        Self { client, ..self }
    }

    fn undone(self) -> Self {
        Self { outcome: Outcome::Undone, ..self }
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Saw the row that the first writes of these units made.
    fn saw(self, key: Key, writers: &[UnitNumber]) -> Self {
        self.step(Step::SawRow(key, row_after(writers.iter().copied().map(tag).collect())))
    }

    fn saw_log(self, key: Key, writers: &[UnitNumber]) -> Self {
        self.step(Step::SawLog(key, writers.iter().copied().map(tag).collect()))
    }

    fn changed(self, key: Key, number: UnitNumber) -> Self {
        self.step(Step::ChangedRow(key, tag(number)))
    }

    fn logged(self, key: Key, number: UnitNumber) -> Self {
        self.step(Step::Logged(key, tag(number)))
    }
}

fn found(units: impl Into<Vec<Unit>>) -> Option<Kind> {
    check(&History { units: units.into() }).err().map(|anomaly| anomaly.kind)
}

#[test]
fn units_one_after_another_are_fine() {
    let units = [
        unit(1, 2).saw(X, &[]).changed(X, 0).saw(X, &[0]).logged(X, 0).saw_log(X, &[0]),
        unit(3, 4).saw(X, &[0]).changed(X, 1),
        unit(5, 6).saw(X, &[0, 1]).saw_log(X, &[0]),
    ];
    assert_eq!(found(units), None);
}

#[test]
fn write_skew_is_allowed() {
    let units = [
        unit(1, 3).saw(X, &[]).saw(Y, &[]).changed(X, 0),
        unit(2, 4).saw(X, &[]).saw(Y, &[]).changed(Y, 1),
        unit(5, 6).saw(X, &[0]).saw(Y, &[1]),
    ];
    assert_eq!(found(units), None);
}

#[test]
fn a_unit_that_is_committed_while_another_begins_may_be_seen_or_not() {
    let writer = || unit(1, 2).saw(X, &[]).changed(X, 0);
    let meanwhile = |unit: Unit| Unit { begin: Interval { asked: 19, answered: 22 }, ..unit };
    assert_eq!(found([writer(), meanwhile(unit(2, 3)).saw(X, &[])]), None);
    assert_eq!(found([writer(), meanwhile(unit(2, 3)).saw(X, &[0])]), None);
}

#[test]
fn a_snapshot_that_goes_on_after_others_commit_is_allowed() {
    let units = [
        unit(1, 4).saw(X, &[]).saw(Y, &[]).saw(X, &[]),
        unit(2, 3).saw(X, &[]).changed(X, 1).saw(Y, &[]).changed(Y, 1),
    ];
    assert_eq!(found(units), None);
}

#[test]
fn a_read_of_what_was_undone_is_an_aborted_read() {
    let writer = || unit(1, 4).saw(X, &[]).changed(X, 0).logged(X, 0).undone();
    assert_eq!(found([writer(), unit(2, 3).saw(X, &[0])]), Some(Kind::AbortedRead));
    assert_eq!(found([writer(), unit(2, 3).saw_log(X, &[0])]), Some(Kind::AbortedRead));
}

#[test]
fn a_read_of_half_of_a_unit_is_an_intermediate_read() {
    let second = Tag { unit: 0, nth: 1 };
    let writer = unit(1, 4).saw(X, &[]).changed(X, 0).step(Step::ChangedRow(X, second));
    assert_eq!(found([writer, unit(2, 3).saw(X, &[0])]), Some(Kind::IntermediateRead));
    let writer = unit(1, 4).logged(X, 0).step(Step::Logged(X, second));
    assert_eq!(found([writer, unit(2, 3).saw_log(X, &[0])]), Some(Kind::IntermediateRead));
}

#[test]
fn a_unit_that_does_not_see_its_own_writes_is_caught() {
    let row = unit(1, 2).saw(X, &[]).changed(X, 0).saw(X, &[]);
    assert_eq!(found([row]), Some(Kind::OwnWritesUnseen));
    let log = unit(1, 2).logged(X, 0).saw_log(X, &[]);
    assert_eq!(found([log]), Some(Kind::OwnWritesUnseen));
}

#[test]
fn a_row_whose_fields_are_of_different_moments_is_torn() {
    let writer = || unit(1, 2).saw(X, &[]).changed(X, 0);
    let whole = row_after(vec![tag(0)]);
    for torn in [Row { revision: 1, ..whole.clone() }, Row { register: None, ..whole.clone() }] {
        assert_eq!(found([writer(), unit(3, 4).step(Step::SawRow(X, torn))]), Some(Kind::TornRow));
    }
}

#[test]
fn the_second_of_two_writes_from_the_same_read_is_a_lost_update() {
    let units = [unit(1, 3).saw(X, &[]).changed(X, 0), unit(2, 4).saw(X, &[]).changed(X, 1)];
    assert_eq!(found(units), Some(Kind::LostUpdate));
}

#[test]
fn a_committed_write_that_a_later_row_does_not_have_is_a_lost_update() {
    let units =
        [unit(1, 2).saw(X, &[]).changed(X, 0), unit(3, 4).saw(X, &[]).changed(X, 1), unit(5, 6).saw(X, &[1])];
    assert_eq!(found(units), Some(Kind::LostUpdate));
}

#[test]
fn a_row_that_was_written_more_often_than_its_list_tells_lost_an_update() {
    let writer = unit(1, 2).saw(X, &[]).changed(X, 0);
    let row = Row { revision: 3, ..row_after(vec![tag(0)]) };
    assert_eq!(found([writer, unit(3, 4).step(Step::SawRow(X, row))]), Some(Kind::LostUpdate));
}

#[test]
fn writes_of_two_units_in_different_orders_are_a_dirty_write() {
    let units = [
        unit(1, 3).saw(X, &[]).changed(X, 0).saw(Y, &[1]).changed(Y, 0),
        unit(2, 4).saw(X, &[0]).changed(X, 1).saw(Y, &[]).changed(Y, 1),
    ];
    assert_eq!(found(units), Some(Kind::DirtyWrite));
}

#[test]
fn units_that_see_each_other_are_a_circular_flow() {
    let units = [
        unit(1, 3).saw(X, &[]).changed(X, 0).saw(Y, &[1]),
        unit(2, 4).saw(X, &[0]).saw(Y, &[]).changed(Y, 1),
    ];
    assert_eq!(found(units), Some(Kind::CircularFlow));
}

#[test]
fn a_unit_that_is_seen_in_part_is_a_fractured_read() {
    let writer = || unit(2, 3).saw(X, &[]).changed(X, 0).saw(Y, &[]).changed(Y, 0).logged(Y, 0);
    let reader = || unit(1, 4);
    assert_eq!(found([writer(), reader().saw(X, &[0]).saw(Y, &[])]), Some(Kind::FracturedRead));
    assert_eq!(found([writer(), reader().saw(X, &[0]).saw_log(Y, &[])]), Some(Kind::FracturedRead));
}

#[test]
fn a_row_that_changes_under_a_unit_is_a_fractured_read() {
    let writer = unit(2, 3).saw(X, &[]).changed(X, 0);
    assert_eq!(found([writer, unit(1, 4).saw(X, &[]).saw(X, &[0])]), Some(Kind::FracturedRead));
}

#[test]
fn units_that_disagree_about_two_others_are_a_long_fork() {
    let units = [
        unit(1, 5).saw(X, &[]).changed(X, 0),
        unit(2, 6).saw(Y, &[]).changed(Y, 1),
        unit(3, 7).saw(X, &[0]).saw(Y, &[]),
        unit(4, 8).saw(X, &[]).saw(Y, &[1]),
    ];
    assert_eq!(found(units), Some(Kind::LongFork));
}

#[test]
fn a_unit_must_see_what_was_committed_before_it_began() {
    let writer = || unit(1, 2).of(1).saw(X, &[]).changed(X, 0);
    assert_eq!(found([writer(), unit(3, 4).of(2).saw(X, &[])]), Some(Kind::SnapshotOfAnotherTime));
    assert_eq!(found([writer(), unit(3, 4).of(1).saw(X, &[])]), Some(Kind::SnapshotGoesBack));
}

#[test]
fn a_unit_must_not_see_what_was_committed_after_it_began() {
    let writer = unit(2, 3).saw(X, &[]).changed(X, 0);
    assert_eq!(found([writer, unit(1, 4).saw(X, &[0])]), Some(Kind::SnapshotOfAnotherTime));
}

#[test]
fn a_client_must_not_see_less_than_it_saw_before() {
    // The writer is committed while both begin, so only their order tells.
    let writer = Unit { end: Interval { asked: 11, answered: 99 }, ..unit(1, 9).saw(X, &[]).changed(X, 0) };
    let units =
        |second: usize| [writer.clone(), unit(2, 3).of(7).saw(X, &[0]), unit(4, 5).of(second).saw(X, &[])];
    assert_eq!(found(units(7)), Some(Kind::SnapshotGoesBack));
    assert_eq!(found(units(8)), Some(Kind::SnapshotOfAnotherTime));
}
