//! A proxy that accepts connections and closes them, because it has no server now.

use super::*;
use crate::proxy::Proxy;
use std::net::Ipv4Addr;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use wtb_adapter_sql::OpenError;

const WAIT: Duration = Duration::from_secs(2);
const HINT: &str = "the other end closes every connection; if it is a proxy, it has no server now";

/// Somebody who closes every connection, after a look at what was sent or without one.
async fn closing(reads: bool) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut visitor, _)) = listener.accept().await {
            if reads {
                let _ = visitor.read(&mut [0; 1 << 10]).await;
            }
        }
    });
    format!("postgresql://wtb:hunter2@{address}/wtb")
}

#[tokio::test]
async fn it_is_waited_for_as_a_store_is_opened_and_named() {
    for (reads, parameter) in
        [(true, ""), (true, "?sslmode=disable"), (false, ""), (false, "?sslmode=require")]
    {
        let url = format!("{}{parameter}", closing(reads).await);
        let since = Instant::now();
        let refused = postgres::open(options(&url).wait(WAIT)).await.unwrap_err();
        let OpenError::Unreachable { reason, .. } = refused else { panic!("{refused:?}") };
        assert_eq!(reason, HINT, "{url}");
        assert!((WAIT * 9 / 10..LONG).contains(&since.elapsed()), "{url}: {:?}", since.elapsed());
    }
}

#[tokio::test]
async fn it_is_waited_for_as_a_unit_begins_and_named() {
    let (database, _observer) = place().await;
    let mut proxy = Proxy::before(database.url()).await;
    for parameter in ["sslmode=disable", "sslmode=prefer"] {
        let url = proxy.url(database.url()).replace("sslmode=disable", parameter);
        proxy.come_back().await;
        // Only without encryption can messages be passed on.
        let store = open(options(&proxy.url(database.url())).wait(WAIT)).await;
        let encrypted = options(&url).wait(WAIT).migrate(wtb_adapter_sql::Migrate::Verify);
        proxy.lose_server().await;
        let since = Instant::now();
        let refused = waited_for(store.begin().await);
        assert!(refused.ends_with(HINT), "{refused}");
        assert!((WAIT * 9 / 10..LONG).contains(&since.elapsed()), "{:?}", since.elapsed());
        let refused = postgres::open(encrypted).await.unwrap_err();
        assert!(refused.to_string().ends_with(HINT), "{refused}");
    }
}

#[tokio::test]
async fn it_is_used_as_soon_as_it_has_a_server_again() {
    let (database, _observer) = place().await;
    let mut proxy = Proxy::before(database.url()).await;
    let through = options(&proxy.url(database.url())).wait(LONG);
    let store = open(through.clone()).await;
    proxy.lose_server().await;
    let (unit, opened, ()) = tokio::join!(store.begin(), postgres::open(through), async {
        // The first attempts are in vain.
        tokio::time::sleep(Duration::from_millis(300)).await;
        proxy.come_back().await;
    });
    unit.expect("a unit").commit().await.expect("committed");
    opened.expect("a store");
}
