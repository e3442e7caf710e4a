//! Sorts out the rows that refer to something that is nowhere.

use super::Stop;
use super::entities::{Shelf, by_id};
use crate::import::mapping::InvalidRow;
use std::collections::HashSet;
use wtb_domain::{Entity, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow};

/// An entity that refers to another one.
pub(super) trait Child: Entity {
    /// What it refers to.
    type Parent: Entity;

    /// The table that its rows are in.
    const TABLE: &'static str;

    /// The column of that table that refers.
    const COLUMN: &'static str;

    /// The table that the rows of its parents are in.
    const PARENT_TABLE: &'static str;

    /// The id of its parent.
    fn parent(&self) -> &<Self::Parent as Entity>::Id;
}

macro_rules! children {
    ($($child:ident in $table:literal refers to $parent:ident in $parent_table:literal by $column:ident,)+) => {$(
        impl Child for $child {
            type Parent = $parent;
            const TABLE: &'static str = $table;
            const COLUMN: &'static str = stringify!($column);
            const PARENT_TABLE: &'static str = $parent_table;

            fn parent(&self) -> &<$parent as Entity>::Id {
                &self.$column
            }
        }
    )+};
}

children! {
    Execution in "wtb_executions" refers to Workflow in "wtb_workflows" by workflow_id,
    NodeBoundary in "wtb_node_boundaries" refers to Execution in "wtb_executions" by execution_id,
    NodeVariant in "wtb_node_variants" refers to Workflow in "wtb_workflows" by workflow_id,
    EvaluationResult in "wtb_evaluation_results" refers to Execution in "wtb_executions" by execution_id,
}

/// The rows without a parent.
#[derive(Debug)]
pub(super) struct Orphans {
    /// Those found so far.
    pub(super) rows: Vec<InvalidRow>,
    left_out: HashSet<(&'static str, String)>,
    skip: bool,
}

impl Orphans {
    /// None yet; the rows of `invalid` were left out before. Unless they are to be skipped, the first ones stop.
    pub(super) fn new(invalid: &[InvalidRow], skip: bool) -> Self {
        let left_out = invalid.iter().map(|row| (row.table, row.key.clone())).collect();
        Self { rows: Vec::new(), left_out, skip }
    }

    /// Notes that nothing is known of the parents of `children`.
    fn leave_out<C: Child>(&mut self, children: Vec<&C>) -> Result<(), Stop> {
        let rows = children.into_iter().map(|child| {
            let (kind, parent) = (C::Parent::KIND, child.parent());
            let reason = if self.left_out.contains(&(C::PARENT_TABLE, parent.to_string())) {
                format!("{kind} {parent} was left out")
            } else {
                format!("there is no {kind} {parent} in the source or in the store")
            };
            InvalidRow { table: C::TABLE, key: child.id().to_string(), column: C::COLUMN.into(), reason }
        });
        let rows: Vec<_> = rows.collect();
        if !self.skip && !rows.is_empty() {
            return Err(Stop::Invalid(rows));
        }
        self.left_out.extend(rows.iter().map(|row| (row.table, row.key.clone())));
        self.rows.extend(rows);
        Ok(())
    }
}

/// Those of `children` whose parent is one of `parents` or is stored.
///
/// # Errors
/// If there are others and they are not to be skipped.
pub(super) async fn with_parent<'c, C, S>(
    shelf: &mut S,
    children: &'c [C],
    parents: &[&C::Parent],
    orphans: &mut Orphans,
) -> Result<Vec<&'c C>, Stop>
where
    C: Child,
    S: Shelf<C::Parent> + ?Sized,
{
    let known: HashSet<_> = parents.iter().map(|parent| parent.id()).collect();
    let elsewhere: HashSet<_> = children.iter().map(Child::parent).filter(|id| !known.contains(id)).collect();
    let stored = by_id(shelf, elsewhere.into_iter().cloned().collect()).await?;
    let (kept, left_out): (Vec<_>, Vec<_>) = children
        .iter()
        .partition(|child| known.contains(child.parent()) || stored.contains_key(child.parent()));
    orphans.leave_out(left_out)?;
    Ok(kept)
}
