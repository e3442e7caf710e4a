//! `wtb audit show --follow`.

use crate::TIMED_OUT;
use crate::stored::Stored;
use crate::watch::{Watch, append, entry, open};
use wtb_domain::ExecutionId;

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
    assert_eq!(watch.end_by("-INT").0, Some(130));
}

#[tokio::test]
async fn an_entry_of_a_unit_that_commits_late_is_shown_once_like_all_others() {
    let stored = Stored::sample().await;
    let mut watch = Watch::begin(&stored.bench, &["--json", "--store", &stored.url]);
    watch.lines_until("execution_failed");
    let (store, id) = (open(&stored.url).await, ExecutionId::new(TIMED_OUT).unwrap());
    let mut late = store.begin().await.unwrap();
    late.audit_logs().append_logs(Some(&id), vec![entry("late".to_owned())]).await.unwrap();
    append(&store, ["early".to_owned()].into_iter()).await;
    late.commit().await.unwrap();
    append(&store, ["after".to_owned()].into_iter()).await;

    let shown = watch.lines_until("after");
    let messages =
        shown.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["message"].take());
    assert_eq!(messages.collect::<Vec<_>>(), ["late", "early", "after"]);
    assert_eq!(watch.end_by("-INT").0, Some(130));
}
