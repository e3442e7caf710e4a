//! Takes the steps of a history on a store and on the model, and compares every answer.

use super::answer::{Answer, Answered, Refusal, in_words, is_same};
use super::call::{Call, List};
use super::meetings::{Overlap, Permitted, permitted, stands_in_the_way};
use super::pages::Pages;
use super::perform::perform;
use super::resolve;
use super::step::{Access, Ask, Deed, Ending, SLOTS, Step};
use super::tally::Tally;
use super::unit::{Model, Unit};
use crate::proof::Failure;
use wtb_domain::EntityKind;
use wtb_ports::{BoxUnitOfWork, Cursor, PageLimit, StoreError, UnitOfWorkFactory};

/// Takes every step on `store`, and compares what is stored at the end.
///
/// # Errors
/// `Found` tells the steps that were taken and the answer that differs.
pub(super) async fn run(
    store: &dyn UnitOfWorkFactory,
    overlap: Overlap,
    history: &[Step],
    tally: &Tally,
) -> Result<(), Failure> {
    let mut run = Run {
        store,
        overlap,
        tally,
        model: Model::default(),
        open: [const { None }; SLOTS],
        pages: Pages::default(),
        begun: 0,
        taken: Vec::new(),
    };
    for step in history {
        run.step(step).await?;
    }
    for slot in 0..SLOTS {
        run.end(slot, Ending::Drop).await?;
    }
    run.compare_what_is_stored().await
}

struct Run<'a> {
    store: &'a dyn UnitOfWorkFactory,
    overlap: Overlap,
    tally: &'a Tally,
    model: Model,
    open: [Option<Open>; SLOTS],
    pages: Pages,
    /// How many units began so far.
    begun: usize,
    /// The steps taken so far, for people.
    taken: Vec<String>,
}

/// A unit of the store and what the model has in its place.
struct Open {
    number: usize,
    unit: BoxUnitOfWork,
    model: Unit,
}

impl Run<'_> {
    async fn step(&mut self, Step { slot, deed, others }: &Step) -> Result<(), Failure> {
        match deed {
            Deed::Begin(access) => self.begin(*slot, *access, *others).await,
            Deed::End(ending) => self.end(*slot, *ending).await,
            Deed::Ask(ask) => {
                if self.open[*slot].is_none() {
                    self.begin(*slot, Access::Write, *others).await?;
                }
                self.ask(*slot, ask, *others).await
            }
        }
    }

    async fn begin(&mut self, slot: usize, access: Access, others: Ending) -> Result<(), Failure> {
        self.end(slot, Ending::Drop).await?;
        let writes = access == Access::Write;
        if writes && self.overlap == Overlap::OneWriter {
            for other in 0..SLOTS {
                if self.open[other].as_ref().is_some_and(|open| open.model.writes) {
                    self.end(other, others).await?;
                }
            }
        }
        self.begun += 1;
        self.taken.push(format!("unit {}: begin, {access:?}", self.begun));
        let unit = match access {
            Access::Write => self.store.begin().await,
            Access::Read => self.store.begin_read().await,
            Access::ReadOwnWrites => self.store.begin_read_own_writes().await,
        };
        let unit = match unit {
            Ok(unit) => unit,
            Err(error) => return Err(self.unexpected(&Err(Refusal::from(&error)), "a unit")),
        };
        let model = self.model.begin(writes);
        self.open[slot] = Some(Open { number: self.begun, unit, model });
        Ok(())
    }

    async fn end(&mut self, slot: usize, ending: Ending) -> Result<(), Failure> {
        let Some(Open { number, unit, model, .. }) = self.open[slot].take() else { return Ok(()) };
        self.taken.push(format!("unit {number}: {ending:?}"));
        let (expected, answered) = match ending {
            Ending::Commit => (self.model.commit(&model), unit.commit().await),
            Ending::Rollback => (Ok(()), unit.rollback().await),
            Ending::Drop => {
                drop(unit);
                (Ok(()), Ok(()))
            }
        };
        let is_kept = ending == Ending::Commit && expected.is_ok();
        self.pages.ended(number, is_kept);
        let answered = answered.map(|()| Answer::Done).map_err(|error| Refusal::from(&error));
        let method = if ending == Ending::Commit { "commit" } else { "give up" };
        self.compare(method, &expected.map(|()| Answer::Done), &answered)
    }

    async fn ask(&mut self, slot: usize, ask: &Ask, others: Ending) -> Result<(), Failure> {
        let Some(mut open) = self.open[slot].take() else { return Ok(()) };
        let call = resolve::call(&open.model.view, ask);
        if self.overlap != Overlap::Free {
            for other in 0..SLOTS {
                let stands = |it: &Open| stands_in_the_way(&it.model, &open.model, &call);
                if self.open[other].as_ref().is_some_and(stands) {
                    self.end(other, others).await?;
                }
            }
        }
        let (cursor, place) = self.pages.begin(ask, &call);
        let place_text = if cursor.is_some() { format!(", after place {place}") } else { String::new() };
        self.taken.push(format!("unit {}: {call}{place_text}", open.number));
        let permitted = permitted(&self.model, &open.model, &call);
        let was_spent = open.model.spent;
        let answered = perform(&mut open.unit, &call, cursor).await;
        self.follow(&mut open, &call, &permitted, answered, place)?;
        self.open[slot] = Some(open);
        // That a spent unit stays spent is seen once.
        if was_spent { self.end(slot, others).await } else { Ok(()) }
    }

    /// Compares an answer, and has the model do what was answered.
    fn follow(
        &mut self,
        open: &mut Open,
        call: &Call,
        permitted: &Permitted,
        answered: Result<(Answer, Option<Cursor>), StoreError>,
        place: u64,
    ) -> Result<(), Failure> {
        let (answer, cursor) = match answered {
            Ok(answered) => answered,
            Err(error) => {
                let refusal = Refusal::from(&error);
                open.model.spent = true;
                if permitted.refusals.contains(&refusal) {
                    self.note(call.method(), &Err(refusal));
                    return Ok(());
                }
                return Err(self.unexpected(&Err(refusal), &described(permitted)));
            }
        };
        if !permitted.success {
            return Err(self.unexpected(&Ok(answer), &described(permitted)));
        }
        let expected = self.model.make(&mut open.model, call, place);
        self.compare(call.method(), &Ok(expected), &Ok(answer))?;
        if let (Call::List(list, limit), Some(cursor)) = (call, cursor) {
            let (page, _) = open.model.view.page(list, place, *limit);
            let place = page.last().map_or(place, |last| last.place);
            let is_own = open.model.snapshot.at(place).is_none();
            self.pages.note(list.clone(), cursor, place, is_own.then_some(open.number));
        }
        Ok(())
    }

    /// Compares every table and the log as a new unit sees them.
    async fn compare_what_is_stored(&mut self) -> Result<(), Failure> {
        let slot = 0;
        self.begin(slot, Access::Read, Ending::Drop).await?;
        let Some(mut open) = self.open[slot].take() else { return Ok(()) };
        for kind in EntityKind::ALL {
            let call = Call::List(List::All(*kind), PageLimit::MAX);
            self.taken.push(format!("at the end: {call}"));
            let permitted = permitted(&self.model, &open.model, &call);
            let answered = perform(&mut open.unit, &call, None).await;
            self.follow(&mut open, &call, &permitted, answered, 0)?;
        }
        self.open[slot] = Some(open);
        self.end(slot, Ending::Rollback).await
    }

    /// Fails unless the answer is the one that is expected.
    fn compare(
        &mut self,
        method: &'static str,
        expected: &Answered,
        answered: &Answered,
    ) -> Result<(), Failure> {
        if is_same(expected, answered) {
            self.note(method, answered);
            return Ok(());
        }
        Err(self.unexpected(answered, &format!("{expected:?}")))
    }

    /// Writes down what was answered to the last step.
    fn note(&mut self, method: &'static str, answered: &Answered) {
        self.tally.count(method, answered);
        if let Some(last) = self.taken.last_mut() {
            last.push_str(" → ");
            last.push_str(&in_words(answered));
        }
    }

    fn unexpected(&self, answered: &Answered, expected: &str) -> Failure {
        let steps = self.taken.join("\n      ");
        let what = format!(
            "with {}\n      {steps}\n      answered {answered:?}\n      expected {expected}",
            self.overlap
        );
        match answered {
            // A lock that is not let go, or a server that is gone: nobody knows which.
            Err(Refusal::Trouble(_)) => Failure::unable(what),
            _ => Failure::found(what),
        }
    }
}

fn described(Permitted { success, refusals, .. }: &Permitted) -> String {
    let refusals = refusals.iter().map(|refusal| format!("{refusal:?}"));
    let success = success.then(|| "success".to_owned());
    success.into_iter().chain(refusals).collect::<Vec<_>>().join(" or ")
}
