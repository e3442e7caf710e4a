"""The Python WTB's store in memory: dictionaries, deep copies in and out, linear scans."""

from __future__ import annotations

from copy import deepcopy
from typing import Any


class MemoryRepository:
    """Dictionary of deep copies; ids of `auto` repositories are assigned by a counter."""

    auto = False

    def __init__(self):
        self._rows: dict[Any, Any] = {}
        self._next = 1

    def get_by_id(self, id):
        return deepcopy(self._rows.get(id))

    def add(self, entity):
        if self.auto:
            entity.id = self._next
            self._next += 1
        self._rows[entity.id] = deepcopy(entity)
        return entity

    def update(self, entity):
        if entity.id not in self._rows:
            raise ValueError(f"{type(entity).__name__} {entity.id} not found")
        self._rows[entity.id] = deepcopy(entity)
        return entity

    def delete(self, id) -> bool:
        return self._rows.pop(id, None) is not None

    def _where(self, keep):
        return [deepcopy(r) for r in self._rows.values() if keep(r)]

    def _first(self, keep):
        for r in self._rows.values():
            if keep(r):
                return deepcopy(r)
        return None


class MemoryWorkflows(MemoryRepository):
    def list_all(self):
        return self._where(lambda r: True)

    def get_by_name(self, name):
        return self._first(lambda r: r.name == name)


class MemoryExecutions(MemoryRepository):
    def get_by_workflow(self, workflow_id):
        return self._where(lambda r: r.workflow_id == workflow_id)

    def get_by_status(self, status):
        return self._where(lambda r: r.status == status)

    def get_running(self):
        return self.get_by_status("running")


class MemoryNodeBoundaries(MemoryRepository):
    auto = True

    def get_by_session(self, sid):
        return self._where(lambda r: r.internal_session_id == sid)

    def get_by_node(self, sid, node_id):
        return self._first(lambda r: r.internal_session_id == sid and r.node_id == node_id)

    def get_completed(self, sid):
        return self._where(lambda r: r.internal_session_id == sid and r.node_status == "completed")


class MemoryCheckpointFiles(MemoryRepository):
    auto = True

    def get_by_checkpoint(self, checkpoint_id):
        return self._first(lambda r: r.checkpoint_id == checkpoint_id)

    def get_by_file_commit(self, file_commit_id):
        return self._where(lambda r: r.file_commit_id == file_commit_id)


class MemoryNodeVariants(MemoryRepository):
    def get_by_node(self, node_id):
        return self._where(lambda r: r.node_id == node_id)

    def get_active(self, node_id):
        return self._where(lambda r: r.node_id == node_id and r.is_active)


class MemoryEvaluationResults(MemoryRepository):
    def get_by_execution(self, execution_id):
        return self._where(lambda r: r.execution_id == execution_id)


class MemoryAuditLogs(MemoryRepository):
    auto = True

    def append_logs(self, execution_id, logs):
        for e in logs:
            e.execution_id = execution_id
            self.add(e)

    def get_by_execution(self, execution_id):
        return self._where(lambda r: r.execution_id == execution_id)


class InMemoryUnitOfWork:
    """As in the document: commit and rollback do nothing."""

    def __init__(self):
        self.workflows = MemoryWorkflows()
        self.executions = MemoryExecutions()
        self.node_boundaries = MemoryNodeBoundaries()
        self.checkpoint_files = MemoryCheckpointFiles()
        self.node_variants = MemoryNodeVariants()
        self.evaluation_results = MemoryEvaluationResults()
        self.audit_logs = MemoryAuditLogs()

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc, tb):
        pass

    def commit(self):
        pass

    def rollback(self):
        pass
