//! The life cycle of an execution, every status against every step.

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn execution(status: ExecutionStatus) -> Execution {
    let mut execution = Execution::new(ExecutionId::from(1), WorkflowId::from(1), NOW);
    execution.status = status;
    execution
}

type Step = fn(&mut Execution) -> Result<(), InvalidTransition>;

#[test]
fn every_step_is_allowed_from_its_states_and_refused_from_all_others() {
    use ExecutionStatus::{Cancelled, Completed, Failed, Paused, Pending, Running};
    let steps: [(&str, Step, &[ExecutionStatus], ExecutionStatus); 8] = [
        ("start", |e| e.start(NOW), &[Pending], Running),
        ("pause", Execution::pause, &[Running], Paused),
        ("resume", Execution::resume, &[Paused], Running),
        ("complete", |e| e.complete(NOW), &[Running], Completed),
        ("fail", |e| e.fail(ExecutionError { message: String::new(), node: None }, NOW), &[Running], Failed),
        ("cancel", |e| e.cancel(NOW), &[Pending, Running, Paused], Cancelled),
        (
            "restore",
            |e| e.restore(Json::default(), CheckpointId::from(1)),
            &[Paused, Failed, Completed],
            Paused,
        ),
        ("edit the state of", |e| e.edit_state(Json::default()), &[Paused], Paused),
    ];
    for (action, step, allowed, target) in steps {
        for status in ExecutionStatus::ALL {
            let mut after = execution(*status);
            let outcome = step(&mut after);
            if allowed.contains(status) {
                assert_eq!((outcome, after.status), (Ok(()), target), "{action} from {status}");
            } else {
                let refusal =
                    InvalidTransition { entity: EntityKind::Execution, state: status.as_str(), action };
                assert_eq!(outcome, Err(refusal));
                assert_eq!(after, execution(*status), "a refused step changes nothing");
            }
        }
    }
}

#[test]
fn ending_sets_the_end_and_failing_also_the_error() {
    let end = Timestamp::from_micros(7).unwrap();
    let mut failed = execution(ExecutionStatus::Running);
    let error =
        ExecutionError { message: "timed out".to_owned(), node: Some(NodeId::new("rerank").unwrap()) };
    failed.fail(error.clone(), end).unwrap();
    assert_eq!((failed.error, failed.completed_at), (Some(error), Some(end)));
    let mut completed = execution(ExecutionStatus::Running);
    completed.complete(end).unwrap();
    assert_eq!((completed.error, completed.completed_at), (None, Some(end)));
    let mut cancelled = execution(ExecutionStatus::Pending);
    cancelled.cancel(end).unwrap();
    assert_eq!(cancelled.completed_at, Some(end));
}

#[test]
fn restoring_takes_state_and_checkpoint_and_forgets_error_and_end() {
    let mut execution = execution(ExecutionStatus::Running);
    execution.fail(ExecutionError { message: "x".to_owned(), node: None }, NOW).unwrap();
    execution.restore(Json::new("[1]"), CheckpointId::from(9)).unwrap();
    assert_eq!(execution.state, Json::new("[1]"));
    assert_eq!(execution.checkpoint_id, Some(CheckpointId::from(9)));
    assert_eq!((execution.error, execution.completed_at), (None, None));
}

#[test]
fn a_refusal_reads_as_a_sentence() {
    let refusal = execution(ExecutionStatus::Cancelled).resume().unwrap_err();
    assert_eq!(refusal.to_string(), "cannot resume this execution: it is cancelled");
}
