//! Who is measured: our stores, the drivers without them, and the Python WTB's way.

mod ours;
mod python;
mod raw_execution;
mod raw_postgres;
mod raw_sqlite;

pub(crate) use python::{Peer, Python};

use crate::client::Client;
use crate::failure::Outcome;
use crate::lane::Lane;
use crate::place::{Place, StoreKind};
use crate::workload::Workload;
use crate::workloads::{Clients, Start};
use clap::ValueEnum;
use ours::OurClient;
use raw_postgres::Bulk;
use std::sync::Arc;
use wtb_config::{Store, Synchronous};

/// Somebody who does a workload in their own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub(crate) enum Contestant {
    /// Our store, through its ports.
    Ours,
    /// Our store, asked for one execution after another where others ask for all at once.
    OursOneByOne,
    /// rusqlite alone.
    Rusqlite,
    /// rusqlite alone, a connection for each client.
    RusqliteOwnConnections,
    /// rusqlite alone, one thread that writes what waits for it in one transaction.
    RusqliteWriterThread,
    /// sqlx alone; many rows as one array for each column.
    Sqlx,
    /// sqlx alone; many rows through binary COPY.
    SqlxCopy,
    /// The Python WTB's store in memory.
    PythonDicts,
    /// SQLAlchemy on SQLite with the write-ahead log, `synchronous=NORMAL`.
    SqlAlchemySqlite,
    /// SQLAlchemy on PostgreSQL through psycopg.
    SqlAlchemyPostgres,
}

impl Contestant {
    /// What people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::OursOneByOne => "ours, one id at a time",
            Self::Rusqlite => "rusqlite",
            Self::RusqliteOwnConnections => "rusqlite, own connections",
            Self::RusqliteWriterThread => "rusqlite, one writer thread",
            Self::Sqlx => "sqlx",
            Self::SqlxCopy => "sqlx, binary COPY",
            Self::PythonDicts => "Python dicts",
            Self::SqlAlchemySqlite => "SQLAlchemy, WAL + NORMAL",
            Self::SqlAlchemyPostgres => "SQLAlchemy, psycopg",
        }
    }

    /// Whether it needs Python.
    pub(crate) const fn is_python(self) -> bool {
        matches!(self, Self::PythonDicts | Self::SqlAlchemySqlite | Self::SqlAlchemyPostgres)
    }

    /// How much of a round is enough to measure somebody: dictionaries are searched from end to end for each list.
    pub(crate) const fn size(self, workload: Workload, whole: u64) -> u64 {
        match (self, workload) {
            (Self::PythonDicts, Workload::W4 | Workload::W5) => whole / 5,
            _ => whole,
        }
    }

    /// All who do a workload on a store, ours first.
    pub(crate) fn all(lane: Lane, workload: Workload) -> Vec<Self> {
        let mut all = vec![Self::Ours];
        match (lane.store, workload) {
            (StoreKind::Memory, _) => {}
            (StoreKind::Sqlite, Workload::W1c) => {
                all.extend([Self::RusqliteOwnConnections, Self::RusqliteWriterThread]);
            }
            (StoreKind::Sqlite, _) => all.push(Self::Rusqlite),
            (StoreKind::Postgres, Workload::W2) => all.extend([Self::Sqlx, Self::SqlxCopy]),
            (StoreKind::Postgres, Workload::W3m) => all.extend([Self::Sqlx, Self::OursOneByOne]),
            (StoreKind::Postgres, _) => all.push(Self::Sqlx),
        }
        // The Python WTB has no call that asks for several ids.
        if workload != Workload::W3m {
            all.extend(Self::python(lane));
        }
        all
    }

    /// The Python WTB's way, where it promises the same.
    const fn python(lane: Lane) -> Option<Self> {
        match (lane.store, lane.synchronous) {
            (StoreKind::Memory, _) => Some(Self::PythonDicts),
            (StoreKind::Sqlite, Synchronous::Normal) => Some(Self::SqlAlchemySqlite),
            (StoreKind::Sqlite, Synchronous::Full) => None,
            (StoreKind::Postgres, _) => Some(Self::SqlAlchemyPostgres),
        }
    }

    /// Opens what is in a place, for as many clients as the workload has. Python has its own places.
    pub(crate) async fn clients(self, place: &Place, lane: Lane, workload: Workload) -> Outcome<Clients> {
        let count = workload.clients();
        let all = match (self, place) {
            (Self::Ours | Self::OursOneByOne, _) => {
                let store = place.open(lane.synchronous, count).await?;
                connect(&store, place, count).await?;
                let client = || OurClient::new(Arc::clone(store.factory()));
                match self {
                    Self::OursOneByOne => boxed((0..count).map(|_| client().one_by_one())),
                    _ => boxed((0..count).map(|_| client())),
                }
            }
            (Self::RusqliteWriterThread, Place::Sqlite(_)) => {
                boxed(raw_sqlite::SharingClient::connect(&place.file(), lane.synchronous, count)?)
            }
            (Self::Rusqlite | Self::RusqliteOwnConnections, Place::Sqlite(_)) => {
                let connect = || raw_sqlite::RawClient::connect(&place.file(), lane.synchronous);
                boxed((0..count).map(|_| connect()).collect::<Outcome<Vec<_>>>()?)
            }
            (Self::Sqlx | Self::SqlxCopy, Place::Postgres(_)) => {
                let bulk = if self == Self::SqlxCopy { Bulk::Copy } else { Bulk::Unnest };
                boxed(raw_postgres::RawClient::connect(&place.url(), bulk, count).await?)
            }
            _ => return Err(format!("{} does not work on {}", self.name(), place.kind().name()).into()),
        };
        let block = matches!(self, Self::Rusqlite | Self::RusqliteOwnConnections);
        Ok(Clients { all, start: Start { block, ready: || Ok(()) } })
    }
}

/// Has a connection for each client before anything counts, as the others' pools do.
async fn connect(store: &Store, place: &Place, count: usize) -> Outcome<()> {
    if place.kind() != StoreKind::Postgres {
        return Ok(());
    }
    let mut units = Vec::with_capacity(count);
    for _ in 0..count {
        units.push(store.begin_read().await?);
    }
    for unit in units {
        unit.rollback().await?;
    }
    Ok(())
}

fn boxed<C: Client + 'static>(clients: impl IntoIterator<Item = C>) -> Vec<Box<dyn Client>> {
    clients.into_iter().map(|client| Box::new(client) as Box<dyn Client>).collect()
}
