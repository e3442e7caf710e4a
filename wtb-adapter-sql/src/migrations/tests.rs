//! What the applied steps mean for the known ones.

use super::*;

static KNOWN: [Migration; 2] = [
    Migration { version: 1, name: "0001_initial", sql: "one" },
    Migration { version: 2, name: "0002_more", sql: "two" },
];

fn applied(step: &Migration) -> Applied {
    Applied { version: step.version, name: step.name.to_owned(), checksum: step.checksum() }
}

#[test]
fn what_follows_the_applied_steps_is_pending() {
    let status = status("x.db", &KNOWN, &[applied(&KNOWN[0])]).unwrap();
    assert_eq!(status.applied, ["0001_initial"]);
    assert_eq!(status.pending, ["0002_more"]);
}

#[test]
fn a_changed_step_is_named() {
    let mut changed = applied(&KNOWN[0]);
    changed.checksum = Migration { sql: "One", ..KNOWN[0] }.checksum();
    let refusal = pending("x.db", &KNOWN, &[changed]).unwrap_err().to_string();
    assert_eq!(refusal, "x.db was made with another text of 0001_initial; use the wtb that made it");
}

#[test]
fn a_step_that_is_not_recorded_is_named_with_the_later_one() {
    let refusal = pending("x.db", &KNOWN, &[applied(&KNOWN[1])]).unwrap_err().to_string();
    assert_eq!(
        refusal,
        "x.db has step 0002_more, but 0001_initial is not recorded as applied: a restore that ended early leaves this; \
         restore the backup again, into an empty database"
    );
}

#[test]
fn a_step_whose_tables_or_indexes_are_there_is_half_applied() {
    static INDEXED: [Migration; 1] = [Migration {
        version: 1,
        name: "0001_indexed",
        sql: "CREATE TABLE a(\nCREATE INDEX b ON a\nCREATE UNIQUE INDEX c ON a\nALTER TABLE d",
    }];
    for (there, evidence) in [("a", "table a"), ("b", "index b"), ("c", "index c")] {
        let refusal = refuse_half_applied("x.db", &INDEXED, &[], |name| name == there).unwrap_err();
        assert!(refusal.to_string().starts_with(&format!("x.db has {evidence}, but 0001_indexed is not")));
    }
    refuse_half_applied("x.db", &INDEXED, &[], |name| name == "d").unwrap();
}

#[test]
fn a_step_from_the_future_is_refused_with_a_way_out() {
    let future = Applied { version: 3, name: "0003_new".to_owned(), checksum: String::new() };
    let steps = [applied(&KNOWN[0]), applied(&KNOWN[1]), future];
    let refusal = pending("x.db", &KNOWN, &steps).unwrap_err().to_string();
    assert_eq!(refusal, "the schema of x.db has 0003_new, which this wtb does not know; use a newer wtb");
}
