//! What programs get with `--json`.

use crate::{READERS, TIMED_OUT, sample};

#[test]
fn every_reading_command_answers_one_document_and_nothing_else() {
    let bench = sample();
    for command in READERS {
        let answer = bench.wtb(&[command, &["--json"]].concat());
        answer.assert_done();
        assert!(answer.json().is_object(), "{command:?}");
    }
}

#[test]
fn an_execution_brings_everything_that_belongs_to_it() {
    let report = sample().wtb(&["execution", "show", TIMED_OUT, "--json"]).json();
    assert_eq!(report["execution"]["id"], TIMED_OUT);
    assert_eq!(report["execution"]["error"]["node"], "rerank");
    assert_eq!(report["workflow"]["name"], "rag_pipeline");
    assert_eq!(report["variants"][0]["name"], "bm25");
    assert_eq!(report["node_boundaries"].as_array().map(Vec::len), Some(4));
    assert_eq!(report["audit_logs"].as_array().map(Vec::len), Some(10));
    assert_eq!(report["duration_ns"], 75_883_000);
}

#[test]
fn documents_inside_are_documents_again() {
    let report = sample().wtb(&["execution", "show", TIMED_OUT, "--json"]).json();
    assert_eq!(report["execution"]["state"]["workflow_variables"]["query"], "reranker timeout please");
}

#[test]
fn as_many_entries_of_the_log_as_asked_for_are_the_last_ones() {
    let bench = sample();
    let last = bench.wtb(&["execution", "show", TIMED_OUT, "--audit", "2", "--json"]).json();
    let whole = bench.wtb(&["audit", "show", TIMED_OUT, "--json"]).json();
    let whole = whole["items"].as_array().unwrap();
    assert_eq!(last["audit_logs"].as_array().unwrap()[..], whole[whole.len() - 2..]);
    let none = bench.wtb(&["execution", "show", TIMED_OUT, "--audit", "0", "--json"]).json();
    assert_eq!(none["audit_logs"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_comparison_marks_every_best_mean() {
    let report = sample().wtb(&["score", "compare", "--workflow", "rag_pipeline", "--json"]).json();
    let rows = report["rows"].as_array().unwrap();
    let coverage = rows.iter().find(|row| row["evaluator"] == "query_coverage").unwrap();
    let cells = coverage["cells"].as_array().unwrap();
    let best: Vec<_> = cells.iter().filter(|cell| cell["best"] == true).map(|cell| &cell["group"]).collect();
    assert_eq!(best, ["retrieve=bm25", "retrieve=tfidf"]);
    assert_eq!((report["executions"].as_u64(), report["results"].as_u64()), (Some(31), Some(22)));
}

#[test]
fn a_metric_is_compared_in_place_of_the_score_and_an_unknown_one_is_refused() {
    let bench = sample();
    let compare = ["score", "compare", "--workflow", "rag_pipeline", "--metric"];
    let report = bench.wtb(&[&compare[..], &["coverage", "--json"]].concat()).json();
    assert_eq!(report["metric"], "coverage");
    assert_eq!(report["results"], 19, "three of the 22 results have no such metric");
    let refusal = bench.wtb(&[&compare[..], &["length"]].concat());
    assert_eq!(refusal.code, Some(1));
    assert_eq!(refusal.stderr, "wtb: the results have no metric \"length\"; they have coverage\n");
}

#[test]
fn a_ranking_has_the_best_executions_only() {
    let compare =
        ["score", "compare", "--workflow", "rag_pipeline", "--by", "execution", "--limit", "2", "--json"];
    let report = sample().wtb(&compare).json();
    for row in report["rows"].as_array().unwrap() {
        assert_eq!(row["cells"].as_array().map(Vec::len), Some(2), "{row}");
    }
    assert_eq!(report["rows"][1]["cells"][0]["mean"], 0.6667);
}

#[test]
fn variants_are_listed_by_workflow_by_node_and_active_only() {
    let bench = sample();
    let names = |options: &[&str]| {
        let list = bench.wtb(&[&["variant", "list", "--json"], options].concat()).json();
        let items = list["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let workflow = ["--workflow", "rag_pipeline"];
    assert_eq!(names(&[]), ["bm25", "tfidf", "dense", "terse"]);
    assert_eq!(names(&workflow), names(&[]));
    assert_eq!(names(&[&workflow[..], &["--node", "generate"]].concat()), ["terse"]);
    assert!(names(&[&workflow[..], &["--node", "generate", "--active"]].concat()).is_empty());
}
