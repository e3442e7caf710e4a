//! What people see.

use crate::bench::Bench;
use crate::{READERS, TIMED_OUT, sample};

#[test]
fn everything_fits_into_a_hundred_columns() {
    let bench = sample();
    let failed = ["execution", "show", "47ab3658"];
    for command in READERS.into_iter().chain([&failed[..]]) {
        let answer = bench.wtb(command);
        answer.assert_done();
        for line in answer.stdout.lines() {
            assert!(line.chars().count() <= 100, "{command:?}: {line}");
            assert_eq!(line, line.trim_end(), "{command:?}");
        }
    }
}

#[test]
fn a_failed_execution_shows_where_and_why() {
    let shown = sample().wtb(&["execution", "show", TIMED_OUT]).stdout;
    for part in [
        "  status       ✗ failed\n",
        "  variants     retrieve = bm25\n",
        "  path         load_docs → build_index → retrieve\n",
        "error at rerank\n  reranker timed out after 30s\n",
        "  ✓ load_docs    █",
        "6.21 ms  87 → –\n      reranker timed out after 30s\n",
        "log the last 10 entries",
        "      TimeoutError: reranker timed out after 30s\n",
    ] {
        assert!(shown.contains(part), "{part:?} in\n{shown}");
    }
}

#[test]
fn a_long_error_is_cut_unless_all_is_asked_for() {
    let bench = sample();
    let last_words = "https://sqlalche.me/e/21/gkpj";
    let short = bench.wtb(&["execution", "show", "47ab3658"]).stdout;
    assert!(short.contains("… (--full shows the rest)") && !short.contains(last_words), "{short}");
    let full = bench.wtb(&["execution", "show", "47ab3658", "--full"]).stdout;
    assert!(!full.contains("--full shows") && full.contains(last_words), "{full}");
}

#[test]
fn files_and_scores_belong_to_an_execution_that_has_them() {
    let shown = sample().wtb(&["execution", "show", "47ab3658"]).stdout;
    assert!(shown.contains("111         bca15a1d-4f1e-4a0c-9c2e-81132e111fe3      1  76.4 KiB"), "{shown}");
    assert!(shown.contains("query_coverage 1.0.0  0.2857  ✗       coverage 0.2857 ratio"), "{shown}");
}

#[test]
fn stored_text_cannot_steer_the_terminal() {
    let bench = Bench::new();
    bench.change_python(&format!(
        "UPDATE wtb_audit_logs SET message = 'a' || char(27) || '[2J', error = char(27) || ']0;x' \
         WHERE execution_id = '{TIMED_OUT}';
         UPDATE wtb_executions SET error_message = char(27) || '[31m' WHERE id = '{TIMED_OUT}';
         UPDATE wtb_workflows SET name = 'n' || char(27) || '[5m', description = char(7);
         UPDATE wtb_node_variants SET description = char(27), variant_name = variant_name || char(27);
         UPDATE wtb_evaluation_results SET details = char(27), evaluator_name = evaluator_name || char(27);"
    ));
    bench.import(&[]).assert_done();
    for command in READERS {
        let command: Vec<_> =
            command.iter().map(|word| if *word == "rag_pipeline" { "9ac6cb80" } else { word }).collect();
        let answer = bench.wtb(&command);
        answer.assert_done();
        let steering = answer.stdout.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(steering, None, "{command:?}\n{}", answer.stdout);
    }
}

#[test]
fn what_was_typed_cannot_steer_the_terminal() {
    let bench = sample();
    let hostile = "a\u{1b}[2J\u{202e}b";
    for arguments in [
        &[hostile][..],
        &["import", hostile],
        &["execution", "list", hostile],
        &["execution", "list", "--status", hostile],
        &["execution", "show", hostile],
        &["workflow", "show", hostile],
        &["--config", hostile, "digest"],
    ] {
        let answer = bench.wtb(arguments);
        assert_ne!(answer.code, Some(0), "{arguments:?}");
        let steering = answer.stderr.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
        assert_eq!(steering, None, "{arguments:?}: {:?}", answer.stderr);
    }
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let bench = sample();
    assert!(!bench.wtb(&["execution", "list"]).stdout.contains('\u{1b}'));
    assert!(
        bench.wtb(&["execution", "list", "--color", "always"]).stdout.contains("\u{1b}[31m✗ failed\u{1b}[0m")
    );
}

#[test]
fn an_empty_store_says_that_there_is_nothing() {
    let bench = Bench::new();
    bench.wtb(&["migrate"]).assert_done();
    for (list, said) in [
        (["workflow", "list"], "no workflows\n"),
        (["execution", "list"], "no executions\n"),
        (["variant", "list"], "no variants\n"),
    ] {
        assert_eq!(bench.wtb(&list).stdout, said);
    }
}
