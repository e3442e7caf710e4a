//! What a transaction that reads sets for itself.

use super::BEGIN;
use sqlx::{Connection, PgConnection, query_scalar, raw_sql};
use wtb_test_postgres::TestServer;

/// As a pooler hands a connection over that drops what the driver asks for, or that others set up for themselves.
const OF_OTHERS: &str =
    "SET statement_timeout = '1h'; SET client_encoding = 'LATIN1'; SET DateStyle = 'SQL, DMY';
    SET TimeZone = 'Asia/Kolkata'; SET extra_float_digits = -15; SET row_security = on;
    SET idle_in_transaction_session_timeout = '1h'; SET lock_timeout = '1h'";

const SETTINGS: &str = "SELECT current_setting(name) FROM unnest(ARRAY['statement_timeout', 'client_encoding', 'DateStyle',
    'TimeZone', 'extra_float_digits', 'row_security', 'idle_in_transaction_session_timeout', 'lock_timeout']) AS name";

#[tokio::test]
async fn every_setting_is_set_by_sql_whatever_the_connection_came_with() {
    let database = TestServer::get().await.unwrap().empty_database().await.unwrap();
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    raw_sql(OF_OTHERS).execute(&mut connection).await.unwrap();
    raw_sql(BEGIN).execute(&mut connection).await.unwrap();
    let settings: Vec<String> = query_scalar(SETTINGS).fetch_all(&mut connection).await.unwrap();
    assert_eq!(settings, ["0", "UTF8", "ISO, MDY", "UTC", "3", "off", "0", "5s"]);
    let writing = raw_sql("CREATE TABLE made (id INT)").execute(&mut connection).await.unwrap_err();
    assert!(writing.to_string().contains("read-only transaction"), "{writing}");
}
