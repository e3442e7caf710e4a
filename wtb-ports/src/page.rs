//! Keyset pages: a limit, the cursor to go on from, and the items between.

use std::fmt;
use std::str::FromStr;

/// How many items a page may have: 1 to 10,000, 100 unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageLimit(u32);

/// A page limit of 0 or of more than 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidPageLimit(pub u32);

impl fmt::Display for InvalidPageLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a page has 1 to {} items, not {}", PageLimit::MAX.0, self.0)
    }
}

impl std::error::Error for InvalidPageLimit {}

impl PageLimit {
    /// The smallest page: one item.
    pub const MIN: Self = Self(1);
    /// The largest page: 10,000 items.
    pub const MAX: Self = Self(10_000);
    /// What a page has unless said otherwise: 100 items.
    pub const DEFAULT: Self = Self(100);

    /// A limit of `items`.
    ///
    /// # Errors
    /// [`InvalidPageLimit`] unless it is 1 to 10,000.
    pub const fn new(items: u32) -> Result<Self, InvalidPageLimit> {
        if items >= Self::MIN.0 && items <= Self::MAX.0 {
            Ok(Self(items))
        } else {
            Err(InvalidPageLimit(items))
        }
    }

    /// The number of items.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<u32> for PageLimit {
    type Error = InvalidPageLimit;
    fn try_from(items: u32) -> Result<Self, InvalidPageLimit> {
        Self::new(items)
    }
}

/// A place in a list, to go on after. Opaque to callers; its text form may be handed to users and back.
///
/// A cursor belongs to the list it came from: the same method with the same arguments on the same store. One that points
/// at a row which its own unit added is void if that unit is not committed: the next row added may take the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cursor {
    /// Comes first in the order of a list that is ordered by transactions; 0 in all others.
    transaction: i64,
    place: i64,
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCursor;

impl fmt::Display for InvalidCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a cursor that a page ended with")
    }
}

impl std::error::Error for InvalidCursor {}

impl Cursor {
    /// For stores: the cursor after the item at this place in insertion order.
    pub const fn at(place: i64) -> Self {
        Self { transaction: 0, place }
    }

    /// For stores: the cursor after the item at this place among those of a transaction, in a list that is ordered by
    /// the ids of transactions first. Ids are positive.
    pub const fn in_transaction(transaction: i64, place: i64) -> Self {
        Self { transaction, place }
    }

    /// For stores: the place in insertion order to go on after.
    pub const fn place(self) -> i64 {
        self.place
    }

    /// For stores: the id of the transaction to go on in, 0 before the first one.
    pub const fn transaction(self) -> i64 {
        self.transaction
    }
}

/// The cursor after the item at this place.
impl From<i64> for Cursor {
    fn from(place: i64) -> Self {
        Self::at(place)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("c")?;
        if self.transaction != 0 {
            write!(f, "{:016x}", self.transaction)?;
        }
        write!(f, "{:016x}", self.place)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let digits = text.strip_prefix('c').ok_or(InvalidCursor)?;
        if !digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(InvalidCursor);
        }
        let number =
            |digits| u64::from_str_radix(digits, 16).map(u64::cast_signed).map_err(|_| InvalidCursor);
        match digits.len() {
            16 => Ok(Self::at(number(digits)?)),
            32 => match Self::in_transaction(number(&digits[..16])?, number(&digits[16..])?) {
                cursor if cursor.transaction > 0 => Ok(cursor),
                _ => Err(InvalidCursor),
            },
            _ => Err(InvalidCursor),
        }
    }
}

/// Which part of a list to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// Where to go on, or `None` from the start.
    pub after: Option<Cursor>,
    /// How many items to answer at most.
    pub limit: PageLimit,
}

impl PageRequest {
    /// The first `limit` items.
    pub const fn first(limit: PageLimit) -> Self {
        Self { after: None, limit }
    }

    /// The same number of items after `cursor`.
    #[must_use]
    pub const fn after(self, cursor: Cursor) -> Self {
        Self { after: Some(cursor), limit: self.limit }
    }
}

/// A part of a list, in insertion order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where to go on; `None` when no items were left.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// For stores: a page from up to `limit + 1` items with their places, or with the cursors after them; the surplus one
    /// shows that more are left.
    pub fn from_surplus<C: Into<Cursor> + Copy>(mut found: Vec<(C, T)>, limit: PageLimit) -> Self {
        let limit = limit.get() as usize;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = if more { found.last().map(|(after, _)| (*after).into()) } else { None };
        Self { items: found.into_iter().map(|(_, item)| item).collect(), next }
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_one_to_ten_thousand() {
        assert_eq!(PageLimit::new(0), Err(InvalidPageLimit(0)));
        assert_eq!(PageLimit::new(1), Ok(PageLimit::MIN));
        assert_eq!(PageLimit::new(10_000), Ok(PageLimit::MAX));
        let refusal = PageLimit::try_from(10_001).unwrap_err();
        assert_eq!(refusal.to_string(), "a page has 1 to 10000 items, not 10001");
    }

    #[test]
    fn cursors_survive_their_text_form() {
        for place in [0, 1, -1, i64::MIN, i64::MAX] {
            assert_eq!(Cursor::at(place).to_string().parse(), Ok(Cursor::at(place)));
            assert_eq!(Cursor::at(place).place(), place);
        }
        for (transaction, place) in [(1, 0), (1, -1), (i64::MAX, i64::MIN)] {
            let cursor = Cursor::in_transaction(transaction, place);
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
            assert_eq!((cursor.transaction(), cursor.place()), (transaction, place));
        }
        assert_eq!(Cursor::at(1).to_string(), "c0000000000000001");
        assert_eq!(Cursor::in_transaction(2, 1).to_string(), "c00000000000000020000000000000001");
        for text in ["", "c", "1", "c1", "c+000000000000001", "C0000000000000001", "c00000000000000011"] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor), "{text}");
        }
        // Transactions are numbered from 1.
        for text in ["c00000000000000000000000000000001", "cffffffffffffffff0000000000000001"] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor), "{text}");
        }
        assert_eq!(InvalidCursor.to_string(), "not a cursor that a page ended with");
    }

    #[test]
    fn a_request_asks_for_a_hundred_items_from_the_start_unless_told_otherwise() {
        let usual = PageRequest::default();
        assert_eq!((usual.after, usual.limit.get()), (None, 100));
        let limit = PageLimit::new(7).unwrap();
        let (first, cursor) = (PageRequest::first(limit), Cursor::at(3));
        assert_eq!(first, PageRequest { after: None, limit });
        assert_eq!(first.after(cursor), PageRequest { after: Some(cursor), limit });
    }

    #[test]
    fn a_surplus_item_means_that_more_is_left() {
        let limit = PageLimit::new(2).unwrap();
        let page = Page::from_surplus(vec![(3, 'a'), (5, 'b'), (9, 'c')], limit);
        assert_eq!(page, Page { items: vec!['a', 'b'], next: Some(Cursor::at(5)) });
        let last = Page::from_surplus(vec![(3, 'a'), (5, 'b')], limit);
        assert_eq!(last, Page { items: vec!['a', 'b'], next: None });
        assert_eq!(Page::<char>::from_surplus::<i64>(vec![], limit), Page::default());
        let cursor = Cursor::in_transaction(7, 1);
        let page = Page::from_surplus(vec![(Cursor::at(9), 'a'), (cursor, 'b'), (cursor, 'c')], limit);
        assert_eq!(page.next, Some(cursor));
    }
}
