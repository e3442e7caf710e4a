//! Walks through all rows of a kind, in pages that stay small in memory.

use crate::digest::bytes_of;
use crate::row::Row;
use wtb_ports::{PageLimit, PageRequest, StoreResult, UnitOfWork};

/// How many bytes of rows a page should hold at most. A single row may be larger.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// A place in the list of all rows of a kind.
///
/// The first page has one row. Each has at most twice as many as the one before, no more than would fit if all were as
/// large as the largest in that one, and no more than [`Row::PAGE`].
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
        let rows = next_rows(page.items.iter().map(bytes_of), self.request.limit);
        self.request.limit = limit(rows.min(R::PAGE));
        match page.next {
            Some(cursor) => self.request.after = Some(cursor),
            None => self.is_over = true,
        }
        Ok(page.items)
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
fn next_rows(sizes: impl Iterator<Item = usize>, last: PageLimit) -> usize {
    let largest = sizes.max().unwrap_or(0).max(1);
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

    /// The numbers of rows on the pages of a walk through workflows with definitions of these sizes.
    async fn pages(sizes: &[usize]) -> Vec<usize> {
        let store = open(&Settings::for_testing()).await.unwrap();
        let mut unit = store.begin().await.unwrap();
        let workflow = |(place, size): (usize, &usize)| {
            let (id, definition) = (i64::try_from(place).unwrap(), format!("\"{}\"", "x".repeat(*size)));
            Workflow::new(id.into(), id.to_string(), Json::new(definition), Timestamp::UNIX_EPOCH)
        };
        let workflows: Vec<_> = sizes.iter().enumerate().map(workflow).collect();
        unit.workflows().add_all(workflows.clone()).await.unwrap();
        let (mut walk, mut walked, mut pages) = (Walk::default(), Vec::new(), Vec::new());
        loop {
            let page = walk.next::<Workflow>(&mut *unit).await.unwrap();
            if page.is_empty() {
                assert!(walked == workflows, "every row once and in order");
                return pages;
            }
            pages.push(page.len());
            walked.extend(page);
        }
    }

    #[tokio::test]
    async fn pages_of_small_rows_double_up_to_the_most_of_their_kind() {
        assert_eq!(pages(&[9; 200]).await, [1, 2, 4, 8, 16, 32, 64, 64, 9]);
        assert_eq!(pages(&[]).await, [0; 0]);
    }

    #[tokio::test]
    async fn pages_are_small_while_rows_are_large() {
        let mut sizes = [9; 40];
        sizes[5] = 1_500_000;
        sizes[7] = 5_000_000;
        assert_eq!(pages(&sizes).await, [1, 2, 4, 2, 1, 2, 4, 8, 16]);
    }
}
