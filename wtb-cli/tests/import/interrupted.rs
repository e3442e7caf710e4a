//! Imports that a signal ends: what is said, how they end, and that nothing stays behind.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, Bench};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// Interrupts an import into `store` once `file` is there.
fn interrupted(bench: &Bench, store: &str, file: &str, signal: &str) -> Answer {
    // So many that the import is not done when the signal comes.
    bench.change_python(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
         INSERT INTO wtb_audit_logs (timestamp, event_type, severity, message)
            SELECT '2026-12-01', 'a', 'info', i FROM n",
    );
    let url = format!("sqlite:///{store}");
    let import = bench.command(&["import", "python.db", "--store", &url]).spawn().unwrap();
    let begin = Instant::now();
    while !bench.path(file).exists() {
        assert!(begin.elapsed() < Duration::from_mins(2), "the store is never made");
        std::thread::sleep(Duration::from_millis(1));
    }
    let status = Command::new("kill").args([signal, &import.id().to_string()]).status().unwrap();
    assert!(status.success());
    import.wait_with_output().unwrap().into()
}

#[test]
fn each_signal_has_its_exit_code_and_nothing_stays_behind() {
    for (signal, code, store) in
        [("-INT", 130, "store.db"), ("-TERM", 143, "new/folder/store.db"), ("-HUP", 129, "x.db")]
    {
        let bench = Bench::new();
        let answer = interrupted(&bench, store, store, signal);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(code), ""), "{signal}");
        assert_eq!(answer.stderr, "wtb: interrupted; nothing was imported\n");
        let files: Vec<_> =
            fs::read_dir(bench.path("")).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(files, ["python.db"], "{signal}");
    }
}

#[test]
fn a_store_that_was_there_before_stays() {
    let bench = Bench::new();
    assert_eq!(bench.wtb(&["migrate"]).code, Some(0));
    let answer = interrupted(&bench, "store.db", "store.db-wal", "-TERM");
    assert_eq!(answer.code, Some(143), "{}", answer.stderr);
    assert!(bench.path("store.db").exists());
    assert!(bench.content("store.db").is_empty());
}
