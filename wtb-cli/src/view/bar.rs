//! A stretch of time as a bar, drawn to scale with block characters.

use wtb_domain::Timestamp;

/// Blocks that fill the first eighths of a cell.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// The time between two moments, spread over a number of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scale {
    start: Timestamp,
    end: Timestamp,
    columns: u16,
}

impl Scale {
    /// From the first start to the last end of `stretches`, or `None` without any.
    pub(crate) fn over(
        stretches: impl IntoIterator<Item = (Timestamp, Timestamp)>,
        columns: u16,
    ) -> Option<Self> {
        stretches
            .into_iter()
            .reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
            .map(|(start, end)| Self { start, end: end.max(start), columns })
    }

    /// How long the scale is.
    pub(crate) fn length(&self) -> std::time::Duration {
        self.end.since(self.start)
    }

    /// The bar from `start` to `end`, without trailing space; the shortest stretch is an eighth of a cell.
    pub(crate) fn bar(&self, start: Timestamp, end: Timestamp) -> String {
        let total = u64::from(self.columns) * 8;
        // A stretch without length still has to be seen, even at the very end.
        let from = self.eighths(start).min(total - 1);
        let to = self.eighths(end).clamp(from + 1, total);
        let mut bar = " ".repeat(cells(from / 8));
        let mut at = from - from % 8;
        // Right halves are the only blocks that begin inside a cell.
        if from % 8 >= 4 && to >= at + 8 {
            bar.push('▐');
            at += 8;
        }
        bar.extend(std::iter::repeat_n('█', cells((to - at) / 8)));
        if !(to - at).is_multiple_of(8) {
            bar.push(EIGHTHS[cells((to - at) % 8 - 1)]);
        }
        bar
    }

    fn eighths(&self, moment: Timestamp) -> u64 {
        let length = self.length().as_micros().max(1);
        let position = moment.min(self.end).since(self.start).as_micros();
        let eighths = (position * u128::from(self.columns) * 8 + length / 2) / length;
        u64::try_from(eighths).unwrap_or(u64::MAX)
    }
}

/// A number of cells as an index; a scale has at most 65,535.
fn cells(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use console::measure_text_width;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    fn scale(micros: i64) -> Scale {
        Scale::over([(at(0), at(micros))], 10).unwrap()
    }

    #[test]
    fn the_scale_runs_from_the_first_start_to_the_last_end() {
        let scale = Scale::over([(at(40), at(90)), (at(10), at(20)), (at(50), at(60))], 10).unwrap();
        assert_eq!(scale.length().as_micros(), 80);
        assert_eq!(Scale::over([], 10), None);
    }

    #[test]
    fn bars_begin_and_end_where_they_should() {
        assert_eq!(scale(100).bar(at(0), at(100)), "██████████");
        assert_eq!(scale(100).bar(at(0), at(50)), "█████");
        assert_eq!(scale(100).bar(at(50), at(100)), "     █████");
        assert_eq!(scale(1_000).bar(at(100), at(250)), " █▌");
        assert_eq!(scale(1_000).bar(at(150), at(300)), " ▐█");
    }

    #[test]
    fn the_shortest_stretch_is_still_seen_and_none_is_wider_than_the_scale() {
        for (start, end) in [(0, 0), (0, 1), (500, 500), (1_000, 1_000), (999, 5_000), (900, 100)] {
            let bar = scale(1_000).bar(at(start), at(end));
            assert!(bar.trim_start() != "", "{start} to {end}");
            assert!(measure_text_width(&bar) <= 10, "{start} to {end}: {bar:?}");
        }
        assert_eq!(scale(0).bar(at(0), at(0)), "▏");
    }
}
