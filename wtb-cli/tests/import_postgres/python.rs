//! A database of the Python system on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, Bench};
use rusqlite::Connection;
use sqlx::{AssertSqlSafe, Connection as _, Error, PgConnection, Row, raw_sql};
use std::fmt::Write;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use wtb_test_postgres::{TestDatabase, TestServer};

pub(crate) const TABLES: &str = include_str!("python.sql");

/// The tables of the sample, parents first.
const PARENTS_FIRST: [&str; 9] = [
    "wtb_workflows",
    "wtb_executions",
    "wtb_node_boundaries",
    "wtb_checkpoint_files",
    "wtb_node_variants",
    "wtb_batch_tests",
    "wtb_evaluation_results",
    "wtb_audit_logs",
    "wtb_outbox",
];

/// Those whose keys the database gives away.
const NUMBERED: [&str; 4] = ["wtb_node_boundaries", "wtb_checkpoint_files", "wtb_audit_logs", "wtb_outbox"];

/// A database of its own for one test with the rows of the sample, and a folder with the sample itself.
pub(crate) struct Python {
    pub(crate) bench: Bench,
    database: TestDatabase,
}

/// Runs `sql` in the database at `url`.
pub(crate) async fn execute(url: &str, sql: &str) -> Result<(), Error> {
    let mut connection = PgConnection::connect(url).await?;
    raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    connection.close().await
}

/// Statements that make the tables and fill them with the rows of the sample.
fn script(bench: &Bench) -> String {
    let sample = Connection::open(bench.path("python.db")).unwrap();
    let mut script = TABLES.to_owned();
    for table in PARENTS_FIRST {
        let mut columns = sample.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid").unwrap();
        // A literal in quotes is of the type of its column.
        let literals = columns.query_map([table], |row| {
            let column: String = row.get(0)?;
            Ok(format!(
                "iif(typeof({column}) IN ('null', 'text'), quote({column}), '''' || quote({column}) || '''')"
            ))
        });
        let literals: Vec<_> = literals.unwrap().map(Result::unwrap).collect();
        let sql = format!("SELECT {} FROM {table} ORDER BY rowid", literals.join(" || ', ' || "));
        let mut rows = sample.prepare(&sql).unwrap();
        let rows = rows.query_map((), |row| Ok(format!("({})", row.get::<_, String>(0)?))).unwrap();
        let rows: Vec<_> = rows.map(Result::unwrap).collect();
        writeln!(script, "INSERT INTO {table} VALUES {};", rows.join(",\n")).unwrap();
    }
    for table in NUMBERED {
        writeln!(script, "SELECT setval('{table}_id_seq', max(id)) FROM {table};").unwrap();
    }
    script
}

impl Python {
    pub(crate) async fn new() -> Self {
        let bench = Bench::new();
        let script = script(&bench);
        let server = TestServer::get().await.unwrap();
        let prepare = |url: String| async move { execute(&url, &script).await };
        let template = server.template("python_sample", prepare).await.unwrap();
        Self { bench, database: template.database().await.unwrap() }
    }

    /// Where it is, with user and password.
    pub(crate) fn url(&self) -> &str {
        self.database.url()
    }

    pub(crate) fn database_name(&self) -> &str {
        self.database.name()
    }

    /// The same, for a connection that begins with `SET name = value`.
    pub(crate) fn url_with(&self, name: &str, value: &str) -> String {
        let sign = if self.url().contains('?') { '&' } else { '?' };
        format!("{}{sign}options=-c{name}%3D{value}", self.url())
    }

    /// Where it is, as `wtb` may say it.
    pub(crate) fn name(&self) -> String {
        let (_, place) = self.url().rsplit_once('@').unwrap();
        format!("postgresql://{}", place.split('?').next().unwrap())
    }

    pub(crate) async fn execute(&self, sql: &str) {
        execute(self.url(), sql).await.unwrap();
    }

    /// The text that a query answers.
    pub(crate) async fn text(&self, sql: &str) -> String {
        let mut connection = PgConnection::connect(self.url()).await.unwrap();
        let row = raw_sql(AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        row.get(0)
    }

    /// Imports into `store.db` and answers with JSON.
    pub(crate) fn import(&self, options: &[&str]) -> Answer {
        self.import_from(self.url(), options)
    }

    pub(crate) fn import_from(&self, url: &str, options: &[&str]) -> Answer {
        self.bench.wtb(&[&["import", url, "--json"], options].concat()).in_text()
    }

    /// Why an import from `url` stops: all of stderr, which has no secret in it.
    #[track_caller]
    pub(crate) fn refusal_from(&self, url: &str) -> String {
        let answer = self.import_from(url, &[]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""), "{}", answer.stderr);
        answer.stderr.replace(&self.name(), "DATABASE")
    }

    /// Locks `table` until the connection is closed.
    pub(crate) async fn locked(&self, table: &str) -> PgConnection {
        let mut connection = PgConnection::connect(self.url()).await.unwrap();
        let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        raw_sql(AssertSqlSafe(lock)).execute(&mut connection).await.unwrap();
        connection
    }

    /// Waits until an import waits for a lock.
    pub(crate) async fn import_waits(&self) {
        let waiting = "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = 'wtb import'
            AND datname = current_database() AND wait_event_type = 'Lock'";
        let waits = async {
            while self.text(waiting).await != "1" {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(30), waits).await.unwrap();
    }
}
