//! Opening files: empty ones, older and newer ones, those of others, and many starters at once.

#![expect(clippy::expect_used, reason = "this file is tests")]

use rusqlite::Connection;
use std::path::Path;
use wtb_adapter_sql::sqlite::{self, SqliteOptions};
use wtb_adapter_sql::{Examination, Migrate, OpenError};
use wtb_domain::EntityKind;
use wtb_ports::UnitOfWorkFactory;

const STEPS: [&str; 4] = ["0001_initial", "0002_kept_units", "0003_room_for_updates", "0004_settled_log"];

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

async fn refusal(options: SqliteOptions) -> OpenError {
    sqlite::open(options).await.expect_err("a refusal")
}

async fn made(path: &Path) -> Connection {
    drop(sqlite::open(SqliteOptions::new(path)).await.expect("a new store"));
    Connection::open(path).expect("the file")
}

#[tokio::test]
async fn an_absent_file_lacks_everything_and_stays_absent() {
    let folder = folder();
    let options = SqliteOptions::new(folder.path().join("data/wtb.db"));
    let status = sqlite::migrations(&options).await.unwrap();
    assert_eq!((status.applied, status.pending), (vec![], STEPS.to_vec()));
    let refused = refusal(options.clone().migrate(Migrate::Verify)).await;
    assert!(matches!(&refused, OpenError::Pending { names, .. } if names == &STEPS), "{refused:?}");
    assert!(!folder.path().join("data").exists());
}

#[tokio::test]
async fn migrating_makes_the_folders_and_the_file_and_can_be_repeated() {
    let folder = folder();
    let options = SqliteOptions::new(folder.path().join("a/b/wtb.db"));
    let first = sqlite::migrate(&options).await.unwrap();
    assert_eq!((first.before, first.now), (vec![], STEPS.to_vec()));
    let second = sqlite::migrate(&options).await.unwrap();
    assert_eq!((second.before, second.now), (STEPS.to_vec(), vec![]));
    sqlite::open(options.migrate(Migrate::Verify)).await.unwrap();
}

#[tokio::test]
async fn an_empty_file_is_pending_and_stays_empty_when_only_verified() {
    let folder = folder();
    let path = folder.path().join("wtb.db");
    std::fs::write(&path, "").unwrap();
    let refused = refusal(SqliteOptions::new(&path).migrate(Migrate::Verify)).await;
    let expected = format!(
        "the schema of {} lacks 0001_initial, 0002_kept_units, 0003_room_for_updates, 0004_settled_log; run `wtb migrate`",
        path.display()
    );
    assert_eq!(refused.to_string(), expected);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
}

#[tokio::test]
async fn names_that_mean_something_to_sqlite_are_names_of_files() {
    let folder = folder();
    let path = folder.path().join(":memory:");
    sqlite::open(SqliteOptions::new(&path)).await.unwrap();
    assert!(path.exists());
    let refused = refusal(SqliteOptions::new("")).await;
    assert!(matches!(refused, OpenError::NotAFile { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_folder_is_not_a_database() {
    let folder = folder();
    let refused = refusal(SqliteOptions::new(folder.path())).await;
    assert!(matches!(refused, OpenError::NotAFile { .. }), "{refused:?}");
    std::fs::write(folder.path().join("file"), "").unwrap();
    let refused = refusal(SqliteOptions::new(folder.path().join("file/wtb.db"))).await;
    assert!(matches!(refused, OpenError::Folder { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_file_of_something_else_is_refused_and_left_as_it_is() {
    let folder = folder();
    let path = folder.path().join("notes.txt");
    let text = "not a database at all ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let refused = refusal(SqliteOptions::new(&path)).await;
    assert!(matches!(refused, OpenError::NotADatabase { .. }), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn databases_of_other_programs_are_refused_and_left_as_they_are() {
    let folder = folder();
    let path = folder.path().join("other.db");
    for (table, refusal_text) in [
        (
            "wtb_workflows",
            "was written by the python version of wtb; copy it into a new store with `wtb import`",
        ),
        ("recipes", "is the database of another program; name another one"),
    ] {
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(&format!("DROP TABLE IF EXISTS wtb_workflows; CREATE TABLE {table} (x)"))
            .unwrap();
        drop(connection);
        let before = std::fs::read(&path).unwrap();
        let refused = refusal(SqliteOptions::new(&path)).await;
        assert_eq!(refused.to_string(), format!("{} {refusal_text}", path.display()));
        assert!(sqlite::migrations(&SqliteOptions::new(&path)).await.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_by_name() {
    let folder = folder();
    let path = folder.path().join("wtb.db");
    let future = "INSERT INTO schema_migrations VALUES (9999, '9999_later', 'abc', 0)";
    made(&path).await.execute_batch(future).unwrap();
    for migrate in [Migrate::Apply, Migrate::Verify] {
        let refused = refusal(SqliteOptions::new(&path).migrate(migrate)).await;
        assert!(
            matches!(&refused, OpenError::NewerSchema { name, .. } if name == "9999_later"),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_step_applied_from_another_text_is_refused_by_name() {
    let folder = folder();
    let path = folder.path().join("wtb.db");
    made(&path).await.execute_batch("UPDATE schema_migrations SET checksum = 'abc'").unwrap();
    let refused = refusal(SqliteOptions::new(&path)).await;
    assert!(matches!(&refused, OpenError::ChangedMigration { name, .. } if name == STEPS[0]), "{refused:?}");
}

#[tokio::test]
async fn a_file_that_has_the_tables_of_a_step_but_no_record_of_it_is_refused_and_left_as_it_is() {
    let folder = folder();
    let path = folder.path().join("wtb.db");
    let connection = made(&path).await;
    // As if a restore had ended before the list of steps was filled.
    connection.execute_batch("DELETE FROM schema_migrations").unwrap();
    let refused = refusal(SqliteOptions::new(&path)).await;
    let sentence = format!(
        "{} has table workflows, but 0001_initial is not recorded as applied: a restore that ended early leaves \
         this; restore the backup again, into an empty database",
        path.display()
    );
    assert_eq!(refused.to_string(), sentence);
    let examined = sqlite::migrations(&SqliteOptions::new(&path)).await.unwrap_err();
    assert_eq!(examined.to_string(), sentence);
    let applied: i64 =
        connection.query_row("SELECT count(*) FROM schema_migrations", [], |row| row.get(0)).unwrap();
    assert_eq!(applied, 0);
    connection.execute_batch("DROP TABLE schema_migrations").unwrap();
    assert_eq!(refusal(SqliteOptions::new(&path)).await.to_string(), sentence);
    connection.execute_batch("BEGIN EXCLUSIVE; ROLLBACK").expect("no lock is left");
}

#[test]
fn many_starters_at_once_all_open_an_empty_file() {
    let folder = folder();
    let options = SqliteOptions::new(folder.path().join("data/wtb.db"));
    let begin = std::sync::Barrier::new(12);
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
                let runtime = runtime.expect("a runtime");
                begin.wait();
                runtime.block_on(async {
                    let store = sqlite::open(options.clone()).await.expect("a store");
                    store.begin().await.expect("a unit").commit().await.expect("a commit");
                });
            });
        }
    });
    let connection = Connection::open(&options.path).unwrap();
    let steps: i64 =
        connection.query_row("SELECT count(*) FROM schema_migrations", [], |row| row.get(0)).unwrap();
    assert_eq!(steps, 4);
}

#[tokio::test]
async fn a_store_tells_about_itself() {
    let folder = folder();
    let path = folder.path().join("wtb.db");
    let store = sqlite::open(SqliteOptions::new(&path)).await.unwrap();
    let diagnosis = store.diagnose(Examination::Full).await.unwrap();
    assert_eq!((diagnosis.schema_version, diagnosis.problems), (4, vec![]));
    assert!(diagnosis.facts.contains(&("journal_mode", "wal".into())));
    let kinds: Vec<_> = diagnosis.counts.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, EntityKind::ALL);

    // Only what has switched its checks off can write such a row.
    let orphan = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
        INSERT INTO evaluation_results VALUES (7, 'r', 0, 'nobody', 'e', '1', 0, 1, 0, 0, '[]', NULL, NULL, '{}')";
    Connection::open(&path).unwrap().execute_batch(orphan).unwrap();
    let diagnosis = store.diagnose(Examination::Full).await.unwrap();
    assert!(diagnosis.counts.contains(&(EntityKind::EvaluationResult, 1)));
    let messages: Vec<_> = diagnosis.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "CHECK constraint failed in evaluation_results",
            "1 row of evaluation_results refers to executions that do not exist, such as nobody: restore these from a \
             backup, or delete what refers to them",
            "the row of evaluation_results with seq 7 is no evaluation result, its revision: a revision is at least 1: \
             correct it, or delete it",
        ]
    );
}

#[tokio::test]
async fn the_name_of_a_file_is_all_that_a_store_prints() {
    let folder = folder();
    let store = sqlite::open(SqliteOptions::new(folder.path().join("wtb.db"))).await.unwrap();
    assert_eq!(format!("{store:?}"), "SqliteStore(\"wtb.db\")");
}

#[tokio::test]
async fn urls_open_what_they_name() {
    let folder = folder();
    let url = format!("sqlite+pysqlite:///{}", folder.path().join("a%20b.db").display());
    wtb_adapter_sql::open(&url).await.unwrap();
    assert!(folder.path().join("a b.db").exists());
    // Nobody listens on that port.
    let refused = wtb_adapter_sql::open("postgresql://wtb:hunter2@127.0.0.1:1/wtb").await.unwrap_err();
    assert!(matches!(&refused, OpenError::Unreachable { .. }) && !format!("{refused:?}").contains("hunter2"));
    let refused = wtb_adapter_sql::open("sqlite://").await.unwrap_err();
    assert!(matches!(refused, OpenError::Url(_)), "{refused:?}");
}
