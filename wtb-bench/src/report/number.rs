//! Numbers as people read them.

/// Three digits that count, and separators between thousands: `12,900`, `148`, `9.87`, `0.812`.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let decimals = match value.abs() {
        large if large >= 100.0 => 0,
        large if large >= 10.0 => 1,
        large if large >= 1.0 => 2,
        _ => 3,
    };
    let step = if value.abs() >= 1_000.0 { 10_f64.powf(value.abs().log10().floor() - 2.0) } else { 1.0 };
    let rounded = if step > 1.0 { (value / step).round() * step } else { value };
    thousands(&format!("{rounded:.decimals$}"))
}

/// Puts separators between thousands.
pub(crate) fn thousands(digits: &str) -> String {
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut separated = String::with_capacity(digits.len() + 3);
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            separated.push(',');
        }
        separated.push(digit);
    }
    separated + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count() {
        for (value, text) in [
            (0.8123, "0.812"),
            (1.0, "1.00"),
            (9.876, "9.88"),
            (12.34, "12.3"),
            (148.2, "148"),
            (12_911.0, "12,900"),
            (1_234_567.0, "1,230,000"),
            (0.0, "0.000"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(thousands("999"), "999");
        assert_eq!(thousands("1000"), "1,000");
        assert_eq!(thousands("1234567.5"), "1,234,567.5");
    }
}
