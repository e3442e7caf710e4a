//! Another program has all the connections that a PostgreSQL server gives to a user.

use super::flaw::Flaw;
use super::flaws;
use super::stage::{Promise, Stage};
use super::withstand::{Trouble, withstand};
use crate::administrator::Administrator;
use crate::proof::{Failure, Outcome, Proof, Trial, Tried, run};
use crate::stores::{database, postgres_options};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::sync::Arc;
use std::time::Duration;
use wtb_adapter_sql::{Migrate, postgres};
use wtb_ports::StoreError;

pub(crate) const NO_CONNECTIONS: Proof = Proof {
    name: "a server without connections, PostgreSQL",
    run: run!(sound),
    defects: flaws!(without_any: TellsNothing, CommitsEachCall),
};

/// How many connections the other program holds.
const TAKEN: usize = 8;
/// How many the server gives to all programs of the user as long as there are enough.
const ENOUGH: usize = 2 * TAKEN;
/// What the other program calls itself.
const HOG: &str = "hog";
/// How long a unit waits for one: enough to get it on a busy machine.
const WAIT: Duration = Duration::from_secs(2);

const ALL_TAKEN: Promise = Promise {
    may_tell: |error| matches!(error, StoreError::Unavailable { .. } | StoreError::OutcomeUnknown { .. }),
    tells: "too many connections for role",
    reads_go_on: false,
};

async fn sound(trial: Trial) -> Outcome {
    without_any(trial, None).await
}

async fn without_any(trial: Trial, flaw: Option<Flaw>) -> Outcome {
    let lasts = trial.times(Duration::from_secs(1), Duration::from_secs(10)) + WAIT;
    let database = database().await?;
    let mut administrator = Administrator::of(database.url()).await?;
    let role = format!("{}_role", database.name());
    administrator
        .execute(&format!(
            "CREATE ROLE \"{role}\" LOGIN PASSWORD 'secret' CONNECTION LIMIT {ENOUGH};
             GRANT ALL ON ALL TABLES IN SCHEMA public TO \"{role}\";
             GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO \"{role}\""
        ))
        .await?;
    let (_, server) = database.url().rsplit_once('@').expect("a user");
    let url = format!("postgresql://{role}:secret@{server}");
    let options = postgres_options(&url).wait(WAIT).migrate(Migrate::Verify);
    let store = postgres::open(options).await.map_err(Failure::unable)?;
    let stage = Stage::new(Arc::new(store), flaw, ALL_TAKEN, trial.seed);
    let mut hog = Hog { administrator, role, taken: Vec::new() };
    hog.take(&url).await?;
    let withstood = withstand(stage, &mut hog, lasts).await;
    hog.leave().await?;
    withstood.map(|withstood| Tried::new(format!("{} s: {withstood}", lasts.as_secs())))
}

/// Another program of the same user.
struct Hog {
    administrator: Administrator,
    role: String,
    taken: Vec<PgConnection>,
}

impl Hog {
    /// Takes its connections.
    async fn take(&mut self, url: &str) -> Result<(), Failure> {
        let options: PgConnectOptions = url.parse().map_err(Failure::unable)?;
        while self.taken.len() < TAKEN {
            let connected = options.clone().application_name(HOG).connect().await;
            self.taken.push(connected.map_err(Failure::unable)?);
        }
        Ok(())
    }

    /// Removes the user.
    async fn leave(mut self) -> Result<(), Failure> {
        self.end().await?;
        self.administrator.end_all_others().await?;
        let role = &self.role;
        self.administrator.execute(&format!("DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\"")).await
    }
}

impl Trouble for Hog {
    /// Has all connections there are from now on.
    async fn begin(&mut self) -> Result<(), Failure> {
        let role = &self.role;
        // By itself: the server goes by what is committed.
        let limit = format!("ALTER ROLE \"{role}\" CONNECTION LIMIT {TAKEN}");
        self.administrator.execute(&limit).await?;
        let end_others = format!(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
             WHERE usename = '{role}' AND application_name <> '{HOG}'"
        );
        // Who was let in meanwhile may not have been among them yet.
        while self.administrator.rows(&end_others).await? > 0 {}
        Ok(())
    }

    async fn end(&mut self) -> Result<(), Failure> {
        for connection in self.taken.drain(..) {
            connection.close().await.map_err(Failure::unable)?;
        }
        Ok(())
    }
}
