//! The number from which everything random in a proof follows.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::num::ParseIntError;
use std::str::FromStr;

/// The number from which everything random in a proof follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seed(u64);

impl Seed {
    /// One that nobody chose.
    pub(crate) fn random() -> Self {
        Self(RandomState::new().build_hasher().finish())
    }

    /// Random numbers: each seed has its own sequence.
    pub(crate) fn numbers(self) -> Numbers {
        Numbers(self.0)
    }

    /// The seed of part `number` of what follows from this one.
    pub(crate) fn part(self, number: u64) -> Self {
        let mut numbers = Numbers(self.0 ^ number.wrapping_mul(0xa076_1d64_78bd_642f));
        Self(numbers.next())
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Seed {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

/// Random numbers that are the same for the same seed on every machine: the generator `SplitMix64`.
#[derive(Debug, Clone)]
pub(crate) struct Numbers(u64);

impl Numbers {
    /// The next one.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next one below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_that_was_printed_can_be_given_again_and_tells_the_same_numbers() {
        let seed = Seed::random();
        let same: Seed = seed.to_string().parse().unwrap();
        let numbers = |seed: Seed| -> Vec<u64> {
            let mut numbers = seed.numbers();
            (0..10).map(|_| numbers.below(1_000)).collect()
        };
        assert_eq!(numbers(seed), numbers(same));
        assert_ne!(numbers(seed.part(1)), numbers(seed.part(2)));
    }
}
