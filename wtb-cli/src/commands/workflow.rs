//! `wtb workflow list` and `wtb workflow show`.

use crate::context::Context;
use crate::failure::{CliError, CliResult, Exit};
use crate::list_output::ListOutput;
use crate::options::PageArgs;
use crate::pages::{self, Part};
use crate::resolve;
use crate::screen::Screen;
use crate::view::{variant, workflow};
use clap::Args;

/// Which workflow to show.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Its id, a unique id prefix, NAME@VERSION, or NAME where it has one version.
    pub(crate) workflow: String,
}

/// Lists workflows.
///
/// # Errors
/// If the store cannot be read.
pub(crate) async fn list(args: PageArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = context.open_to_read(screen).await?;
    let (mut part, mut shown) = (Part::of(args.request()), ListOutput::new(screen, workflow::LIST));
    while let Some(request) = part.next() {
        let page = store.read(|unit| Box::pin(async move { unit.workflows().list_all(request).await }));
        for found in part.take(page.await?) {
            shown.item(&found)?;
        }
    }
    shown.end(part.end())?;
    Ok(Exit::Done)
}

/// Shows one workflow and its variants.
///
/// # Errors
/// If there is no such workflow, or the store cannot be read.
pub(crate) async fn show(args: ShowArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = context.open_to_read(screen).await?;
    let given = args.workflow.as_str();
    if screen.is_json() {
        // What is written cannot be taken back to read it again.
        let mut unit = store.begin_read().await?;
        let found = resolve::workflow(&mut *unit, given, screen).await?;
        let id = found.id.clone();
        let mut object = Screen::json_object();
        object.field("workflow", &found)?;
        drop(found);
        object.begin_list("node_variants")?;
        pages::try_each(
            &mut *unit,
            |unit, page| unit.node_variants().get_by_workflow(&id, page),
            |variant| object.item(&variant).map_err(CliError::from),
        )
        .await?;
        object.end_list()?;
        object.end()?;
    } else {
        let shown = store.read(|unit| {
            Box::pin(async move {
                let look = screen.look();
                let found = resolve::workflow(unit, given, screen).await?;
                let lines = pages::all(
                    unit,
                    |unit, page| unit.node_variants().get_by_workflow(&found.id, page),
                    |found| variant::LIST.line(&look, &found),
                )
                .await?;
                Ok::<_, CliError>(workflow::show(&look, &found, lines))
            })
        });
        Screen::text(shown.await?)?;
    }
    Ok(Exit::Done)
}
