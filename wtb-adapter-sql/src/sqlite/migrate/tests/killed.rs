//! Starters that are killed while they upgrade a file.

use super::super::{STEPS, ready};
use super::subject::FileSubject;
use crate::Migrate;
use crate::migrations::names;
use crate::migrations::scenarios::{Subject, following};
use std::env;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// The file for the process that is killed.
const FILE: &str = "WTB_TEST_UPGRADED_FOR_EVER";

/// Writes more than SQLite keeps in memory, so that half of it is in the file, and then never ends.
const ENDLESS: (&str, &str) = (
    "0003_endless",
    "ALTER TABLE workflows ADD COLUMN owner TEXT NOT NULL DEFAULT 'nobody';
     UPDATE workflows SET name = 'changed';
     CREATE TABLE half (filler BLOB);
     WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 8000)
         INSERT INTO half SELECT zeroblob(1000) FROM n;
     WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) INSERT INTO half SELECT n FROM n WHERE n < 0",
);

#[tokio::test]
#[ignore = "the process that others start and kill: it upgrades their file and never ends"]
async fn upgrades_for_ever() {
    let file = env::var_os(FILE).expect("a file to upgrade");
    std::thread::spawn(|| {
        // Whoever started this process has ended without killing it.
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(1);
    });
    let endless = following(&STEPS, &[ENDLESS]);
    ready(Path::new(&file), Migrate::Apply, endless).await.expect("nobody to be in the way");
}

/// A process that upgrades `file`, once half of that is in `written`.
fn in_the_middle(file: &Path, written: &Path) -> Child {
    let this = env::current_exe().unwrap();
    let mut command = Command::new(this);
    command.args(["--exact", "sqlite::migrate::tests::killed::upgrades_for_ever", "--ignored"]);
    let mut child = command
        .env(FILE, file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while fs::metadata(written).map_or(0, |file| file.len()) < 4_000_000 {
        assert!(child.try_wait().unwrap().is_none(), "it has ended");
        assert!(Instant::now() < deadline, "it writes nothing");
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", file.display()))
}

#[tokio::test]
async fn a_new_file_is_completed_by_the_next_starter() {
    let subject = FileSubject::new().await;
    let path = subject.path();
    kill(in_the_middle(&path, &path));
    let journal = beside(&path, "-journal");
    assert!(fs::metadata(&journal).unwrap().len() > 0, "what has to be taken back is known");

    let migrated = subject.upgrade(&STEPS).await.unwrap();
    assert_eq!((migrated.before, migrated.now), (vec![], names(&STEPS)));
    assert!(!subject.tables().await.contains(&"half".to_owned()));
    assert_eq!(subject.texts("PRAGMA integrity_check").await, ["ok"]);
    assert!(!journal.exists());
}

#[tokio::test]
async fn the_rows_of_an_older_file_are_kept_and_the_next_starter_upgrades_it() {
    let subject = FileSubject::new().await;
    subject.upgrade(&STEPS).await.unwrap();
    let row = "INSERT INTO workflows VALUES (1, 'w-1', 1, 'loans', '1', 0, 0, '', '{}', '{}')";
    subject.execute(row).await;
    kill(in_the_middle(&subject.path(), &beside(&subject.path(), "-wal")));

    assert_eq!(subject.texts("SELECT name FROM workflows").await, ["loans"]);
    let next = following(&STEPS, &[("0003_owners", "ALTER TABLE workflows ADD COLUMN owner TEXT")]);
    let migrated = subject.upgrade(next).await.unwrap();
    assert_eq!((migrated.before, migrated.now), (names(&STEPS), vec!["0003_owners"]));
    assert_eq!(subject.texts("SELECT name FROM workflows WHERE owner IS NULL").await, ["loans"]);
    assert_eq!(subject.texts("PRAGMA integrity_check").await, ["ok"]);
}

#[tokio::test]
async fn whoever_waits_for_it_goes_on_when_it_is_killed() {
    let subject = FileSubject::new().await;
    let child = in_the_middle(&subject.path(), &subject.path());
    let mut waits = pin!(subject.upgrade(&STEPS));
    let while_it_lives = timeout(Duration::from_millis(100), &mut waits).await;
    assert!(while_it_lives.is_err(), "{while_it_lives:?}");
    kill(child);
    assert_eq!(waits.await.unwrap().now, names(&STEPS));
}
