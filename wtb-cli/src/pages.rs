//! Walks the pages of a list.

use std::ops::ControlFlow;
use wtb_config::BoxFuture;
use wtb_ports::{Cursor, Page, PageLimit, PageRequest, StoreError, StoreResult, UnitOfWork};

/// How many items to read at a time when many may be passed over: large pages cost fewer calls. Where items are large, the
/// store makes them shorter.
fn scanned() -> PageLimit {
    PageLimit::new(1_000).unwrap_or_default()
}

/// Shows every item of a list to `visit` until it breaks off.
///
/// # Errors
/// The first that reading a page answers.
pub(crate) async fn each<'env, T>(
    unit: &mut (dyn UnitOfWork + 'env),
    read: impl for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env), PageRequest) -> BoxFuture<'a, StoreResult<Page<T>>>,
    mut visit: impl FnMut(T) -> ControlFlow<()>,
) -> StoreResult<()> {
    match try_each(unit, read, |item| if visit(item).is_break() { Err(Stop::Seen) } else { Ok(()) }).await {
        Ok(()) | Err(Stop::Seen) => Ok(()),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Why a walk ended early.
enum Stop {
    Seen,
    Failed(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Shows every item of a list to `visit` until it fails.
///
/// # Errors
/// The first that reading a page answers, or `visit`.
pub(crate) async fn try_each<'env, T, E: From<StoreError>>(
    unit: &mut (dyn UnitOfWork + 'env),
    mut read: impl for<'a> FnMut(
        &'a mut (dyn UnitOfWork + 'env),
        PageRequest,
    ) -> BoxFuture<'a, StoreResult<Page<T>>>,
    mut visit: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let mut request = PageRequest { after: None, limit: scanned() };
    loop {
        let page = read(unit, request).await?;
        for item in page.items {
            visit(item)?;
        }
        match page.next {
            Some(cursor) => request = request.after(cursor),
            None => return Ok(()),
        }
    }
}

/// What `light` makes of each item of a list: small enough to have all of them in memory.
///
/// # Errors
/// The first that reading a page answers.
pub(crate) async fn all<'env, T, L>(
    unit: &mut (dyn UnitOfWork + 'env),
    read: impl for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env), PageRequest) -> BoxFuture<'a, StoreResult<Page<T>>>,
    mut light: impl FnMut(T) -> L,
) -> StoreResult<Vec<L>> {
    let mut items = Vec::new();
    each(unit, read, |item| {
        items.push(light(item));
        ControlFlow::Continue(())
    })
    .await?;
    Ok(items)
}

/// Of the next page of a list what `fits`, at most as many items as `wanted` has room for. It may be empty although the
/// list goes on.
///
/// # Errors
/// The first that reading a page answers.
pub(crate) async fn fitting<'env, T>(
    unit: &mut (dyn UnitOfWork + 'env),
    mut read: impl for<'a> FnMut(
        &'a mut (dyn UnitOfWork + 'env),
        PageRequest,
    ) -> BoxFuture<'a, StoreResult<Page<T>>>,
    fits: impl Fn(&T) -> bool,
    wanted: PageRequest,
) -> StoreResult<Page<T>> {
    let room = wanted.limit.get() as usize;
    let mut page = read(unit, PageRequest { limit: wanted.limit.max(scanned()), ..wanted }).await?;
    // The last one that fits may stand in the middle of a page; a page that ends there has the cursor after it.
    let last = page.items.iter().enumerate().filter(|(_, item)| fits(item)).nth(room - 1);
    let count = last.map_or(page.items.len(), |(place, _)| place + 1);
    if count < page.items.len() {
        drop(page);
        let limit = u32::try_from(count).ok().and_then(|count| PageLimit::new(count).ok());
        page = read(unit, PageRequest { limit: limit.unwrap_or(wanted.limit), ..wanted }).await?;
    }
    page.items.retain(fits);
    Ok(page)
}

/// The part of a list that a command shows. It may be several pages of the store, where items are large.
#[derive(Debug)]
pub(crate) struct Part {
    left: u32,
    after: Option<Cursor>,
    is_over: bool,
}

impl Part {
    /// The part that was asked for.
    pub(crate) fn of(request: PageRequest) -> Self {
        Self { left: request.limit.get(), after: request.after, is_over: false }
    }

    /// The page to read next; `None` when all of the part was read.
    pub(crate) fn next(&self) -> Option<PageRequest> {
        let limit = PageLimit::new(self.left).ok().filter(|_| !self.is_over)?;
        Some(PageRequest { after: self.after, limit })
    }

    /// Takes a page that was read, and answers its items.
    pub(crate) fn take<T>(&mut self, page: Page<T>) -> Vec<T> {
        self.left = self.left.saturating_sub(u32::try_from(page.items.len()).unwrap_or(u32::MAX));
        self.after = page.next.or(self.after);
        self.is_over = page.next.is_none();
        page.items
    }

    /// Where the list goes on behind the part; `None` when no items are left.
    pub(crate) fn end(self) -> Option<Cursor> {
        self.after.filter(|_| !self.is_over)
    }
}
