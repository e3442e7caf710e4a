//! Each byte of a unit's conversation, at which the connection breaks, falls silent or becomes slow.

use super::fault::{Fault, Plan, Speaker};
use super::messages::{Conversation, Said};
use super::place::{Decorate, Place};
use crate::proof::{Failure, Outcome, Trial, Tried};
use crate::seed::Numbers;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// How many stores are tried at the same time, each behind a proxy of its own.
const LANES: usize = 4;

const SPEAKERS: [Speaker; 2] = [Speaker::Store, Speaker::Server];
const SLOW: Fault = Fault::Delay(Duration::from_millis(50));

/// How many places of a conversation are taken at random, beside those that are taken anyway.
const AT_RANDOM: usize = 20;

pub(super) async fn sound(trial: Trial) -> Outcome {
    let place = Place::new(|store| store).await?;
    let conversation = heard(&place).await?;
    let mut numbers = trial.seed.numbers();
    let plans = trial.times(
        [
            cuts(&conversation, |said| (said.commit..=said.length()).collect()),
            cuts(&conversation, Said::around_ends),
            at_random(&conversation, Fault::Cut, AT_RANDOM, &mut numbers),
            at_random(&conversation, Fault::Silence, 4, &mut numbers),
            at_random(&conversation, SLOW, 4, &mut numbers),
            around_the_commit(&conversation, Fault::Silence),
        ]
        .concat(),
        [
            cuts(&conversation, |said| (0..=said.length()).collect()),
            everywhere(&conversation, Fault::Silence, |said| said.ends.clone()),
            at_random(&conversation, Fault::Silence, AT_RANDOM, &mut numbers),
            everywhere(&conversation, SLOW, |said| said.ends.clone()),
            around_the_commit(&conversation, Fault::Silence),
        ]
        .concat(),
    );
    tried(place, plans).await
}

/// A few places at which it is certain what became of the unit, on stores with a defect.
pub(super) async fn with(decorate: Decorate) -> Outcome {
    let place = Place::new(decorate).await?;
    let conversation = heard(&place).await?;
    let plans = around_the_commit(&conversation, Fault::Cut);
    tried(place, plans).await
}

/// Listens to a unit when everything is prepared.
async fn heard(place: &Place) -> Result<Conversation, Failure> {
    let (proxy, store) = place.behind_a_proxy(NonZeroU32::MIN).await?;
    place.recover(&*store, "nothing").await?;
    place.recover(&*store, "nothing").await?;
    proxy.listen();
    if place.do_one(&*store).await? {
        Conversation::of(&proxy.heard())
    } else {
        Err(Failure::unable("a unit without any fault failed"))
    }
}

/// The same fault at places that both speakers have.
fn everywhere(conversation: &Conversation, fault: Fault, places: impl Fn(&Said) -> Vec<usize>) -> Vec<Plan> {
    let plans = |speaker| {
        let places = places(conversation.said_by(speaker));
        places.into_iter().map(move |after| Plan { fault, speaker, after })
    };
    SPEAKERS.into_iter().flat_map(plans).collect()
}

fn cuts(conversation: &Conversation, places: impl Fn(&Said) -> Vec<usize>) -> Vec<Plan> {
    everywhere(conversation, Fault::Cut, places)
}

/// In the first bytes of the commit, so that the server has not got it, and before and in its answer, so that it has.
fn around_the_commit(conversation: &Conversation, fault: Fault) -> Vec<Plan> {
    everywhere(conversation, fault, |said| vec![said.commit, said.commit + 1])
}

fn at_random(conversation: &Conversation, fault: Fault, count: usize, numbers: &mut Numbers) -> Vec<Plan> {
    let plan = |number: usize| {
        let speaker = SPEAKERS[number % SPEAKERS.len()];
        let length = u64::try_from(conversation.said_by(speaker).length()).unwrap_or(0);
        let after = usize::try_from(numbers.below(length + 1)).unwrap_or(0);
        Plan { fault, speaker, after }
    };
    (0..count).map(plan).collect()
}

/// Does a unit with each of these faults, and others before and after it.
async fn tried(place: Place, plans: Vec<Plan>) -> Outcome {
    let (place, plans) = (Arc::new(place), Arc::new(plans));
    let (next, happened) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let (place, plans) = (Arc::clone(&place), Arc::clone(&plans));
        let (next, happened) = (Arc::clone(&next), Arc::clone(&happened));
        lanes.spawn(async move {
            let (proxy, store) = place.behind_a_proxy(NonZeroU32::MIN).await?;
            place.recover(&*store, "nothing").await?;
            while let Some(plan) = plans.get(next.fetch_add(1, Ordering::Relaxed)) {
                proxy.plan(*plan);
                place.do_one(&*store).await?;
                happened.fetch_add(usize::from(proxy.heal()), Ordering::Relaxed);
                place.recover(&*store, &plan.to_string()).await?;
            }
            Ok::<(), Failure>(())
        });
    }
    while let Some(lane) = lanes.join_next().await {
        lane.map_err(Failure::unable)??;
    }
    place.ledger.compare(&*place.healthy).await?;
    let happened = happened.load(Ordering::Relaxed);
    // What the server says may be a byte shorter than it was, or the machine so busy that a unit does not even begin.
    if happened * 10 < plans.len() * 9 {
        return Err(Failure::unable(format!("only {happened} of {} faults happened", plans.len())));
    }
    Ok(Tried::new(format!("{happened} faults at places of a unit's conversation: {}", place.ledger.tally())))
}
