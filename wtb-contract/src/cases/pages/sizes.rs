//! Large items: a page ends with the item that makes it as large as a page may be.

use crate::arrange::{add, stored_workflows};
use crate::walk::pages;
use crate::{Backend, samples};
use wtb_domain::{AuditEntry, Execution, ExecutionId, ExecutionStatus, Json, Workflow};
use wtb_ports::PAGE_BYTES;

/// Documents of these sizes, in turn such that are compressed well and such that are not, as some stores compress them.
fn documents(sizes: &[usize]) -> Vec<Json> {
    let mut state = 1_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'a' + u8::try_from(state >> 60).unwrap_or_default())
    };
    // Longer than what any of them looks back for something alike.
    let letters: String = (0..100_000).map(|_| letter()).collect();
    let document = |(number, size): (usize, &usize)| {
        let text = if number % 2 == 0 { "x".repeat(*size) } else { letters.repeat(size / letters.len() + 1) };
        Json::new(format!("\"{}\"", &text[..*size]))
    };
    sizes.iter().enumerate().map(document).collect()
}

/// The sizes of documents, and which of them are on each page.
const SIZES: &[usize] = &[9, PAGE_BYTES / 2, PAGE_BYTES / 2, 9, PAGE_BYTES + 9, PAGE_BYTES, 9, PAGE_BYTES];
const PAGES: [&[&str]; 4] = [&["0", "1", "2"], &["3", "4"], &["5"], &["6", "7"]];

async fn stored_large_executions(store: &Backend) -> Workflow {
    let [loans, claims] = stored_workflows(store).await;
    let mut executions = Vec::new();
    for (number, state) in documents(SIZES).into_iter().enumerate() {
        executions.push(Execution {
            state,
            status: ExecutionStatus::Running,
            ..samples::execution(&number.to_string(), &loans)
        });
        executions.push(samples::execution(&format!("decoy {number}"), &claims));
    }
    add(store, &executions).await;
    loans
}

fn names(pages: &[Vec<Execution>]) -> Vec<Vec<&str>> {
    fn name(execution: &Execution) -> &str {
        execution.id.as_str().trim_start_matches("execution-")
    }
    pages.iter().map(|page| page.iter().map(name).collect()).collect()
}

/// Whatever its limit; and no page says that there are more when its last item is the last one.
pub async fn a_page_ends_with_the_item_that_fills_it(store: Backend) {
    let loans = stored_large_executions(&store).await;
    let mut unit = store.begin_read().await;
    let of_workflow = pages!(100, request => unit.executions().get_by_workflow(&loans.id, request));
    assert_eq!(names(&of_workflow), PAGES);
    let running = pages!(5, request => unit.executions().get_running(request));
    assert_eq!(names(&running), PAGES);

    // Between them lie small ones. Those after an item that fills its page are on the next page.
    let all = pages!(10_000, request => unit.executions().list_all(request));
    let first = ["0", "decoy 0", "1", "decoy 1", "2"];
    let second = ["decoy 2", "3", "decoy 3", "4"];
    let (third, fourth) = (["decoy 4", "5"], ["decoy 5", "6", "decoy 6", "7"]);
    assert_eq!(names(&all), [first.as_slice(), &second, &third, &fourth, &["decoy 7"]]);
}

/// Texts count like documents.
pub async fn a_page_of_the_log_ends_with_the_entry_that_fills_it(store: Backend) {
    let id = ExecutionId::new("e").expect("an id");
    let sizes = [PAGE_BYTES / 2, PAGE_BYTES / 2, 9, PAGE_BYTES];
    let entry = |message: Json| AuditEntry {
        message: message.as_str().to_owned(),
        ..samples::audit_entry("replaced")
    };
    let entries: Vec<_> = documents(&sizes).into_iter().map(entry).collect();
    let mut unit = store.begin().await;
    unit.audit_logs().append_logs(Some(&id), entries).await.expect("appended");
    unit.commit().await.expect("committed");

    let mut unit = store.begin_read().await;
    let pages = pages!(3, request => unit.audit_logs().get_by_execution(&id, request));
    let sizes: Vec<Vec<_>> =
        pages.iter().map(|page| page.iter().map(|entry| entry.message.len() - 2).collect()).collect();
    assert_eq!(sizes, [[PAGE_BYTES / 2, PAGE_BYTES / 2], [9, PAGE_BYTES]]);
}
