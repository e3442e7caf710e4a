//! Walks through all rows of a kind, in pages that stay small in memory.

use crate::digest::bytes_of;
use crate::row::Row;
use wtb_ports::{PageLimit, PageRequest, StoreResult, UnitOfWork};

/// How many bytes of rows a page should hold at most. A single row may be larger.
const PAGE_BYTES: usize = 4 * 1024 * 1024;
/// How many rows a page holds at most: enough to hide the cost of a page.
const PAGE_ROWS: usize = 1_000;

/// A place in the list of all rows of a kind.
///
/// Nobody knows how large rows are before they are read. So the first page has one row, and each has at most twice as
/// many as the one before, and no more than fit if all were as large as the largest in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk {
    request: PageRequest,
    is_over: bool,
}

impl Default for Walk {
    /// The place before the first row.
    fn default() -> Self {
        Self { request: PageRequest::first(PageLimit::MIN), is_over: false }
    }
}

impl Walk {
    /// The next rows; none when all were seen.
    ///
    /// # Errors
    /// That of reading the page.
    pub(crate) async fn next<R: Row>(&mut self, unit: &mut dyn UnitOfWork) -> StoreResult<Vec<R>> {
        if self.is_over {
            return Ok(Vec::new());
        }
        let page = R::list(unit, self.request).await?;
        self.request.limit = next_limit(page.items.iter().map(bytes_of), self.request.limit);
        match page.next {
            Some(cursor) => self.request.after = Some(cursor),
            None => self.is_over = true,
        }
        Ok(page.items)
    }

    /// As [`next`](Self::next), but at most `most` rows, which are 1 to 1,000.
    ///
    /// # Errors
    /// That of reading the page.
    pub(crate) async fn next_of<R: Row>(
        &mut self,
        unit: &mut dyn UnitOfWork,
        most: usize,
    ) -> StoreResult<Vec<R>> {
        self.request.limit = limit(most);
        self.next(unit).await
    }
}

/// The limit of the page after one with this limit and rows of these sizes.
fn next_limit(sizes: impl Iterator<Item = usize>, last: PageLimit) -> PageLimit {
    let largest = sizes.max().unwrap_or(0).max(1);
    limit((PAGE_BYTES / largest).min(2 * last.get() as usize))
}

/// The nearest limit that a page of a walk may have.
fn limit(rows: usize) -> PageLimit {
    let rows = u32::try_from(rows.clamp(1, PAGE_ROWS)).unwrap_or(1);
    PageLimit::new(rows).unwrap_or(PageLimit::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(sizes: &[usize], last: u32) -> u32 {
        next_limit(sizes.iter().copied(), PageLimit::new(last).unwrap()).get()
    }

    #[test]
    fn pages_of_small_rows_double_up_to_a_thousand() {
        assert_eq!(after(&[200], 1), 2);
        assert_eq!(after(&[200; 512], 512), 1_000);
        assert_eq!(after(&[200; 1_000], 1_000), 1_000);
        assert_eq!(after(&[], 1), 2);
    }

    #[test]
    fn one_large_row_makes_the_next_page_small_at_once() {
        assert_eq!(after(&[200, 400 * 1_024, 200], 1_000), 10);
        assert_eq!(after(&[16 * 1_024 * 1_024], 1_000), 1);
    }
}
