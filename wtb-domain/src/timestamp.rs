//! A moment in time, in microseconds, as all stores can keep it.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// Microseconds since the start of 1970 in UTC, from year 1 to year 9999.
///
/// Printed and parsed as RFC 3339 in UTC: `2026-01-31T23:59:59.000001Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// A moment outside the years 1 to 9999, or a text that is not `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidTimestamp {
    /// Before year 1 or after year 9999.
    OutOfRange,
    /// Not in the form that is printed.
    Malformed,
}

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfRange => "a timestamp is between the years 1 and 9999",
            Self::Malformed => "a timestamp is written like 2026-01-31T23:59:59.000001Z",
        })
    }
}

impl std::error::Error for InvalidTimestamp {}

impl Timestamp {
    /// The first moment of year 1.
    pub const MIN: Self = Self(-62_135_596_800 * MICROS_PER_SECOND);
    /// The last microsecond of year 9999.
    pub const MAX: Self = Self(253_402_300_800 * MICROS_PER_SECOND - 1);
    /// The start of 1970.
    pub const UNIX_EPOCH: Self = Self(0);

    /// The moment `micros` microseconds after the start of 1970, or `None` outside the years 1 to 9999.
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if micros < Self::MIN.0 || micros > Self::MAX.0 { None } else { Some(Self(micros)) }
    }

    /// Microseconds since the start of 1970; negative before it.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The time from `earlier` to this moment, or zero if it is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// The moment `later` after this one in whole microseconds, or `None` after year 9999.
    pub fn checked_add(self, later: Duration) -> Option<Self> {
        let micros = i64::try_from(later.as_micros()).ok()?;
        Self::from_micros(self.0.checked_add(micros)?)
    }
}

/// Cuts what is finer than a microsecond, towards the past.
impl TryFrom<SystemTime> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(time: SystemTime) -> Result<Self, InvalidTimestamp> {
        let micros = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).ok(),
            Err(before) => {
                i64::try_from(before.duration().as_nanos().div_ceil(1_000)).ok().map(|micros| -micros)
            }
        };
        micros.and_then(Self::from_micros).ok_or(InvalidTimestamp::OutOfRange)
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        let distance = Duration::from_micros(timestamp.0.unsigned_abs());
        if timestamp.0 >= 0 { UNIX_EPOCH + distance } else { UNIX_EPOCH - distance }
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar; years begin in March so that leap days come last.
const fn days_of_date(year: i64, month: i64, day: i64) -> i64 {
    let march_year = if month <= 2 { year - 1 } else { year };
    let era = march_year.div_euclid(400);
    let year_of_era = march_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a day counted from 1970-01-01.
const fn date_of_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = (shifted_month + 2) % 12 + 1;
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.0.div_euclid(MICROS_PER_SECOND), self.0.rem_euclid(MICROS_PER_SECOND));
        let (year, month, day) = date_of_days(seconds.div_euclid(SECONDS_PER_DAY));
        let second = seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let bytes = text.as_bytes();
        let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if bytes.last() != Some(&b'Z') || separators.iter().any(|(at, mark)| bytes.get(*at) != Some(mark)) {
            return Err(InvalidTimestamp::Malformed);
        }
        let number = |from: usize, to: usize| -> Result<i64, InvalidTimestamp> {
            let digits = bytes.get(from..to).ok_or(InvalidTimestamp::Malformed)?;
            digits.iter().try_fold(0, |number, digit| match digit {
                b'0'..=b'9' => Ok(number * 10 + i64::from(digit - b'0')),
                _ => Err(InvalidTimestamp::Malformed),
            })
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let end = bytes.len() - 1;
        let micros = match bytes.get(19..end) {
            Some([]) => 0,
            Some([b'.', digits @ ..]) if (1..=6).contains(&digits.len()) => {
                number(20, end)? * 10_i64.pow(6 - u32::try_from(digits.len()).unwrap_or(6))
            }
            _ => return Err(InvalidTimestamp::Malformed),
        };
        let days = days_of_date(year, month, day);
        // A date that does not come back, such as February 30, does not exist.
        if !(1..=12).contains(&month)
            || date_of_days(days) != (year, month, day)
            || hour > 23
            || minute > 59
            || second > 59
        {
            return Err(InvalidTimestamp::Malformed);
        }
        let seconds = days * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second;
        Self::from_micros(seconds * MICROS_PER_SECOND + micros).ok_or(InvalidTimestamp::OutOfRange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_rfc_3339_and_parse_back() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (1_709_164_800_000_001, "2024-02-29T00:00:00.000001Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (45_296_000_000, "1970-01-01T12:34:56.000000Z"),
            (Timestamp::MIN.0, "0001-01-01T00:00:00.000000Z"),
            (Timestamp::MAX.0, "9999-12-31T23:59:59.999999Z"),
        ] {
            let moment = Timestamp::from_micros(micros).unwrap();
            assert_eq!(moment.to_string(), text);
            assert_eq!(text.parse(), Ok(moment));
        }
    }

    #[test]
    fn every_day_of_the_range_survives_printing() {
        for day in (Timestamp::MIN.0 / MICROS_PER_SECOND / SECONDS_PER_DAY..).step_by(97).take(37_000) {
            let moment = Timestamp::from_micros(day * SECONDS_PER_DAY * MICROS_PER_SECOND).unwrap();
            assert_eq!(moment.to_string().parse(), Ok(moment));
        }
    }

    #[test]
    fn fractions_may_be_shorter_or_absent() {
        let expected = Timestamp::from_micros(1_500_000).unwrap();
        assert_eq!("1970-01-01T00:00:01.5Z".parse(), Ok(expected));
        assert_eq!(
            "1970-01-01T00:00:01Z".parse(),
            Timestamp::from_micros(1_000_000).ok_or(InvalidTimestamp::OutOfRange)
        );
    }

    #[test]
    fn other_texts_are_malformed_or_out_of_range() {
        for text in [
            "",
            "Z",
            "1970-01-01",
            "1970-01-01T00:00:00",
            "1970-01-01 00:00:00Z",
            "1970-02-30T00:00:00Z",
            "1970-13-01T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00.1234567Z",
            "197a-01-01T00:00:00Z",
            "1970-01-01T00:00:60Z",
            "1970-00-10T00:00:00Z",
            "é970-01-01T00:00:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp::Malformed), "{text}");
        }
        assert_eq!("0000-12-31T00:00:00Z".parse::<Timestamp>(), Err(InvalidTimestamp::OutOfRange));
    }

    #[test]
    fn a_refusal_says_what_is_written_instead() {
        let message = InvalidTimestamp::Malformed.to_string();
        assert_eq!(message, "a timestamp is written like 2026-01-31T23:59:59.000001Z");
        let message = InvalidTimestamp::OutOfRange.to_string();
        assert_eq!(message, "a timestamp is between the years 1 and 9999");
    }

    #[test]
    fn system_time_converts_both_ways_at_microsecond_precision() {
        for micros in [0, 1, -1, 1_763_000_000_123_456, -5_000_001] {
            let moment = Timestamp::from_micros(micros).unwrap();
            assert_eq!(Timestamp::try_from(SystemTime::from(moment)), Ok(moment));
        }
        let finer = UNIX_EPOCH + Duration::from_nanos(1_999);
        assert_eq!(Timestamp::try_from(finer).unwrap().as_micros(), 1);
        assert_eq!(Timestamp::try_from(UNIX_EPOCH - Duration::from_nanos(1)).unwrap().as_micros(), -1);
        let distant = UNIX_EPOCH + Duration::from_hours(100_000_000);
        assert_eq!(Timestamp::try_from(distant), Err(InvalidTimestamp::OutOfRange));
    }

    #[test]
    fn distances_never_go_below_zero() {
        let (early, late) = (Timestamp::from_micros(5).unwrap(), Timestamp::from_micros(9).unwrap());
        assert_eq!(late.since(early), Duration::from_micros(4));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(Timestamp::MAX.checked_add(Duration::from_micros(1)), None);
        assert_eq!(early.checked_add(Duration::from_micros(4)), Some(late));
    }
}
