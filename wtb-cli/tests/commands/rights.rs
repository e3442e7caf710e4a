//! Reading takes no right to write: by a user who may not write the file, its folder, or either.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, Bench};
use crate::{READERS, sample};
use rusqlite::Connection;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

/// A user other than root, who owns nothing here.
const GUEST: [&str; 4] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/// The program on the store, as a user whom permissions keep from writing: as the guest where these tests run as root.
fn guest(bench: &Bench, arguments: &[&str]) -> Answer {
    guest_at(bench, &[arguments, &["--store", "sqlite:///s/store.db"]].concat())
}

/// The same with these arguments only.
fn guest_at(bench: &Bench, arguments: &[&str]) -> Answer {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let user = if is_root { &GUEST[..] } else { &[] };
    let words = [user, &[env!("CARGO_BIN_EXE_wtb")], arguments].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(bench.path("")).env_clear().stdin(Stdio::null());
    command.output().unwrap().into()
}

/// Lets everybody do this with what is at `path`.
fn permit(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The names, owners and bytes in the folder of the store.
fn folder(bench: &Bench) -> Vec<(String, u32, Vec<u8>)> {
    let files = fs::read_dir(bench.path("s")).unwrap().map(|file| {
        let file = file.unwrap();
        let bytes = if file.file_name().to_str().unwrap().ends_with("-shm") {
            // Readers count themselves there.
            Vec::new()
        } else {
            fs::read(file.path()).unwrap()
        };
        (file.file_name().into_string().unwrap(), file.metadata().unwrap().uid(), bytes)
    });
    let mut files: Vec<_> = files.collect();
    files.sort();
    files
}

/// The sample in a folder `s` of its own, with what `leave` leaves there.
fn stored(leave: impl FnOnce(&Path)) -> Bench {
    let bench = sample();
    permit(&bench.path(""), 0o755);
    fs::create_dir(bench.path("s")).unwrap();
    fs::rename(bench.path("store.db"), bench.path("s/store.db")).unwrap();
    leave(&bench.path("s/store.db"));
    for file in fs::read_dir(bench.path("s")).unwrap() {
        permit(&file.unwrap().path(), 0o444);
    }
    bench
}

/// Every command that reads succeeds and changes nothing, and one that writes says why it cannot.
fn reads_all(bench: &Bench, executions: u64) {
    let target = tempfile::tempdir().unwrap();
    permit(target.path(), 0o777);
    let in_target = |name: &str| target.path().join(name).display().to_string();
    let before = folder(bench);
    for command in READERS {
        guest(bench, command).assert_done();
    }
    let doctor = guest(bench, &["doctor", "--json"]).json();
    let count = doctor["counts"].as_array().unwrap().iter().find(|it| it["entity"] == "execution").unwrap();
    assert_eq!(count["count"].as_u64(), Some(executions));
    guest(bench, &["migrate", "--check"]).assert_done();
    let backup = guest(bench, &["backup", &in_target("backup.db")]);
    assert_eq!(backup.code, Some(0), "{}", backup.stderr);
    let copy = ["copy", "sqlite:///s/store.db", &format!("sqlite:///{}", in_target("copy.db"))];
    let copied = guest_at(bench, &copy);
    assert_eq!(copied.code, Some(0), "{}", copied.stderr);
    let refused = guest(bench, &["import", "python.db"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("denied") && refused.stderr.contains("store.db"), "{}", refused.stderr);
    assert_eq!(folder(bench), before);
}

/// How many executions the sample has.
const EXECUTIONS: u64 = 31;

#[test]
fn a_store_in_a_folder_that_may_not_be_written_is_read() {
    let bench = stored(|_| {});
    permit(&bench.path("s"), 0o555);
    reads_all(&bench, EXECUTIONS);
    let verbose = guest(&bench, &["digest", "-v"]);
    assert!(verbose.stderr.contains("reading without locks"), "{}", verbose.stderr);
    permit(&bench.path("s"), 0o755);
}

#[test]
fn a_store_that_may_not_be_written_is_read_from_a_folder_that_may() {
    let bench = stored(|_| {});
    permit(&bench.path("s"), 0o777);
    reads_all(&bench, EXECUTIONS);
}

#[test]
fn a_backup_is_read_as_it_is() {
    let bench = sample();
    permit(&bench.path(""), 0o755);
    fs::create_dir(bench.path("s")).unwrap();
    assert_eq!(bench.wtb(&["backup", "s/store.db"]).code, Some(0));
    // Its user may write it, and it is a backup afterwards as before.
    let before = folder(&bench);
    for command in READERS {
        bench.wtb(&[command, &["--store", "sqlite:///s/store.db"]].concat()).assert_done();
    }
    assert_eq!(folder(&bench), before);
    permit(&bench.path("s/store.db"), 0o444);
    for mode in [0o555, 0o777] {
        permit(&bench.path("s"), mode);
        reads_all(&bench, EXECUTIONS);
    }
}

/// Adds an execution to the store, and keeps the connection open.
fn one_more(store: &Path) -> Connection {
    let connection = Connection::open(store).unwrap();
    let columns: Vec<String> = connection
        .prepare("SELECT name FROM pragma_table_info('executions') WHERE name NOT IN ('seq', 'id')")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let columns = columns.join(", ");
    let sql = format!(
        "INSERT INTO executions (id, {columns}) SELECT 'one-more', {columns} FROM executions LIMIT 1"
    );
    connection.execute_batch(&sql).unwrap();
    connection
}

#[test]
fn a_store_that_somebody_writes_is_read_with_what_was_just_committed() {
    let bench = stored(|_| {});
    permit(&bench.path("s/store.db"), 0o644);
    let writer = one_more(&bench.path("s/store.db"));
    for (mode, of_folder) in [(0o444, 0o555), (0o444, 0o777)] {
        for suffix in ["", "-wal", "-shm"] {
            permit(&bench.path(&format!("s/store.db{suffix}")), mode);
        }
        permit(&bench.path("s"), of_folder);
        reads_all(&bench, EXECUTIONS + 1);
    }
    writer.execute_batch("DELETE FROM executions WHERE id = 'one-more'").unwrap();
}

#[test]
fn what_a_killed_program_left_is_read_where_it_is() {
    for kept in [&["-wal"][..], &["-wal", "-shm"]] {
        let bench = stored(|store| {
            let writer = one_more(store);
            let copy = store.with_extension("copy");
            for suffix in ["", "-wal", "-shm"] {
                fs::copy(format!("{}{suffix}", store.display()), format!("{}{suffix}", copy.display()))
                    .unwrap();
            }
            drop(writer);
            fs::rename(&copy, store).unwrap();
            for suffix in ["-wal", "-shm"] {
                let left = format!("{}{suffix}", copy.display());
                if kept.contains(&suffix) {
                    fs::rename(left, format!("{}{suffix}", store.display())).unwrap();
                } else {
                    fs::remove_file(left).unwrap();
                }
            }
        });
        for mode in [0o555, 0o777] {
            permit(&bench.path("s"), mode);
            reads_all(&bench, EXECUTIONS + 1);
        }
        permit(&bench.path("s"), 0o755);
    }
}

#[test]
fn a_file_that_may_not_be_read_is_named_with_the_reason() {
    let bench = stored(|_| {});
    permit(&bench.path("s/store.db"), 0o000);
    let refused = guest(&bench, &["execution", "list"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("cannot read s/store.db: it may not be read: "), "{}", refused.stderr);
    assert!(refused.stderr.contains("ermission denied"), "{}", refused.stderr);
}

#[test]
fn an_older_schema_that_may_not_be_upgraded_is_named() {
    let bench = stored(|store| fs::write(store, "").unwrap());
    permit(&bench.path("s"), 0o555);
    let refused = guest(&bench, &["execution", "list"]);
    assert!(refused.stderr.contains("lacks 0001_initial"), "{}", refused.stderr);
    let refused = guest(&bench, &["migrate"]);
    assert!(
        refused.stderr.contains("cannot write s/store.db") && refused.stderr.contains("denied"),
        "{}",
        refused.stderr
    );
    permit(&bench.path("s"), 0o755);
}
