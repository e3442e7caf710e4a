//! Numbers, times and durations: to the last bit, from one end of their range to the other.

use super::{assert_kept, assert_logged};
use crate::arrange::{add, read_back, stored_executions, two_executions, two_workflows, update};
use crate::{Backend, samples};
use std::num::NonZeroU32;
use std::time::Duration;
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, MAX_DURATION, Metric, NodeBoundary, Revision,
    Timestamp, Workflow,
};

/// Both ends, both sides of the epoch, and single microseconds in between.
fn times() -> Vec<Timestamp> {
    let (first, last) = (Timestamp::MIN.as_micros(), Timestamp::MAX.as_micros());
    let around_2000 = 946_684_800_000_000;
    let micros = [
        first,
        first + 1,
        -1_000_001,
        -1,
        0,
        1,
        around_2000 - 1,
        around_2000,
        around_2000 + 1,
        last - 1,
        last,
    ];
    [micros.to_vec(), vec![1_767_225_600_123_456, 1_767_225_600_999_999]]
        .concat()
        .into_iter()
        .map(|micros| Timestamp::from_micros(micros).expect("a time in range"))
        .collect()
}

/// Numbers whose last bit a detour through text, decimals or 32 bits would lose.
const FLOATS: [f64; 15] = [
    0.0,
    0.1 + 0.2,
    1.0 / 3.0,
    -1.0 / 3.0,
    f64::EPSILON,
    1.0 + f64::EPSILON,
    f64::MIN_POSITIVE,
    f64::MIN_POSITIVE / 2.0,
    5e-324,
    -5e-324,
    f64::MAX,
    f64::MIN,
    9_007_199_254_740_993.0,
    1e22,
    123_456_789.123_456_79,
];

const DURATIONS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_nanos(1),
    Duration::from_nanos(999_999_999),
    Duration::new(86_400, 123_456_789),
    MAX_DURATION,
];

fn result(name: &str) -> EvaluationResult {
    samples::evaluation_result(name, &two_executions()[0], "length")
}

/// In every field that is one.
pub async fn times_are_kept_to_the_microsecond(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let named = |number: usize| format!("at-{number}");
    let times: Vec<_> = times().into_iter().enumerate().collect();
    let workflow = |(number, at): &(usize, Timestamp)| Workflow {
        created_at: *at,
        updated_at: *at,
        ..samples::workflow(&named(*number))
    };
    let execution = |(number, at): &(usize, Timestamp)| Execution {
        created_at: *at,
        started_at: Some(*at),
        completed_at: Some(*at),
        ..samples::execution(&named(*number), &two_workflows()[0])
    };
    let boundary = |(number, at): &(usize, Timestamp)| NodeBoundary {
        started_at: Some(*at),
        completed_at: Some(*at),
        ..samples::node_boundary(&named(*number), &run, "retrieve")
    };
    let file = |(number, at): &(usize, Timestamp)| CheckpointFile {
        created_at: *at,
        ..samples::checkpoint_file(&named(*number), "commit")
    };
    let result =
        |(number, at): &(usize, Timestamp)| EvaluationResult { evaluated_at: *at, ..result(&named(*number)) };
    assert_kept(&store, &times.iter().map(workflow).collect::<Vec<_>>()).await;
    assert_kept(&store, &times.iter().map(execution).collect::<Vec<_>>()).await;
    assert_kept(&store, &times.iter().map(boundary).collect::<Vec<_>>()).await;
    assert_kept(&store, &times.iter().map(file).collect::<Vec<_>>()).await;
    assert_kept(&store, &times.iter().map(result).collect::<Vec<_>>()).await;

    let entry = |(_, timestamp)| AuditEntry { timestamp, ..samples::audit_entry("at a time") };
    assert_logged(&store, &times.into_iter().map(entry).collect::<Vec<_>>()).await;
}

/// As score and as metric.
pub async fn floats_are_kept_to_the_last_bit(store: Backend) {
    stored_executions(&store).await;
    let metric = |value| Metric { name: "same".to_owned(), value, unit: None };
    let results: Vec<_> = FLOATS
        .iter()
        .enumerate()
        .map(|(number, score)| EvaluationResult {
            score: *score,
            metrics: FLOATS.map(metric).to_vec(),
            ..result(&number.to_string())
        })
        .collect();
    add(&store, &results).await;

    for expected in results {
        let found = read_back(&store, &expected).await.expect("stored");
        assert_eq!(found.score.to_bits(), expected.score.to_bits(), "{}", expected.score);
        let bits = |result: &EvaluationResult| -> Vec<_> {
            result.metrics.iter().map(|metric| metric.value.to_bits()).collect()
        };
        assert_eq!(bits(&found), bits(&expected));
    }
}

/// Answered so at once, as it is what will be read.
pub async fn minus_zero_is_kept_as_zero(store: Backend) {
    stored_executions(&store).await;
    let metrics = vec![Metric { name: "delta".to_owned(), value: -0.0, unit: None }];
    let given = EvaluationResult { score: -0.0, metrics, ..result("zero") };
    let is_zero = |result: &EvaluationResult| {
        result.score.to_bits() == 0 && result.metrics.iter().all(|metric| metric.value.to_bits() == 0)
    };
    let mut unit = store.begin().await;
    let added = unit.evaluation_results().add(given.clone()).await.expect("added");
    assert!(is_zero(&added), "{added:?}");
    unit.commit().await.expect("committed");
    assert!(is_zero(&read_back(&store, &given).await.expect("stored")));

    let updated = update(&store, given.clone()).await;
    assert!(is_zero(&updated), "{updated:?}");
    assert!(is_zero(&read_back(&store, &given).await.expect("stored")));
}

/// Of files and bytes.
pub async fn counts_are_kept_up_to_the_largest(store: Backend) {
    let counts =
        [0, 1, u64::from(u32::MAX), u64::from(u32::MAX) + 1, (1 << 53) + 1, i64::MAX.cast_unsigned()];
    let files: Vec<_> = counts
        .iter()
        .map(|count| CheckpointFile {
            file_count: *count,
            total_size_bytes: i64::MAX.cast_unsigned() - count,
            ..samples::checkpoint_file(&count.to_string(), "commit")
        })
        .collect();
    assert_kept(&store, &files).await;
}

/// The largest is more than a signed 32-bit integer holds.
pub async fn attempts_are_kept_up_to_the_largest(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let attempts = [1, i32::MAX.cast_unsigned(), i32::MAX.cast_unsigned() + 1, u32::MAX];
    let boundaries = attempts.map(|attempt| NodeBoundary {
        id: samples::id(&format!("boundary-{attempt}")),
        attempt: NonZeroU32::new(attempt).expect("not zero"),
        ..samples::node_boundary("attempts", &run, "retrieve")
    });
    assert_kept(&store, &boundaries).await;

    let last = &boundaries[3];
    let mut unit = store.begin_read().await;
    let found = unit.node_boundaries().get_by_node(&last.session_id, &last.node_id).await.expect("read");
    assert_eq!(found.as_ref(), Some(last));
}

/// Copied from another store, say, and updated here.
pub async fn revisions_are_kept_up_to_the_largest(store: Backend) {
    let revision = |number| Revision::new(number).expect("above 0");
    let file =
        CheckpointFile { revision: revision(i64::MAX - 1), ..samples::checkpoint_file("old", "commit") };
    assert_kept(&store, std::slice::from_ref(&file)).await;
    let updated = update(&store, file).await;
    assert_eq!(updated.revision, revision(i64::MAX));
    assert_eq!(read_back(&store, &updated).await, Some(updated));
}

/// Of results and of entries.
pub async fn durations_are_kept_to_the_nanosecond(store: Backend) {
    stored_executions(&store).await;
    let results =
        DURATIONS.map(|duration| EvaluationResult { duration, ..result(&duration.as_nanos().to_string()) });
    assert_kept(&store, &results).await;

    let entry = |duration| AuditEntry { duration, ..samples::audit_entry("took a while") };
    let entries: Vec<_> = DURATIONS.map(Some).into_iter().chain([None]).map(entry).collect();
    assert_logged(&store, &entries).await;
}
