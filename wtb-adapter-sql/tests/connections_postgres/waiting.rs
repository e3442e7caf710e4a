//! What is waited for, for how long, and what is said when it was in vain.

use super::*;
use std::num::NonZeroU32;

/// Long enough for anything else on a busy machine.
const WAIT: Duration = Duration::from_secs(1);

/// From then on it takes a minute to add a workflow.
const SLOW: &str = "
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
    CREATE TRIGGER slow BEFORE INSERT ON workflows FOR EACH ROW EXECUTE FUNCTION slow()";

/// The database of a store in its messages.
fn shown(database: &TestDatabase) -> String {
    options(database.url()).url.to_string()
}

#[tokio::test]
async fn a_connection_is_waited_for_as_long_as_was_said_and_then_named() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url()).max_connections(NonZeroU32::MIN).wait(WAIT)).await;
    let first = begun(|| store.begin()).await;
    let since = Instant::now();
    let second = waited_for(store.begin().await);
    assert_eq!(second, format!("one of 1 connections to {}", shown(&database)));
    assert!((WAIT..LONG).contains(&since.elapsed()), "{:?}", since.elapsed());
    assert_eq!(observer.servers().await.len(), 1);
    first.commit().await.expect("committed");
}

#[tokio::test]
async fn a_lock_is_waited_for_as_long_as_was_said_and_the_connection_kept() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url()).wait(WAIT)).await;
    let holder = unit_that_wrote(&store, "locked").await;
    let mut unit = begun(|| store.begin()).await;
    let servers = observer.servers().await;
    let since = Instant::now();
    let added = unit.workflows().add(workflow("locked")).await;
    assert_eq!(waited_for(added), "a lock that another unit holds");
    assert!((WAIT..LONG).contains(&since.elapsed()), "{:?}", since.elapsed());
    holder.commit().await.expect("committed");
    assert_eq!(observer.servers().await, servers);
}

#[tokio::test]
async fn a_statement_takes_no_longer_than_it_may() {
    let (database, mut observer) = place().await;
    observer.execute(SLOW).await;
    let limited = options(database.url()).max_connections(NonZeroU32::MIN);
    let store = open(limited.statement_timeout(WAIT)).await;
    let mut unit = begun(|| store.begin()).await;
    let since = Instant::now();
    assert_eq!(waited_for(unit.workflows().add(workflow("slow")).await), "a statement to end");
    assert!((WAIT..LONG).contains(&since.elapsed()), "{:?}", since.elapsed());
    assert!(!is_stored(&store, "slow").await);
    assert_eq!(observer.servers().await.len(), 1, "the connection is as good as before");
}

#[tokio::test]
async fn a_unit_that_is_forgotten_is_rolled_back_and_told_so_at_its_next_call() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url()).idle_in_transaction_timeout(WAIT)).await;
    let (mut one, other) = (unit_that_wrote(&store, "one").await, unit_that_wrote(&store, "other").await);
    observer.until_connections(0).await;
    let reason = "the next call of a unit, which the server rolled back meanwhile";
    assert_eq!(waited_for(one.workflows().add(workflow("late")).await), reason);
    assert_eq!(waited_for(other.commit().await), reason);
    assert!(!is_stored(&store, "one").await);
    assert!(!is_stored(&store, "other").await);
}

#[tokio::test]
async fn a_server_that_only_reads_lets_units_read() {
    let (database, mut observer) = place().await;
    observer
        .execute(&format!("ALTER DATABASE \"{}\" SET default_transaction_read_only = on", database.name()))
        .await;
    let store = open(options(database.url())).await;
    let refused = waited_for(store.begin().await);
    assert_eq!(refused, format!("a server that can be written to as {}", shown(&database)));
    assert!(!is_stored(&store, "nothing").await);

    // As when connections reach the server that took over.
    observer
        .execute(&format!("ALTER DATABASE \"{}\" RESET default_transaction_read_only", database.name()))
        .await;
    add(&store, "after").await;
    observer.until_connections(1).await;
}

#[tokio::test]
async fn a_role_with_too_few_connections_is_named_after_the_wait() {
    let (database, mut observer) = place().await;
    let role = format!("{}_role", database.name());
    observer
        .execute(&format!(
            "CREATE ROLE \"{role}\" LOGIN PASSWORD 'hunter2' CONNECTION LIMIT 1;
             GRANT SELECT ON ALL TABLES IN SCHEMA public TO \"{role}\""
        ))
        .await;
    let (_, server) = database.url().rsplit_once('@').expect("a user");
    let url = format!("postgresql://{role}:hunter2@{server}");
    // The connection that looked at the schema may still be counted for a moment.
    let store = open(options(&url).wait(WAIT)).await;
    let first = begun(|| store.begin_read()).await;
    let second = store.begin_read().await;
    drop((first, store));
    observer.until_connections(0).await;
    observer.execute(&format!("DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\"")).await;
    let reason = format!("a connection to {}: too many connections for role \"{role}\"", shown(&database));
    assert_eq!(waited_for(second), reason);
}
