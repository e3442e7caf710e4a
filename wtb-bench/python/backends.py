"""Where the Python WTB keeps what the workloads store: fresh for each round that writes, kept for those that read."""

from __future__ import annotations

import glob
import os
import random
import uuid

from sqlalchemy import insert, text

from domain import Workflow, make_execution
from memory import InMemoryUnitOfWork
from repositories import SqlAlchemyUnitOfWork, SqlExecutions, SqlWorkflows, make_engine
from tables import Base

PORTION = 5000


def contents(key):
    """Workflows and executions of a dataset."""
    rnd = random.Random(7)

    def next_id():
        return str(uuid.UUID(int=rnd.getrandbits(128), version=4))

    def execution(i, workflow, status="pending", nodes=12):
        made = make_execution(i, workflow.id, status, nodes)
        made.id = next_id()
        return made

    if key == "w4":
        workflows = [Workflow(name=f"w4-{k}", id=next_id()) for k in range(50)]
        return workflows, (execution(i, workflows[i % 50], "completed") for i in range(50_000))
    workflows = [Workflow(name=key, id=next_id())]
    if key == "w3":
        return workflows, (execution(i, workflows[0]) for i in range(10_000))
    return workflows, (
        execution(i, workflows[0], "running" if i % 2000 == 0 else "completed", nodes=0) for i in range(200_000)
    )


class MemoryBackend:
    def __init__(self):
        self._datasets = {}

    def fresh(self):
        uow = InMemoryUnitOfWork()
        return lambda: uow

    def dataset(self, key):
        if key not in self._datasets:
            uow = InMemoryUnitOfWork()
            workflows, executions = contents(key)
            for workflow in workflows:
                uow.workflows.add(workflow)
            for execution in executions:
                uow.executions.add(execution)
            self._datasets[key] = uow
        uow = self._datasets[key]
        return (lambda: uow), sorted(uow.executions._rows), list(uow.workflows._rows)


class SqlBackend:
    """`clear(name)` answers an engine of the database of this name, which is then as good as new."""

    def __init__(self, clear):
        self._clear = clear
        self._engine, self._datasets = None, {}

    def fresh(self):
        if self._engine is not None:
            self._engine.dispose()
        engine = self._engine = self._clear("w")
        return lambda: SqlAlchemyUnitOfWork(engine)

    def dataset(self, key):
        if key not in self._datasets:
            engine = self._clear(key)
            workflows, executions = contents(key)
            ids = self._fill(engine, workflows, executions)
            self._datasets[key] = engine, sorted(ids), [workflow.id for workflow in workflows]
        engine, ids, workflows = self._datasets[key]
        return (lambda: SqlAlchemyUnitOfWork(engine)), ids, workflows

    @staticmethod
    def _fill(engine, workflows, executions):
        ids, portion = [], []

        def write(connection):
            connection.execute(insert(SqlExecutions.row.__table__), portion)
            portion.clear()

        with engine.begin() as connection:
            connection.execute(insert(SqlWorkflows.row.__table__), [columns(SqlWorkflows, w) for w in workflows])
            for execution in executions:
                ids.append(execution.id)
                portion.append(columns(SqlExecutions, execution))
                if len(portion) == PORTION:
                    write(connection)
            if portion:
                write(connection)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))
        return ids


def columns(repository, entity):
    """A row as its table has it: there the column has the name that the mapping may not use."""
    values = repository._values(entity)
    values["metadata"] = values.pop("metadata_")
    return values


def sqlite_backend(prefix):
    def clear(name):
        for file in glob.glob(f"{prefix}-{name}.db*"):
            os.remove(file)
        engine = make_engine(f"sqlite:///{prefix}-{name}.db")
        Base.metadata.create_all(engine)
        return engine

    return SqlBackend(clear)


def postgres_backend(url):
    """One database is enough: a process does one workload."""

    def clear(_):
        engine = make_engine(url)
        Base.metadata.drop_all(engine)
        Base.metadata.create_all(engine)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
        return engine

    return SqlBackend(clear)
