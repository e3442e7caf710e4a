//! `wtb backup`.

use crate::bench::{Answer, Bench, ROWS};
use crate::sample;
use std::fs;

#[test]
fn a_backup_tells_what_it_holds_and_is_a_healthy_store() {
    let bench = sample();
    let backup = bench.wtb(&["backup", "backup.db", "--json"]);
    backup.assert_done();
    let report = backup.json();
    assert_eq!((&report["store"], &report["file"]), (&"SQLite store.db".into(), &"backup.db".into()));
    assert_eq!(report["bytes"].as_u64(), Some(fs::metadata(bench.path("backup.db")).unwrap().len()));
    let rows: Vec<_> = report["entities"].as_array().unwrap().iter().map(|it| it["rows"].as_u64()).collect();
    assert_eq!(rows, ROWS.map(|(_, rows)| Some(rows)));
    assert!(report["duration_ns"].as_u64() > Some(0));

    bench.wtb(&["doctor", "--store", "sqlite:///backup.db"]).assert_done();
    let list = |url| bench.wtb(&["execution", "list", "--json", "--store", url]).stdout;
    assert_eq!(list("sqlite:///backup.db"), list("sqlite:///store.db"));
}

#[test]
fn people_see_kinds_rows_and_size() {
    let shown = sample().wtb(&["backup", "backup.db"]);
    shown.assert_done();
    assert!(shown.stdout.starts_with("backed up SQLite store.db to backup.db\n\n"), "{}", shown.stdout);
    assert!(shown.stdout.contains("\naudit entries        360\n"), "{}", shown.stdout);
    assert!(shown.stdout.contains(" KiB, copied and examined in "), "{}", shown.stdout);
}

#[test]
fn a_file_that_is_there_is_not_replaced() {
    let bench = sample();
    fs::write(bench.path("mine"), "mine").unwrap();
    let refusal = bench.wtb(&["backup", "mine"]);
    assert_eq!((refusal.code, refusal.stdout.as_str()), (Some(1), ""));
    assert_eq!(refusal.stderr, "wtb: mine exists already; name a new file\n");
    assert_eq!(fs::read(bench.path("mine")).unwrap(), b"mine");
}

#[test]
fn a_folder_that_is_not_there_is_named_as_the_reason() {
    let refusal = sample().wtb(&["backup", "nowhere/backup.db"]);
    assert_eq!((refusal.code, refusal.stdout.as_str()), (Some(1), ""));
    let sentence = "wtb: cannot make nowhere/backup.db\n  because No such file or directory";
    assert!(refusal.stderr.starts_with(sentence), "{}", refusal.stderr);
}

#[test]
fn without_a_store_nothing_is_made() {
    let bench = Bench::new();
    let refusal = bench.wtb(&["backup", "backup.db"]);
    assert_eq!(refusal.code, Some(1));
    assert!(refusal.stderr.starts_with("wtb: there is no store at sqlite:///store.db yet"));
    assert!(!bench.path("backup.db").exists() && !bench.path("store.db").exists());
}

#[test]
fn a_store_in_memory_has_no_backup() {
    let bench = Bench::new();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wtb"));
    command.current_dir(bench.path("")).env_clear().env("WTB_STORAGE_MODE", "inmemory");
    let refusal = Answer::from(command.args(["backup", "backup.db"]).output().unwrap());
    assert_eq!(refusal.code, Some(1));
    assert!(refusal.stderr.contains("wtb: a store in memory has no backup: "), "{}", refusal.stderr);
    assert!(!bench.path("backup.db").exists());
}

#[test]
fn a_url_in_place_of_a_file_is_typed_wrongly_and_not_repeated() {
    let refusal = sample().wtb(&["backup", "postgresql://wtb:canary-4711@127.0.0.1:9/wtb"]);
    assert_eq!((refusal.code, refusal.stdout.as_str()), (Some(64), ""));
    assert!(!refusal.stderr.contains("canary"), "{}", refusal.stderr);
}

/// What a backup that is under way has beside the file that it makes.
#[cfg(unix)]
#[expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]
fn partial(bench: &Bench) -> Vec<String> {
    let names =
        fs::read_dir(bench.path("")).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".partial")).collect()
}

#[cfg(unix)]
#[test]
fn a_backup_that_is_ended_leaves_nothing_behind() {
    let bench = sample();
    let text = "x".repeat(1_000_000);
    let store = rusqlite::Connection::open(bench.path("store.db")).unwrap();
    for _ in 0..60 {
        let sql = "INSERT INTO audit_logs (timestamp, event_type, severity, message, details) VALUES (1, 'x', 'info', ?1, '{}')";
        store.execute(sql, [&text]).unwrap();
    }
    drop(store);
    for signal in ["-INT", "-TERM", "-HUP"] {
        let mut running = bench.command(&["backup", "backup.db"]).spawn().unwrap();
        while partial(&bench).is_empty() && running.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let id = running.id().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
        let answer = Answer::from(running.wait_with_output().unwrap());
        assert_ne!(answer.code, Some(0), "{signal}: {}", answer.stderr);
        assert!(answer.stderr.contains("interrupted; there is no backup"), "{signal}: {}", answer.stderr);
        assert_eq!(partial(&bench), [""; 0], "{signal}");
        assert!(!bench.path("backup.db").exists());
    }
}

#[cfg(unix)]
#[test]
fn what_a_killed_backup_left_is_removed_by_the_next() {
    let bench = sample();
    let mut running = bench.command(&["backup", "backup.db"]).spawn().unwrap();
    while partial(&bench).is_empty() {
        assert!(running.try_wait().unwrap().is_none(), "it was too quick to be killed");
    }
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(!partial(&bench).is_empty() || bench.path("backup.db").exists());
    let _ = fs::remove_file(bench.path("backup.db"));
    bench.wtb(&["backup", "backup.db"]).assert_done();
    assert_eq!(partial(&bench), [""; 0]);
}
