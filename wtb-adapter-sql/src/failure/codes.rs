//! The table of PostgreSQL's codes, as far as a code alone decides.

use super::*;
use sqlx::error::{DatabaseError, ErrorKind};
use std::error::Error;
use std::fmt;

/// What a server answers with a code.
#[derive(Debug)]
struct Coded(&'static str);

impl fmt::Display for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Coded {}

impl DatabaseError for Coded {
    fn message(&self) -> &str {
        self.0
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.0.into())
    }

    fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

fn error(code: &'static str) -> sqlx::Error {
    sqlx::Error::Database(Box::new(Coded(code)))
}

fn answered(code: &'static str) -> StoreError {
    Failure::from(error(code)).during("add")
}

#[test]
fn what_may_come_back_is_waited_for_by_name() {
    for (code, expected) in [
        ("55P03", "a lock that another unit holds"),
        ("57014", "a statement to end"),
        ("25P03", "the next call of a unit, which the server rolled back meanwhile"),
        ("25006", "a server that can be written to"),
        ("53300", "one of the server's connections"),
        ("08000", "the server to answer"),
        ("08006", "the server to answer"),
        ("57P01", "the server to answer"),
        ("57P03", "the server to answer"),
    ] {
        let StoreError::Unavailable { waited_for, source: Some(source) } = answered(code) else {
            panic!("{code}");
        };
        assert_eq!((&*waited_for, source.to_string().contains(code)), (expected, true), "{code}");
    }
}

#[test]
fn a_transaction_that_came_second_met_a_conflict() {
    for code in ["40001", "40P01"] {
        let error = answered(code);
        assert!(matches!(error, StoreError::Conflict { operation: "add", source: Some(_) }), "{error:?}");
    }
}

#[test]
fn a_unit_whose_prepared_statement_is_gone_may_be_run_again() {
    for code in ["26000", "42P05"] {
        let error = answered(code);
        assert!(matches!(error, StoreError::Conflict { operation: "add", source: Some(_) }), "{error:?}");
    }
}

#[test]
fn a_read_that_a_replica_cancels_met_no_other_unit() {
    for code in ["40001", "40P01"] {
        let StoreError::Unavailable { waited_for, source: Some(_) } =
            Failure::of_replica(error(code)).during("list")
        else {
            panic!("{code}");
        };
        assert_eq!(waited_for, "the replica, which cancelled the read (conflict with recovery)");
    }
    assert!(matches!(Failure::of_replica(error("42P01")), Failure::Other(_)));
}

#[test]
fn only_the_server_s_word_proves_that_a_commit_was_rolled_back() {
    for code in ["23503", "23505", "23514", "40001", "40P01", "40002", "53100", "53200", "25P03"] {
        assert!(proves_rollback(&error(code)), "{code}");
    }
    for code in ["XX000", "08006", "08P01", "57P01", "57P02", "57014", "40003", "0A000", "P0001", ""] {
        assert!(!proves_rollback(&error(code)), "{code}");
    }
    assert!(!proves_rollback(&sqlx::Error::Io(std::io::ErrorKind::UnexpectedEof.into())));
}

#[test]
fn a_full_disk_is_told_apart_from_other_faults() {
    assert!(matches!(answered("53100"), StoreError::StorageFull { .. }));
    for code in ["53200", "42P01", "57000", "0A000", "XX000", ""] {
        let error = answered(code);
        assert!(matches!(error, StoreError::Backend { operation: "add", .. }), "{code}: {error:?}");
    }
}

#[test]
fn a_taken_key_without_its_name_is_no_answer_for_callers() {
    let failure = Failure::from(sqlx::Error::Database(Box::new(Coded("23505"))));
    let error = failure.about::<wtb_domain::Workflow>(Deed::Wrote, "add");
    assert!(matches!(error, StoreError::Backend { operation: "add", .. }), "{error:?}");
}

#[test]
fn a_server_that_cannot_be_heard_is_waited_for_and_one_that_is_misunderstood_is_not() {
    for lost in [
        sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into()),
        sqlx::Error::Tls("a broken record".into()),
    ] {
        let StoreError::Unavailable { waited_for, .. } = Failure::from(lost).during("add") else {
            panic!("a lost server can come back");
        };
        assert_eq!(waited_for, "the server to answer");
    }
    let error = Failure::from(sqlx::Error::RowNotFound).during("add");
    assert!(matches!(error, StoreError::Backend { .. }), "{error:?}");
}
