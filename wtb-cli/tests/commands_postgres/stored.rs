//! A database for one test, and the program to run on it.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, Bench};
use sqlx::{AssertSqlSafe, Connection, PgConnection, query_scalar, raw_sql};
use std::process::Command;
use wtb_test_postgres::{TestDatabase, TestServer};

/// The password of a server that asks for none.
const CANARY: &str = "canary-4711";

/// A database of its own for one test, and a folder to run the program in.
pub(crate) struct Stored {
    pub(crate) bench: Bench,
    /// With a password.
    pub(crate) url: String,
    password: String,
    database: TestDatabase,
}

impl Stored {
    /// An empty database.
    pub(crate) async fn empty() -> Self {
        let database = TestServer::get().await.unwrap().empty_database().await.unwrap();
        let (url, password) = with_password(database.url());
        Self { bench: Bench::new(), url, password, database }
    }

    /// A database that holds the sample.
    pub(crate) async fn sample() -> Self {
        let stored = Self::empty().await;
        stored.wtb(&["import", "python.db"]).assert_done();
        stored
    }

    /// The same, but its URL is another one.
    pub(crate) fn at(self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self }
    }

    /// The same, but its URL has one more parameter.
    pub(crate) fn with(self, parameter: &str) -> Self {
        let url = with_parameter(&self.url, parameter);
        self.at(&url)
    }

    /// The store as it may be shown.
    pub(crate) fn shown(&self) -> String {
        let address = self.database.url().split('?').next().unwrap();
        let place = address.rsplit_once('@').or_else(|| address.split_once("://")).unwrap().1;
        format!("postgresql://{place}")
    }

    /// The name of the database.
    pub(crate) fn name(&self) -> &str {
        self.database.name()
    }

    /// What the program answers with `--store`, which never has the password in it.
    #[track_caller]
    pub(crate) fn wtb(&self, arguments: &[&str]) -> Answer {
        self.run(&mut self.bench.command(&[arguments, &["--store", &self.url]].concat()))
    }

    /// The same with the URL in the environment.
    #[track_caller]
    pub(crate) fn wtb_by_variable(&self, arguments: &[&str]) -> Answer {
        self.run(&mut self.command_by_variable(arguments))
    }

    /// The command that does that. Only so it may read elsewhere: `--store` is all of a store.
    pub(crate) fn command_by_variable(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wtb"));
        command.current_dir(self.bench.path("")).env_clear().env("WTB_DB_URL", &self.url).args(arguments);
        command
    }

    /// Runs a command that has to keep the password to itself.
    #[track_caller]
    pub(crate) fn run(&self, command: &mut Command) -> Answer {
        let answer = Answer::from(command.output().unwrap());
        for said in [&answer.stdout, &answer.stderr] {
            assert!(!said.contains(&self.password) && !said.contains(CANARY), "{said}");
        }
        answer
    }

    /// A connection to the database behind the program's back.
    pub(crate) async fn connection(&self) -> PgConnection {
        PgConnection::connect(self.database.url()).await.unwrap()
    }

    /// Runs statements behind the program's back.
    pub(crate) async fn execute(&self, sql: &str) {
        let mut connection = self.connection().await;
        raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }

    /// What a query answers in its first column.
    pub(crate) async fn ask(&self, sql: &str) -> Vec<String> {
        let mut connection = self.connection().await;
        query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap()
    }

    /// The tables and schemas that somebody made in the database.
    pub(crate) async fn made(&self) -> Vec<String> {
        self.ask(
            "SELECT relname::text FROM pg_class WHERE oid >= 16384
             UNION ALL SELECT nspname::text FROM pg_namespace WHERE oid >= 16384",
        )
        .await
    }
}

/// The URL with a password, and the password: the server's own, or one that the server does not ask for.
fn with_password(url: &str) -> (String, String) {
    let (_, rest) = url.split_once("://").unwrap();
    let user = rest.rsplit_once('@').map_or("", |(user, _)| user);
    match user.split_once(':') {
        Some((_, password)) => (url.to_owned(), password.to_owned()),
        None => (with_parameter(url, &format!("password={CANARY}")), CANARY.to_owned()),
    }
}

fn with_parameter(url: &str, parameter: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{parameter}")
}
