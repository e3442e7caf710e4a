//! Tables: rows in insertion order, found by key through indexes that follow every change.

use crate::index::{Change, IdIndex, Index, Indexes, UniqueIndex};
use crate::root::Root;
use imbl::OrdMap;
use std::ops::Bound;
use std::sync::Arc;
use wtb_domain::{ByteSize, Entity, EntityKind};
use wtb_ports::{Cursor, Page, PageBuilder, PageRequest};

/// What a table holds.
pub(crate) trait Row: ByteSize + Clone + Send + Sync + 'static {
    /// Which entity the rows are.
    const TABLE: EntityKind;

    /// How rows are found.
    type Indexes: Indexes<Self>;

    /// The table of these rows.
    fn table(root: &Root) -> &Table<Self>;

    /// The same, to write to.
    fn table_mut(root: &mut Root) -> &mut Table<Self>;
}

/// An entity with the rules that its table keeps.
pub(crate) trait Stored: Entity + Row<Indexes = Keys<Self>> {
    /// What is unique besides the id; `Infallible` if nothing is.
    type UniqueKey: Ord + Clone + Send + Sync + 'static;

    /// The indexes behind its lists.
    type Lists: Indexes<Self>;

    /// The fields of the unique key; just the id if there are none.
    const UNIQUE: &'static str = "id";

    /// Its unique key.
    fn unique_key(&self) -> Option<Self::UniqueKey> {
        None
    }

    /// What it refers to and is not in `root`.
    fn missing_reference(&self, _root: &Root) -> Option<EntityKind> {
        None
    }

    /// Whether anything in `root` refers to `id`.
    fn is_referenced(_id: &Self::Id, _root: &Root) -> bool {
        false
    }
}

/// Rows by their place in insertion order, and the indexes over them. A clone shares all of it until it is written to.
#[derive(Clone)]
pub(crate) struct Table<R: Row> {
    rows: OrdMap<i64, Arc<R>>,
    indexes: R::Indexes,
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self { rows: OrdMap::new(), indexes: R::Indexes::default() }
    }
}

impl<R: Row> Table<R> {
    pub(crate) fn len(&self) -> u64 {
        self.rows.len() as u64
    }

    pub(crate) fn indexes(&self) -> &R::Indexes {
        &self.indexes
    }

    /// The row at a place.
    pub(crate) fn at(&self, place: i64) -> Option<&Arc<R>> {
        self.rows.get(&place)
    }

    /// Adds, replaces or removes the row at a place.
    pub(crate) fn set(&mut self, place: i64, new: Option<&Arc<R>>) {
        let old = match new {
            Some(row) => self.rows.insert(place, Arc::clone(row)),
            None => self.rows.remove(&place),
        };
        self.indexes.apply(&Change { place, old: old.as_deref(), new: new.map(Arc::as_ref) });
    }

    /// A part of all rows.
    pub(crate) fn page(&self, request: PageRequest) -> Page<R> {
        self.page_before(i64::MAX, request)
    }

    /// A part of all rows before a place.
    pub(crate) fn page_before(&self, end: i64, request: PageRequest) -> Page<R> {
        let bounds = (Bound::Excluded(place_before(request)), Bound::Unbounded);
        let rows = self.rows.range(bounds).map(|(place, row)| (*place, row));
        Self::fill(rows.take_while(|(place, _)| *place < end), request)
    }

    /// A part of the rows with `key` in `index`.
    pub(crate) fn page_by<K: Ord + Clone>(
        &self,
        index: impl FnOnce(&R::Indexes) -> &Index<K>,
        key: &K,
        request: PageRequest,
    ) -> Page<R> {
        self.page_by_before(i64::MAX, index, key, request)
    }

    /// A part of the rows before a place with `key` in `index`.
    pub(crate) fn page_by_before<K: Ord + Clone>(
        &self,
        end: i64,
        index: impl FnOnce(&R::Indexes) -> &Index<K>,
        key: &K,
        request: PageRequest,
    ) -> Page<R> {
        let places = index(&self.indexes).after(key, place_before(request));
        let places = places.take_while(|place| *place < end);
        Self::fill(places.filter_map(|place| Some((place, self.at(place)?))), request)
    }

    fn fill<'a>(mut rows: impl Iterator<Item = (i64, &'a Arc<R>)>, request: PageRequest) -> Page<R> {
        let mut page = PageBuilder::new(request.limit);
        while !page.is_full() {
            let Some((place, row)) = rows.next() else { return page.finish(false) };
            page.push(place, R::clone(row));
        }
        page.finish(rows.next().is_some())
    }
}

/// The place that a page comes after; places start at 1.
fn place_before(request: PageRequest) -> i64 {
    request.after.map_or(0, Cursor::place)
}

/// The indexes of a table of entities.
#[derive(Clone)]
pub(crate) struct Keys<E: Stored> {
    ids: IdIndex<E::Id>,
    pub(crate) unique: UniqueIndex<E::UniqueKey>,
    pub(crate) lists: E::Lists,
}

impl<E: Stored> Default for Keys<E> {
    fn default() -> Self {
        Self { ids: IdIndex::default(), unique: UniqueIndex::default(), lists: E::Lists::default() }
    }
}

impl<E: Stored> Indexes<E> for Keys<E> {
    fn apply(&mut self, change: &Change<'_, E>) {
        self.ids.apply(change, E::id);
        self.unique.apply(change, E::unique_key);
        self.lists.apply(change);
    }
}

impl<E: Stored> Table<E> {
    /// The place of the entity with this id, and the entity.
    pub(crate) fn locate(&self, id: &E::Id) -> Option<(i64, &Arc<E>)> {
        let place = self.indexes.ids.place(id)?;
        Some((place, self.at(place)?))
    }

    /// A copy of the entity with this id.
    pub(crate) fn get(&self, id: &E::Id) -> Option<E> {
        self.locate(id).map(|(_, entity)| E::clone(entity))
    }

    /// A copy of the entity at the place that an index answered.
    pub(crate) fn copy_at(&self, place: Option<i64>) -> Option<E> {
        self.at(place?).map(|entity| E::clone(entity))
    }

    pub(crate) fn has(&self, id: &E::Id) -> bool {
        self.indexes.ids.place(id).is_some()
    }

    /// The fields of `entity` that are taken by an entity at another place than `place`.
    pub(crate) fn taken(&self, entity: &E, place: i64) -> Option<&'static str> {
        let elsewhere = |found: Option<i64>| found.is_some_and(|found| found != place);
        if elsewhere(self.indexes.ids.place(entity.id())) {
            Some("id")
        } else if elsewhere(entity.unique_key().and_then(|key| self.indexes.unique.place(&key))) {
            Some(E::UNIQUE)
        } else {
            None
        }
    }
}
