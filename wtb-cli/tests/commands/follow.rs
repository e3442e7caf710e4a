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
    assert_eq!(watch.end_by("-INT").0, Some(130));
}

#[tokio::test]
async fn each_signal_that_ends_a_quiet_watch_has_its_exit_code_and_nothing_stays_behind() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let bench = sample();
        let mut watch = Watch::begin(&bench, &[]);
        watch.lines_until("NodeError");
        assert_eq!(watch.end_by(signal), (Some(code), "wtb: interrupted\n".to_owned()));
        assert!(!bench.path("store.db-wal").exists(), "{signal}");
    }
}

#[tokio::test]
async fn programs_see_that_a_watch_was_interrupted() {
    let bench = sample();
    let mut watch = Watch::begin(&bench, &["--json"]);
    watch.lines_until("execution_failed");
    let (code, stderr) = watch.end_by("-TERM");
    let document: serde_json::Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!((code, &document["error"]["kind"]), (Some(143), &"interrupted".into()));
}
