//! Servers of a test's own that speak TLS.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection};
use wtb_test_postgres::{Certificates, OwnServer};

#[tokio::test]
async fn only_whoever_knows_the_authority_trusts_the_server() {
    let certificates = Certificates::new().expect("certificates");
    let strangers = Certificates::new().expect("other certificates");
    let server = OwnServer::with_tls(&certificates).await.expect("a server");
    let options: PgConnectOptions = server.url().parse().expect("a url");
    let options = options.ssl_mode(PgSslMode::VerifyFull);
    let trusted = options.clone().ssl_root_cert(certificates.authority()).connect().await;
    trusted.expect("the server proves who it is").close().await.expect("a connection");
    let refused = options.ssl_root_cert(strangers.authority()).connect().await;
    refused.expect_err("the authority is another one");
}
