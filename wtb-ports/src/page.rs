//! Keyset pages: a limit, the cursor to go on from, and the items between.

use std::fmt;
use std::str::FromStr;
use wtb_domain::ByteSize;

/// The size at which a page ends, whatever its limit: 16 MiB of ids, texts and documents, as [`ByteSize`] counts them.
///
/// The item with which a page reaches this size is its last one. So a page has at least one item if the list has one, and
/// a reader needs memory for at most this size and the largest item.
pub const PAGE_BYTES: usize = 16 << 20;

/// How many items a page may have at most: 1 to 10,000, 100 unless said otherwise.
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
///
/// It ends after as many items as its limit says, or with the item that makes it [`PAGE_BYTES`] large. So fewer items than
/// the limit do not mean that the list ends: only `next` says that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where to go on; `None` when no items were left.
    pub next: Option<Cursor>,
}

/// For stores: fills a page with the items of a list until it is full.
#[derive(Debug)]
pub struct PageBuilder<T> {
    items: Vec<T>,
    limit: usize,
    bytes: usize,
    last: Option<Cursor>,
}

impl<T> PageBuilder<T> {
    /// An empty page.
    pub const fn new(limit: PageLimit) -> Self {
        Self { items: Vec::new(), limit: limit.get() as usize, bytes: 0, last: None }
    }

    /// Adds the next item of the list, with the cursor after it or its place in insertion order.
    pub fn push(&mut self, after: impl Into<Cursor>, item: T)
    where
        T: ByteSize,
    {
        self.bytes += item.byte_size();
        self.last = Some(after.into());
        self.items.push(item);
    }

    /// How many items it may still have by its limit.
    pub const fn room(&self) -> usize {
        self.limit - self.items.len()
    }

    /// How many bytes are missing until it is full.
    pub const fn bytes_left(&self) -> usize {
        PAGE_BYTES.saturating_sub(self.bytes)
    }

    /// Whether no item may be added.
    pub const fn is_full(&self) -> bool {
        self.room() == 0 || self.bytes_left() == 0
    }

    /// The cursor after its last item.
    pub const fn last(&self) -> Option<Cursor> {
        self.last
    }

    /// The page, after which the list has more items or not.
    pub fn finish(self, has_more: bool) -> Page<T> {
        Page { items: self.items, next: self.last.filter(|_| has_more) }
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
    use wtb_domain::{AuditEntry, EventType, Severity, Timestamp};

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
    fn a_page_is_full_at_its_limit_or_at_its_size() {
        let entry = |size: usize| {
            // The other two bytes are its details: `{}`.
            let message = "x".repeat(size - 2);
            AuditEntry::new(Timestamp::UNIX_EPOCH, EventType::new(""), Severity::Info, message)
        };
        let mut page = PageBuilder::new(PageLimit::new(2).unwrap());
        page.push(3, entry(9));
        assert_eq!((page.is_full(), page.room(), page.bytes_left()), (false, 1, PAGE_BYTES - 9));
        page.push(5, entry(9));
        assert!(page.is_full());
        let page = page.finish(true);
        assert_eq!((page.items.len(), page.next), (2, Some(Cursor::at(5))));

        let mut page = PageBuilder::new(PageLimit::new(9).unwrap());
        page.push(3, entry(PAGE_BYTES - 9));
        page.push(4, entry(8));
        assert!(!page.is_full());
        page.push(5, entry(PAGE_BYTES));
        assert_eq!((page.is_full(), page.last()), (true, Some(Cursor::at(5))));
        assert_eq!(page.finish(false).next, None);
        assert_eq!(PageBuilder::<AuditEntry>::new(PageLimit::MIN).finish(true), Page::default());
    }
}
