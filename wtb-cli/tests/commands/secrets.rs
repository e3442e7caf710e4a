//! A password stays where it was put.

use crate::bench::{Answer, Bench};
use crate::{READERS, sample};

const PASSWORD: &str = "canary-4711";
/// Port 9 of this machine discards; nothing answers there.
const URL: &str = "postgresql://wtb:canary-4711@127.0.0.1:9/wtb";

#[track_caller]
fn assert_silent(answer: &Answer, how: &str) {
    assert!(!answer.stdout.contains(PASSWORD), "{how}: {}", answer.stdout);
    assert!(!answer.stderr.contains(PASSWORD), "{how}: {}", answer.stderr);
}

#[test]
fn no_command_repeats_the_password_of_its_store() {
    let bench = Bench::new();
    for command in
        READERS.into_iter().chain([&["migrate"][..], &["migrate", "--check"], &["import", "python.db"]])
    {
        for options in [&[][..], &["-vv"], &["--json", "-v"]] {
            let arguments = [command, options, &["--store", URL]].concat();
            let mut command = bench.command(&arguments);
            let answer = Answer::from(command.env("WTB_STORAGE__WAIT_MS", "50").output().unwrap());
            assert_eq!(answer.code, Some(1), "{arguments:?}: {}", answer.stderr);
            assert_silent(&answer, &format!("{arguments:?}"));
        }
    }
}

#[test]
fn a_password_in_the_wrong_place_is_not_repeated_either() {
    let bench = sample();
    let glued = format!("--stroe={URL}");
    for arguments in [
        &[URL][..],
        &["--config", URL, "doctor"],
        &["--profile", URL, "doctor"],
        &["execution", "show", URL],
        &["execution", "list", URL],
        &["execution", "list", "--workflow", URL],
        &["score", "compare", "--workflow", "rag_pipeline", "--metric", URL],
        &["execution", "list", "--after", URL],
        &["execution", "list", "--status", URL],
        &["import", URL],
        &["doctor", &glued],
        &["doctor", "--store", "canary-4711"],
        &["doctor", "--store", "mysql://wtb:canary-4711@db/wtb"],
    ] {
        let answer = bench.wtb(arguments);
        assert_ne!(answer.code, Some(0), "{arguments:?}");
        assert_silent(&answer, &format!("{arguments:?}"));
    }
}

/// URLs that cannot be used, made of the parts of good ones that are put together wrongly.
fn malformed() -> Vec<String> {
    let mut urls: Vec<String> = Vec::new();
    for scheme in
        ["postgres:/", "postgresql//", "postgresql:", "postgres ://", "mysql://", "sqlite://", "//", ""]
    {
        for login in ["u:canary-4711@", "u:can@ry/canary-4711@", ":canary-4711@"] {
            for rest in ["h/d", "h:5432/d", "[::1]/d"] {
                urls.push(format!("{scheme}{login}{rest}"));
            }
        }
    }
    for url in [
        "postgresql://u:canary-4711",
        "postgresql://u:canary-4711/d",
        "postgresql://u@h:canary-4711/d",
        "postgresql://h/d&password=canary-4711",
        "postgresql://h/d password=canary-4711",
        "postgresql://u@h/d?canary-4711",
        "postgresql://u:'\"\\canary-4711@127.0.0.1:9/d",
        "postgresql://u:\tcanary-4711\u{202e}@h/d",
        "host=h password=canary-4711",
        "host=h password = canary-4711",
        "sqlite:///x.db?key=canary-4711",
        "sqlite:/x.db?key=canary-4711",
    ] {
        urls.push(url.to_owned());
    }
    urls
}

#[test]
fn no_malformed_url_is_repeated_by_any_command() {
    let bench = sample();
    let other = bench.path("other.db").display().to_string();
    let store = format!("sqlite:///{other}");
    for (number, url) in malformed().iter().enumerate() {
        let glued = format!("--store={url}");
        let mistyped = format!("--stroe={url}");
        let places: [&[&str]; 13] = [
            &["import", url, "--store", &store],
            &["workflow", "list", "--store", url],
            &["doctor", &glued],
            &["doctor", &mistyped],
            &["digest", url],
            &["copy", url, &store],
            &["copy", &store, url],
            &["--config", url, "doctor"],
            &["--profile", url, "doctor"],
            &["execution", "show", url],
            &["score", "compare", "--workflow", url],
            &["audit", "show", url],
            &[url],
        ];
        // One place, one option and one variable in turn for each URL: together they meet in many ways.
        let options: [&[&str]; 3] = [&[], &["--json"], &["-vv"]];
        let arguments =
            [places[number % places.len()], options[number / places.len() % options.len()]].concat();
        let answer = bench.wtb(&arguments);
        assert_ne!(answer.code, Some(0), "{arguments:?}: {}", answer.stdout);
        assert_silent(&answer, &format!("{arguments:?}"));
        let answer = bench.wtb(&["import", url, "--store", &store]);
        assert_silent(&answer, &format!("import {url}"));
        let variables = ["WTB_DB_URL", "WTB_DB_READ_URL", "WTB_CONFIG", "WTB_PROFILE", "WTB_LOG_LEVEL"];
        let variable = variables[number % variables.len()];
        let mut command = bench.command(&["doctor", "-vv"]);
        let answer =
            Answer::from(command.env(variable, url).env("WTB_STORAGE__WAIT_MS", "50").output().unwrap());
        assert_silent(&answer, &format!("{variable}={url}"));
    }
}

#[test]
fn a_connection_string_is_no_path_unless_there_is_a_file_of_that_name() {
    let bench = Bench::new();
    let file = "host=h password=canary-4711";
    for source in [file, "postgres:/u:canary-4711@h/d", "sqlite:/x.db?key=canary-4711"] {
        let answer = bench.wtb(&["import", source]);
        assert_eq!(answer.code, Some(64), "{source}: {}", answer.stderr);
        assert!(answer.stderr.contains("a database url starts with"), "{source}: {}", answer.stderr);
    }
    bench.change_python("PRAGMA journal_mode = WAL");
    std::fs::rename(bench.path("python.db"), bench.path(file)).unwrap();
    let answer = bench.wtb(&["import", file, "-v"]);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let logged = answer.stderr.contains("reading without locks") && answer.stderr.contains("(hidden)");
    assert!(logged && !answer.stderr.contains(PASSWORD), "{}", answer.stderr);
}

#[test]
fn settings_are_shown_without_their_password() {
    let bench = Bench::new();
    std::fs::write(bench.path("wtb.toml"), format!("[storage]\nurl = \"{URL}\"\n")).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_wtb"))
        .current_dir(bench.path(""))
        .env_clear()
        .env("WTB_STORAGE__WAIT_MS", "50")
        .args(["doctor", "--json", "-vv"])
        .output();
    let answer = Answer::from(output.unwrap());
    assert_silent(&answer, "doctor");
    assert!(answer.stdout.contains("postgresql://127.0.0.1:9/wtb"), "{}", answer.stdout);
}
