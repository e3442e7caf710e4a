//! Walks through all rows of a kind, in pages that stay small in memory.

use crate::digest::bytes_of;
use crate::row::Row;
use wtb_ports::{PageLimit, PageRequest, StoreResult, UnitOfWork};

/// How many bytes of rows a page should hold at most. A single row may be larger.
const PAGE_BYTES: usize = 4 * 1024 * 1024;
/// How many rows should be stored together at most: enough for the end of a unit not to count.
const TOGETHER: usize = 1_000;

/// A place in the list of all rows of a kind.
///
/// The first page has one row. Each has at most twice as many as the one before, no more than would fit if all were as
/// large as the largest in that one, and no more than [`Row::PAGE`], as the next ones may be as large as rows can be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk {
    request: PageRequest,
    /// How large the last page was.
    bytes: usize,
    is_over: bool,
}

impl Default for Walk {
    /// The place before the first row.
    fn default() -> Self {
        Self { request: PageRequest::first(PageLimit::MIN), bytes: 0, is_over: false }
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
        let sizes: Vec<_> = page.items.iter().map(bytes_of).collect();
        self.bytes = sizes.iter().sum();
        let rows = next_rows(&sizes, self.request.limit);
        self.request.limit = limit(rows.min(R::PAGE));
        match page.next {
            Some(cursor) => self.request.after = Some(cursor),
            None => self.is_over = true,
        }
        Ok(page.items)
    }

    /// The rows of the next pages that are small enough to be stored together.
    ///
    /// # Errors
    /// That of reading a page.
    pub(crate) async fn next_together<R: Row>(&mut self, unit: &mut dyn UnitOfWork) -> StoreResult<Vec<R>> {
        let mut rows = self.next::<R>(unit).await?;
        let mut bytes = self.bytes;
        // The next page is not known yet, but the last one is as good as any guess.
        while !self.is_over && rows.len() + R::PAGE <= TOGETHER && bytes + self.bytes <= PAGE_BYTES {
            rows.append(&mut self.next(unit).await?);
            bytes += self.bytes;
        }
        Ok(rows)
    }

    /// As [`next`](Self::next), but at most `most` rows, which are no more than a page may have.
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

/// How many rows may follow a page with this limit and rows of these sizes.
fn next_rows(sizes: &[usize], last: PageLimit) -> usize {
    let largest = sizes.iter().max().map_or(1, |largest| (*largest).max(1));
    (PAGE_BYTES / largest).min(2 * last.get() as usize)
}

/// The nearest limit that there is.
fn limit(rows: usize) -> PageLimit {
    let rows = u32::try_from(rows).unwrap_or(u32::MAX);
    PageLimit::new(rows.clamp(PageLimit::MIN.get(), PageLimit::MAX.get())).unwrap_or(PageLimit::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wtb_config::{Settings, open};
    use wtb_domain::{Json, Timestamp, Workflow};

    /// The numbers of rows on the pages of a walk through workflows with definitions of these sizes, and of those that are
    /// stored together.
    async fn pages(sizes: &[usize]) -> [Vec<usize>; 2] {
        let store = open(&Settings::for_testing()).await.unwrap();
        let mut unit = store.begin().await.unwrap();
        let workflow = |(place, size): (usize, &usize)| {
            let (id, definition) = (i64::try_from(place).unwrap(), format!("\"{}\"", "x".repeat(*size)));
            Workflow::new(id.into(), id.to_string(), Json::new(definition), Timestamp::UNIX_EPOCH)
        };
        let workflows: Vec<_> = sizes.iter().enumerate().map(workflow).collect();
        unit.workflows().add_all(workflows.clone()).await.unwrap();
        let mut numbers = [Vec::new(), Vec::new()];
        for (together, numbers) in [false, true].into_iter().zip(&mut numbers) {
            let (mut walk, mut walked) = (Walk::default(), Vec::new());
            loop {
                let page =
                    if together { walk.next_together(&mut *unit).await } else { walk.next(&mut *unit).await };
                let page: Vec<Workflow> = page.unwrap();
                if page.is_empty() {
                    break;
                }
                numbers.push(page.len());
                walked.extend(page);
            }
            assert!(walked == workflows, "every row once and in order");
        }
        numbers
    }

    #[tokio::test]
    async fn pages_of_small_rows_double_up_to_the_most_of_their_kind() {
        assert_eq!(pages(&[9; 50]).await[0], [1, 2, 4, 8, 16, 16, 3]);
        assert_eq!(pages(&[]).await, [[0; 0]; 2]);
    }

    #[tokio::test]
    async fn pages_are_small_while_rows_are_large() {
        let mut sizes = [9; 40];
        sizes[5] = 1_500_000;
        sizes[7] = 5_000_000;
        assert_eq!(pages(&sizes).await[0], [1, 2, 4, 2, 1, 2, 4, 8, 16]);
    }

    #[tokio::test]
    async fn small_pages_are_stored_together() {
        assert_eq!(pages(&[9; 2_000]).await[1], [991, 992, 17]);
        let mut sizes = [9; 40];
        sizes[5] = 1_500_000;
        sizes[7] = 5_000_000;
        assert_eq!(pages(&sizes).await[1], [9, 31]);
    }
}
