//! Makes hostile input out of good input.

use crate::seed::{Numbers, Seed};

/// No input is larger.
const LARGEST: usize = 256 << 10;
/// How often an input is changed at most.
const CHANGES: u64 = 6;
/// What is hostile to whoever reads it.
const HOSTILE: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\n",
    b"\r",
    b"\t",
    b" ",
    b"\"",
    b"'",
    b"\\",
    b"%",
    b"-",
    b"+",
    b"0",
    b"e999999999",
    b"9223372036854775808",
    b"18446744073709551616",
    "é".as_bytes(),
    "٣".as_bytes(),
    "🦀".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{85}".as_bytes(),
];

/// An input that follows from `seed`: one of `good`, changed a few times with the help of `words`.
pub(super) fn input(good: &[&[u8]], words: &[&[u8]], seed: Seed) -> Vec<u8> {
    let mut numbers = seed.numbers();
    let mut bytes = one_of(good, &mut numbers).to_vec();
    for _ in 0..numbers.below(CHANGES + 1) {
        change(&mut bytes, good, words, &mut numbers);
        bytes.truncate(LARGEST);
    }
    bytes
}

/// Changes `bytes` at random bytes: for what is not text.
pub(super) fn damage(bytes: &mut [u8], numbers: &mut Numbers) {
    if bytes.is_empty() {
        return;
    }
    let at = index(bytes.len(), numbers);
    bytes[at] = match numbers.below(4) {
        0 => bytes[at] ^ (1 << numbers.below(8)),
        1 => 0,
        2 => 0xff,
        _ => byte(numbers),
    };
}

fn change(bytes: &mut Vec<u8>, good: &[&[u8]], words: &[&[u8]], numbers: &mut Numbers) {
    let (from, to) = range(bytes.len(), numbers);
    match numbers.below(10) {
        0 | 1 => damage(bytes, numbers),
        2 => drop(bytes.drain(from..to)),
        3 => {
            let twice = bytes[from..to].to_vec();
            insert(bytes, to, &twice);
        }
        4 => insert(bytes, from, one_of(HOSTILE, numbers)),
        5 => insert(bytes, from, one_of(words, numbers)),
        6 => drop(bytes.splice(from..to, one_of(words, numbers).iter().copied())),
        7 => {
            let times = 1 << numbers.below(15);
            let many = one_of(words, numbers).repeat(times);
            insert(bytes, from, &many[..many.len().min(LARGEST)]);
        }
        8 => {
            let other = one_of(good, numbers);
            let (start, _) = range(other.len(), numbers);
            bytes.truncate(from);
            bytes.extend_from_slice(&other[start..]);
        }
        _ => insert(bytes, from, &[byte(numbers)]),
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, what: &[u8]) {
    drop(bytes.splice(at..at, what.iter().copied()));
}

fn one_of<'a>(choices: &[&'a [u8]], numbers: &mut Numbers) -> &'a [u8] {
    choices[index(choices.len(), numbers)]
}

fn range(length: usize, numbers: &mut Numbers) -> (usize, usize) {
    let (one, other) = (index(length + 1, numbers), index(length + 1, numbers));
    (one.min(other), one.max(other))
}

#[expect(clippy::cast_possible_truncation, reason = "it is below a length")]
fn index(length: usize, numbers: &mut Numbers) -> usize {
    numbers.below(length as u64) as usize
}

fn byte(numbers: &mut Numbers) -> u8 {
    numbers.next().to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_input_and_others_make_others() {
        let made = |number| input(&[b"abc"], &[b"word"], "1".parse::<Seed>().unwrap().part(number));
        assert_eq!(made(1), made(1));
        let different: std::collections::BTreeSet<_> = (0..100).map(made).collect();
        assert!(different.len() > 50, "{}", different.len());
        assert!(different.contains(b"abc".as_slice()), "good input is among them");
    }
}
