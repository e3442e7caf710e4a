//! The seam between what is written once and the databases.

use crate::arg::Args;
use crate::failure::Failure;
use crate::record::{Record, Table};
use crate::statement::Statement;
use crate::tables::audit_logs::Settled;
use std::future::Future;
use wtb_domain::AuditEntry;
use wtb_ports::{Page, PageRequest, StoreResult, UnitId};

/// What a statement answers: the engine that ran it, and its result.
pub(crate) type Ran<E, T> = Result<(E, T), Failure>;

/// An open transaction of some database.
///
/// Every call consumes the engine and gives it back with the answer. So after an error, or when a caller drops the
/// future of a call, there is no engine left to go on with or to commit: it was dropped, which rolls back and gives the
/// connection back.
pub(crate) trait Engine: Sized + Send + 'static {
    /// Runs a statement that answers no rows; its result is the number of rows it changed.
    fn execute(
        self,
        statement: &'static Statement,
        args: Args<'_>,
    ) -> impl Future<Output = Ran<Self, u64>> + Send;

    /// Runs a statement that selects `R::SELECTED` and finds one row at most.
    fn find<R: Record>(
        self,
        statement: &'static Statement,
        args: Args<'_>,
    ) -> impl Future<Output = Ran<Self, Option<R>>> + Send;

    /// Runs a statement that selects `R::SELECTED` in the order of places; `args` end before the page. Needs memory for
    /// the rows of the page and two more, however large the rows after them are.
    fn page<R: Record>(
        self,
        statement: &'static Statement,
        args: Args<'_>,
        page: PageRequest,
    ) -> impl Future<Output = Ran<Self, Page<R>>> + Send;

    /// Reads a page of settled entries of the log; `args` are what they are looked up by.
    fn settled(
        self,
        list: &'static Settled,
        args: Args<'_>,
        page: PageRequest,
    ) -> impl Future<Output = Ran<Self, Page<AuditEntry>>> + Send;

    /// Reads the rows with these ids, in the order asked; one asked twice is answered twice, absent ones are left out.
    fn read_each<T: Table>(self, ids: &[T::Id]) -> impl Future<Output = Ran<Self, Vec<T>>> + Send;

    /// Inserts any number of rows in the order given and answers them.
    fn insert<R: Record>(self, rows: Vec<R>) -> impl Future<Output = Ran<Self, Vec<R>>> + Send;

    /// Sees to it that the unit can be asked about later; called once.
    fn identify(self) -> impl Future<Output = Ran<Self, UnitId>> + Send;

    /// Keeps what was written, as durably as the store was opened for.
    ///
    /// # Errors
    /// MUST be `OutcomeUnknown` when it cannot be told whether the writes are kept.
    fn commit(self) -> impl Future<Output = StoreResult<()>> + Send;

    /// Takes back what was written.
    ///
    /// # Errors
    /// Only what the database says; nothing is kept in any case.
    fn rollback(self) -> impl Future<Output = StoreResult<()>> + Send;
}
