//! Folders in which a path means something unusual.

use crate::bench::{Answer, Bench};
use crate::sample;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

#[test]
fn a_folder_whose_name_is_no_text_holds_a_store() {
    let bench = Bench::new();
    let folder = bench.path("").join(OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&folder).unwrap();
    fs::rename(bench.path("python.db"), folder.join("python.db")).unwrap();
    let wtb = |arguments: &[&str]| {
        let answer = Answer::from(bench.command(arguments).current_dir(&folder).output().unwrap());
        assert_eq!(answer.code, Some(0), "{arguments:?}: {}", answer.stderr);
        answer.stdout
    };
    wtb(&["import", "python.db"]);
    assert_eq!(wtb(&["execution", "list", "--json"]), sample().wtb(&["execution", "list", "--json"]).stdout);
    wtb(&["backup", "backup.db"]);
    fs::set_permissions(folder.join("backup.db"), std::os::unix::fs::PermissionsExt::from_mode(0o444))
        .unwrap();
    wtb(&["doctor", "--store", "sqlite:///backup.db"]);
}

#[test]
fn a_working_folder_that_is_gone_is_named() {
    let bench = sample();
    let gone = bench.path("gone");
    fs::create_dir(&gone).unwrap();
    let script = r#"rmdir "$PWD" && exec "$@""#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_wtb"), "migrate", "--store", "sqlite:///store.db"]);
    let answer =
        Answer::from(command.current_dir(&gone).env_clear().env("PATH", "/usr/bin:/bin").output().unwrap());
    assert_eq!(answer.code, Some(1));
    assert!(
        answer.stderr.contains("cannot find the working folder, which is gone, for store.db"),
        "{}",
        answer.stderr
    );
}
