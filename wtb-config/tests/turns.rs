//! Turns to fill a store: in memory, and in a SQLite file.

#![expect(clippy::unwrap_used, reason = "a store that cannot be arranged is a failed test")]

#[path = "support/turns.rs"]
mod cases;

use std::fs;
use std::time::Duration;
use tempfile::TempDir;
use wtb_config::{Preset, Settings, Store, open};

async fn file(folder: &TempDir, name: &str) -> Store {
    let url = format!("sqlite:///{}", folder.path().join(name).display());
    open(&Settings::loader(Preset::Development).alone().store(url, "test").load().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_store_in_memory_has_every_turn_at_once() {
    let store = open(&Settings::for_testing()).await.unwrap();
    let turns =
        [store.take_turn(Duration::ZERO).await.unwrap(), store.take_turn(Duration::ZERO).await.unwrap()];
    assert!(turns.iter().all(Option::is_some));
}

#[tokio::test]
async fn one_at_a_time_fills_a_file() {
    let folder = TempDir::new().unwrap();
    let (one, other) = (file(&folder, "wtb.db").await, file(&folder, "wtb.db").await);
    cases::one_at_a_time(&one, &other).await;
    cases::units_go_on(&one, &other).await;
    cases::a_turn_that_is_dropped_has_ended(&one, &other).await;
}

#[tokio::test]
async fn a_file_whose_commits_do_not_wait_for_the_disk_has_turns_before_anything_is_read() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:///{}", folder.path().join("wtb.db").display());
    drop(file(&folder, "wtb.db").await);
    let loader = Settings::loader(Preset::Development).alone().store(url, "test");
    let settings = loader.set("storage.synchronous", "normal", "test").load().unwrap();
    let (one, other) = (open(&settings).await.unwrap(), open(&settings).await.unwrap());
    cases::one_at_a_time(&one, &other).await;
}

#[tokio::test]
async fn files_are_filled_independently_of_each_other() {
    let folder = TempDir::new().unwrap();
    cases::both_at_once(&file(&folder, "one.db").await, &file(&folder, "other.db").await).await;
}

#[tokio::test]
async fn a_turn_keeps_its_place_while_its_store_is_closed_and_opened_by_others() {
    let folder = TempDir::new().unwrap();
    let one = file(&folder, "wtb.db").await;
    let turn = one.take_turn(Duration::ZERO).await.unwrap().unwrap();
    drop(one);
    drop(file(&folder, "wtb.db").await);
    let other = file(&folder, "wtb.db").await;
    assert!(other.take_turn(Duration::ZERO).await.unwrap().is_none());
    turn.end().await;
    drop(other.take_turn(Duration::ZERO).await.unwrap().unwrap());
    drop(other);
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["wtb.db"], "nothing stays beside the file");
}
