//! Walks all pages of a list.

use std::ops::ControlFlow;
use wtb_ports::{Page, PageLimit, PageRequest, StoreResult};

/// Shows every item of a list to `visit` until it breaks off.
///
/// # Errors
/// The first that reading a page answers.
pub(crate) async fn each<T>(
    mut read: impl AsyncFnMut(PageRequest) -> StoreResult<Page<T>>,
    mut visit: impl FnMut(T) -> ControlFlow<()>,
) -> StoreResult<()> {
    // Large pages cost fewer calls; the largest would hold 10,000 states in memory at once.
    let mut request = PageRequest { after: None, limit: PageLimit::new(1_000).unwrap_or_default() };
    loop {
        let page = read(request).await?;
        for item in page.items {
            if visit(item).is_break() {
                return Ok(());
            }
        }
        match page.next {
            Some(cursor) => request = request.after(cursor),
            None => return Ok(()),
        }
    }
}

/// All items of a list that is known to be short.
///
/// # Errors
/// The first that reading a page answers.
pub(crate) async fn all<T>(
    read: impl AsyncFnMut(PageRequest) -> StoreResult<Page<T>>,
) -> StoreResult<Vec<T>> {
    let mut items = Vec::new();
    each(read, |item| {
        items.push(item);
        ControlFlow::Continue(())
    })
    .await?;
    Ok(items)
}
