"""The Python WTB's store in a database: repositories over one synchronous SQLAlchemy session."""

from __future__ import annotations

import json
from typing import Any, Optional

from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session, sessionmaker

from domain import (
    AuditEntry, CheckpointFile, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
)
from tables import (
    AuditRow, CheckpointFileRow, EvaluationResultRow, ExecutionRow, NodeBoundaryRow, NodeVariantRow, WorkflowRow,
)


class SqlRepository:
    """Maps a domain dataclass to its row class; JSON fields pass through json.dumps / loads."""

    row: type
    entity: type
    json_fields: frozenset = frozenset()
    auto = False

    def __init__(self, session: Session):
        self._s = session

    @classmethod
    def _values(cls, e) -> dict[str, Any]:
        out = {}
        for name, value in vars(e).items():
            if cls.auto and name == "id" and value is None:
                continue
            if name in cls.json_fields:
                value = json.dumps(value)
            out["metadata_" if name == "metadata" else name] = value
        return out

    @classmethod
    def _entity(cls, r):
        kw = {}
        for name in cls.entity.__dataclass_fields__:
            value = getattr(r, "metadata_" if name == "metadata" else name)
            kw[name] = json.loads(value) if name in cls.json_fields else value
        return cls.entity(**kw)

    def get_by_id(self, id):
        r = self._s.get(self.row, id)
        return self._entity(r) if r is not None else None

    def add(self, entity):
        r = self.row(**self._values(entity))
        self._s.add(r)
        if self.auto:                       # the interface promises a populated id
            self._s.flush()
            entity.id = r.id
        return entity

    def update(self, entity):
        r = self._s.get(self.row, entity.id)
        if r is None:
            raise ValueError(f"{self.entity.__name__} {entity.id} not found")
        for k, v in self._values(entity).items():
            setattr(r, k, v)
        return entity

    def delete(self, id) -> bool:
        r = self._s.get(self.row, id)
        if r is None:
            return False
        self._s.delete(r)
        return True

    def _where(self, *cond):
        return [self._entity(r) for r in self._s.scalars(select(self.row).where(*cond))]

    def _first(self, *cond):
        r = self._s.scalars(select(self.row).where(*cond).limit(1)).first()
        return self._entity(r) if r is not None else None


class SqlWorkflows(SqlRepository):
    row, entity = WorkflowRow, Workflow
    json_fields = frozenset({"definition", "metadata"})

    def list_all(self):
        return self._where()

    def get_by_name(self, name):
        return self._first(WorkflowRow.name == name)


class SqlExecutions(SqlRepository):
    row, entity = ExecutionRow, Execution
    json_fields = frozenset({"state", "breakpoints", "metadata"})

    def get_by_workflow(self, workflow_id):
        return self._where(ExecutionRow.workflow_id == workflow_id)

    def get_by_status(self, status):
        return self._where(ExecutionRow.status == status)

    def get_running(self):
        return self.get_by_status("running")


class SqlNodeBoundaries(SqlRepository):
    row, entity, auto = NodeBoundaryRow, NodeBoundary, True

    def get_by_session(self, sid):
        return self._where(NodeBoundaryRow.internal_session_id == sid)

    def get_by_node(self, sid, node_id):
        return self._first(NodeBoundaryRow.internal_session_id == sid,
                           NodeBoundaryRow.node_id == node_id)

    def get_completed(self, sid):
        return self._where(NodeBoundaryRow.internal_session_id == sid,
                           NodeBoundaryRow.node_status == "completed")


class SqlCheckpointFiles(SqlRepository):
    row, entity, auto = CheckpointFileRow, CheckpointFile, True

    def get_by_checkpoint(self, checkpoint_id):
        return self._first(CheckpointFileRow.checkpoint_id == checkpoint_id)

    def get_by_file_commit(self, file_commit_id):
        return self._where(CheckpointFileRow.file_commit_id == file_commit_id)


class SqlNodeVariants(SqlRepository):
    row, entity = NodeVariantRow, NodeVariant
    json_fields = frozenset({"implementation", "metadata"})

    def get_by_node(self, node_id):
        return self._where(NodeVariantRow.node_id == node_id)

    def get_active(self, node_id):
        return self._where(NodeVariantRow.node_id == node_id, NodeVariantRow.is_active)


class SqlEvaluationResults(SqlRepository):
    row, entity = EvaluationResultRow, EvaluationResult
    json_fields = frozenset({"metrics"})

    def get_by_execution(self, execution_id):
        return self._where(EvaluationResultRow.execution_id == execution_id)


class SqlAuditLogs(SqlRepository):
    row, entity, auto = AuditRow, AuditEntry, True
    json_fields = frozenset({"details"})

    def append_logs(self, execution_id, logs):
        """One ORM object per entry, flushed by commit: what the document's code leads to."""
        for e in logs:
            e.execution_id = execution_id
        self._s.add_all([AuditRow(**self._values(e)) for e in logs])

    def get_by_execution(self, execution_id):
        return self._where(AuditRow.execution_id == execution_id)


class SqlAlchemyUnitOfWork:
    def __init__(self, engine):
        self._factory = sessionmaker(bind=engine)
        self._session: Optional[Session] = None

    def __enter__(self):
        s = self._session = self._factory()
        self.workflows = SqlWorkflows(s)
        self.executions = SqlExecutions(s)
        self.node_boundaries = SqlNodeBoundaries(s)
        self.checkpoint_files = SqlCheckpointFiles(s)
        self.node_variants = SqlNodeVariants(s)
        self.evaluation_results = SqlEvaluationResults(s)
        self.audit_logs = SqlAuditLogs(s)
        return self

    def __exit__(self, exc_type, exc, tb):
        if exc_type:
            self.rollback()
        self._session.close()

    def commit(self):
        self._session.commit()

    def rollback(self):
        self._session.rollback()


def make_engine(url: str):
    """An engine as a careful user makes it: SQLite with the write-ahead log and synchronous=NORMAL."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=16)
    engine = create_engine(url, connect_args={"timeout": 60}, pool_size=16)

    @event.listens_for(engine, "connect")
    def _pragmas(connection, _record):
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine
