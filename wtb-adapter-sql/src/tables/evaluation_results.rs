//! The table of evaluation results: its columns, how a row is bound and read, and what is looked up in it.

use crate::arg::Args;
use crate::columns::{Columns, Read, Reader};
use crate::record::{Record, Table};
use crate::statement::{Statement, entity_statements, entity_texts, lookups, numbered};
use wtb_domain::{EntityKind, EvaluationResult};

macro_rules! columns {
    () => {
        concat!(
            "revision, execution_id, evaluator_name, evaluator_version, score, passed, evaluated_at, ",
            "duration_ns, metrics, details, raw_output, metadata"
        )
    };
}

macro_rules! select {
    () => {
        concat!("SELECT seq, id, ", columns!(), " FROM evaluation_results")
    };
}

impl Record for EvaluationResult {
    const ENTITY: EntityKind = EntityKind::EvaluationResult;

    entity_texts!("evaluation_results", columns, 12, "$13");

    fn bind<'a>(&'a self, args: Args<'a>) -> Args<'a> {
        args.integer(self.revision.get())
            .text(self.execution_id.as_str())
            .text(&self.evaluator_name)
            .text(&self.evaluator_version)
            .float(self.score)
            .bool(self.passed)
            .time(self.evaluated_at)
            .duration(self.duration)
            .list(&self.metrics)
            .optional_text(self.details.as_deref())
            .optional_document(self.raw_output.as_ref())
            .document(&self.metadata)
            .text(self.id.as_str())
    }

    fn read<C: Columns>(row: &mut Reader<'_, C>) -> Read<Self> {
        Ok(Self {
            id: row.parsed()?,
            revision: row.revision()?,
            execution_id: row.parsed()?,
            evaluator_name: row.string()?,
            evaluator_version: row.string()?,
            score: row.float()?,
            passed: row.bool()?,
            evaluated_at: row.time()?,
            duration: row.duration()?,
            metrics: row.list()?,
            details: row.optional_string()?,
            raw_output: row.optional_document()?,
            metadata: row.document()?,
        })
    }
}

impl Table for EvaluationResult {
    entity_statements!("evaluation_results", columns, 12, "$13", "$14");
}

lookups! { "evaluation_results", select;
    /// The results of an execution.
    BY_EXECUTION through "evaluation_results_by_execution" lists ["execution_id"];
}
