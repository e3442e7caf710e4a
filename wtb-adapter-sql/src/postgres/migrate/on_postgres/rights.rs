//! Roles that may not do everything.

use super::super::{STEPS, apply, ready, status};
use super::subject::{DatabaseSubject, options};
use crate::migrations::scenarios::Subject;
use crate::postgres::{PostgresOptions, SchemaName};
use crate::{Migrate, OpenError};
use wtb_contract::samples;
use wtb_ports::UnitOfWorkFactory;

/// Two roles that every server has, and that have no rights in a new database beside those of everybody.
const OWNER: &str = "pg_monitor";
const APPLICATION: &str = "pg_signal_backend";

/// A database in which nobody has rights.
async fn closed() -> DatabaseSubject {
    let subject = DatabaseSubject::new().await;
    subject.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC").await;
    subject
}

/// How `role` opens the database.
fn options_of(role: &str, subject: &DatabaseSubject) -> PostgresOptions {
    let url = subject.database.url();
    let separator = if url.contains('?') { '&' } else { '?' };
    options(&format!("{url}{separator}options=-c%20role%3D{role}"))
}

#[track_caller]
fn assert_told(refused: &OpenError, lacking: &str) {
    assert!(matches!(refused, OpenError::Forbidden { .. }), "{refused:?}");
    let sentence = refused.to_string();
    let expected = format!(": {lacking}; grant it, or run `wtb migrate` as a role that has it");
    assert!(sentence.starts_with("this role lacks a right in postgresql://"), "{sentence}");
    assert!(sentence.ends_with(&expected), "{sentence}");
}

#[tokio::test]
async fn a_role_that_may_not_make_tables_is_told_so() {
    let subject = closed().await;
    subject.execute(&format!("GRANT USAGE ON SCHEMA public TO {OWNER}")).await;
    let refused = apply(&options_of(OWNER, &subject), &STEPS).await.unwrap_err();
    assert_told(&refused, "permission denied for schema public");
    assert!(!subject.is_locked().await);
    assert_eq!(subject.tables().await, [""; 0]);
}

#[tokio::test]
async fn a_role_that_may_not_make_schemas_is_told_so() {
    let subject = closed().await;
    let own = options_of(OWNER, &subject).schema(SchemaName::new("team").unwrap());
    let refused = apply(&own, &STEPS).await.unwrap_err();
    assert_told(&refused, &format!("permission denied for database {}", subject.database.name()));
    assert!(!subject.is_locked().await);
}

#[tokio::test]
async fn a_schema_that_is_there_needs_no_right_to_make_schemas() {
    let subject = closed().await;
    subject.execute(&format!("CREATE SCHEMA team AUTHORIZATION {OWNER}")).await;
    let own = options_of(OWNER, &subject).schema(SchemaName::new("team").unwrap());
    assert_eq!(apply(&own, &STEPS).await.unwrap().now.len(), STEPS.len());
}

#[tokio::test]
async fn what_one_role_upgraded_another_uses() {
    let subject = closed().await;
    subject.execute(&format!("GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}")).await;
    apply(&options_of(OWNER, &subject), &STEPS).await.unwrap();
    let application = options_of(APPLICATION, &subject);

    let refused = status(&application, &STEPS).await.unwrap_err();
    assert_told(&refused, "permission denied for schema public");
    subject.execute(&format!("GRANT USAGE ON SCHEMA public TO {APPLICATION}")).await;
    let refused = ready(&application, &STEPS).await.unwrap_err();
    assert_told(&refused, "permission denied for table schema_migrations");
    let rights = "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public";
    subject.execute(&format!("GRANT {rights} TO {APPLICATION}")).await;

    for migrate in [Migrate::Verify, Migrate::Apply] {
        let store = crate::postgres::open(application.clone().migrate(migrate)).await.unwrap();
        let mut unit = store.begin().await.unwrap();
        let workflow = unit.workflows().add(samples::workflow("loans")).await.unwrap();
        assert!(unit.workflows().delete(&workflow.id).await.unwrap());
        unit.commit().await.unwrap();
    }
}
