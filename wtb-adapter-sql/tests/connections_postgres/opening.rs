//! Ways to a server, and servers that are not as they should be: what is wrong is said as the store is opened.

use super::*;
use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use wtb_adapter_sql::OpenError;
use wtb_test_postgres::{Certificates, OwnServer};

/// What whoever opens a store there is told, with all causes.
async fn refusal(url: &str) -> String {
    let error = postgres::open(options(url).wait(Duration::from_secs(1))).await.unwrap_err();
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
    let told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        assert!(!error.to_string().contains("hunter2"), "{error}");
        cause = error.source();
    }
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    let shown = options(url).url.to_string();
    let prefix = format!("cannot connect to {shown}: ");
    told.strip_prefix(&prefix).unwrap_or_else(|| panic!("{told}")).to_owned()
}

/// A server that answers everybody who comes with these bytes.
async fn answering(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut visitors = Vec::new();
        while let Ok((mut visitor, _)) = listener.accept().await {
            let mut message = [0; 8];
            visitor.read_exact(&mut message).await.expect("a message");
            visitor.write_all(answer).await.expect("a visitor");
            visitors.push(visitor);
        }
    });
    format!("postgresql://wtb:hunter2@{address}/wtb")
}

/// Another address of the server of `url`, at which it can be found at a free port.
async fn by_another_name(url: &str, name: IpAddr) -> String {
    let (_, server) = url.rsplit_once('@').expect("a user");
    let server = server.split_once('/').expect("a database").0.to_owned();
    let listener = TcpListener::bind((name, 0)).await.expect("a free port");
    let address: SocketAddr = listener.local_addr().expect("an address");
    let through = url.replacen(&server, &address.to_string(), 1);
    tokio::spawn(async move {
        while let Ok((mut visitor, _)) = listener.accept().await {
            let mut server = TcpStream::connect(&server).await.expect("the server");
            tokio::spawn(async move { copy_bidirectional(&mut visitor, &mut server).await });
        }
    });
    through
}

#[tokio::test]
async fn a_server_is_found_by_its_ipv6_address() {
    let (database, _observer) = place().await;
    let url = by_another_name(database.url(), Ipv6Addr::LOCALHOST.into()).await;
    assert!(url.contains("@[::1]:"), "{url}");
    let store = open(options(&url)).await;
    add(&store, "found").await;
    assert!(format!("{store:?}").contains("postgresql://[::1]:"), "{store:?}");
}

#[tokio::test]
async fn a_server_proves_who_it_is() {
    let certificates = Certificates::new().expect("certificates");
    let strangers = Certificates::new().expect("other certificates");
    let server = OwnServer::with_tls(&certificates).await.expect("a server");
    let secure = |url: &str, certificates: &Certificates| {
        format!("{url}?sslmode=verify-full&sslrootcert={}", certificates.authority().display())
    };
    let store = open(options(&secure(server.url(), &certificates))).await;
    add(&store, "secret").await;
    let mut observer = Observer::of(server.url()).await;
    let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                     WHERE ssl AND application_name = 'wtb'";
    assert_eq!(observer.number(encrypted).await, 1);

    assert_eq!(
        refusal(&secure(server.url(), &strangers)).await,
        "no secure connection: invalid peer certificate: BadSignature"
    );
    let other_name = by_another_name(server.url(), Ipv4Addr::new(127, 0, 0, 2).into()).await;
    let refused = refusal(&secure(&other_name, &certificates)).await;
    assert!(
        refused.starts_with(
            "no secure connection: invalid peer certificate: certificate not valid for name \"127.0.0.2\""
        ),
        "{refused}"
    );
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let url = answering(b"N").await;
    for mode in ["require", "verify-ca", "verify-full"] {
        assert_eq!(
            refusal(&format!("{url}?sslmode={mode}")).await,
            "no secure connection: server does not support TLS"
        );
    }
}

#[tokio::test]
async fn a_certificate_that_cannot_be_read_is_named() {
    let url = answering(b"S").await;
    assert_eq!(
        refusal(&format!("{url}?sslmode=verify-full&sslrootcert=/nowhere.pem")).await,
        "a socket or a certificate that the url names is absent: No such file or directory (os error 2)"
    );
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_in_time() {
    let url = answering(b"").await;
    assert_eq!(refusal(&url).await, "no answer within 1000 ms");
}

#[tokio::test]
async fn something_that_is_no_server_is_refused() {
    let url = answering(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    assert_eq!(refusal(&url).await, "what answers there is no postgresql server");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_not_waited_for() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let url = format!("postgresql://wtb:hunter2@{}/wtb", listener.local_addr().expect("an address"));
    drop(listener);
    assert_eq!(refusal(&url).await, "Connection refused (os error 111)");
    let socket = "postgresql:///wtb?host=/nowhere&user=wtb&password=hunter2";
    assert_eq!(
        refusal(socket).await,
        "a socket or a certificate that the url names is absent: No such file or directory (os error 2)"
    );
}

#[tokio::test]
async fn a_wrong_password_is_not_repeated() {
    let (database, _observer) = place().await;
    let (_, server) = database.url().rsplit_once('@').expect("a user");
    assert_eq!(
        refusal(&format!("postgresql://postgres:hunter2@{server}")).await,
        "password authentication failed for user \"postgres\""
    );
}

#[tokio::test]
async fn a_server_is_found_by_its_socket() {
    let server = OwnServer::on_a_socket().await.expect("a server");
    let folder = server.socket_folder().expect("a folder").display().to_string();
    let (login, address) = server.url().rsplit_once('@').expect("a user");
    let (_, port) = address.split_once('/').expect("a database").0.rsplit_once(':').expect("a port");
    let (user, password) = login["postgresql://".len()..].split_once(':').expect("a password");
    let encoded = folder.replace('/', "%2F");
    let urls = [
        format!("postgresql:///postgres?host={folder}&port={port}&user={user}&password={password}"),
        format!("postgresql://{user}:{password}@/postgres?host={encoded}&port={port}"),
        format!("postgresql://{user}:{password}@{encoded}:{port}/postgres"),
    ];
    for (number, url) in urls.iter().enumerate() {
        let store = open(options(url)).await;
        add(&store, &number.to_string()).await;
        assert!(!format!("{store:?}").contains(password), "{store:?}");
    }
    let mut observer = Observer::of(server.url()).await;
    observer.until_connections(0).await;
}
