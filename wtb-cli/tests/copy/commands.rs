//! What can be typed after `wtb copy` and `wtb digest`, and what is printed.

use crate::bench::{Answer, Bench};
use crate::cases::{FROM, command, digests, wtb};
use crate::sample;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Command;

const TO: &str = "sqlite:///to.db";

#[test]
fn people_see_what_was_copied_and_that_both_are_equal() {
    let bench = sample();
    let answer = wtb(&bench, &["copy", FROM, TO]);
    answer.assert_done();
    assert_eq!(
        answer.stdout,
        "\
copied SQLite store.db to SQLite to.db

                    copied  already there  SHA-256
workflows                1              0  b621842a6b0c33b0  ✓ equal
executions              31              0  727d6412c57a0d96  ✓ equal
node boundaries        147              0  a40dbf32ea39438d  ✓ equal
checkpoint files        12              0  b70da009ce28effe  ✓ equal
node variants            4              0  9c60034c6321d0f9  ✓ equal
evaluation results      22              0  3c7e3887cf15a196  ✓ equal
audit entries          360              0  e12a2385d5eaff22  ✓ equal

✓ both stores hold the same
"
    );
    let again = wtb(&bench, &["copy", FROM, TO, "--resume"]);
    assert!(
        again.stdout.starts_with("nothing of SQLite store.db was new to SQLite to.db\n"),
        "{}",
        again.stdout
    );
    let trial = wtb(&bench, &["copy", FROM, "sqlite:///no.db", "--dry-run"]);
    let first = "dry run: nothing of SQLite store.db was written to sqlite:///no.db\n";
    assert!(trial.stdout.starts_with(first) && trial.stdout.contains("would be copied"), "{}", trial.stdout);
}

#[test]
fn programs_get_both_digests_whole() {
    let bench = sample();
    let report = wtb(&bench, &["copy", FROM, TO, "--json"]).json();
    let names = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&report), ["dry_run", "entities", "equal", "from", "to"]);
    let kind = &report["entities"][1];
    assert_eq!(names(kind), ["already_there", "copied", "entity", "equal", "from", "to"]);
    assert_eq!(kind["entity"], "execution");
    assert_eq!(kind["from"], kind["to"]);
    let digest = &digests(&bench, FROM)[1];
    assert_eq!((&digest["rows"], &digest["sha256"]), (&kind["from"]["rows"], &kind["from"]["sha256"]));
    assert_eq!(digest["sha256"].as_str().map(str::len), Some(64));
}

#[test]
fn a_digest_is_of_the_store_that_is_named_or_else_set() {
    let bench = sample();
    let named = wtb(&bench, &["digest", FROM]);
    named.assert_done();
    assert!(named.stdout.starts_with("SQLite store.db\n\n"), "{}", named.stdout);
    assert!(named.stdout.contains("\nnode variants          4  9c60034c6321d0f9\n"), "{}", named.stdout);
    assert_eq!(bench.wtb(&["digest"]).stdout, named.stdout);
    fs::write(bench.path("wtb.toml"), format!("[storage]\nurl = \"{FROM}\"\n")).unwrap();
    assert_eq!(wtb(&bench, &["digest"]).stdout, named.stdout);
    let twice = bench.wtb(&["digest", FROM]);
    assert_eq!((twice.code, twice.stdout.as_str()), (Some(64), ""));
}

#[test]
fn what_something_else_changed_in_the_target_is_found_at_the_end() {
    let bench = sample();
    wtb(&bench, &["migrate", "--store", TO]).assert_done();
    let trigger = "CREATE TRIGGER change AFTER INSERT ON evaluation_results WHEN NEW.seq = 3
        BEGIN UPDATE evaluation_results SET score = score + 1 WHERE seq = NEW.seq; END;
        CREATE TRIGGER append AFTER INSERT ON audit_logs WHEN NEW.seq = 3 BEGIN
        INSERT INTO audit_logs (timestamp, event_type, severity, message, details) VALUES (0, '', 'info', '', '{}');
        END";
    rusqlite::Connection::open(bench.path("to.db")).unwrap().execute_batch(trigger).unwrap();
    let answer = wtb(&bench, &["copy", FROM, TO]);
    assert_eq!(answer.code, Some(1));
    assert_eq!(
        answer.stderr,
        "wtb: the evaluation results and audit entries of the two stores differ after the copy; did anything else \
         write to the target?\n"
    );
    assert!(
        answer.stdout.contains("\n✗ evaluation results: 22 rows 3c7e3887cf15a196 in the source, 22 rows ")
    );
    assert!(answer.stdout.contains("\n✗ audit entries: 360 rows e12a2385d5eaff22 in the source, 361 rows "));
    assert!(!answer.stdout.contains("both stores hold the same"), "{}", answer.stdout);
}

#[test]
fn an_error_in_the_middle_keeps_whole_pages_and_says_how_to_go_on() {
    let bench = sample();
    wtb(&bench, &["migrate", "--store", TO]).assert_done();
    let target = rusqlite::Connection::open(bench.path("to.db")).unwrap();
    let trigger =
        "CREATE TRIGGER fail BEFORE INSERT ON audit_logs WHEN (SELECT count(*) FROM audit_logs) = 200
        BEGIN SELECT RAISE(ABORT, 'no'); END";
    target.execute_batch(trigger).unwrap();
    let answer = wtb(&bench, &["copy", FROM, TO]);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""));
    let hint = "; the same command with --resume goes on where it was\n";
    assert!(answer.stderr.contains(hint), "{}", answer.stderr);
    let count = |sql| target.query_row(sql, (), |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM audit_logs"), 127);
    target.execute_batch("DROP TRIGGER fail").unwrap();
    wtb(&bench, &["copy", FROM, TO, "--resume"]).assert_done();
}

#[test]
fn a_source_that_is_not_there_is_not_made_and_neither_is_the_target() {
    let bench = Bench::new();
    for options in [&[][..], &["--resume"], &["--dry-run"]] {
        let answer = wtb(&bench, &[&["copy", "sqlite:///absent.db", TO], options].concat());
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""));
        assert!(answer.stderr.starts_with("wtb: there is no store at sqlite:///absent.db yet"));
        assert!(!bench.path("absent.db").exists() && !bench.path("to.db").exists());
    }
    let digest = wtb(&bench, &["digest", "sqlite:///absent.db"]);
    assert_eq!(digest.code, Some(1));
    assert!(!bench.path("absent.db").exists());
}

#[test]
fn a_store_is_not_copied_into_itself_however_it_is_spelt() {
    let bench = sample();
    let mut spellings = vec![FROM.to_owned(), "sqlite:///./store.db".to_owned()];
    spellings.push(format!("sqlite:///{}", bench.path("store.db").display()));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(bench.path("store.db"), bench.path("link.db")).unwrap();
        spellings.push("sqlite:///link.db".to_owned());
    }
    for to in spellings {
        let answer = wtb(&bench, &["copy", FROM, &to, "--resume"]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""));
        assert_eq!(answer.stderr, format!("wtb: both urls name the same store, {to}\n"));
    }
}

#[test]
fn what_is_typed_wrongly_exits_with_64() {
    let bench = sample();
    for arguments in [
        &["copy"][..],
        &["copy", FROM],
        &["copy", FROM, TO, "--nonsense"],
        &["copy", FROM, TO, "--store", FROM],
        &["digest", FROM, TO],
    ] {
        let answer = wtb(&bench, arguments);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(64), ""), "{arguments:?}");
        assert!(!answer.stderr.is_empty() && !bench.path("to.db").exists(), "{arguments:?}");
    }
}

#[test]
fn what_is_no_url_of_a_store_is_refused_without_repeating_it() {
    let bench = sample();
    let password = "canary-4711";
    let unreachable = format!("postgresql://wtb:{password}@127.0.0.1:9/wtb");
    for url in ["memory", password, &format!("mysql://wtb:{password}@db/wtb"), &unreachable] {
        for arguments in [["copy", FROM, url], ["copy", url, TO]] {
            let mut command = command(&bench, &[&arguments[..], &["-vv"]].concat());
            let answer = Answer::from(command.env("WTB_STORAGE__WAIT_MS", "50").output().unwrap());
            assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""), "{}", answer.stderr);
            assert!(!answer.stderr.contains(password), "{}", answer.stderr);
            assert!(!bench.path("to.db").exists(), "{arguments:?}");
        }
    }
    let answer = wtb(&bench, &["copy", "memory", TO]);
    let sentence = "wtb: <FROM-URL>: storage.url cannot be used: a database url starts with sqlite:/// or postgresql://\n";
    assert_eq!(answer.stderr, sentence);
}

/// The target is locked, so the copy waits before it has copied anything.
#[test]
fn ctrl_c_says_how_to_go_on_without_repeating_the_urls() {
    let bench = sample();
    wtb(&bench, &["migrate", "--store", TO]).assert_done();
    let lock = rusqlite::Connection::open(bench.path("to.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut waiting =
        command(&bench, &["copy", FROM, TO, "-v"]).env("WTB_STORAGE__WAIT_MS", "600000").spawn().unwrap();
    let mut stderr = BufReader::new(waiting.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains(TO) {
        assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "{said}");
    }
    assert!(Command::new("kill").args(["-INT", &waiting.id().to_string()]).status().unwrap().success());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(waiting.wait().unwrap().code(), Some(130), "{rest}");
    let sentence = "wtb: interrupted; the same command with --resume goes on where it was\n";
    assert!(rest.ends_with(sentence), "{rest}");
    drop(lock);
    wtb(&bench, &["copy", FROM, TO, "--resume"]).assert_done();
}
