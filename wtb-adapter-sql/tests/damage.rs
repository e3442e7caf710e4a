//! Damage to a file behind a store's back is found, and repaired by the statements that are reported with it.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

use rusqlite::Connection;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;
use tempfile::TempDir;
use wtb_adapter_sql::sqlite::{self, SqliteOptions, SqliteStore};
use wtb_adapter_sql::{Diagnosis, Examination, Problem, ProblemSeverity};
use wtb_domain::EntityKind;
use wtb_ports::{UnitOfWorkFactory, UnitOutcome};

const ROWS: &str = include_str!("fixtures/sqlite/0003_room_for_updates.sql");
const WITHOUT_RULES: &str = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;";

struct Damaged {
    store: SqliteStore,
    path: PathBuf,
    _folder: TempDir,
}

impl Damaged {
    /// A sound store with rows of every kind.
    async fn sound() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("wtb.db");
        let store = sqlite::open(SqliteOptions::new(&path)).await.expect("a new store");
        let this = Self { store, path, _folder: folder };
        this.execute(ROWS);
        this.assert_healthy("nothing yet").await;
        this
    }

    fn execute(&self, sql: &str) {
        let connection = Connection::open(&self.path).expect("the file");
        connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    async fn diagnose(&self, examination: Examination) -> Diagnosis {
        self.store.diagnose(examination).await.expect("a diagnosis")
    }

    async fn problems(&self) -> Vec<Problem> {
        self.diagnose(Examination::Full).await.problems
    }

    async fn assert_healthy(&self, after: &str) {
        assert_eq!(self.problems().await, [], "after {after}");
    }

    fn repair(&self, problems: &[Problem]) {
        let statements: Vec<_> =
            problems.iter().flat_map(|problem| &problem.repair).map(String::as_str).collect();
        self.execute(&statements.join("\n"));
    }

    /// Does damage, which must be reported as `expected`, and repairs it with what is reported.
    async fn assert_repaired(&self, damage: &str, expected: &[&str]) {
        self.execute(damage);
        let problems = self.problems().await;
        let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, expected, "{damage}");
        self.repair(&problems);
        self.assert_healthy(&format!("{damage}, and {problems:#?}")).await;
    }
}

#[tokio::test]
async fn a_missing_or_different_index_is_made_as_the_migrations_make_it() {
    let damaged = Damaged::sound().await;
    for (damage, expected) in [
        ("DROP INDEX executions_by_status", "index executions_by_status of executions is missing"),
        ("DROP INDEX executions_by_id", "index executions_by_id of executions is missing"),
        (
            "DROP INDEX node_boundaries_completed; CREATE INDEX node_boundaries_completed ON node_boundaries (status)",
            "index node_boundaries_completed of node_boundaries is \"CREATE INDEX node_boundaries_completed ON \
             node_boundaries (status)\" instead of \"CREATE INDEX node_boundaries_completed ON node_boundaries \
             (session_id) WHERE status = 'completed'\"",
        ),
    ] {
        damaged.assert_repaired(damage, &[expected]).await;
    }
}

#[tokio::test]
async fn duplicates_are_removed_before_their_unique_index_is_made() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            "DROP INDEX workflows_by_name_and_version; UPDATE workflows SET version = '1.0.0';
             DROP INDEX checkpoint_files_by_id;
             INSERT INTO checkpoint_files (id, revision, checkpoint_id, file_commit_id, file_count, total_size_bytes,
                 created_at)
             SELECT id, 1, 'another', file_commit_id, 0, 0, created_at FROM checkpoint_files",
            &[
                "(name, version) must be unique in workflows, but 1 value occurs more than once: rename all but the first",
                "(id) must be unique in checkpoint_files, but 1 value occurs more than once: delete all but the first",
                "index workflows_by_name_and_version of workflows is missing",
                "index checkpoint_files_by_id of checkpoint_files is missing",
            ],
        )
        .await;
    let counts = damaged.diagnose(Examination::Full).await.counts;
    assert_eq!(
        counts[..2],
        [(EntityKind::Workflow, 2), (EntityKind::Execution, 2)],
        "no workflow is deleted"
    );
}

#[tokio::test]
async fn tables_become_what_the_migrations_make() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            "DROP TABLE audit_logs",
            &["table audit_logs is missing: restore it from a backup, or make an empty one"],
        )
        .await;
    damaged
        .assert_repaired(
            "ALTER TABLE executions DROP COLUMN checkpoint_id",
            &[
                "table executions is not as the migrations make it: column checkpoint_id is missing",
                "not examined: rows of executions: repair its columns first, then examine again",
            ],
        )
        .await;
    let loose = "CREATE TABLE loose (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, revision INTEGER,
            checkpoint_id TEXT, file_commit_id TEXT, file_count INTEGER, total_size_bytes INTEGER, created_at INTEGER);
        INSERT INTO loose SELECT * FROM checkpoint_files;
        DROP TABLE checkpoint_files; ALTER TABLE loose RENAME TO checkpoint_files;
        CREATE INDEX checkpoint_files_by_file_commit ON checkpoint_files (file_commit_id);
        CREATE UNIQUE INDEX checkpoint_files_by_checkpoint ON checkpoint_files (checkpoint_id);
        CREATE UNIQUE INDEX checkpoint_files_by_id ON checkpoint_files (id);";
    damaged
        .assert_repaired(
            loose,
            &[
                "table checkpoint_files is not as the migrations make it: column checkpoint_id is declared otherwise",
                "not examined: rows of checkpoint_files: repair its columns first, then examine again",
            ],
        )
        .await;
    let counts = damaged.diagnose(Examination::Full).await.counts;
    let expected =
        [(EntityKind::Execution, 2), (EntityKind::NodeBoundary, 2), (EntityKind::CheckpointFile, 1)];
    assert_eq!(counts[1..4], expected, "the rows stay");
}

#[tokio::test]
async fn what_sqlite_says_of_each_row_is_said_once() {
    let damaged = Damaged::sound().await;
    damaged.execute(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, 'checkpoint_id TEXT', 'checkpoint_id BLOB')
             WHERE name = 'executions'",
    );
    damaged.execute("UPDATE executions SET checkpoint_id = CAST('7' AS BLOB)");
    damaged.execute(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, 'checkpoint_id BLOB', 'checkpoint_id TEXT')
             WHERE name = 'executions'",
    );
    assert_eq!(
        damaged.problems().await[0],
        Problem::error("non-TEXT value in executions.checkpoint_id (2 times)")
    );
}

#[tokio::test]
async fn a_table_that_another_tool_made_anew_gets_its_rules_and_its_indexes() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            "CREATE TABLE anew AS SELECT * FROM checkpoint_files; DROP TABLE checkpoint_files;
             ALTER TABLE anew RENAME TO checkpoint_files;
             INSERT INTO checkpoint_files SELECT seq + 1, id, revision, 'another', file_commit_id, file_count,
                 total_size_bytes, created_at FROM checkpoint_files;
             CREATE UNIQUE INDEX checkpoint_files_by_file_commit ON checkpoint_files (seq);
             CREATE UNIQUE INDEX alone ON checkpoint_files (seq)",
            &[
                "table checkpoint_files is not as the migrations make it: column checkpoint_id is declared otherwise",
                "(id) must be unique in checkpoint_files, but 1 value occurs more than once: delete all but the first",
                "index checkpoint_files_by_file_commit of checkpoint_files is \"CREATE UNIQUE INDEX \
                 checkpoint_files_by_file_commit ON checkpoint_files (seq)\" instead of \"CREATE INDEX \
                 checkpoint_files_by_file_commit ON checkpoint_files (file_commit_id)\"",
                "index checkpoint_files_by_checkpoint of checkpoint_files is missing",
                "index checkpoint_files_by_id of checkpoint_files is missing",
                "unique index alone of checkpoint_files does not belong to the schema and may refuse rows",
                "not examined: rows of checkpoint_files: repair its columns first, then examine again",
            ],
        )
        .await;
}

#[tokio::test]
async fn a_missing_column_whose_values_only_a_backup_has_is_not_made_empty() {
    let damaged = Damaged::sound().await;
    damaged.execute("ALTER TABLE workflows DROP COLUMN description");
    let problems = damaged.problems().await;
    assert_eq!(
        problems,
        [
            Problem::error(
                "table workflows is not as the migrations make it: column description is missing; restore the table from \
                 a backup"
            ),
            Problem::warning("not examined: rows of workflows: repair its columns first, then examine again"),
        ]
    );
}

#[tokio::test]
async fn what_is_extra_is_no_problem_unless_it_changes_or_refuses_rows() {
    let damaged = Damaged::sound().await;
    damaged.execute(
        "CREATE TABLE own (x int); CREATE INDEX own_index ON executions (created_at);
         ALTER TABLE executions ADD COLUMN own_column TEXT",
    );
    damaged.assert_healthy("extra things").await;
    damaged.execute(
        "CREATE TRIGGER \"Swallow\" BEFORE INSERT ON audit_logs BEGIN SELECT RAISE(IGNORE); END;
         CREATE UNIQUE INDEX alone ON executions (session_id)",
    );
    let problems = damaged.problems().await;
    assert!(problems.iter().all(|problem| problem.severity == ProblemSeverity::Warning), "{problems:?}");
    let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "unique index alone of executions does not belong to the schema and may refuse rows",
            "trigger Swallow of audit_logs does not belong to the schema and may change what is stored",
        ]
    );
    damaged.repair(&problems);
    damaged.assert_healthy("their removal").await;
}

#[tokio::test]
async fn rows_without_a_parent_are_found_for_every_reference() {
    for (damage, expected) in [
        (
            "DELETE FROM workflows",
            &[
                "2 rows of executions refer to workflows that do not exist, such as w-1: restore these from a backup, or \
                 delete what refers to them",
                "2 rows of node_variants refer to workflows that do not exist, such as w-1: restore these from a backup, \
                 or delete what refers to them",
            ][..],
        ),
        (
            "DELETE FROM executions WHERE id = 'e-1'",
            &[
                "2 rows of node_boundaries refer to executions that do not exist, such as e-1: restore these from a \
                 backup, or delete what refers to them",
                "2 rows of evaluation_results refer to executions that do not exist, such as e-1: restore these from a \
                 backup, or delete what refers to them",
            ],
        ),
    ] {
        Damaged::sound().await.assert_repaired(&format!("{WITHOUT_RULES} {damage}"), expected).await;
    }
}

#[tokio::test]
async fn rows_that_are_no_entities_are_found() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            &format!(
                "{WITHOUT_RULES} UPDATE executions SET status = 'asleep' WHERE seq = 2;
                 UPDATE evaluation_results SET details = CAST(x'610062' AS TEXT) WHERE seq = 1"
            ),
            &[
                "CHECK constraint failed in executions",
                "the row of executions with seq 2 is no execution, its status: \"asleep\" is none of pending, running, \
                 paused, completed, failed, cancelled: correct it, or delete it",
                "the row of evaluation_results with seq 1 is no evaluation result, invalid details of evaluation result: \
                 text cannot contain a NUL character (byte 1): correct it, or delete it",
            ],
        )
        .await;
}

#[tokio::test]
async fn an_index_that_lacks_rows_is_made_anew() {
    let damaged = Damaged::sound().await;
    let damage = "CREATE INDEX executions_by_status_2 ON executions (status) WHERE seq < 2;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'executions_by_status_2')
        WHERE name = 'executions_by_status';
        DELETE FROM sqlite_schema WHERE name = 'executions_by_status_2'";
    damaged.execute(damage);
    let problems = damaged.problems().await;
    let is_repaired = |problem: &&Problem| problem.repair == ["REINDEX executions_by_status;"];
    assert!(problems.iter().any(|problem| is_repaired(&problem)), "{problems:?}");
    damaged.repair(&problems);
    let left = damaged.problems().await;
    assert!(!left.iter().any(|problem| is_repaired(&problem)), "{left:?}");
}

#[tokio::test]
async fn a_part_of_the_file_that_cannot_be_read_is_named() {
    let damaged = Damaged::sound().await;
    damaged.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    let connection = Connection::open(&damaged.path).expect("the file");
    let number =
        |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number").unsigned_abs();
    let (size, page) =
        (number("PRAGMA page_size"), number("SELECT rootpage FROM sqlite_schema WHERE name = 'audit_logs'"));
    let mut file = File::options().write(true).open(&damaged.path).expect("the file");
    file.seek(SeekFrom::Start((page - 1) * size)).expect("a page");
    file.write_all(&vec![0xff; usize::try_from(size).expect("a size")]).expect("written");
    let problems = damaged.problems().await;
    let is_named = |problem: &Problem| {
        problem.message.starts_with("the file is damaged: rows of audit_logs: ")
            && problem.message.ends_with("; restore it from a backup")
    };
    assert!(problems.iter().any(is_named), "{problems:?}");
}

#[tokio::test]
async fn sequences_behind_their_rows_go_on_after_the_last_one() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'executions';
             DELETE FROM sqlite_sequence WHERE name = 'workflows'",
            &[
                "the sequence of workflows is behind: it is absent, but the last row has 2",
                "the sequence of executions is behind: it is at 1, but the last row has 2",
            ],
        )
        .await;
    damaged
        .assert_repaired(
            "DELETE FROM kept_units WHERE number = 0",
            &["kept_units has no row that tells this store from its copies, so the outcome of a commit cannot be asked \
               for"],
        )
        .await;
}

#[tokio::test]
async fn a_quick_examination_reads_no_rows() {
    let damaged = Damaged::sound().await;
    damaged.execute(&format!("{WITHOUT_RULES} DELETE FROM workflows; DROP INDEX executions_by_status"));
    let diagnosis = damaged.diagnose(Examination::Quick).await;
    let messages: Vec<_> = diagnosis.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["index executions_by_status of executions is missing"]);
    assert_eq!(diagnosis.counts, []);
}

#[tokio::test]
async fn a_copy_that_was_not_finished_is_found_and_changes_no_outcome() {
    let damaged = Damaged::sound().await;
    damaged.store.mark_unfinished(true).await.unwrap();
    damaged.store.mark_unfinished(true).await.unwrap();
    let expected = Problem::error(
        "a copy into this store was not finished: unless it still runs, give the same `wtb copy` again with --resume",
    );
    assert_eq!(damaged.diagnose(Examination::Quick).await.problems, [expected]);
    let mut unit = damaged.store.begin().await.unwrap();
    let id = unit.identify().await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(damaged.store.outcome_of(&id).await.unwrap(), UnitOutcome::Kept);
    damaged.store.mark_unfinished(false).await.unwrap();
    damaged.assert_healthy("the copy ended").await;
}
