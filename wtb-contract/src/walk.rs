//! Walking a list page by page.

use wtb_ports::{PageLimit, PageRequest};

/// The first `limit` items of a list.
pub(crate) fn first(limit: u32) -> PageRequest {
    PageRequest::first(PageLimit::new(limit).expect("a valid limit"))
}

/// The pages of a list: `pages!(2, request => unit.executions().get_running(request))`.
macro_rules! pages {
    ($limit:expr, $request:ident => $page:expr) => {{
        let mut pages = Vec::new();
        let mut $request = $crate::walk::first($limit);
        loop {
            let page = $page.await.expect("a page");
            pages.push(page.items);
            let Some(next) = page.next else { break pages };
            assert!($request.after.is_none_or(|after| after < next), "a walk goes on, not in circles");
            $request = $request.after(next);
        }
    }};
}

/// The items of a list, walked page by page.
macro_rules! walk {
    ($limit:expr, $request:ident => $page:expr) => {
        $crate::walk::pages!($limit, $request => $page).concat()
    };
}

pub(crate) use {pages, walk};
