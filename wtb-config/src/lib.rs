//! Settings from defaults, file and environment, and the store they describe.
//!
//! A binary of your own is composed in a few lines: load, open, run.
//!
//! ```
//! use wtb_config::{Preset, Settings, SystemClock, UuidIds, open};
//! use wtb_domain::{Execution, ExecutionId, Json, Workflow, WorkflowId};
//! use wtb_ports::{Clock, IdGenerator, StoreError};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let store = open(&Settings::load(Preset::Testing)?).await?;
//!     let now = SystemClock.now();
//!     let workflow = &Workflow::new(WorkflowId::from_uuid(UuidIds.next_uuid()), "loans", Json::new("{}"), now);
//!     let execution = &Execution::new(ExecutionId::from_uuid(UuidIds.next_uuid()), workflow.id.clone(), now);
//!     store
//!         .run(|unit| {
//!             Box::pin(async move {
//!                 unit.workflows().add(workflow.clone()).await?;
//!                 unit.executions().add(execution.clone()).await?;
//!                 Ok::<_, StoreError>(())
//!             })
//!         })
//!         .await?;
//!     let stored = store
//!         .read(|unit| Box::pin(async move { unit.executions().get_by_id(&execution.id).await }))
//!         .await?;
//!     assert_eq!(stored.as_ref(), Some(execution));
//!     Ok(())
//! }
//! ```
//!
//! # Where settings come from
//!
//! Later ones win: the defaults, a [`Preset`], `wtb.toml`, the environment, and what the program itself
//! [sets](Loader::set). [`Settings::sources`] has the origin of each setting. All mistakes are reported at once, with
//! the line or the variable, and without repeating a value.
//!
//! `WTB_CONFIG` names another file; `WTB_PROFILE` selects a profile. An empty variable counts as absent, and white space
//! around a value is no part of it. A variable that begins with `WTB_` and sets nothing is an error, except:
//!
//! - those that begin with `WTB_TEST_`, which only tests read;
//! - those that Kubernetes and Docker set about a service called `wtb` or `wtb-…`: `WTB_SERVICE_HOST`,
//!   `WTB_DB_PORT_5432_TCP_ADDR`, `WTB_PORT=tcp://…`;
//! - those of the Python WTB. `WTB_DATA_DIR` says in which folder `wtb.db` is unless `storage.url` is set. Those that
//!   mean nothing here (`WTB_LOG_SQL`, `WTB_ROLLBACK_CLEANUP_*`, `WTB_LANGGRAPH_CHECKPOINT_PATH`,
//!   `WTB_RAY_STORAGE_ROOT`, `WTB_LLM_*`) are ignored with one warning when the first store is opened.
//!
//! | setting | variables | default | values |
//! |---|---|---|---|
//! | `storage.mode` | `WTB_STORAGE__MODE`, `WTB_STORAGE_MODE` | `inmemory` | `inmemory`, `sql` (also `sqlalchemy`) |
//! | `storage.url` | `WTB_STORAGE__URL`, `WTB_DB_URL`, `WTB_DATABASE_URL` | `sqlite:///data/wtb.db` | the URL of a database |
//! | `storage.migrate` | `WTB_STORAGE__MIGRATE` | `apply` | `apply`, `verify` |
//! | `storage.wait_ms` | `WTB_STORAGE__WAIT_MS` | `5000` | milliseconds |
//! | `storage.synchronous` | `WTB_STORAGE__SYNCHRONOUS` | `full` | `full`, `normal` |
//! | `storage.max_readers` | `WTB_STORAGE__MAX_READERS` | `8` | 1 to 255 |
//! | `storage.schema` | `WTB_STORAGE__SCHEMA` | `public` | lower-case letters, digits, `_` |
//! | `storage.application_name` | `WTB_STORAGE__APPLICATION_NAME` | `wtb` | up to 63 printable ASCII characters |
//! | `storage.max_connections` | `WTB_STORAGE__MAX_CONNECTIONS` | `8` | 1 to 65535 |
//! | `storage.statement_timeout_ms` | `WTB_STORAGE__STATEMENT_TIMEOUT_MS` | `60000` | milliseconds, at least 1 |
//! | `storage.idle_in_transaction_timeout_ms` | `WTB_STORAGE__IDLE_IN_TRANSACTION_TIMEOUT_MS` | `60000` | milliseconds, at least 1 |
//! | `storage.idle_timeout_ms` | `WTB_STORAGE__IDLE_TIMEOUT_MS` | `600000` | milliseconds, at least 1 |
//! | `storage.max_lifetime_ms` | `WTB_STORAGE__MAX_LIFETIME_MS` | `1800000` | milliseconds, at least 1 |
//! | `storage.pooler` | `WTB_STORAGE__POOLER` | `false` | `true`, `false` |
//! | `storage.read_url` | `WTB_STORAGE__READ_URL`, `WTB_DB_READ_URL` | `none` | the URL of a replica, or `none` |
//! | `storage.replica_wait_ms` | `WTB_STORAGE__REPLICA_WAIT_MS` | `1000` | milliseconds |
//! | `retry.window_ms` | `WTB_RETRY__WINDOW_MS` | `60000` | milliseconds, 0 for no retries |
//! | `retry.base_delay_ms` | `WTB_RETRY__BASE_DELAY_MS` | `10` | milliseconds |
//! | `retry.max_delay_ms` | `WTB_RETRY__MAX_DELAY_MS` | `1000` | milliseconds |
//! | `state.adapter` | `WTB_STATE__ADAPTER`, `STATE_ADAPTER_MODE` | `inmemory` | `inmemory`, `agentgit`, `langgraph` |
//! | `state.agentgit_db_path` | `WTB_STATE__AGENTGIT_DB_PATH`, `AGENTGIT_DB_PATH` | `data/agentgit.db` | a path |
//! | `log.level` | `WTB_LOG__LEVEL`, `WTB_LOG_LEVEL` | `info` | `off`, `error`, `warn`, `info`, `debug`, `trace` |
//!
//! `state.*` is accepted, but has no effect in this version.
//!
//! `storage.synchronous` and `storage.max_readers` are for SQLite, those from `storage.schema` to `storage.replica_wait_ms` for
//! PostgreSQL. No time limit can be switched off: 0, which PostgreSQL would take for that, is refused. An
//! `application_name` in the URL wins over the setting.
//!
//! A URL alone does not select the database: where `storage.url` is set but `storage.mode` is not, entities would be stored
//! in memory and lost, so that is an error. `storage.mode = "sql"` alone means the default database.
//!
//! The `wtb` command writes log lines as `log.level` says where it is set, and otherwise warnings only; its option
//! `-v` wins over it.
//!
//! # `wtb.toml`
//!
//! ```toml
//! # Sections apply always.
//! [storage]
//! mode = "sql"
//! url = "sqlite:///data/wtb.db"    # relative; sqlite:////var/lib/wtb/wtb.db is absolute
//! synchronous = "normal"           # a power failure may undo the last commits
//!
//! [log]
//! level = "debug"
//!
//! # Sections of a profile apply when it is asked for (WTB_PROFILE=production) and win over those above.
//! [profile.production.storage]
//! url = "postgresql://db.example/wtb?sslmode=verify-full"
//! migrate = "verify"               # upgrade with `wtb migrate`
//! max_connections = 16
//!
//! [profile.production.log]
//! level = "warn"
//! ```

mod application_name;
mod as_text;
mod box_future;
mod choice;
mod diagnosis;
mod environment;
mod error;
mod file;
mod foreign;
mod ids;
mod key;
mod layers;
mod loader;
mod nearest;
mod nesting;
mod open;
mod preset;
mod read;
mod read_only;
mod read_url;
mod redacted;
mod retry;
mod run;
mod settings;
mod source;
mod store;
mod turn;
mod upkeep;

pub use application_name::{ApplicationName, InvalidApplicationName};
pub use box_future::BoxFuture;
pub use choice::UnknownChoice;
pub use diagnosis::Diagnosis;
pub use error::{ConfigError, ConfigErrors};
pub use ids::UuidIds;
pub use loader::Loader;
pub use open::{migrate, migrations, open, open_read_only};
pub use preset::Preset;
pub use read_url::{InvalidReadUrl, ReadUrl};
pub use redacted::redacted;
pub use retry::RetryPolicy;
pub use run::run;
pub use settings::{
    LogLevel, LogSettings, Migrate, RetrySettings, Settings, StateAdapter, StateSettings, StorageMode,
    StorageSettings, Synchronous,
};
pub use source::{Source, SourcedValue};
pub use store::Store;
pub use turn::Turn;
pub use wtb_adapter_sql::postgres::{InvalidSchemaName, SchemaName};
pub use wtb_adapter_sql::sqlite::{Backup, ForeignDatabase};
pub use wtb_adapter_sql::{
    BackupError, DatabaseUrl, Examination, Fact, Migrated, MigrationStatus, OpenError, PostgresUrl, Problem,
    ProblemSeverity,
};
pub use wtb_ports::SystemClock;

/// Keeps the example of the README compiling.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Keeps the examples of the page on production compiling.
#[cfg(doctest)]
#[doc = include_str!("../../PRODUCTION.md")]
struct Production;
