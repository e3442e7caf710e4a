//! PostgreSQL servers and databases for tests.
//!
//! ```no_run
//! # async fn test() -> Result<(), wtb_test_postgres::ProvideError> {
//! use wtb_test_postgres::TestServer;
//!
//! let server = TestServer::get().await?;
//! // Once for all test processes, and a copy for each case.
//! let template = server.template("schema_3f2a", |url| async move { migrate(&url).await }).await?;
//! let database = template.database().await?;
//! println!("{}", database.url()); // dropped with `database`
//! # Ok(())
//! # }
//! # async fn migrate(url: &str) -> Result<(), std::fmt::Error> { Ok(()) }
//! ```
//!
//! One server serves all test processes of a run. It is the one of `WTB_TEST_POSTGRES_URL`, or a container, or the
//! machine's own PostgreSQL in a temporary folder. A keeper, the program in this crate, starts it and takes
//! everything away when the run ends, however it ends. `cargo xtask test` starts a keeper for its run; test
//! processes that run without it start one by themselves and share it.
//!
//! What the shared server must not be configured for, such as TLS, is tested on an [`OwnServer`], and reading from a
//! replica on a [`ReplicatedServer`].

mod certificates;
mod database;
mod error;
#[cfg(feature = "keeper")]
pub mod keeper;
mod keeper_process;
mod maintenance;
mod own_server;
mod provided;
mod replicated;
mod server;
mod shared;
mod template;
mod tls;
mod url;

pub use certificates::Certificates;
pub use database::TestDatabase;
pub use error::ProvideError;
pub use own_server::OwnServer;
pub use replicated::ReplicatedServer;
pub use server::TestServer;
pub use template::Template;
