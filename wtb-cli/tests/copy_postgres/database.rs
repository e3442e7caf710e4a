//! A PostgreSQL database to copy to.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::Bench;
use crate::place::Place;
use sqlx::{AssertSqlSafe, Connection, PgConnection, query_scalar, raw_sql};
use tokio::sync::Mutex;
use wtb_test_postgres::{TestDatabase, TestServer};

/// What holds up the copy: no other test uses the database.
const LOCK: &str = "pg_advisory_lock(4711)";

/// A PostgreSQL database, and a session in it that can hold up others.
pub(crate) struct PostgresDatabase {
    database: TestDatabase,
    session: Mutex<PgConnection>,
}

impl Place for PostgresDatabase {
    async fn new(_: &Bench) -> Self {
        let database = TestServer::get().await.unwrap().empty_database().await.unwrap();
        let session = Mutex::new(PgConnection::connect(database.url()).await.unwrap());
        Self { database, session }
    }

    fn url(&self) -> String {
        self.database.url().to_owned()
    }

    async fn is_there(&self) -> bool {
        true
    }

    async fn execute(&self, sql: &str) {
        raw_sql(AssertSqlSafe(sql)).execute(&mut *self.session.lock().await).await.unwrap();
    }

    async fn number(&self, sql: &str) -> Option<i64> {
        query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *self.session.lock().await).await.ok()
    }

    async fn stall_at(&self, entries: i64) {
        self.execute(&format!(
            "CREATE FUNCTION stall() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF (SELECT count(*) FROM audit_logs) = {entries} THEN
                     PERFORM {LOCK}, pg_advisory_unlock(4711);
                 END IF;
                 RETURN NEW;
             END $$;
             CREATE TRIGGER stall BEFORE INSERT ON audit_logs FOR EACH ROW EXECUTE FUNCTION stall();
             SELECT {LOCK}"
        ))
        .await;
    }

    async fn go_on(&self) {
        self.execute("SELECT pg_advisory_unlock(4711)").await;
    }
}
