//! An execution as a program without any layer would keep it: one field for each column, documents as text.

/// A row of `executions`; times are microseconds since 1970.
pub(super) struct RawExecution {
    pub(super) id: String,
    pub(super) revision: i64,
    pub(super) workflow_id: String,
    pub(super) status: String,
    pub(super) session_id: Option<String>,
    pub(super) checkpoint_id: Option<String>,
    pub(super) current_node: Option<String>,
    pub(super) created_at: i64,
    pub(super) started_at: Option<i64>,
    pub(super) completed_at: Option<i64>,
    pub(super) error_node: Option<String>,
    pub(super) error_message: Option<String>,
    pub(super) execution_path: String,
    pub(super) breakpoints: String,
    pub(super) metadata: String,
    pub(super) initial_state: String,
    pub(super) state: String,
}

/// The columns in the order of the fields.
macro_rules! execution_columns {
    () => {
        "id, revision, workflow_id, status, session_id, checkpoint_id, current_node, created_at, started_at, \
         completed_at, error_node, error_message, execution_path, breakpoints, metadata, initial_state, state"
    };
}
pub(super) use execution_columns;
