//! The defect: a program that has a page of rows in memory, however large they are.

use super::peak;
use crate::proof::{Failure, Outcome, Tried};
use std::path::PathBuf;
use wtb_adapter_sql::sqlite::{self, SqliteOptions};
use wtb_ports::{PageRequest, UnitOfWorkFactory};

/// A store whose executions to collect.
#[derive(Debug, clap::Args)]
pub(crate) struct Collect {
    file: PathBuf,
}

/// Collects all executions of the store, as a page that is bounded by rows alone would.
///
/// # Errors
/// `Found` if that took too much, `Unable` if they cannot be read.
pub(crate) async fn collect(asked: Collect) -> Outcome {
    let store = sqlite::open(SqliteOptions::new(asked.file)).await.map_err(Failure::unable)?;
    let mut unit = store.begin_read().await.map_err(Failure::unable)?;
    let (mut rows, mut next) = (Vec::new(), Some(PageRequest::default()));
    while let Some(request) = next {
        let page = unit.executions().list_all(request).await.map_err(Failure::unable)?;
        rows.extend(page.items);
        next = page.next.map(|cursor| request.after(cursor));
    }
    let peak = peak::bounded("a page of rows", peak::of_this_process())?;
    Ok(Tried::new(format!("{} rows in {} MB", rows.len(), peak >> 20)))
}
