//! `wtb migrate`, and what there is before it.

use crate::READERS;
use crate::stored::Stored;

#[tokio::test]
async fn nothing_is_made_until_somebody_migrates() {
    let stored = Stored::empty().await;
    let check = stored.wtb(&["migrate", "--check", "--json"]);
    assert_eq!((check.code, check.json()["pending"][0].as_str()), (Some(1), Some("0001_initial")));
    let sentence = format!(
        "wtb: the schema of {} lacks 0001_initial, 0002_kept_units, 0003_room_for_updates, 0004_settled_log; run `wtb migrate`\n",
        stored.shown()
    );
    for reader in READERS {
        let answer = stored.wtb(reader);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(1), sentence.as_str()), "{reader:?}");
    }
    assert_eq!(stored.wtb(&["doctor"]).code, Some(1));
    assert_eq!(stored.made().await, [""; 0]);

    let migrated = stored.wtb(&["migrate", "--json"]);
    migrated.assert_done();
    let report = migrated.json();
    assert_eq!(report["store"], stored.shown());
    assert_eq!(report["applied_now"][0], "0001_initial");
    stored.wtb(&["migrate", "--check"]).assert_done();
    for reader in [&["execution", "list"][..], &["doctor"]] {
        stored.wtb(reader).assert_done();
    }
}

#[tokio::test]
async fn a_schema_of_its_own_is_made_and_used() {
    let stored = Stored::empty().await;
    let tables = "SELECT DISTINCT schemaname::text FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    std::fs::write(stored.bench.path("wtb.toml"), "[storage]\nschema = \"team_2\"\n").unwrap();
    let imported = stored.wtb(&["import", "python.db"]);
    imported.assert_done();
    let headline = format!("imported python.db into {} schema team_2\n", stored.shown());
    assert!(imported.stdout.starts_with(&headline), "{}", imported.stdout);
    assert_eq!(stored.ask(tables).await, ["team_2"]);
    stored.wtb(&["execution", "list"]).assert_done();
}
