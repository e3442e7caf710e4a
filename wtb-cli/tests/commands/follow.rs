//! `wtb audit show --follow`.

use crate::sample;
use crate::watch::{Watch, append, open};

#[tokio::test]
async fn what_is_appended_later_is_shown_once_and_in_order() {
    let bench = sample();
    let store = open(&format!("sqlite:///{}", bench.path("store.db").display())).await;
    // A page of four makes the log cross pages and end in the middle of one.
    let mut watch = Watch::begin(&bench, &["--json", "--limit", "4"]);
    let before = watch.lines_until("execution_failed").len();
    append(&store, (0..3).map(|number| format!("first {number}"))).await;
    let first = watch.lines_until("first 2");
    append(&store, (0..9).map(|number| format!("second {number}"))).await;
    let second = watch.lines_until("second 8");
    assert_eq!((before, first.len(), second.len()), (10, 3, 9));
    for (number, line) in second.iter().enumerate() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(entry["message"], format!("second {number}"));
    }
    assert_eq!(watch.interrupt(), Some(0));
}

#[tokio::test]
async fn ctrl_c_ends_a_quiet_watch_well() {
    let bench = sample();
    let mut watch = Watch::begin(&bench, &[]);
    watch.lines_until("NodeError");
    assert_eq!(watch.interrupt(), Some(0));
}
