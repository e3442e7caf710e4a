//! Folders in which a path means something unusual.

use crate::bench::{Answer, Bench};
use crate::{READERS, sample};
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
    let store = format!("sqlite:///{}", bench.path("store.db").display());
    let others: [(&[&str], &str); 4] = [
        (&["migrate", "--store", "sqlite:///store.db"], "store.db"),
        (&["import", "python.db", "--store", &store], "python.db"),
        (&["backup", "backup.db", "--store", &store], "backup.db"),
        (&["doctor", "--json", "--store", "sqlite:///store.db"], "store.db"),
    ];
    let readers = READERS.map(|command| [command, &["--store", "sqlite:///store.db"]].concat());
    let readers = readers.iter().map(|command| (command.as_slice(), "store.db"));
    for (arguments, file) in others.into_iter().chain(readers) {
        let gone = bench.path("gone");
        fs::create_dir(&gone).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", r#"rmdir "$PWD" && exec "$@""#, "sh", env!("CARGO_BIN_EXE_wtb")]).args(arguments);
        command.current_dir(&gone).env_clear().env("PATH", "/usr/bin:/bin");
        let answer = Answer::from(command.output().unwrap());
        let sentence = format!("cannot find the working folder, which is gone, for {file}");
        assert_eq!(answer.code, Some(1), "{arguments:?}");
        let said = answer.stdout + &answer.stderr;
        assert!(said.contains(&sentence), "{arguments:?}: {said}");
    }
}
