//! Scores and metrics as people read them.

/// Four decimals where that says something, otherwise three digits and an exponent.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (0.001..1e9).contains(&size) { format!("{value:.4}") } else { format!("{value:.2e}") }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short_at_every_size() {
        let shown = [0.0, 0.285_71, -1.0, 123_456.0, 0.000_05, 1.7e308].map(number);
        assert_eq!(shown, ["0.0000", "0.2857", "-1.0000", "123456.0000", "5.00e-5", "1.70e308"]);
    }
}
