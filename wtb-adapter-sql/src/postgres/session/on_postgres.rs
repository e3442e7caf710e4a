//! What a unit finds set, whatever its connection came with.

use super::*;
use crate::DatabaseUrl;
use sqlx::{AssertSqlSafe, Connection, PgConnection, query_scalar, raw_sql};
use wtb_test_postgres::TestServer;

/// As a pooler hands a connection over that drops what the driver asks for, or that others set up for themselves.
const OF_OTHERS: &str = "SET statement_timeout = '1h'; SET lock_timeout = '1h';
    SET idle_in_transaction_session_timeout = '1h'; SET row_security = on; SET client_encoding = 'LATIN1';
    SET quote_all_identifiers = on; SET search_path = pg_catalog; SET idle_session_timeout = '1h'";

const SETTINGS: &str = "SELECT current_setting(name) FROM unnest(ARRAY['statement_timeout', 'lock_timeout',
    'idle_in_transaction_session_timeout', 'row_security', 'client_encoding', 'quote_all_identifiers', 'search_path',
    'idle_session_timeout']) AS name";

#[tokio::test]
async fn every_setting_is_set_by_sql_whatever_the_connection_came_with() {
    let database = TestServer::get().await.expect("a server").empty_database().await.expect("a database");
    let Ok(DatabaseUrl::Postgres(url)) = DatabaseUrl::parse(database.url()) else { panic!("its url") };
    for pooler in [false, true] {
        let (texts, first) = BeginTexts::new(&PostgresOptions::new(url.clone()).pooler(pooler));
        for begin in [texts.write, texts.read] {
            let mut connection = PgConnection::connect(database.url()).await.expect("a connection");
            raw_sql(OF_OTHERS).execute(&mut connection).await.expect("settings");
            for text in first.as_deref().into_iter().chain([&*begin]) {
                raw_sql(AssertSqlSafe(text)).execute(&mut connection).await.expect(text);
            }
            let found: Vec<String> =
                query_scalar(SETTINGS).fetch_all(&mut connection).await.expect("settings");
            // A pooler keeps its servers open for as long as it is told to.
            let idle = if pooler { "1h" } else { "0" };
            assert_eq!(found, ["1min", "5s", "1min", "off", "UTF8", "off", "public", idle], "{begin}");
        }
    }
}
