//! Histories on a database whose settings are hostile, and on stores that do not replace one of them.

use super::batch::Plan;
use super::ground::Ground;
use super::lanes::run_on;
use super::tally::Tally;
use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::stores::{OpenStore, database, postgres_options};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, raw_sql};
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use wtb_adapter_sql::postgres;

/// The proof.
pub(crate) const PROOF: Proof = Proof {
    name: "hostile database settings",
    run: run!(sound),
    defects: &[
        PlantedDefect {
            name: "looks for its tables where the database says",
            run: run!(|trial| lacking(trial, ("SET search_path", "SET s.arch_path"))),
        },
        PlantedDefect {
            name: "does not have references checked",
            run: run!(|trial| lacking(trial, ("<> 'origin'", "IS NULL    "))),
        },
        PlantedDefect {
            name: "goes by the limits of the database",
            run: run!(|trial| lacking(trial, ("SET statement_timeout", "SET s.atement_timeout"))),
        },
    ],
};

/// What somebody set for the whole database.
const HOSTILE: [(&str, &str); 19] = [
    ("statement_timeout", "1"),
    ("lock_timeout", "1"),
    ("idle_in_transaction_session_timeout", "1"),
    ("search_path", "pg_catalog"),
    ("default_transaction_isolation", "serializable"),
    ("default_transaction_deferrable", "on"),
    ("session_replication_role", "replica"),
    ("synchronous_commit", "off"),
    ("client_encoding", "LATIN1"),
    ("DateStyle", "'SQL, DMY'"),
    ("TimeZone", "'Asia/Kolkata'"),
    ("bytea_output", "escape"),
    ("extra_float_digits", "-15"),
    ("standard_conforming_strings", "off"),
    ("quote_all_identifiers", "on"),
    ("array_nulls", "off"),
    ("transform_null_equals", "on"),
    ("enable_indexscan", "off"),
    ("enable_sort", "off"),
];

/// The SQLSTATE of a statement that took too long.
const CANCELLED: &str = "57014";

/// What a message says, and what arrives in place of it: as many bytes.
type Change = (&'static str, &'static str);

async fn sound(trial: Trial) -> Outcome {
    let (ground, _proxy) = ground(None).await?;
    let plan = Plan { batches: trial.times(2, 50), proof: PROOF.name, ..Plan::of(trial) };
    let tally = Arc::new(Tally::default());
    let histories = run_on(plan, ground, Arc::clone(&tally)).await?;
    let (settings, tally) = (HOSTILE.len(), tally.in_words());
    Ok(Tried::new(format!("{histories} histories under {settings} settings of the database: {tally}")))
}

/// The same on a store whose messages are changed on their way, so that they do not set what they should.
async fn lacking(trial: Trial, change: Change) -> Outcome {
    let (ground, _proxy) = ground(Some(change)).await?;
    let plan = Plan { batches: 20, proof: PROOF.name, ..Plan::of(trial) };
    match run_on(plan, ground, Arc::default()).await {
        Ok(_) => Ok(Tried::new("histories on a store that leaves a setting as it is")),
        // The limits of a store are much longer than anything takes here.
        Err(Failure::Unable(why)) if why.contains(CANCELLED) => Err(Failure::found(why)),
        Err(failure) => Err(failure),
    }
}

/// A store on a hostile database, and the proxy that changes its messages.
async fn ground(change: Option<Change>) -> Result<(Ground, JoinSet<()>), Failure> {
    let database = database().await?;
    let options: PgConnectOptions = database.url().parse().map_err(Failure::unable)?;
    // It empties the tables; these settings are its own.
    let own = [("search_path", "public"), ("statement_timeout", "0"), ("session_replication_role", "origin")];
    let own = own.into_iter().chain([("idle_in_transaction_session_timeout", "0"), ("lock_timeout", "0")]);
    let mut connection = options.options(own).connect().await.map_err(Failure::unable)?;
    for (name, value) in HOSTILE {
        let set = format!("ALTER DATABASE \"{}\" SET {name} = {value}", database.name());
        raw_sql(AssertSqlSafe(set)).execute(&mut connection).await.map_err(Failure::unable)?;
    }
    let mut proxy = JoinSet::new();
    let url = match change {
        Some(change) => changed(database.url(), change, &mut proxy).await.map_err(Failure::unable)?,
        None => database.url().to_owned(),
    };
    let store = postgres::open(postgres_options(&url)).await.map_err(Failure::unable)?;
    Ok((Ground::of_postgres(OpenStore::new(Arc::new(store), database), connection), proxy))
}

/// The same database through a proxy that changes messages.
async fn changed(url: &str, change: Change, proxy: &mut JoinSet<()>) -> std::io::Result<String> {
    let (before, rest) = url.rsplit_once('@').unwrap_or_default();
    let (server, name) = rest.split_once('/').unwrap_or_default();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let through = format!("{before}@{}/{name}?sslmode=disable", listener.local_addr()?);
    let server = server.to_owned();
    proxy.spawn(async move {
        let mut ways = JoinSet::new();
        while let Ok((store, _)) = listener.accept().await {
            let Ok(server) = TcpStream::connect(&server).await else { return };
            let ((from_store, mut to_store), (mut from_server, to_server)) =
                (store.into_split(), server.into_split());
            ways.spawn(async move {
                tokio::select! {
                    () = pass_on(from_store, to_server, change) => {}
                    _ = copy(&mut from_server, &mut to_store) => {}
                }
            });
        }
    });
    Ok(through)
}

/// Passes on what a store says, with every change that it takes.
async fn pass_on(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, (said, arrives): Change) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        for at in 0..count {
            if bytes[at..count].starts_with(said.as_bytes()) {
                bytes[at..at + said.len()].copy_from_slice(arrives.as_bytes());
            }
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
