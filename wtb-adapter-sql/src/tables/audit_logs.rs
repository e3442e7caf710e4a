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
