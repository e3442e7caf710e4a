//! Tests of the timeline.

use super::*;
use wtb_domain::{
    CheckpointId, ExecutionId, NodeBoundaryError, NodeBoundaryId, NodeId, SessionId, WorkflowId,
};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_micros(millis * 1_000).unwrap()
}

fn boundary(node: &str) -> NodeBoundary {
    NodeBoundary::new(
        NodeBoundaryId::from(1),
        ExecutionId::from(1),
        SessionId::from(1),
        NodeId::new(node).unwrap(),
    )
}

fn completed(node: &str, start: i64, end: i64) -> NodeBoundary {
    let mut boundary = boundary(node);
    boundary.start(Some(CheckpointId::from(start)), at(start)).unwrap();
    boundary.complete(Some(CheckpointId::from(end)), at(end)).unwrap();
    boundary
}

fn failed(node: &str, start: i64, end: i64, message: &str) -> NodeBoundary {
    let mut boundary = boundary(node);
    boundary.start(Some(CheckpointId::from(start)), at(start)).unwrap();
    boundary.fail(NodeBoundaryError { message: message.to_owned(), details: None }, at(end)).unwrap();
    boundary
}

fn execution() -> Execution {
    Execution::new(ExecutionId::from(1), WorkflowId::from(1), at(0))
}

fn timeline(look: &Look, execution: &Execution, boundaries: &[NodeBoundary]) -> String {
    let mut timeline = Timeline::new(look, execution, false);
    for boundary in boundaries {
        timeline.measure(boundary);
    }
    let mut drawn = Vec::new();
    timeline.write_heading(&mut drawn).unwrap();
    for boundary in boundaries {
        timeline.write(&mut drawn, boundary).unwrap();
    }
    String::from_utf8(drawn).unwrap()
}

fn drawn(boundaries: &[NodeBoundary]) -> Vec<String> {
    let narrow = Look { width: 60, ..Look::plain() };
    timeline(&narrow, &execution(), boundaries).lines().map(ToOwned::to_owned).collect()
}

#[test]
fn bars_are_drawn_to_scale_between_the_first_start_and_the_last_end() {
    let lines = drawn(&[completed("load", 0, 50), completed("retrieve", 50, 100)]);
    assert_eq!(
        lines,
        [
            "timeline      0              100 ms    duration  checkpoints",
            "  ✓ load      ██████████▌               50.0 ms  0 → 50",
            "  ✓ retrieve            ▐██████████     50.0 ms  50 → 100",
        ]
    );
}

#[test]
fn a_failed_attempt_tells_its_error_below() {
    let message = "reranker timed out\nafter 30s\nthree\nfour";
    let lines = drawn(&[completed("load", 0, 90), failed("rerank", 90, 100, message)]);
    assert!(lines[2].starts_with("  ✗ rerank"), "{lines:?}");
    assert!(lines[2].ends_with("90 → –"), "{lines:?}");
    assert_eq!(
        lines[3..],
        ["      reranker timed out", "      after 30s", "      three", "      … (--full shows the rest)"]
    );
}

#[test]
fn later_attempts_carry_their_number() {
    let mut second = completed("load", 0, 1);
    second.attempt = 2.try_into().unwrap();
    assert!(drawn(&[second])[1].starts_with("  ✓ load #2"));
}

#[test]
fn what_is_open_goes_on_until_now_only_while_the_execution_runs() {
    let mut open = boundary("load");
    open.start(None, at(50)).unwrap();
    let look = Look { width: 60, now: at(100), ..Look::plain() };
    let mut execution = execution();
    execution.start(at(0)).unwrap();
    let boundaries = [completed("first", 0, 50), open];
    let running = timeline(&look, &execution, &boundaries);
    assert!(running.contains("0                 100 ms"), "{running}");
    assert!(running.contains("running"), "{running}");
    execution.cancel(at(75)).unwrap();
    let cancelled = timeline(&look, &execution, &boundaries);
    assert!(cancelled.contains("75.0 ms"), "{cancelled}");
}

#[test]
fn pending_nodes_and_long_names_keep_the_columns() {
    let mut long = completed(&"n".repeat(200), 0, 10);
    long.exit_checkpoint_id = Some(CheckpointId::new("1ef4f797-8335-6428-8001-8a1503f9b875").unwrap());
    let look = Look::plain();
    let drawn = timeline(&look, &execution(), &[long, boundary("later")]);
    for line in drawn.lines() {
        assert!(measure_text_width(line) <= look.width, "{line}");
    }
    assert!(drawn.contains("0 → 1ef4…b875"), "{drawn}");
    assert!(drawn.contains("pending"), "{drawn}");
}

#[test]
fn an_execution_without_boundaries_has_only_a_heading() {
    assert_eq!(drawn(&[]).len(), 1);
}
