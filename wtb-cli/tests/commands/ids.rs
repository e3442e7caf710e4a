//! What may be written in place of a whole id.

use crate::{TIMED_OUT, sample};

#[test]
fn a_beginning_that_only_one_id_has_is_as_good_as_the_id() {
    let bench = sample();
    let whole = bench.wtb(&["execution", "show", TIMED_OUT]);
    let prefix = bench.wtb(&["execution", "show", &TIMED_OUT[..3]]);
    prefix.assert_done();
    assert_eq!(prefix.stdout, whole.stdout);
}

#[test]
fn a_workflow_is_known_by_id_by_the_beginning_of_it_and_by_name() {
    let bench = sample();
    let by_name = bench.wtb(&["workflow", "show", "rag_pipeline"]);
    by_name.assert_done();
    for other in ["9ac6cb80-62c7-49d2-8068-cfc6eac97cf3", "9ac"] {
        assert_eq!(bench.wtb(&["workflow", "show", other]).stdout, by_name.stdout, "{other}");
    }
}

#[test]
fn an_ambiguous_beginning_lists_its_matches() {
    let answer = sample().wtb(&["execution", "show", "3"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""));
    let lines: Vec<_> = answer.stderr.lines().collect();
    assert_eq!(lines[0], "wtb: 2 execution ids begin with \"3\"; give more of the one you mean");
    assert!(lines[1].starts_with("  30c27599-9f0c-4cd6-95ce-67ca98632d27  paused"), "{}", lines[1]);
    assert!(lines[2].starts_with("  37524b56-1a6f-4229-92d6-589060d8e4cb  failed"), "{}", lines[2]);
    assert_eq!(lines.len(), 3);
}

#[test]
fn no_more_than_ten_matches_are_listed() {
    let answer = sample().wtb(&["execution", "show", ""]);
    assert!(answer.stderr.starts_with("wtb: more than 10 execution ids begin with"), "{}", answer.stderr);
    assert_eq!(answer.stderr.lines().count(), 11);
}

#[test]
fn what_nothing_is_called_is_told_in_one_sentence() {
    let bench = sample();
    for (arguments, sentence) in [
        (&["execution", "show", "zzz"][..], "wtb: no execution has an id that begins with \"zzz\"\n"),
        (&["audit", "show", "zzz"], "wtb: no execution has an id that begins with \"zzz\"\n"),
        (
            &["execution", "list", "--workflow", "zzz"],
            "wtb: no workflow is called \"zzz\" or has an id that begins with it\n",
        ),
    ] {
        let answer = bench.wtb(arguments);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""));
        assert_eq!(answer.stderr, sentence);
    }
}
