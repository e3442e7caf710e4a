//! Lists, page by page.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::Bench;
use crate::sample;

/// The ids on all pages of `wtb execution list`, and how many pages there were.
fn walk(bench: &Bench, options: &[&str], limit: &str) -> (Vec<String>, usize) {
    let (mut ids, mut pages) = (Vec::new(), 0);
    let mut after: Option<String> = None;
    loop {
        let mut arguments = [&["execution", "list", "--json", "--limit", limit], options].concat();
        if let Some(cursor) = &after {
            arguments.extend(["--after", cursor]);
        }
        let page = bench.wtb(&arguments).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit.parse().unwrap());
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        pages += 1;
        match page["next"].as_str() {
            Some(cursor) => after = Some(cursor.to_owned()),
            None => return (ids, pages),
        }
    }
}

#[test]
fn walking_the_pages_shows_every_execution_once_and_in_order() {
    let bench = sample();
    let (whole, pages) = walk(&bench, &[], "100");
    assert_eq!((whole.len(), pages), (31, 1));
    let (walked, pages) = walk(&bench, &[], "7");
    assert_eq!((walked, pages), (whole, 5));
}

#[test]
fn workflow_and_status_together_page_like_either_alone() {
    let bench = sample();
    for (status, count) in [("failed", 7), ("completed", 18), ("running", 0)] {
        let alone = walk(&bench, &["--status", status], "100").0;
        assert_eq!(alone.len(), count, "{status}");
        let both = ["--status", status, "--workflow", "rag_pipeline"];
        for limit in ["1", "3", "7", "18", "100"] {
            assert_eq!(walk(&bench, &both, limit).0, alone, "{status} by {limit}");
        }
    }
}

#[test]
fn an_unfinished_list_tells_the_command_that_goes_on() {
    let bench = sample();
    let first = bench.wtb(&["execution", "list", "--limit", "30"]);
    assert_eq!(first.stdout.lines().count(), 31, "a header and thirty executions");
    let command = first.stderr.strip_prefix("more: wtb ").unwrap();
    let arguments: Vec<_> = command.split_whitespace().collect();
    let second = bench.wtb(&arguments);
    second.assert_done();
    assert_eq!(second.stdout.lines().count(), 2, "a header and the last execution");
}
