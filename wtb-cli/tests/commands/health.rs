//! `wtb migrate` and `wtb doctor`.

use crate::bench::{Answer, Bench};
use crate::sample;

#[test]
fn a_store_that_does_not_exist_is_not_made_by_checking_it() {
    let bench = Bench::new();
    assert_eq!(bench.wtb(&["migrate", "--check"]).code, Some(1));
    let doctor = bench.wtb(&["doctor", "--json"]);
    assert_eq!((doctor.code, doctor.json()["healthy"].as_bool()), (Some(1), Some(false)));
    assert!(!bench.path("store.db").exists());
}

#[test]
fn an_outdated_store_is_told_by_checks_and_readers_and_mended_by_migrate() {
    let bench = Bench::new();
    std::fs::write(bench.path("store.db"), "").unwrap();
    let check = bench.wtb(&["migrate", "--check", "--json"]);
    assert_eq!((check.code, check.json()["pending"][0].as_str()), (Some(1), Some("0001_initial")));
    let doctor = bench.wtb(&["doctor", "--json"]).json();
    assert_eq!(doctor["problems"][0]["message"], "the schema is not up to date; run `wtb migrate`");
    let reader = bench.wtb(&["execution", "list"]);
    assert_eq!(reader.code, Some(1));
    assert!(reader.stderr.contains("migrate"), "{}", reader.stderr);
    assert_eq!(std::fs::metadata(bench.path("store.db")).unwrap().len(), 0, "nothing was changed so far");

    let migrated = bench.wtb(&["migrate", "--json"]);
    migrated.assert_done();
    assert_eq!(migrated.json()["applied_now"][0], "0001_initial");
    bench.wtb(&["migrate", "--check"]).assert_done();
    bench.wtb(&["execution", "list"]).assert_done();
    assert_eq!(bench.wtb(&["migrate", "--json"]).json()["applied_now"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_healthy_store_tells_its_settings_and_counts() {
    let answer = sample().wtb(&["doctor", "--json"]);
    answer.assert_done();
    let report = answer.json();
    assert_eq!(report["healthy"], true);
    assert_eq!(report["schema"]["version"], 4);
    let url = report["settings"].as_array().unwrap().iter().find(|it| it["key"] == "storage.url").unwrap();
    assert_eq!(
        (url["value"].as_str(), url["source"].as_str()),
        (Some("sqlite:///store.db"), Some("--store"))
    );
    let typed = |list: &str, name: &str, of: &str| {
        let entries = report[list].as_array().unwrap();
        entries.iter().find(|it| it[name] == of).unwrap()["value"].clone()
    };
    assert_eq!(typed("settings", "key", "storage.wait_ms"), 5000, "a number");
    assert_eq!(typed("settings", "key", "storage.pooler"), false);
    assert!(typed("facts", "name", "page_count").is_u64());
    let count = |entity: &str| {
        let counts = report["counts"].as_array().unwrap();
        counts.iter().find(|it| it["entity"] == entity).unwrap()["count"].as_u64()
    };
    assert_eq!((count("execution"), count("audit entry")), (Some(31), Some(360)));
}

#[test]
fn a_setting_without_effect_is_named() {
    let answer = sample().wtb(&["doctor", "--json"]);
    let note = "state.adapter and state.agentgit_db_path are accepted, but have no effect in this version";
    assert_eq!(answer.json()["notes"][0], note);
    assert!(sample().wtb(&["doctor"]).stdout.contains(note));
}

#[test]
fn what_is_damaged_in_a_file_is_repaired_by_the_statements_that_are_shown() {
    let bench = sample();
    let connection = rusqlite::Connection::open(bench.path("store.db")).unwrap();
    connection.execute_batch("DROP INDEX executions_by_id; DROP INDEX audit_logs_by_execution").unwrap();
    for arguments in [&["doctor", "--json"][..], &["doctor", "--quick", "--json"]] {
        let answer = bench.wtb(arguments);
        assert_eq!(answer.code, Some(1), "{arguments:?}");
        assert_eq!(answer.json()["problems"].as_array().map(Vec::len), Some(2), "{}", answer.stdout);
    }
    let report = bench.wtb(&["doctor", "--json"]).json();
    for problem in report["problems"].as_array().unwrap() {
        connection.execute_batch(problem["repair"][0].as_str().unwrap()).unwrap();
    }
    bench.wtb(&["doctor"]).assert_done();
}

#[test]
fn a_damaged_store_is_not_healthy() {
    let bench = sample();
    std::fs::write(bench.path("store.db"), vec![7; 100_000]).unwrap();
    let answer = bench.wtb(&["doctor", "--json"]);
    assert_eq!(answer.code, Some(1));
    assert_ne!(answer.json()["problems"].as_array().map(Vec::len), Some(0));
}

#[test]
fn settings_tell_where_each_came_from() {
    let bench = Bench::new();
    std::fs::write(bench.path("wtb.toml"), "[storage]\nwait_ms = 7\n[profile.quiet.log]\nlevel = \"off\"\n")
        .unwrap();
    let mut command = bench.command(&["doctor", "--profile", "quiet", "--json"]);
    let output = command.env("WTB_STORAGE__MAX_READERS", "2").output();
    let answer = Answer::from(output.unwrap());
    let report = answer.json();
    let source = |key: &str| {
        let settings = report["settings"].as_array().unwrap();
        settings.iter().find(|it| it["key"] == key).unwrap()["source"].as_str().unwrap().to_owned()
    };
    assert_eq!(source("storage.wait_ms"), "wtb.toml line 2");
    assert_eq!(source("log.level"), "wtb.toml line 4 (profile quiet)");
    assert_eq!(source("storage.max_readers"), "environment variable WTB_STORAGE__MAX_READERS");
    assert_eq!(source("retry.window_ms"), "default");
}

#[test]
fn every_mistake_in_the_settings_is_a_sentence_of_its_own() {
    let bench = Bench::new();
    std::fs::write(bench.path("wtb.toml"), "[storage]\nwait_ms = -1\nmax_readers = 0\n").unwrap();
    let answer = bench.wtb(&["execution", "list"]);
    assert_eq!(answer.code, Some(1));
    assert_eq!(answer.stderr.lines().count(), 2, "{}", answer.stderr);
    assert!(answer.stderr.starts_with("wtb: wtb.toml line "), "{}", answer.stderr);
}
