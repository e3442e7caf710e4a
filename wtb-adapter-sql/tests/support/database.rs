//! A database of one's own with the newest schema, copied from one that was migrated once for all tests.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use wtb_adapter_sql::postgres::{self, PostgresOptions, PostgresStore};
use wtb_adapter_sql::{DatabaseUrl, OpenError};
use wtb_test_postgres::{TestDatabase, TestServer};

/// How long a server may take to let somebody in.
const PATIENCE: Duration = Duration::from_mins(1);

/// A database with empty tables; dropped with the value.
pub(crate) async fn database() -> TestDatabase {
    let server = TestServer::get().await.expect("a server");
    let migrate = |url: String| async move { postgres::migrate(&options(&url)).await.map(drop) };
    let template = server.template(&template_name(), migrate).await.expect("a template");
    template.database().await.expect("a database")
}

/// The usual options for a database.
pub(crate) fn options(url: &str) -> PostgresOptions {
    match DatabaseUrl::parse(url) {
        Ok(DatabaseUrl::Postgres(url)) => PostgresOptions::new(url),
        other => panic!("the url of a test database is not one of postgresql: {other:?}"),
    }
}

/// A store that has connected, however busy the machine is and however short a unit may wait.
pub(crate) async fn open(options: PostgresOptions) -> PostgresStore {
    let begun = Instant::now();
    loop {
        match postgres::open(options.clone()).await {
            Ok(store) => return store,
            Err(OpenError::Unreachable { .. }) if begun.elapsed() < PATIENCE => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// Other steps of the schema make another template.
fn template_name() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let entries = fs::read_dir(folder).expect("the steps of the schema");
    let mut steps: Vec<PathBuf> = entries.map(|entry| entry.expect("a step").path()).collect();
    steps.sort();
    let mut hasher = DefaultHasher::new();
    for step in steps {
        fs::read_to_string(step).expect("its text").hash(&mut hasher);
    }
    format!("schema_{:016x}", hasher.finish())
}
