//! Moments and durations as people read them.

use jiff::tz::TimeZone;
use std::time::Duration;
use wtb_domain::{Execution, Timestamp};

/// Shows moments in one time zone.
#[derive(Debug, Clone)]
pub(crate) struct Calendar(TimeZone);

impl Calendar {
    /// In the time zone of this machine.
    pub(crate) fn of_this_machine() -> Self {
        Self(TimeZone::system())
    }

    #[cfg(test)]
    pub(crate) fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Date, time in milliseconds and zone: `2026-11-23 02:54:35.813 UTC`.
    pub(crate) fn full(&self, moment: Timestamp) -> String {
        self.shown(moment, "%Y-%m-%d %H:%M:%S%.3f %Z")
    }

    /// Date and time in seconds, for lists: `2026-11-23 02:54:35`.
    pub(crate) fn short(&self, moment: Timestamp) -> String {
        self.shown(moment, "%Y-%m-%d %H:%M:%S")
    }

    /// Date and zone, for logs: `2026-11-23 UTC`.
    pub(crate) fn day(&self, moment: Timestamp) -> String {
        self.shown(moment, "%Y-%m-%d %Z")
    }

    /// Time of day in milliseconds, for logs: `02:54:35.813`.
    pub(crate) fn clock(&self, moment: Timestamp) -> String {
        self.shown(moment, "%H:%M:%S%.3f")
    }

    fn shown(&self, moment: Timestamp, format: &str) -> String {
        match jiff::Timestamp::from_microsecond(moment.as_micros()) {
            Ok(known) => known.to_zoned(self.0.clone()).strftime(format).to_string(),
            // Only the last hours of year 9999 are beyond jiff.
            Err(_) => moment.to_string(),
        }
    }
}

/// How long something took, with three digits that matter: `0.26 ms`, `76.0 ms`, `2.41 s`, `3 min 20 s`, `2 d 4 h`.
pub(crate) fn duration(length: Duration) -> String {
    let seconds = length.as_secs();
    let millis = length.as_secs_f64() * 1_000.0;
    if length.is_zero() {
        "0 ms".to_owned()
    } else if length < Duration::from_micros(1) {
        format!("{} ns", length.as_nanos())
    } else if millis < 9.995 {
        format!("{millis:.2} ms")
    } else if millis < 99.95 {
        format!("{millis:.1} ms")
    } else if millis < 999.5 {
        format!("{millis:.0} ms")
    } else if seconds < 60 {
        format!("{:.2} s", length.as_secs_f64())
    } else if seconds < 3_600 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else if seconds < 86_400 {
        format!("{} h {} min", seconds / 3_600, seconds / 60 % 60)
    } else {
        format!("{} d {} h", seconds / 86_400, seconds / 3_600 % 24)
    }
}

/// How long an execution has run: from its start to its end, or to `now` while it is at work.
pub(crate) fn run_time(execution: &Execution, now: Timestamp) -> Option<Duration> {
    let started = execution.started_at?;
    let at_work = execution.status == wtb_domain::ExecutionStatus::Running;
    let ended = if at_work { Some(now) } else { execution.completed_at };
    ended.map(|ended| ended.since(started))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wtb_domain::{ExecutionId, WorkflowId};

    #[test]
    fn durations_keep_the_digits_that_matter() {
        let shown = |micros| duration(Duration::from_micros(micros));
        assert_eq!(duration(Duration::from_nanos(999)), "999 ns");
        assert_eq!(shown(0), "0 ms");
        assert_eq!(shown(263), "0.26 ms");
        assert_eq!(shown(9_994), "9.99 ms");
        assert_eq!(shown(9_996), "10.0 ms");
        assert_eq!(shown(75_971), "76.0 ms");
        assert_eq!(shown(999_400), "999 ms");
        assert_eq!(shown(999_600), "1.00 s");
        assert_eq!(shown(2_415_166), "2.42 s");
        assert_eq!(shown(200_000_000), "3 min 20 s");
        assert_eq!(shown(7_200_000_000), "2 h 0 min");
        assert_eq!(duration(Duration::from_hours(52)), "2 d 4 h");
    }

    #[test]
    fn moments_are_shown_in_their_zone() {
        let moment: Timestamp = "2026-11-23T02:54:35.813102Z".parse().unwrap();
        let calendar = Calendar::utc();
        assert_eq!(calendar.full(moment), "2026-11-23 02:54:35.813 UTC");
        assert_eq!(calendar.short(moment), "2026-11-23 02:54:35");
        assert_eq!(calendar.clock(moment), "02:54:35.813");
        assert_eq!(calendar.short(Timestamp::MIN), "0001-01-01 00:00:00");
        assert!(calendar.short(Timestamp::MAX).starts_with("9999-12-31"));
    }

    #[test]
    fn only_an_execution_at_work_is_measured_up_to_now() {
        let at = |micros| Timestamp::from_micros(micros).unwrap();
        let mut execution = Execution::new(ExecutionId::from(1), WorkflowId::from(1), Timestamp::UNIX_EPOCH);
        assert_eq!(run_time(&execution, at(9)), None);
        execution.start(at(2)).unwrap();
        assert_eq!(run_time(&execution, at(9)), Some(Duration::from_micros(7)));
        execution.pause().unwrap();
        assert_eq!(run_time(&execution, at(9)), None);
        execution.resume().unwrap();
        execution.complete(at(5)).unwrap();
        assert_eq!(run_time(&execution, at(9)), Some(Duration::from_micros(3)));
    }
}
