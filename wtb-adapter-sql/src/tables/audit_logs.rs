//! The table of audit entries: its columns, how a row is bound and read, and what is looked up in it.

use crate::arg::Args;
use crate::columns::{Columns, Read, Reader};
use crate::record::Record;
use crate::statement::{Statement, lookups, numbered};
use wtb_domain::{AuditEntry, EntityKind, EventType, InvalidValue};

macro_rules! columns {
    () => {
        "timestamp, event_type, severity, execution_id, node_id, duration_ns, message, details, error"
    };
}

macro_rules! select {
    () => {
        concat!("SELECT seq, ", columns!(), " FROM audit_logs")
    };
}

impl Record for AuditEntry {
    const ENTITY: EntityKind = EntityKind::AuditEntry;
    const TABLE: &'static str = "audit_logs";
    const BOUND: &'static str = columns!();
    const SELECTED: &'static str = concat!("seq, ", columns!());
    const INSERT: &'static Statement = &Statement::insert(
        "append to audit_logs",
        concat!("INSERT INTO audit_logs (", columns!(), ") VALUES (", numbered!(9), ")"),
    );
    const LIST: &'static Statement =
        &Statement::by_place("list audit_logs", concat!(select!(), " WHERE seq > $1 ORDER BY seq LIMIT $2"));

    fn bind<'a>(&'a self, args: Args<'a>) -> Args<'a> {
        args.time(self.timestamp)
            .text(self.event_type.as_str())
            .text(self.severity.as_str())
            .optional_id(self.execution_id.as_ref())
            .optional_id(self.node_id.as_ref())
            .optional_duration(self.duration)
            .text(&self.message)
            .document(&self.details)
            .optional_text(self.error.as_deref())
    }

    fn read<C: Columns>(row: &mut Reader<'_, C>) -> Read<Self> {
        Ok(Self {
            timestamp: row.time()?,
            event_type: EventType::new(row.string()?),
            severity: row.parsed()?,
            execution_id: row.optional_parsed()?,
            node_id: row.optional_parsed()?,
            duration: row.optional_duration()?,
            message: row.string()?,
            details: row.document()?,
            error: row.optional_string()?,
        })
    }

    fn check(self) -> Result<(), InvalidValue> {
        self.validated_for(None).map(drop)
    }
}

lookups! { "audit_logs", select;
    /// The entries about an execution.
    BY_EXECUTION through "audit_logs_by_execution" lists ["execution_id"];
}

/// The statements that read settled entries: all, or those about an execution.
pub(crate) struct Settled {
    /// In SQLite, where one transaction writes at a time, so that the entries of others appear in the order of `seq`: how
    /// many entries at the end of the log are of this transaction itself, then the page.
    pub(crate) in_sqlite: &'static Statement,
    /// In PostgreSQL, the entries that were there before its own transactions, in the order of `seq`.
    pub(crate) before: &'static Statement,
    /// In PostgreSQL, the entries of transactions that have ended, in the order of their ids and of `seq`, from a
    /// transaction and a place on; the last column is the transaction.
    ///
    /// Every transaction below the xmin of a snapshot has ended, and the snapshot shows what it committed. So an entry
    /// that appears later is of a transaction that is not below, and comes after all that this has returned: nothing is
    /// missed. Nothing comes twice, because entries never move. In the order of `seq` alone an entry could appear before
    /// others: it has its place before its transaction ends, whatever the id of that is. Subtransactions would have ids
    /// of their own, but a default takes the id of the whole.
    ///
    /// That an entry was there before is asked in a way that offers the planner no range of `seq`, which it would walk. The
    /// last column has another name than `xid`, because the order would be that of a column of the result.
    pub(crate) ended: &'static Statement,
}

/// Up to which place entries were there before the transactions of this server, or 0. They are all settled, and their ids
/// are not of this server; which is told by the last of them, whose id is not below the next one of this server. But for
/// the entries of this transaction itself, those of all others that are seen are.
macro_rules! before {
    () => {
        "(SELECT coalesce((SELECT seq FROM audit_logs
            WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())
                AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned()
            ORDER BY xid DESC, seq DESC LIMIT 1), 0))"
    };
}

macro_rules! select_with_transaction {
    () => {
        concat!("SELECT seq, ", columns!(), ", xid::text::bigint AS transaction FROM audit_logs")
    };
}

pub(crate) const SETTLED: Settled = Settled {
    in_sqlite: &Statement::by_place(
        READ_SETTLED,
        concat!(
            select!(),
            " WHERE seq <= (SELECT max(seq) FROM audit_logs) - $1 AND seq > $2 ORDER BY seq LIMIT $3"
        ),
    ),
    before: &Statement::by_place(
        READ_SETTLED,
        concat!(select!(), " WHERE seq > $1 AND seq <= ", before!(), " ORDER BY seq LIMIT $2"),
    ),
    ended: &Statement::through(
        "audit_logs_settled",
        READ_SETTLED,
        concat!(
            select_with_transaction!(),
            " WHERE (xid, seq) > ($1::bigint::text::xid8, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())",
            " AND seq - ",
            before!(),
            " > 0 ORDER BY xid, seq LIMIT $3"
        ),
    ),
};

pub(crate) const SETTLED_BY_EXECUTION: Settled = Settled {
    in_sqlite: &Statement::through(
        "audit_logs_by_execution",
        READ_SETTLED,
        concat!(
            select!(),
            " INDEXED BY audit_logs_by_execution WHERE execution_id = $1",
            " AND seq <= (SELECT max(seq) FROM audit_logs) - $2 AND seq > $3 ORDER BY seq LIMIT $4"
        ),
    ),
    before: &Statement::through(
        "audit_logs_by_execution",
        READ_SETTLED,
        concat!(
            select!(),
            " WHERE (execution_id, seq) > ($1, $2) AND (execution_id, seq) <= ($1, ",
            before!(),
            // The index cannot end a scan by the second column; where there are no such entries, none begins.
            ") AND execution_id BETWEEN $1 AND $1 AND ",
            before!(),
            " > 0 ORDER BY execution_id, seq LIMIT $3"
        ),
    ),
    ended: &Statement::through(
        "audit_logs_settled_by_execution",
        READ_SETTLED,
        concat!(
            select_with_transaction!(),
            " WHERE (execution_id, xid, seq) > ($1, $2::bigint::text::xid8, $3)",
            " AND (execution_id, xid) < ($1, pg_snapshot_xmin(pg_current_snapshot()))",
            " AND execution_id BETWEEN $1 AND $1 AND seq - ",
            before!(),
            " > 0 ORDER BY execution_id, xid, seq LIMIT $4"
        ),
    ),
};

const READ_SETTLED: &str = "read audit_logs";
