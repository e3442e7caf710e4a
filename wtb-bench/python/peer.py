"""Does rounds of the workloads in the Python WTB's way.

Each line of standard input is a round, such as `W1 2000`; its answer is one line of JSON on standard output:

    echo W1 2000 | python peer.py --backend sqlite --data /tmp
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sqlite3
import sys
import threading
import time
from importlib.metadata import version

from backends import MemoryBackend, postgres_backend, sqlite_backend
from domain import Workflow, make_audit, make_execution, make_run, make_state


def seed_workflow(make_uow) -> str:
    workflow = Workflow(name="bench", definition={"nodes": ["a", "b"]})
    with make_uow() as uow:
        uow.workflows.add(workflow)
        uow.commit()
    return workflow.id


def timed(operation, items) -> float:
    """Does an operation with one item after another; answers seconds."""
    begun = time.perf_counter()
    for item in items:
        operation(item)
    return time.perf_counter() - begun


def add_one(make_uow, execution):
    with make_uow() as uow:
        uow.executions.add(execution)
        uow.commit()


def w1(backend, size):
    make_uow = backend.fresh()
    workflow = seed_workflow(make_uow)
    items = [make_execution(i, workflow) for i in range(size)]
    return timed(lambda execution: add_one(make_uow, execution), items)


def w1c(backend, size, clients=16):
    make_uow = backend.fresh()
    workflow = seed_workflow(make_uow)
    parts = [[make_execution(i, workflow) for i in range(c, size, clients)] for c in range(clients)]
    failures = []
    gate = threading.Barrier(clients + 1)

    def client(part):
        gate.wait()
        try:
            for execution in part:
                add_one(make_uow, execution)
        except Exception as failure:  # a thread's failure must reach whoever waits for it
            failures.append(failure)

    threads = [threading.Thread(target=client, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    gate.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    if failures:
        raise failures[0]
    return seconds


def w2(backend, size):
    make_uow = backend.fresh()
    execution = make_execution(0, seed_workflow(make_uow))
    add_one(make_uow, execution)
    entries = [make_audit(i) for i in range(size)]

    def append(entries):
        with make_uow() as uow:
            uow.audit_logs.append_logs(execution.id, entries)
            uow.commit()

    return timed(append, [entries])


def w3(backend, size):
    make_uow, ids, _ = backend.dataset("w3")
    rnd = random.Random(3)
    picks = [rnd.choice(ids) for _ in range(size)]

    def get(ids):
        with make_uow() as uow:
            for id in ids:
                assert uow.executions.get_by_id(id).state["current_node_id"]

    return timed(get, [picks[first:first + 100] for first in range(0, size, 100)])


def w4(backend, size):
    make_uow, _, workflows = backend.dataset("w4")

    def read(workflow):
        with make_uow() as uow:
            assert len(uow.executions.get_by_workflow(workflow)) == 1000

    return timed(read, [workflows[i % 50] for i in range(size)])


def w5(backend, size):
    make_uow, _, _ = backend.dataset("w5")

    def read(_):
        with make_uow() as uow:
            assert len(uow.executions.get_running()) == 100

    return timed(read, range(size))


def w6(backend, size):
    make_uow = backend.fresh()
    workflow = seed_workflow(make_uow)
    items = [make_execution(i, workflow) for i in range(size)]
    with make_uow() as uow:
        for execution in items:
            uow.executions.add(execution)
        uow.commit()
    ids = [execution.id for execution in items]
    random.Random(5).shuffle(ids)

    def change(item):
        number, id = item
        with make_uow() as uow:
            execution = uow.executions.get_by_id(id)
            execution.status = "running"
            execution.state = make_state(number + 1)
            uow.executions.update(execution)
            uow.commit()

    return timed(change, list(enumerate(ids)))


def w7(backend, size):
    make_uow = backend.fresh()
    workflow = seed_workflow(make_uow)
    runs = [make_run(i, workflow) for i in range(1, size + 1)]

    def record(run):
        execution, boundaries, files, results, entries = run
        with make_uow() as uow:
            uow.executions.add(execution)
            for boundary in boundaries:
                uow.node_boundaries.add(boundary)
            for file in files:
                uow.checkpoint_files.add(file)
            for result in results:
                uow.evaluation_results.add(result)
            uow.audit_logs.append_logs(execution.id, entries)
            uow.commit()

    return timed(record, runs)


WORKLOADS = {"W1": w1, "W1c": w1c, "W2": w2, "W3": w3, "W4": w4, "W5": w5, "W6": w6, "W7": w7}


def versions() -> str:
    return (f"Python {platform.python_version()}, SQLAlchemy {version('SQLAlchemy')}, "
            f"psycopg {version('psycopg')}, SQLite {sqlite3.sqlite_version}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=["memory", "sqlite", "postgres"], default="memory")
    parser.add_argument("--data", default=".", help="a folder for SQLite files")
    parser.add_argument("--url", help="an empty database on PostgreSQL")
    parser.add_argument("--versions", action="store_true", help="print versions and end")
    arguments = parser.parse_args()
    if arguments.versions:
        print(versions())
        return
    if arguments.backend == "memory":
        backend = MemoryBackend()
    elif arguments.backend == "sqlite":
        backend = sqlite_backend(os.path.join(arguments.data, "peer"))
    else:
        backend = postgres_backend(arguments.url)
    for line in sys.stdin:
        name, size = line.split()
        seconds = WORKLOADS[name](backend, int(size))
        print(json.dumps({"workload": name, "done": int(size), "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
