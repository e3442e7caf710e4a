//! `wtb audit show --follow`.

use crate::stored::Stored;
use crate::watch::{Watch, append, open};

#[tokio::test]
async fn what_is_appended_later_is_shown_also_after_a_lost_connection() {
    let stored = Stored::sample().await;
    let mut watch = Watch::begin(&stored.bench, &["--json", "--store", &stored.url]);
    watch.lines_until("execution_failed");
    append(&open(&stored.url).await, (0..3).map(|number| format!("before {number}"))).await;
    assert_eq!(watch.lines_until("before 2").len(), 3);

    stored
        .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'wtb'")
        .await;
    append(&open(&stored.url).await, (0..3).map(|number| format!("after {number}"))).await;
    assert_eq!(watch.lines_until("after 2").len(), 3);
    assert_eq!(watch.interrupt(), Some(0));
}
