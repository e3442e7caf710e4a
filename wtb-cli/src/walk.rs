//! Walks through all rows of a kind, in pages that stay small in memory.

use crate::row::Row;
use wtb_ports::{PageLimit, PageRequest, StoreResult, UnitOfWork};

/// How many rows to read at a time at most: enough for the end of a unit not to count. Where rows are large, the store makes
/// pages shorter.
const ROWS: u32 = 1_000;

/// A position in the list of all rows of a kind.
///
/// The first page has one row, each later one at most twice as many as the one before: what is stored page by page is
/// whole early, so that little is lost when it ends early.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk {
    request: PageRequest,
    /// How many rows the next page may have.
    rows: u32,
    is_over: bool,
}

impl Default for Walk {
    /// The position before the first row.
    fn default() -> Self {
        Self { request: PageRequest::first(PageLimit::MIN), rows: 1, is_over: false }
    }
}

impl Walk {
    /// The next rows; none when all were seen.
    ///
    /// # Errors
    /// That of reading the page.
    pub(crate) async fn next<R: Row>(&mut self, unit: &mut dyn UnitOfWork) -> StoreResult<Vec<R>> {
        let rows = self.rows;
        self.rows = (2 * rows).min(ROWS);
        self.next_of(unit, rows as usize).await
    }

    /// As [`next`](Self::next), but at most `most` rows.
    ///
    /// # Errors
    /// That of reading the page.
    pub(crate) async fn next_of<R: Row>(
        &mut self,
        unit: &mut dyn UnitOfWork,
        most: usize,
    ) -> StoreResult<Vec<R>> {
        if self.is_over {
            return Ok(Vec::new());
        }
        let most = u32::try_from(most).unwrap_or(ROWS).min(ROWS);
        self.request.limit = PageLimit::new(most).unwrap_or(PageLimit::MIN);
        let page = R::list(unit, self.request).await?;
        match page.next {
            Some(cursor) => self.request.after = Some(cursor),
            None => self.is_over = true,
        }
        Ok(page.items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wtb_config::{Settings, open};
    use wtb_domain::{Json, Timestamp, Workflow};

    #[tokio::test]
    async fn every_row_is_seen_once_and_in_order_on_pages_that_hold_few_large_rows() {
        let store = open(&Settings::for_testing()).await.unwrap();
        let mut unit = store.begin().await.unwrap();
        let workflow = |place: i64| {
            let size = if place == 5 { 20 << 20 } else { 9 };
            let definition = Json::new(format!("\"{}\"", "x".repeat(size)));
            Workflow::new(place.into(), place.to_string(), definition, Timestamp::UNIX_EPOCH)
        };
        let workflows: Vec<_> = (0..1_500).map(workflow).collect();
        unit.workflows().add_all(workflows.clone()).await.unwrap();
        let (mut walk, mut walked, mut pages) = (Walk::default(), Vec::new(), Vec::new());
        loop {
            let page: Vec<Workflow> = walk.next(&mut *unit).await.unwrap();
            if page.is_empty() {
                break;
            }
            pages.push(page.len());
            walked.extend(page);
        }
        assert_eq!(pages, [1, 2, 3, 8, 16, 32, 64, 128, 256, 512, 478]);
        assert!(walked == workflows, "every row once and in order");
    }
}
