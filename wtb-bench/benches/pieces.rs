//! Micro-benchmarks of the pieces that most calls go through: `cargo bench --package wtb-bench`.

#![expect(clippy::expect_used, reason = "a benchmark whose store fails measures nothing")]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use wtb_config::{Preset, Settings, Store};
use wtb_contract::samples;
use wtb_domain::{Execution, ExecutionId, Workflow};
use wtb_ports::{PageLimit, PageRequest};

/// Executions in a store.
const STORED: u32 = 10_000;

/// Beginning, writing, committing and reading in memory, where little else takes time.
fn memory(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let store = runtime.block_on(filled("memory:"));
    let middle = execution(STORED / 2).id;
    let mut group = criterion.benchmark_group("memory");
    group.bench_function("begin and roll back", |bencher| {
        bencher.to_async(&runtime).iter(|| async {
            store.begin().await.expect("begun").rollback().await.expect("rolled back");
        });
    });
    let next = AtomicU32::new(STORED);
    group.bench_function("begin, add and commit", |bencher| {
        bencher.to_async(&runtime).iter_batched(
            || execution(next.fetch_add(1, Ordering::Relaxed)),
            |execution| async {
                let mut unit = store.begin().await.expect("begun");
                unit.executions().add(execution).await.expect("added");
                unit.commit().await.expect("committed");
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("get by id", |bencher| bencher.to_async(&runtime).iter(|| get(&store, &middle)));
    group.bench_function("a page of 100", |bencher| {
        bencher.to_async(&runtime).iter(|| page(&store, PageLimit::DEFAULT));
    });
}

/// Reading rows of a SQLite file and making entities of them.
fn sqlite(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let folder = TempDir::new().expect("a folder");
    let url = format!("sqlite:///{}", folder.path().join("wtb.db").display());
    let store = runtime.block_on(filled(&url));
    let middle = execution(STORED / 2).id;
    let mut group = criterion.benchmark_group("SQLite");
    group.bench_function("get by id", |bencher| bencher.to_async(&runtime).iter(|| get(&store, &middle)));
    group.bench_function("a page of 100", |bencher| {
        bencher.to_async(&runtime).iter(|| page(&store, PageLimit::DEFAULT));
    });
    group.sample_size(10).bench_function("all pages", |bencher| {
        bencher.to_async(&runtime).iter(|| walk(&store));
    });
}

/// A store with as many executions as there are to be.
async fn filled(url: &str) -> Store {
    let settings = Settings::loader(Preset::Testing).alone().store(url, "the benchmark");
    let settings = settings.load().expect("settings");
    if !url.starts_with("memory") {
        wtb_config::migrate(&settings).await.expect("migrated");
    }
    let store = wtb_config::open(&settings).await.expect("opened");
    let mut unit = store.begin().await.expect("begun");
    unit.workflows().add(workflow()).await.expect("added");
    unit.executions().add_all((0..STORED).map(execution).collect()).await.expect("added");
    unit.commit().await.expect("committed");
    store
}

fn workflow() -> Workflow {
    samples::workflow("bench")
}

fn execution(number: u32) -> Execution {
    samples::full_execution(&number.to_string(), &workflow())
}

async fn get(store: &Store, id: &ExecutionId) {
    let mut unit = store.begin_read().await.expect("begun");
    unit.executions().get_by_id(id).await.expect("read").expect("there");
    unit.rollback().await.expect("rolled back");
}

async fn page(store: &Store, limit: PageLimit) {
    let mut unit = store.begin_read().await.expect("begun");
    let page = unit.executions().list_all(PageRequest::first(limit)).await.expect("read");
    assert_eq!(page.items.len(), limit.get() as usize);
    unit.rollback().await.expect("rolled back");
}

async fn walk(store: &Store) {
    let mut unit = store.begin_read().await.expect("begun");
    let mut request = PageRequest::first(PageLimit::DEFAULT);
    let mut read = 0;
    loop {
        let page = unit.executions().list_all(request).await.expect("read");
        read += page.items.len();
        let Some(next) = page.next else { break };
        request = request.after(next);
    }
    assert_eq!(read, STORED as usize);
    unit.rollback().await.expect("rolled back");
}

criterion_group!(pieces, memory, sqlite);
criterion_main!(pieces);
