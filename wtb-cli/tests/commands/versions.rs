//! Names of workflows that have several versions.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, Bench};
use serde_json::Value;

/// Commands that show a workflow or compare its scores, and so need one version.
const NEED_ONE: [&[&str]; 3] = [
    &["workflow", "show"],
    &["score", "compare", "--workflow"],
    &["score", "compare", "--by", "execution", "--workflow"],
];

/// A store with two versions of one name: the second has the failed executions and the variant `terse`. A third workflow
/// has an `@` in its name.
fn two_versions() -> Bench {
    let bench = Bench::new();
    bench.change_python(
        "INSERT INTO wtb_workflows SELECT 'second', name, description, definition, '2.0.0', created_at, updated_at, metadata
           FROM wtb_workflows;
         INSERT INTO wtb_workflows SELECT 'third', 'team@' || name, description, definition, version, created_at, updated_at,
           metadata FROM wtb_workflows WHERE id = 'second';
         UPDATE wtb_executions SET workflow_id = 'second' WHERE status = 'failed';
         UPDATE wtb_node_variants SET workflow_id = 'second' WHERE variant_name = 'terse';",
    );
    bench.import(&[]).assert_done();
    bench
}

/// The ids that a list shows, read page by page.
#[track_caller]
fn listed(bench: &Bench, list: &[&str], limit: &str) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let cursor: Vec<_> = after.iter().flat_map(|cursor: &String| ["--after", cursor]).collect();
        let answer = bench.wtb(&[list, &["--json", "--limit", limit], &cursor].concat());
        answer.assert_done();
        let page = answer.json();
        let items = page["items"].as_array().unwrap();
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match &page["next"] {
            Value::Null => return ids,
            next => after = Some(next.as_str().unwrap().to_owned()),
        }
    }
}

#[track_caller]
fn assert_refused(answer: &Answer, expected: &[&str]) {
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""));
    assert_eq!(answer.stderr.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_list_takes_all_versions_of_a_name() {
    let bench = two_versions();
    for (list, all, of_second) in [
        (&["execution", "list"][..], 31, 7),
        (&["execution", "list", "--status", "completed"], 18, 0),
        (&["execution", "list", "--status", "failed"], 7, 7),
        (&["variant", "list"], 4, 1),
    ] {
        let everything = listed(&bench, list, "100");
        assert_eq!(everything.len(), all, "{list:?}");
        let of = |workflow, limit| listed(&bench, &[list, &["--workflow", workflow]].concat(), limit);
        for limit in ["100", "3"] {
            assert_eq!(of("rag_pipeline", limit), everything, "{list:?}");
            assert_eq!(of("rag_pipeline@2.0.0", limit).len(), of_second, "{list:?}");
            assert_eq!(of("rag_pipeline@1.0.0", limit).len(), all - of_second, "{list:?}");
            assert_eq!(of("second", limit), of("rag_pipeline@2.0.0", limit), "{list:?}");
        }
    }
}

#[test]
fn the_variants_of_a_node_are_those_of_all_versions() {
    let bench = two_versions();
    let of = |node, more: &[&str]| {
        let list = ["variant", "list", "--workflow", "rag_pipeline", "--node", node];
        listed(&bench, &[&list, more].concat(), "100").len()
    };
    assert_eq!((of("retrieve", &[]), of("retrieve", &["--active"])), (3, 3));
    assert_eq!((of("generate", &[]), of("generate", &["--active"])), (1, 0));
}

#[test]
fn a_command_that_needs_one_version_lists_those_there_are() {
    let bench = two_versions();
    for command in NEED_ONE {
        assert_refused(
            &bench.wtb(&[command, &["rag_pipeline"]].concat()),
            &[
                "wtb: 2 workflows are called \"rag_pipeline\"; give one as NAME@VERSION or by its id",
                "  second rag_pipeline@2.0.0",
                "  9ac6cb80-62c7-49d2-8068-cfc6eac97cf3 rag_pipeline@1.0.0",
            ],
        );
    }
}

#[test]
fn of_many_versions_the_newest_are_listed() {
    let bench = two_versions();
    let versions = (3..=12).map(|version| {
        format!("INSERT INTO wtb_workflows SELECT 'v{version}', name, '', definition, '{version}', created_at, updated_at,
           metadata FROM wtb_workflows WHERE id = 'second';")
    });
    bench.change_python(&versions.collect::<String>());
    bench.import(&[]).assert_done();
    let answer = bench.wtb(&["workflow", "show", "rag_pipeline"]);
    let lines: Vec<_> = answer.stderr.lines().collect();
    assert_eq!(
        (lines[0], lines[1], lines[10], lines.len()),
        (
            "wtb: 12 workflows are called \"rag_pipeline\"; give one as NAME@VERSION or by its id; the newest 10 are",
            "  v12 rag_pipeline@12",
            "  v3 rag_pipeline@3",
            11
        )
    );
}

#[test]
fn a_name_with_a_version_is_that_version() {
    let bench = two_versions();
    for command in NEED_ONE {
        for (given, id) in [
            ("rag_pipeline@1.0.0", "9ac6cb80-62c7-49d2-8068-cfc6eac97cf3"),
            ("rag_pipeline@2.0.0", "second"),
            ("team@rag_pipeline@2.0.0", "third"),
            ("team@rag_pipeline", "third"),
        ] {
            let answer = bench.wtb(&[command, &[given, "--json"]].concat());
            answer.assert_done();
            assert_eq!(answer.json()["workflow"]["id"], id, "{command:?} {given}");
        }
    }
}

#[test]
fn a_version_that_is_not_there_is_no_other_one() {
    let bench = two_versions();
    let lists: [&[&str]; 2] = [&["execution", "list", "--workflow"], &["variant", "list", "--workflow"]];
    for command in NEED_ONE.into_iter().chain(lists) {
        for given in ["rag_pipeline@3.0.0", "rag_pipeline@", "@1.0.0", "team@2.0.0"] {
            let sentence = format!("wtb: no workflow is called {given:?} or has an id that begins with it");
            assert_refused(&bench.wtb(&[command, &[given]].concat()), &[&sentence]);
        }
    }
}

#[test]
fn a_name_that_reads_as_another_name_with_its_version_is_ambiguous() {
    let bench = two_versions();
    bench.change_python("UPDATE wtb_workflows SET name = 'rag_pipeline@2.0.0' WHERE id = 'third'");
    std::fs::remove_file(bench.path("store.db")).unwrap();
    bench.import(&[]).assert_done();
    for command in NEED_ONE {
        assert_refused(
            &bench.wtb(&[command, &["rag_pipeline@2.0.0"]].concat()),
            &[
                "wtb: 2 workflows are called \"rag_pipeline@2.0.0\"; give one as NAME@VERSION or by its id",
                "  second rag_pipeline@2.0.0",
                "  third rag_pipeline@2.0.0@2.0.0",
            ],
        );
    }
    assert_eq!(listed(&bench, &["execution", "list", "--workflow", "rag_pipeline@2.0.0"], "100").len(), 7);
}
