//! Settled entries of a log that came from another server.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

#[path = "support/database.rs"]
mod support;

use sqlx::{AssertSqlSafe, Connection, PgConnection, query_scalar, raw_sql};
use support::{database, open, options};
use wtb_adapter_sql::Migrate;
use wtb_contract::{Follower, samples};
use wtb_domain::AuditEntry;
use wtb_ports::{PageLimit, PageRequest, UnitOfWorkFactory};

/// How much greater the ids of transactions of the other server are: more than others use meanwhile.
const AHEAD: i64 = 20_000;

async fn append(store: &dyn UnitOfWorkFactory, message: &str) -> AuditEntry {
    let entry = samples::audit_entry(message);
    let mut unit = store.begin().await.expect("a unit");
    unit.audit_logs().append_logs(None, vec![entry.clone()]).await.expect("appended");
    unit.commit().await.expect("committed");
    entry
}

async fn execute(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect(sql);
}

/// Uses up so many ids of transactions.
async fn use_up(url: &str, ids: i64) {
    execute(
        url,
        &format!(
            "CREATE TEMPORARY TABLE used (); DO $$ BEGIN
                FOR i IN 1..{ids} LOOP
                    BEGIN INSERT INTO used DEFAULT VALUES; EXCEPTION WHEN OTHERS THEN RAISE; END;
                END LOOP;
            END $$"
        ),
    )
    .await;
}

#[tokio::test]
async fn entries_of_another_server_are_settled_and_come_before_those_of_this_one() {
    let database = database().await;
    let url = database.url();
    let store = open(options(url)).await;
    let mut expected = vec![append(&store, "1").await, append(&store, "2").await, append(&store, "3").await];
    drop(store);
    // As a dump of a server with greater ids restores them. The second unit ended last there.
    execute(
        url,
        &format!(
            "UPDATE audit_logs SET xid = (xid::text::bigint + {AHEAD} + CASE message WHEN '2' THEN 2 ELSE 0 END)::text::xid8"
        ),
    )
    .await;

    // A store that is only verified is not written to.
    let verified = open(options(url).migrate(Migrate::Verify)).await;
    let first = PageRequest::first(PageLimit::new(2).expect("a limit"));
    let mut early = Follower::new(None, first);
    early.look_until(&verified, 2).await.expect("read");
    assert_eq!(early.seen(), &expected[..2], "the rest is held back until the log is marked");

    let store = open(options(url)).await;
    let mut later = Follower::new(None, first);
    for follower in [&mut early, &mut later] {
        follower.look_until(&store, 3).await.expect("read");
        assert_eq!(follower.seen(), expected);
    }
    expected.push(append(&store, "4").await);
    for follower in [&mut early, &mut later] {
        follower.look_until(&store, 4).await.expect("read");
        assert_eq!(follower.seen(), expected);
    }

    // This server now has had the ids that the entries came with.
    use_up(url, AHEAD + 2_000).await;
    expected.push(append(&store, "5").await);
    let mut last = Follower::new(None, first);
    for follower in [&mut early, &mut later, &mut last] {
        follower.look_until(&store, 5).await.expect("read");
        assert_eq!(follower.seen(), expected);
    }

    // Opening it again marks nothing more.
    let marks = "SELECT count(*) FROM audit_logs WHERE xid = '9223372036854775807'";
    open(options(url)).await;
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let marks: i64 = query_scalar(marks).fetch_one(&mut connection).await.expect("a count");
    assert_eq!(marks, 1);
}
