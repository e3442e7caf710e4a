//! Callers that have less time than it takes to open a connection.

use super::*;
use crate::proxy::Proxy;
use std::num::NonZeroU32;
use tokio::time::timeout;

const CONNECTIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(3);
/// Longer than any of the callers waits.
const OPENING: Duration = Duration::from_millis(50);

#[tokio::test]
async fn a_connection_that_nobody_waited_for_is_there_for_the_next_caller() {
    let (database, mut observer) = place().await;
    let proxy = Proxy::that_takes(OPENING, database.url()).await;
    let store = open(options(&proxy.url(database.url())).max_connections(CONNECTIONS)).await;
    observer.end_all().await;

    let (since, mut deadline, mut committed) = (Instant::now(), 0, 0);
    while committed < 20 {
        assert!(since.elapsed() < LONG, "only {committed} units have succeeded");
        deadline = (deadline + 1) % 9;
        if let Ok(Ok(unit)) = timeout(Duration::from_millis(deadline), store.begin()).await {
            committed += usize::from(unit.commit().await.is_ok());
        }
        assert!(observer.servers().await.len() <= CONNECTIONS.get() as usize);
    }

    let mut units = Vec::new();
    for _ in 0..CONNECTIONS.get() {
        units.push(store.begin().await.expect("one of all connections"));
    }
    drop(units);
    observer.until_no_transactions().await;
    observer.until_connections(CONNECTIONS.get() as usize).await;
}
