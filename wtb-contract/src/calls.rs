//! Every call of every repository, for cases about what all of them must do.

use crate::arrange::{two_executions, two_workflows};
use crate::samples::{self, id};
use crate::shared::Subject;
use crate::stored::Stored;
use std::future::Future;
use std::pin::Pin;
use wtb_domain::{
    CheckpointFile, CheckpointId, EvaluationResult, Execution, ExecutionId, ExecutionStatus, NodeBoundary,
    NodeId, NodeVariant, SessionId, Workflow, WorkflowId,
};
use wtb_ports::{BoxUnitOfWork, PageRequest, StoreResult};

/// What a call on a unit will have answered.
pub type Answer<'a> = Pin<Box<dyn Future<Output = StoreResult<()>> + Send + 'a>>;

/// A call on a unit; it answers only whether it succeeded.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// The call as it is written below, for messages.
    pub name: &'static str,
    /// Makes the call.
    pub on: for<'a> fn(&'a mut BoxUnitOfWork) -> Answer<'a>,
}

/// Not written like a closure, for a block would drop the arguments of the call before its answer is awaited.
macro_rules! call {
    ($unit:ident => $call:expr) => {
        Call { name: stringify!($call), on: |$unit| Box::pin(async move { $call.await.map(drop) }) }
    };
}

pub(crate) use call;

macro_rules! of_each_kind {
    ($of:ident) => {
        [
            $of!(Workflow),
            $of!(Execution),
            $of!(NodeBoundary),
            $of!(CheckpointFile),
            $of!(NodeVariant),
            $of!(EvaluationResult),
        ]
        .concat()
    };
}

macro_rules! writes_of {
    ($kind:ident) => {
        vec![
            call!(unit => $kind::add(unit, $kind::plain("added"))),
            call!(unit => $kind::add_all(unit, vec![$kind::plain("second"), $kind::plain("third")])),
            call!(unit => $kind::add_all(unit, Vec::new())),
            call!(unit => $kind::update(unit, $kind::plain("stored"))),
            call!(unit => $kind::delete(unit, &$kind::plain("stored").id)),
        ]
    };
}

/// Every call that writes. Each succeeds if what [`store_every_kind`](crate::store_every_kind) stores is there.
pub fn writes() -> Vec<Call> {
    let mut writes = of_each_kind!(writes_of);
    writes.extend([
        call!(unit => unit.audit_logs().append_logs(None, vec![samples::audit_entry("appended")])),
        call!(unit => unit.audit_logs().append_logs(None, Vec::new())),
    ]);
    writes
}

macro_rules! reads_of {
    ($kind:ident) => {
        vec![
            call!(unit => $kind::get_by_id(unit, &$kind::plain("stored").id)),
            call!(unit => $kind::get_by_ids(unit, &[$kind::plain("stored").id])),
            call!(unit => $kind::list_all(unit, PageRequest::default())),
        ]
    };
}

/// Every call that reads.
pub fn reads() -> Vec<Call> {
    const ALL: PageRequest = PageRequest::first(wtb_ports::PageLimit::DEFAULT);
    let mut reads = of_each_kind!(reads_of);
    reads.extend([
        call!(unit => unit.workflows().get_by_name("stored")),
        call!(unit => unit.workflows().get_by_name_and_version("stored", Workflow::DEFAULT_VERSION)),
        call!(unit => unit.executions().get_by_workflow(&workflow(), ALL)),
        call!(unit => unit.executions().get_by_status(ExecutionStatus::Pending, ALL)),
        call!(unit => unit.executions().get_running(ALL)),
        call!(unit => unit.node_boundaries().get_by_session(&session(), ALL)),
        call!(unit => unit.node_boundaries().get_by_node(&session(), &node())),
        call!(unit => unit.node_boundaries().get_completed(&session(), ALL)),
        call!(unit => unit.node_boundaries().get_by_execution(&execution(), ALL)),
        call!(unit => unit.checkpoint_files().get_by_checkpoint(&id::<CheckpointId>("checkpoint"))),
        call!(unit => unit.checkpoint_files().get_by_file_commit(&id("commit"), ALL)),
        call!(unit => unit.node_variants().get_by_node(&workflow(), &node(), ALL)),
        call!(unit => unit.node_variants().get_active(&workflow(), &node(), ALL)),
        call!(unit => unit.node_variants().get_by_workflow(&workflow(), ALL)),
        call!(unit => unit.evaluation_results().get_by_execution(&execution(), ALL)),
        call!(unit => unit.audit_logs().get_by_execution(&execution(), ALL)),
        call!(unit => unit.audit_logs().list_settled(Some(&execution()), ALL)),
        call!(unit => unit.audit_logs().list_settled(None, ALL)),
        call!(unit => unit.audit_logs().list_all(ALL)),
    ]);
    reads
}

fn workflow() -> WorkflowId {
    two_workflows()[0].id.clone()
}

fn execution() -> ExecutionId {
    two_executions()[0].id.clone()
}

fn session() -> SessionId {
    id("session")
}

fn node() -> NodeId {
    id("retrieve")
}
