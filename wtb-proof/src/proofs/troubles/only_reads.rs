//! A PostgreSQL server only reads for a while, as after a failover to a standby, and then writes again.

use super::flaw::Flaw;
use super::flaws;
use super::stage::{Promise, Stage};
use super::withstand::{Trouble, withstand};
use crate::administrator::Administrator;
use crate::proof::{Failure, Outcome, Proof, Trial, Tried, run};
use crate::stores::{database, postgres_options};
use std::sync::Arc;
use std::time::Duration;
use wtb_adapter_sql::postgres;
use wtb_ports::StoreError;

pub(crate) const ONLY_READS: Proof = Proof {
    name: "a server that only reads, PostgreSQL",
    run: run!(sound),
    defects: flaws!(only_reads: TellsNothing, CommitsEachCall, StopsReading, StopsWriting),
};

/// Refuses statements as a server does that became a standby under its connections.
const REFUSE: &str = "
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'cannot execute INSERT in a read-only transaction' USING ERRCODE = '25006'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON executions FOR EACH ROW EXECUTE FUNCTION refuse();
    ALTER TABLE executions DISABLE TRIGGER refuse";

async fn sound(trial: Trial) -> Outcome {
    only_reads(trial, None).await
}

async fn only_reads(trial: Trial, flaw: Option<Flaw>) -> Outcome {
    let promise = Promise {
        may_tell: |error| matches!(error, StoreError::Unavailable { .. } | StoreError::OutcomeUnknown { .. }),
        tells: "a server that can be written to",
        reads_go_on: true,
    };
    let lasts = trial.times(Duration::from_secs(1), Duration::from_secs(10));
    let mut words = Vec::new();
    for takes_connections in [true, false] {
        let database = database().await?;
        let mut administrator = Administrator::of(database.url()).await?;
        administrator.execute(REFUSE).await?;
        let store = postgres::open(postgres_options(database.url())).await.map_err(Failure::unable)?;
        let stage = Stage::new(Arc::new(store), flaw, promise, trial.seed);
        let name = database.name().to_owned();
        let mut trouble = Standby { administrator, database: name, takes_connections };
        let withstood = withstand(stage, &mut trouble, lasts).await?;
        let way = if takes_connections { "with a loss of connections" } else { "without" };
        words.push(format!("{way}: {withstood}"));
    }
    Ok(Tried::new(format!("{} s each; {}", lasts.as_secs(), words.join("; "))))
}

/// The server becomes a standby, and is promoted.
struct Standby {
    administrator: Administrator,
    database: String,
    /// Whether it ends the connections there are; those to come reach it.
    takes_connections: bool,
}

impl Trouble for Standby {
    async fn begin(&mut self) -> Result<(), Failure> {
        if !self.takes_connections {
            return self.administrator.execute("ALTER TABLE executions ENABLE TRIGGER refuse").await;
        }
        let only_reads =
            format!("ALTER DATABASE \"{}\" SET default_transaction_read_only = on", self.database);
        self.administrator.execute(&only_reads).await?;
        self.administrator.end_all_others().await
    }

    async fn end(&mut self) -> Result<(), Failure> {
        if !self.takes_connections {
            return self.administrator.execute("ALTER TABLE executions DISABLE TRIGGER refuse").await;
        }
        let writes = format!("ALTER DATABASE \"{}\" RESET default_transaction_read_only", self.database);
        self.administrator.execute(&writes).await
    }
}
