//! The bars: how much of another's throughput ours has to be.

use crate::contestants::Contestant::{
    self, OursOneByOne, PythonDicts, Rusqlite, RusqliteOwnConnections, RusqliteWriterThread,
    SqlAlchemyPostgres, SqlAlchemySqlite, Sqlx, SqlxCopy,
};
use crate::workload::Workload::{self, W1, W1c, W2, W3, W3m, W4, W5, W6, W7};

/// A workload, whom ours is compared with, and the least ratio of the two throughputs.
const BARS: &[(Workload, Contestant, f64)] = &[
    (W1, Rusqlite, 0.8),
    (W1, Sqlx, 0.9),
    (W1, PythonDicts, 10.0),
    (W1, SqlAlchemySqlite, 5.0),
    (W1, SqlAlchemyPostgres, 1.8),
    (W1c, RusqliteOwnConnections, 3.0),
    (W1c, RusqliteWriterThread, 0.7),
    (W1c, Sqlx, 0.9),
    (W1c, PythonDicts, 10.0),
    (W1c, SqlAlchemySqlite, 12.0),
    (W1c, SqlAlchemyPostgres, 6.0),
    (W2, Rusqlite, 0.8),
    (W2, Sqlx, 0.9),
    (W2, SqlxCopy, 0.6),
    (W2, PythonDicts, 10.0),
    (W2, SqlAlchemySqlite, 8.0),
    (W2, SqlAlchemyPostgres, 12.0),
    (W3, Rusqlite, 0.7),
    (W3, Sqlx, 0.9),
    (W3, PythonDicts, 20.0),
    (W3, SqlAlchemySqlite, 5.0),
    (W3, SqlAlchemyPostgres, 2.5),
    (W3m, Rusqlite, 0.7),
    (W3m, Sqlx, 0.9),
    (W3m, OursOneByOne, 5.0),
    (W4, Rusqlite, 0.8),
    (W4, Sqlx, 0.8),
    (W4, PythonDicts, 100.0),
    (W4, SqlAlchemySqlite, 12.0),
    (W4, SqlAlchemyPostgres, 4.0),
    (W5, Rusqlite, 0.7),
    (W5, Sqlx, 0.8),
    (W5, PythonDicts, 100.0),
    (W5, SqlAlchemySqlite, 5.0),
    (W5, SqlAlchemyPostgres, 4.0),
    (W6, Rusqlite, 0.7),
    (W6, Sqlx, 0.9),
    (W6, PythonDicts, 10.0),
    (W6, SqlAlchemySqlite, 5.0),
    (W6, SqlAlchemyPostgres, 2.0),
    (W7, Rusqlite, 0.9),
    (W7, Sqlx, 0.9),
    (W7, PythonDicts, 10.0),
    (W7, SqlAlchemySqlite, 9.0),
    (W7, SqlAlchemyPostgres, 8.0),
];

/// The bar of a workload against somebody, if there is one.
pub(crate) fn bar(workload: Workload, other: Contestant) -> Option<f64> {
    let mut bars = BARS.iter().filter(|(of, against, _)| (*of, *against) == (workload, other));
    bars.next().map(|(_, _, least)| *least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Lane;

    #[test]
    fn whoever_ours_is_compared_with_has_one_bar() {
        for lane in Lane::ALL {
            for workload in Workload::ALL.into_iter().filter(|workload| lane.has(*workload)) {
                for other in Contestant::all(lane, workload).into_iter().skip(1) {
                    let bars = BARS.iter().filter(|(of, against, _)| (*of, *against) == (workload, other));
                    assert_eq!(bars.count(), 1, "{} {} {}", lane.name(), workload.name(), other.name());
                }
            }
        }
    }

    #[test]
    fn every_bar_is_about_a_comparison_that_is_made() {
        for (workload, other, _) in BARS {
            let made = Lane::ALL
                .iter()
                .any(|lane| lane.has(*workload) && Contestant::all(*lane, *workload).contains(other));
            assert!(made, "{} {}", workload.name(), other.name());
        }
    }
}
