//! Steps of a history as they are generated and shrunk: what is drawn does not depend on what is stored.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use wtb_domain::EntityKind;

/// Units that are open at once.
pub(super) const SLOTS: usize = 3;

/// One step of a history.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Whose turn it is.
    pub(super) slot: usize,
    pub(super) deed: Deed,
    /// How a unit ends that has to end first.
    pub(super) others: Ending,
}

/// What a step does.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// Begins a unit; one that is open there is dropped.
    Begin(Access),
    /// Ends the unit, if there is one.
    End(Ending),
    /// Makes a call on the unit, or on one that begins for it.
    Ask(Ask),
}

/// How a unit begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Write,
    Read,
    ReadOwnWrites,
}

/// How a unit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Commit,
    Rollback,
    Drop,
}

/// One of several values. Which there are is known when the step is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    /// Whether only those are meant with which the call goes well.
    pub(super) fits: bool,
    pub(super) number: usize,
}

/// A row to write, as far as it is drawn.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) id: Choice,
    pub(super) parent: Choice,
    pub(super) unique: Choice,
    pub(super) digits: u64,
    pub(super) flaw: Option<usize>,
}

/// A call, as far as it is drawn.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    GetById(EntityKind, Choice),
    GetByIds(EntityKind, Vec<Choice>),
    Add(EntityKind, Draft),
    AddAll(EntityKind, Vec<Draft>),
    /// From the revision that is stored, or from another.
    Update(EntityKind, Draft, Option<u64>),
    Delete(EntityKind, Choice),
    Append(Option<Choice>, Vec<Draft>),
    /// One of the lists of a kind, at most so many, from the start or after the end of a page.
    List(EntityKind, usize, [Choice; 2], Limit, After),
    /// One of the lookups.
    Find(usize, [Choice; 2]),
}

/// How long a page is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    Items(u32),
    Default,
    Max,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum After {
    Start,
    /// The end of one of the pages of the same list.
    Page(usize),
    /// A place where no row was.
    Place(i64),
}

/// Histories of so many steps on average, after some rows are stored to begin with.
pub(super) fn histories(steps: usize) -> impl Strategy<Value = Vec<Step>> {
    (first_unit(), vec(step(), 1..2 * steps)).prop_map(|(first, then)| [first, then].concat())
}

/// A unit that adds a few rows of each kind, parents first, and commits.
fn first_unit() -> impl Strategy<Value = Vec<Step>> {
    let rows = |kind: &EntityKind| {
        let kind = *kind;
        vec(sound_draft(), 0..5).prop_map(move |drafts| match kind {
            EntityKind::AuditEntry => Ask::Append(None, drafts),
            kind => Ask::AddAll(kind, drafts),
        })
    };
    let asks: Vec<_> = EntityKind::ALL.iter().map(rows).collect();
    asks.prop_map(|asks| {
        let deeds = asks.into_iter().map(Deed::Ask).chain([Deed::End(Ending::Commit)]);
        deeds.map(|deed| Step { slot: 0, deed, others: Ending::Commit }).collect()
    })
}

fn step() -> impl Strategy<Value = Step> {
    (0..SLOTS, deed(), ending()).prop_map(|(slot, deed, others)| Step { slot, deed, others })
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        52 => ask().prop_map(Deed::Ask),
        9 => ending().prop_map(Deed::End),
        5 => access().prop_map(Deed::Begin),
    ]
}

fn access() -> impl Strategy<Value = Access> {
    prop_oneof![2 => Just(Access::Write), 2 => Just(Access::Read), 1 => Just(Access::ReadOwnWrites)]
}

fn ending() -> impl Strategy<Value = Ending> {
    prop_oneof![6 => Just(Ending::Commit), 1 => Just(Ending::Rollback), 1 => Just(Ending::Drop)]
}

/// Mostly the first of what there is, so that units meet.
fn choice() -> impl Strategy<Value = Choice> {
    let fits = prop_oneof![20 => Just(true), 1 => Just(false)];
    let number = prop_oneof![2 => Just(0), 1 => 0..12_usize];
    (fits, number).prop_map(|(fits, number)| Choice { fits, number })
}

fn draft() -> impl Strategy<Value = Draft> {
    (choice(), choice(), choice(), any::<u64>(), option::weighted(0.01, 0..24_usize))
        .prop_map(|(id, parent, unique, digits, flaw)| Draft { id, parent, unique, digits, flaw })
}

/// A row that is kept.
fn sound_draft() -> impl Strategy<Value = Draft> {
    let fits = |choice| Choice { fits: true, ..choice };
    draft().prop_map(move |Draft { id, parent, unique, digits, .. }| Draft {
        id: fits(id),
        parent: fits(parent),
        unique: fits(unique),
        digits,
        flaw: None,
    })
}

/// A kind of rows with identifiers; those that others refer to come more often.
fn kind() -> impl Strategy<Value = EntityKind> {
    prop_oneof![
        4 => Just(EntityKind::Workflow),
        4 => Just(EntityKind::Execution),
        2 => Just(EntityKind::NodeBoundary),
        2 => Just(EntityKind::CheckpointFile),
        2 => Just(EntityKind::NodeVariant),
        2 => Just(EntityKind::EvaluationResult),
    ]
}

fn ask() -> BoxedStrategy<Ask> {
    let revision = option::weighted(0.05, any::<u64>());
    prop_oneof![
        12 => (kind(), draft()).prop_map(|(kind, draft)| Ask::Add(kind, draft)),
        9 => (kind(), draft(), revision).prop_map(|(kind, draft, from)| Ask::Update(kind, draft, from)),
        6 => (kind(), choice()).prop_map(|(kind, id)| Ask::Delete(kind, id)),
        4 => (kind(), vec(draft(), 0..4)).prop_map(|(kind, drafts)| Ask::AddAll(kind, drafts)),
        3 => (option::of(choice()), vec(draft(), 0..4)).prop_map(|(log, drafts)| Ask::Append(log, drafts)),
        12 => list(),
        3 => (0..4_usize, keys()).prop_map(|(which, keys)| Ask::Find(which, keys)),
        3 => (kind(), choice()).prop_map(|(kind, id)| Ask::GetById(kind, id)),
        2 => (kind(), vec(choice(), 0..4)).prop_map(|(kind, ids)| Ask::GetByIds(kind, ids)),
    ]
    .boxed()
}

fn keys() -> impl Strategy<Value = [Choice; 2]> {
    [choice(), choice()]
}

fn list() -> impl Strategy<Value = Ask> {
    let kind = select(EntityKind::ALL);
    let limit = prop_oneof![
        4 => (1..4_u32).prop_map(Limit::Items),
        1 => Just(Limit::Default),
        1 => Just(Limit::Max),
    ];
    let after = prop_oneof![
        3 => Just(After::Start),
        4 => (0..8_usize).prop_map(After::Page),
        1 => prop_oneof![Just(0), Just(-1), Just(i64::MIN), Just(i64::MAX)].prop_map(After::Place),
    ];
    (kind, 0..4_usize, keys(), limit, after)
        .prop_map(|(kind, which, keys, limit, after)| Ask::List(kind, which, keys, limit, after))
}
