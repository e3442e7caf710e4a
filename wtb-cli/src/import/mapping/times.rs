//! Reads the times of the Python system, which carry no zone.

use super::cells::shown;
use jiff::civil::{DateTime, Time};
use jiff::fmt::temporal::Pieces;
use jiff::tz::{AmbiguousOffset, TimeZone};
use wtb_domain::Timestamp;

const UNIX_EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// Reads times, taking those without an offset to be in one zone.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    zone: TimeZone,
}

impl Times {
    /// Times in `zone`.
    pub(crate) fn in_zone(zone: TimeZone) -> Self {
        Self { zone }
    }

    /// The moment that `text` means: a date, with or without a time of day, with or without an offset. An offset
    /// wins over the zone.
    ///
    /// A local time that a change of clocks skips is moved on by the length of the gap, and of one that occurs twice
    /// the first is meant, as RFC 5545 says.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn read(&self, text: &str) -> Result<Timestamp, String> {
        let malformed = || format!("{:?} is not a time like 2026-01-31 23:59:59.000001", shown(text));
        let pieces = Pieces::parse(text).map_err(|_| malformed())?;
        if pieces.time_zone_annotation().is_some() {
            return Err(malformed());
        }
        if is_leap_second(text) {
            return Err(format!("{:?} is a leap second, which Python's times do not have", shown(text)));
        }
        let local = pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight()));
        let offset = match pieces.to_numeric_offset() {
            Some(offset) => offset,
            // The offset before the change is right for a skipped and for a repeated time.
            None => match self.zone.to_ambiguous_timestamp(local).offset() {
                AmbiguousOffset::Unambiguous { offset: before }
                | AmbiguousOffset::Gap { before, .. }
                | AmbiguousOffset::Fold { before, .. } => before,
            },
        };
        if local.subsec_nanosecond() % 1_000 != 0 {
            return Err(format!("{text:?} is finer than a microsecond"));
        }
        let micros = local.duration_since(UNIX_EPOCH).as_micros() - i128::from(offset.seconds()) * 1_000_000;
        i64::try_from(micros)
            .ok()
            .and_then(Timestamp::from_micros)
            .ok_or_else(|| format!("{text:?} is not between the years 1 and 9999"))
    }
}

/// Whether the seconds of a time that was read are 60, which the reader takes for 59.
fn is_leap_second(text: &str) -> bool {
    let Some((_, time)) = text.trim_start_matches(['-', '+']).split_once(['T', 't', ' ']) else {
        return false;
    };
    let digits: String =
        time.chars().take_while(|c| c.is_ascii_digit() || *c == ':').filter(|c| *c != ':').collect();
    digits.get(4..6) == Some("60")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(zone: &str, text: &str) -> Result<String, String> {
        let times = Times::in_zone(TimeZone::get(zone).unwrap());
        times.read(text).map(|moment| moment.to_string())
    }

    #[test]
    fn every_form_that_python_writes_is_read() {
        for (text, expected) in [
            ("2026-11-23 02:54:34.734555", "2026-11-23T02:54:34.734555Z"),
            ("2026-11-23T02:54:34.734555", "2026-11-23T02:54:34.734555Z"),
            ("2026-11-23 02:54:34", "2026-11-23T02:54:34.000000Z"),
            ("2026-11-23T02:54:34.5", "2026-11-23T02:54:34.500000Z"),
            ("2026-11-23", "2026-11-23T00:00:00.000000Z"),
            ("0001-01-01 00:00:00.000000", "0001-01-01T00:00:00.000000Z"),
            ("9999-12-31 23:59:59.999999", "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(read("UTC", text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn times_without_offset_are_in_the_zone() {
        assert_eq!(
            read("Europe/Berlin", "2026-01-31 12:00:00").as_deref(),
            Ok("2026-01-31T11:00:00.000000Z")
        );
        assert_eq!(
            read("Europe/Berlin", "2026-07-31 12:00:00").as_deref(),
            Ok("2026-07-31T10:00:00.000000Z")
        );
        assert_eq!(read("Asia/Kolkata", "2026-07-31").as_deref(), Ok("2026-07-30T18:30:00.000000Z"));
    }

    #[test]
    fn an_offset_wins_over_the_zone() {
        for text in ["2026-01-31 12:00:00Z", "2026-01-31T12:00:00+00:00", "2026-01-31 07:00:00.000-05:00"] {
            assert_eq!(read("Europe/Berlin", text).as_deref(), Ok("2026-01-31T12:00:00.000000Z"), "{text}");
        }
    }

    #[test]
    fn a_skipped_time_moves_on_and_of_a_repeated_one_the_first_is_meant() {
        assert_eq!(
            read("Europe/Berlin", "2026-03-29 02:30:00").as_deref(),
            Ok("2026-03-29T01:30:00.000000Z")
        );
        assert_eq!(
            read("Europe/Berlin", "2026-10-25 02:30:00").as_deref(),
            Ok("2026-10-25T00:30:00.000000Z")
        );
    }

    #[test]
    fn other_texts_are_refused_with_what_is_expected() {
        for text in [
            "",
            "yesterday",
            "1763866474",
            "2026-02-30",
            "2026-01-31 25:00:00",
            "31.01.2026",
            "2026-01-31 12:00:00[UTC]",
        ] {
            let reason = read("UTC", text).unwrap_err();
            assert_eq!(reason, format!("{text:?} is not a time like 2026-01-31 23:59:59.000001"));
        }
        for text in
            ["2016-12-31 23:59:60", "2016-12-31T23:59:60Z", "20161231T235960", "2016-12-31 23:59:60.25+01:00"]
        {
            let reason = read("UTC", text).unwrap_err();
            assert_eq!(reason, format!("{text:?} is a leap second, which Python's times do not have"));
        }
        assert!(read("UTC", "2016-12-31 23:59:59+01:00").is_ok());
        let reason = read("UTC", "2026-01-31 00:00:00.0000001").unwrap_err();
        assert_eq!(reason, r#""2026-01-31 00:00:00.0000001" is finer than a microsecond"#);
        let reason = read("Asia/Tokyo", "0001-01-01 00:00:00").unwrap_err();
        assert!(reason.ends_with("is not between the years 1 and 9999"), "{reason}");
    }
}
