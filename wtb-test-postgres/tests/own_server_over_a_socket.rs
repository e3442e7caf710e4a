//! Servers of a test's own that listen on a Unix socket.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use wtb_test_postgres::OwnServer;

#[tokio::test]
async fn the_socket_is_where_it_is_said_to_be() {
    let server = OwnServer::on_a_socket().await.expect("a server");
    let options: PgConnectOptions = server.url().parse().expect("a url");
    let folder = server.socket_folder().expect("a folder").to_path_buf();
    options.socket(&folder).connect().await.expect("a connection").close().await.expect("a connection");
    drop(server);
    assert!(!folder.exists());
}
