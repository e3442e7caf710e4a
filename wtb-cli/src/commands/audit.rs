//! `wtb audit show`.

use crate::context::Context;
use crate::failure::{CliResult, Exit};
use crate::options::PageArgs;
use crate::pages::Part;
use crate::resolve;
use crate::screen::Screen;
use crate::view::audit::Log;
use clap::Args;
use std::io::Write;
use std::time::Duration;
use wtb_config::Store;
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::{Page, PageRequest, Retry, StoreResult};

/// How long to wait before looking for new entries again.
const PAUSE: Duration = Duration::from_millis(500);

/// Whose log to show.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The execution: its id, or the beginning of its id.
    pub(crate) execution: String,
    /// Go on showing new entries until interrupted; with --json, one document per line.
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// Show long errors and messages whole.
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) page: PageArgs,
}

/// Shows the log of an execution.
///
/// # Errors
/// If there is no such execution, or the store cannot be read.
pub(crate) async fn show(args: ShowArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = context.open_to_read(screen).await?;
    let given = args.execution.as_str();
    let execution = store.read(|unit| Box::pin(resolve::execution(unit, given, screen)));
    let id = execution.await?.id;
    let request = args.page.request();
    if !args.follow {
        return show_part(&store, &id, request, args.full, screen).await;
    }
    let look = screen.look();
    let mut log = Log::new(&look, args.full);
    let show = |entry: &AuditEntry| screen.one_of_many(entry, |out, entry| log.write(out, entry));
    follow(&store, &id, request, show).await.map(|()| Exit::Done)
}

/// Shows entries, each as soon as it is read.
async fn show_part(
    store: &Store,
    id: &ExecutionId,
    request: PageRequest,
    full: bool,
    screen: &Screen,
) -> CliResult<Exit> {
    let mut part = Part::of(request);
    let mut object = Screen::json_object();
    if screen.is_json() {
        object.begin_list("items")?;
    }
    let look = screen.look();
    let (mut log, mut is_empty, mut out) = (Log::new(&look, full), true, Screen::out());
    while let Some(request) = part.next() {
        let page =
            store.read(|unit| Box::pin(async move { unit.audit_logs().get_by_execution(id, request).await }));
        for entry in part.take(page.await?) {
            is_empty = false;
            if screen.is_json() {
                object.item(&entry)?;
            } else {
                log.write(&mut out, &entry)?;
                out.flush()?;
            }
        }
    }
    let next = part.end();
    if screen.is_json() {
        object.end_list()?;
        object.field("next", &next.map(|cursor| cursor.to_string()))?;
        object.end()?;
    } else if is_empty {
        Screen::text("no entries\n")?;
    }
    screen.more(next);
    Ok(Exit::Done)
}

/// Shows settled entries until it is stopped: those that appear later never come before one that was shown. The last page
/// has no cursor, so it is read again without the entries of it that were shown.
async fn follow(
    store: &Store,
    id: &ExecutionId,
    mut request: PageRequest,
    mut show: impl FnMut(&AuditEntry) -> CliResult<()>,
) -> CliResult<()> {
    let mut shown = 0;
    let mut ticks = tokio::time::interval(PAUSE);
    loop {
        let page = match settled(store, id, request).await {
            Ok(page) => page,
            // A busy store is no reason to stop watching it.
            Err(error) if error.retry() == Retry::WholeUnit => {
                tracing::info!(%error, "trying again");
                ticks.tick().await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        for entry in page.items.iter().skip(shown) {
            show(entry)?;
        }
        if let Some(cursor) = page.next {
            (request, shown) = (request.after(cursor), 0);
        } else {
            shown = page.items.len();
            ticks.tick().await;
        }
    }
}

/// One page in a unit of its own, so that each sees what was committed before it.
async fn settled(store: &Store, id: &ExecutionId, request: PageRequest) -> StoreResult<Page<AuditEntry>> {
    store.begin_read().await?.audit_logs().list_settled(Some(id), request).await
}
