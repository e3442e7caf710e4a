//! What became of a unit.

/// What became of a unit. It stays so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitOutcome {
    /// It was committed: all it wrote is kept.
    Kept,
    /// It has ended, and nothing it wrote is or will be kept.
    NotKept,
    /// The store cannot tell: it was too long ago, or this store never made such a unit. At least the 10,000 units that
    /// were identified last are remembered.
    Forgotten,
}
