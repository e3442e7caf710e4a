//! Makes an input that fails as small as it can be and still fail.

/// `input` without every part that `fails` does not need.
pub(super) fn shrunk(mut input: Vec<u8>, fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut part = input.len().div_ceil(2);
    while part > 0 {
        let mut at = 0;
        while at < input.len() {
            let mut without = input.clone();
            drop(without.drain(at..(at + part).min(input.len())));
            if fails(&without) {
                input = without;
            } else {
                at += part;
            }
        }
        part /= 2;
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_makes_it_fail_is_left() {
        let fails = |input: &[u8]| input.contains(&b'x') && input.contains(&b'y');
        assert_eq!(shrunk(b"aaaaxaaaaaaaayaa".to_vec(), fails), b"xy");
    }
}
