//! What can be typed, what is printed where, and how the program ends.

use crate::bench::{Answer, Bench, ROWS};
use std::fs;
use std::process::Command;

#[test]
fn the_result_for_people_has_counts_what_has_no_home_and_how_to_look_further() {
    let bench = Bench::new();
    let answer = bench.wtb(&["import", "python.db"]);
    answer.assert_done();
    assert_eq!(
        answer.stdout,
        "\
imported python.db into SQLite store.db

                    added  already there
workflows               1              0
executions             31              0
node boundaries       147              0
checkpoint files       12              0
node variants           4              0
evaluation results     22              0
audit entries         360              0

no home in the store yet
wtb_outbox                             44  rows
wtb_batch_tests                         2  rows
wtb_node_boundaries.tool_count        140  values
wtb_node_boundaries.checkpoint_count  140  values
wtb_evaluation_results.batch_test_id   19  values
wtb_audit_logs.created_at             360  values

to look further
  wtb execution list --store sqlite:///store.db
  wtb execution show 827d7716-a3ce-4174-bc03-2f005b929512 --store sqlite:///store.db  # why it failed
"
    );
}

#[test]
fn the_suggested_commands_work() {
    let bench = Bench::new();
    let answer = bench.wtb(&["import", "python.db"]);
    let (_, suggestions) = answer.stdout.split_once("to look further\n").unwrap();
    for suggestion in suggestions.lines() {
        let (command, _) = suggestion.split_once('#').unwrap_or((suggestion, ""));
        let arguments: Vec<_> = command.split_whitespace().skip(1).collect();
        let shown = bench.wtb(&arguments);
        assert_eq!(shown.code, Some(0), "{command}: {}", shown.stderr);
    }
}

#[test]
fn a_second_import_says_that_nothing_was_new() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    let again = bench.wtb(&["import", "python.db"]);
    assert!(
        again.stdout.starts_with("nothing of python.db was new to SQLite store.db\n"),
        "{}",
        again.stdout
    );
}

#[test]
fn the_result_for_programs_is_one_document_with_stable_names() {
    let bench = Bench::new();
    let report = bench.import(&[]).json();
    let names: Vec<_> = report.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["adjusted", "dry_run", "entities", "left_out", "left_out_not_listed", "no_home", "source", "store"]
    );
    assert_eq!((&report["source"], &report["dry_run"]), (&"python.db".into(), &false.into()));
    let entities: Vec<_> = report["entities"].as_array().unwrap().iter().collect();
    let added: Vec<_> = entities.iter().map(|counts| counts["added"].as_u64().unwrap()).collect();
    assert_eq!(added, ROWS.map(|(_, rows)| rows));
    assert_eq!(report["no_home"]["tables"][0], serde_json::json!({"table": "wtb_outbox", "rows": 44}));
    assert_eq!(
        report["no_home"]["columns"][0],
        serde_json::json!({"table": "wtb_node_boundaries", "column": "tool_count", "values": 140})
    );
    assert_eq!((&report["left_out"], &report["adjusted"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert!(report["entities"].as_array().unwrap().iter().all(|counts| counts["table_missing"] == false));
}

#[test]
fn a_source_without_a_table_is_not_an_empty_one() {
    let bench = Bench::new();
    bench.change_python("DROP TABLE wtb_node_variants; DELETE FROM wtb_evaluation_results");
    let answer = bench.wtb(&["import", "python.db"]);
    answer.assert_done();
    assert!(answer.stdout.contains("\nnode variants       table missing\n"), "{}", answer.stdout);
    assert!(
        answer.stdout.contains("\nevaluation results              0              0\n"),
        "{}",
        answer.stdout
    );
    let report = bench.import(&[]).json();
    let missing = |entity| {
        let mut entities = report["entities"].as_array().unwrap().iter();
        entities.find(|counts| counts["entity"] == entity).unwrap()["table_missing"].clone()
    };
    assert_eq!((missing("node variant"), missing("evaluation result")), (true.into(), false.into()));
}

#[test]
fn what_is_stored_in_another_form_is_reported_with_counts() {
    let bench = Bench::new();
    bench.change_python(
        r#"UPDATE wtb_executions SET created_at = NULL WHERE started_at IS NOT NULL;
           UPDATE wtb_executions SET current_state = '{"a": NaN}' WHERE rowid < 3"#,
    );
    let answer = bench.wtb(&["import", "python.db", "--nan-as-null"]);
    answer.assert_done();
    let (_, adjusted) = answer.stdout.split_once("\nadjusted").unwrap();
    let lines: Vec<_> = adjusted.lines().skip(1).take(2).map(str::trim_end).collect();
    assert_eq!(
        lines,
        [
            "wtb_executions.created_at     30  values  taken from started_at",
            "wtb_executions.current_state   2  values  null for NaN or Infinity",
        ]
    );
    let report = bench.import(&["--nan-as-null"]).json();
    let expected = serde_json::json!({"table": "wtb_executions", "column": "current_state", "values": 2,
        "how": "null for NaN or Infinity"});
    assert_eq!(report["adjusted"][1], expected);
}

#[test]
fn a_score_that_sqlite_stores_as_null_is_refused_or_left_out() {
    let bench = Bench::new();
    bench.change_python("UPDATE wtb_evaluation_results SET overall_score = NULL WHERE rowid = 1");
    let refused = bench.import(&[]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert!(refused.stderr.ends_with(", overall_score: it is NULL\n"), "{}", refused.stderr);
    let partial = bench.import(&["--skip-invalid"]);
    assert_eq!((partial.code, partial.counts("evaluation result")), (Some(2), [21, 0, 1]));
    assert_eq!(
        bench.number("SELECT count(*) FROM evaluation_results WHERE score = 0.0"),
        bench.number("SELECT count(*) FROM python.wtb_evaluation_results WHERE overall_score = 0.0")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_shown_does_not_make_what_was_done_a_failure() {
    let bench = Bench::new();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = |arguments: &[&str]| {
        let mut command = bench.command(arguments);
        Answer::from(command.stdout(full()).output().unwrap())
    };
    let note = "wtb: it is done, but cannot write the result: No space left on device (os error 28)\n";
    for arguments in [
        &["import", "python.db"][..],
        &["import", "python.db", "--json"],
        &["backup", "backup.db"],
        &["migrate"],
    ] {
        let answer = ended(arguments);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), note), "{arguments:?}");
    }
    let mut copy = Command::new(env!("CARGO_BIN_EXE_wtb"));
    copy.current_dir(bench.path("")).env_clear();
    copy.args(["copy", "sqlite:///store.db", "sqlite:///other.db"]).stdout(full());
    let copy = Answer::from(copy.output().unwrap());
    assert_eq!((copy.code, copy.stderr.as_str()), (Some(0), note));
    assert_eq!(bench.rows(), ROWS);
    assert!(bench.path("backup.db").exists() && bench.path("other.db").exists());
    for reading in [&["import", "python.db", "--dry-run"][..], &["migrate", "--check"], &["digest"]] {
        assert_eq!(ended(reading).code, Some(1), "{reading:?}");
    }
}

#[test]
fn a_dry_run_makes_no_store() {
    let bench = Bench::new();
    let trial = bench.wtb(&["import", "python.db", "--dry-run"]);
    trial.assert_done();
    let first = trial.stdout.lines().next().unwrap();
    assert_eq!(first, "dry run: nothing of python.db was written to sqlite:///store.db");
    assert!(trial.stdout.contains("would be added"), "{}", trial.stdout);
    let files: Vec<_> = fs::read_dir(bench.path("")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["python.db"]);
}

#[test]
fn a_dry_run_into_memory_names_no_database() {
    let bench = Bench::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wtb"));
    let command = command.current_dir(bench.path("")).env_clear().env("WTB_STORAGE_MODE", "inmemory");
    let trial = Answer::from(command.args(["import", "python.db", "--dry-run"]).output().unwrap());
    let first = trial.stdout.lines().next();
    assert_eq!(first, Some("dry run: nothing of python.db was written to memory"), "{}", trial.stderr);
}

#[test]
fn a_dry_run_changes_nothing_in_a_store_and_counts_as_an_import_does() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    bench.change_python(
        "INSERT INTO wtb_audit_logs (timestamp, event_type, severity, message)
        VALUES ('2026-12-01', 'a', 'info', 'm')",
    );
    for _ in 0..2 {
        let trial = bench.import(&["--dry-run"]);
        trial.assert_done();
        assert_eq!((trial.counts("audit entry"), trial.counts("workflow")), ([1, 360, 0], [0, 1, 0]));
    }
    assert_eq!(bench.rows(), ROWS);
}

#[test]
fn a_dry_run_finds_what_would_stop_an_import() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    bench.change_python("UPDATE wtb_workflows SET name = 'other'");
    let trial = bench.import(&["--dry-run"]);
    assert_eq!((trial.code, trial.stdout.as_str()), (Some(1), ""));
    assert!(
        trial.stderr.contains(r#"name: "other" in the source, "rag_pipeline" in the store"#),
        "{}",
        trial.stderr
    );
}

#[test]
fn the_source_is_left_as_it_was() {
    let bench = Bench::new();
    let before = fs::read(bench.path("python.db")).unwrap();
    bench.import(&[]).assert_done();
    assert!(fs::read(bench.path("python.db")).unwrap() == before);
    for beside in ["python.db-wal", "python.db-shm", "python.db-journal"] {
        assert!(!bench.path(beside).exists(), "{beside}");
    }
}

#[test]
fn a_source_that_is_also_the_store_is_refused() {
    let bench = Bench::new();
    let before = fs::read(bench.path("python.db")).unwrap();
    let refused = bench.wtb(&["import", "./python.db", "--store", "sqlite:///python.db"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert!(refused.stderr.contains("it is a database of the Python system"), "{}", refused.stderr);
    assert!(fs::read(bench.path("python.db")).unwrap() == before);
}

#[test]
fn a_store_given_as_source_is_told_apart() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    let refused = bench.wtb(&["import", "store.db", "--store", "sqlite:///other.db"]);
    assert_eq!(refused.code, Some(1));
    assert_eq!(
        refused.stderr,
        "wtb: store.db is a store of this tool already, not a database of the Python system\n"
    );
    assert!(!bench.path("other.db").exists());
}

#[test]
fn a_missing_source_makes_neither_file() {
    let bench = Bench::new();
    let refused = bench.wtb(&["import", "absent.db"]);
    assert_eq!((refused.code, refused.stderr.as_str()), (Some(1), "wtb: there is no file absent.db\n"));
    assert!(!bench.path("absent.db").exists() && !bench.path("store.db").exists());
}

#[test]
fn wrong_typing_ends_with_64() {
    let bench = Bench::new();
    let zone = bench.import(&["--timezone", "Mars/Olympus"]);
    assert_eq!((zone.code, zone.stdout.as_str()), (Some(64), ""));
    assert!(zone.stderr.contains("such as Europe/Berlin"), "{}", zone.stderr);
    assert_eq!(bench.wtb(&["import"]).code, Some(64));
    let url = bench.wtb(&["import", "mysql://wtb:canary-4711@localhost/wtb"]);
    assert_eq!((url.code, url.stdout.as_str()), (Some(64), ""));
    assert!(url.stderr.contains("sqlite:/// or postgresql://"), "{}", url.stderr);
    assert!(!url.stderr.contains("canary-4711"), "{}", url.stderr);
}

#[test]
fn a_file_can_be_named_by_its_url() {
    let bench = Bench::new();
    let answer = bench.wtb(&["import", "sqlite:///python.db", "--json"]);
    answer.assert_done();
    assert_eq!((answer.counts("execution"), &answer.json()["source"]), ([31, 0, 0], &"python.db".into()));
}
