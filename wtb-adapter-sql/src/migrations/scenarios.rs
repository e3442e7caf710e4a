//! What upgrading has to do on every database.

mod planted;
mod steps;

pub(crate) use steps::following;

use super::{Migrated, MigrationStatus, Steps, names};
use crate::{Migrate, OpenError, Problem};
use planted::Rows;
use std::sync::Arc;
use wtb_ports::UnitOfWorkFactory;

/// A database of its own, empty at first and gone with this value.
pub(crate) trait Subject: Sized {
    /// The folder of its migrations.
    const KIND: &'static str;
    /// The steps to the newest schema.
    const STEPS: Steps;

    /// A new one.
    async fn new() -> Self;

    /// Opens it as a store with the schema of `steps`.
    async fn open(&self, migrate: Migrate, steps: Steps) -> Result<Arc<dyn UnitOfWorkFactory>, OpenError>;

    /// Upgrades it.
    async fn upgrade(&self, steps: Steps) -> Result<Migrated, OpenError>;

    /// What it has and lacks.
    async fn status(&self, steps: Steps) -> Result<MigrationStatus, OpenError>;

    /// Runs statements.
    async fn execute(&self, sql: &str);

    /// The first column of the rows that a query answers.
    async fn texts(&self, sql: &str) -> Vec<String>;

    /// The names of its tables, sorted.
    async fn tables(&self) -> Vec<String>;

    /// What is wrong with it, once it has the newest schema.
    async fn problems(&self) -> Vec<Problem>;

    /// Whether anybody keeps a lock that would stop others from upgrading it.
    async fn is_locked(&self) -> bool;
}

/// Adds a column and a table that the second step fills from it.
const OWNERS: (&str, &str) =
    ("0002_owners", "ALTER TABLE workflows ADD COLUMN owner TEXT NOT NULL DEFAULT 'nobody'");
const TAGS: (&str, &str) = (
    "0003_tags",
    "CREATE TABLE tags (workflow_id TEXT NOT NULL, tag TEXT NOT NULL);
     INSERT INTO tags SELECT id, 'owned by ' || owner FROM workflows ORDER BY seq",
);
const BROKEN: (&str, &str) = ("0003_broken", "CREATE TABLE tags (tag TEXT); INSERT INTO nowhere VALUES (1)");

const HISTORY: &str = "SELECT name FROM schema_migrations ORDER BY version";
const WORKFLOWS: &str = "SELECT id || ' of ' || owner FROM workflows ORDER BY seq";

/// The real first step and those that follow it in tests.
fn with<S: Subject>(more: &[(&'static str, &'static str)]) -> Steps {
    following(&S::STEPS[..1], more)
}

/// Puts rows into every table of the schema that `step` led to.
async fn plant<S: Subject>(subject: &S, step: &str) {
    let file = format!("{}/tests/fixtures/{}/{step}.sql", env!("CARGO_MANIFEST_DIR"), S::KIND);
    let rows = std::fs::read_to_string(&file);
    let rows = rows.unwrap_or_else(|error| panic!("plant rows of {step} in {file}: {error}"));
    subject.execute(&rows).await;
    for table in subject.tables().await {
        let planted = subject.texts(&format!("SELECT 'a row' FROM {table} LIMIT 1")).await;
        assert_eq!(planted, ["a row"], "{file} plants nothing in {table}");
    }
}

pub(crate) async fn steps_are_applied_in_order_and_each_once<S: Subject>() {
    let subject = S::new().await;
    let steps = with::<S>(&[OWNERS, TAGS]);
    let status = subject.status(steps).await.unwrap();
    assert_eq!(status, MigrationStatus { applied: vec![], pending: names(steps) });
    let first = subject.upgrade(steps).await.unwrap();
    assert_eq!(first, Migrated { before: vec![], now: names(steps) });
    let second = subject.upgrade(steps).await.unwrap();
    assert_eq!(second, Migrated { before: names(steps), now: vec![] });
    assert_eq!(subject.texts(HISTORY).await, names(steps));
    let status = subject.status(steps).await.unwrap();
    assert_eq!(status, MigrationStatus { applied: names(steps), pending: vec![] });
}

pub(crate) async fn rows_planted_at_each_step_are_read_after_the_next<S: Subject>() {
    let subject = S::new().await;
    let steps = with::<S>(&[OWNERS, TAGS]);
    subject.upgrade(&steps[..1]).await.unwrap();
    plant(&subject, steps[0].name).await;

    let second = subject.upgrade(&steps[..2]).await.unwrap();
    assert_eq!(second, Migrated { before: names(&steps[..1]), now: vec!["0002_owners"] });
    assert_eq!(subject.texts(WORKFLOWS).await, ["w-1 of nobody", "w-2 of nobody"]);
    subject.execute("UPDATE workflows SET owner = 'somebody' WHERE id = 'w-2'").await;

    let third = subject.upgrade(steps).await.unwrap();
    assert_eq!(third, Migrated { before: names(&steps[..2]), now: vec!["0003_tags"] });
    let tags = "SELECT workflow_id || ' is ' || tag FROM tags ORDER BY workflow_id";
    assert_eq!(subject.texts(tags).await, ["w-1 is owned by nobody", "w-2 is owned by somebody"]);
    let store = subject.open(Migrate::Verify, steps).await.unwrap();
    assert_eq!(Rows::of(&*store).await, Rows::planted_at(steps[0].name));
}

/// The real steps, one by one, with rows of every table planted at each.
pub(crate) async fn rows_planted_before_any_step_are_read_after_the_last<S: Subject>() {
    for planted in 1..=S::STEPS.len() {
        let subject = S::new().await;
        for step in 1..=S::STEPS.len() {
            subject.upgrade(&S::STEPS[..step]).await.unwrap();
            if step == planted {
                plant(&subject, S::STEPS[step - 1].name).await;
            }
        }
        let store = subject.open(Migrate::Verify, S::STEPS).await.unwrap();
        assert_eq!(Rows::of(&*store).await, Rows::planted_at(S::STEPS[planted - 1].name));
        assert_eq!(subject.problems().await, []);
    }
}

pub(crate) async fn a_step_that_fails_takes_back_those_before_it_and_leaves_no_lock<S: Subject>() {
    let subject = S::new().await;
    subject.upgrade(&S::STEPS[..1]).await.unwrap();
    plant(&subject, S::STEPS[0].name).await;
    let before = subject.tables().await;

    let broken = with::<S>(&[OWNERS, BROKEN]);
    let refused = subject.upgrade(broken).await.unwrap_err();
    assert!(matches!(&refused, OpenError::Migration { name: "0003_broken", .. }), "{refused:?}");
    assert!(!subject.is_locked().await);
    assert_eq!(subject.tables().await, before);
    assert_eq!(subject.texts(HISTORY).await, names(&S::STEPS[..1]));

    let refused = subject.open(Migrate::Apply, broken).await.unwrap_err();
    assert!(refused.to_string().starts_with("0003_broken failed and left "), "{refused}");
    let mended = with::<S>(&[OWNERS, TAGS]);
    assert_eq!(subject.upgrade(mended).await.unwrap().now, ["0002_owners", "0003_tags"]);
    let store = subject.open(Migrate::Verify, mended).await.unwrap();
    assert_eq!(Rows::of(&*store).await, Rows::planted_at(S::STEPS[0].name));
}

pub(crate) async fn the_first_steps_fail_without_a_trace<S: Subject>() {
    let subject = S::new().await;
    let refused = subject.upgrade(with::<S>(&[OWNERS, BROKEN])).await.unwrap_err();
    assert!(matches!(&refused, OpenError::Migration { name: "0003_broken", .. }), "{refused:?}");
    assert!(!subject.is_locked().await);
    assert_eq!(subject.tables().await, [""; 0]);
}

pub(crate) async fn an_older_program_refuses_what_a_newer_one_made<S: Subject>() {
    let subject = S::new().await;
    subject.upgrade(with::<S>(&[OWNERS, TAGS])).await.unwrap();
    let older = with::<S>(&[OWNERS]);
    for refused in [
        subject.upgrade(older).await.unwrap_err(),
        subject.status(older).await.unwrap_err(),
        subject.open(Migrate::Apply, older).await.unwrap_err(),
        subject.open(Migrate::Verify, older).await.unwrap_err(),
    ] {
        assert!(
            matches!(&refused, OpenError::NewerSchema { name, .. } if name == "0003_tags"),
            "{refused:?}"
        );
    }
}

pub(crate) async fn a_program_with_another_text_of_a_step_is_refused<S: Subject>() {
    let subject = S::new().await;
    subject.upgrade(with::<S>(&[OWNERS])).await.unwrap();
    let other = with::<S>(&[(OWNERS.0, "ALTER TABLE workflows ADD COLUMN owner TEXT"), TAGS]);
    for refused in [
        subject.upgrade(other).await.unwrap_err(),
        subject.status(other).await.unwrap_err(),
        subject.open(Migrate::Apply, other).await.unwrap_err(),
        subject.open(Migrate::Verify, other).await.unwrap_err(),
    ] {
        let names_it = matches!(&refused, OpenError::ChangedMigration { name, .. } if name == "0002_owners");
        assert!(names_it, "{refused:?}");
    }
    assert_eq!(subject.texts(HISTORY).await, ["0001_initial", "0002_owners"]);
}

pub(crate) async fn opening_only_to_verify_refuses_and_changes_nothing<S: Subject>() {
    let subject = S::new().await;
    subject.upgrade(&S::STEPS[..1]).await.unwrap();
    let before = subject.tables().await;
    let steps = with::<S>(&[OWNERS, TAGS]);
    let refused = subject.open(Migrate::Verify, steps).await.unwrap_err();
    let sentence = refused.to_string();
    assert!(sentence.ends_with(" lacks 0002_owners, 0003_tags; run `wtb migrate`"), "{sentence}");
    assert_eq!(subject.tables().await, before);
    let status = subject.status(steps).await.unwrap();
    assert_eq!(status.pending, ["0002_owners", "0003_tags"]);
}

/// Every scenario as a test of its own.
macro_rules! scenarios {
    ($subject:ty) => {
        $crate::migrations::scenarios::scenarios! { $subject:
            steps_are_applied_in_order_and_each_once,
            rows_planted_at_each_step_are_read_after_the_next,
            rows_planted_before_any_step_are_read_after_the_last,
            a_step_that_fails_takes_back_those_before_it_and_leaves_no_lock,
            the_first_steps_fail_without_a_trace,
            an_older_program_refuses_what_a_newer_one_made,
            a_program_with_another_text_of_a_step_is_refused,
            opening_only_to_verify_refuses_and_changes_nothing,
        }
    };
    ($subject:ty: $($scenario:ident,)+) => {
        $(
            #[tokio::test]
            async fn $scenario() {
                $crate::migrations::scenarios::$scenario::<$subject>().await;
            }
        )+
    };
}
pub(crate) use scenarios;
