"""The entities of the Python WTB, and what the workloads store of them."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Optional


def now() -> datetime:
    return datetime.now(timezone.utc)


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Workflow:
    name: str
    definition: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=new_id)
    version: str = "1.0.0"
    created_at: datetime = field(default_factory=now)
    updated_at: Optional[datetime] = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass
class Execution:
    workflow_id: str
    id: str = field(default_factory=new_id)
    status: str = "pending"
    state: dict[str, Any] = field(default_factory=dict)
    session_id: Optional[str] = None
    checkpoint_id: Optional[str] = None
    started_at: Optional[datetime] = None
    completed_at: Optional[datetime] = None
    created_at: datetime = field(default_factory=now)
    error_message: Optional[str] = None
    error_node_id: Optional[str] = None
    breakpoints: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass
class NodeBoundary:
    execution_id: str
    internal_session_id: int
    node_id: str
    id: Optional[int] = None
    entry_checkpoint_id: Optional[int] = None
    exit_checkpoint_id: Optional[int] = None
    node_status: str = "pending"
    started_at: Optional[datetime] = None
    completed_at: Optional[datetime] = None
    tool_count: int = 0
    checkpoint_count: int = 0
    duration_ms: Optional[int] = None
    error_message: Optional[str] = None


@dataclass
class CheckpointFile:
    checkpoint_id: int
    file_commit_id: str
    id: Optional[int] = None
    file_count: int = 0
    total_size_bytes: int = 0
    created_at: datetime = field(default_factory=now)


@dataclass
class NodeVariant:
    node_id: str
    variant_name: str
    implementation: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=new_id)
    is_active: bool = True
    created_at: datetime = field(default_factory=now)
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass
class EvaluationResult:
    execution_id: str
    evaluator_name: str
    metrics: dict[str, Any] = field(default_factory=dict)
    overall_score: float = 0.0
    id: str = field(default_factory=new_id)
    evaluated_at: datetime = field(default_factory=now)


@dataclass
class AuditEntry:
    event_type: str
    severity: str
    message: str
    execution_id: Optional[str] = None
    id: Optional[int] = None
    timestamp: datetime = field(default_factory=now)
    node_id: Optional[str] = None
    details: dict[str, Any] = field(default_factory=dict)
    error: Optional[str] = None
    duration_ms: Optional[float] = None


def make_state(i: int, nodes: int = 12) -> dict[str, Any]:
    """About 2 KB of JSON with 12 nodes, about 200 B with 0."""
    h = hashlib.md5(str(i).encode()).hexdigest()
    return {
        "current_node_id": f"node_{i % 12}",
        "workflow_variables": {"query": f"question {i} {h}", "attempt": i % 7, "temperature": 0.7},
        "execution_path": [f"node_{k}" for k in range(nodes)],
        "node_results": {
            f"node_{k}": {"output": f"{h[k:]}{h[:k]} result text of node {k}", "score": (i + k) % 100 / 100,
                          "tokens": 100 + (i * 31 + k) % 900, "ok": True, "cached": None}
            for k in range(nodes)
        },
    }


def make_execution(i: int, workflow_id: str, status="pending", nodes=12) -> Execution:
    return Execution(workflow_id=workflow_id, status=status, state=make_state(i, nodes),
                     session_id=f"thread-{i}", breakpoints=["node_3"], metadata={"run": i})


def make_audit(i: int) -> AuditEntry:
    h = hashlib.md5(str(i).encode()).hexdigest()
    return AuditEntry(
        event_type="node_completed", severity="info", message=f"node {i % 20} completed",
        node_id=f"node_{i % 20}", duration_ms=12.5,
        details={"input": h, "output": h[::-1], "tokens": i % 900, "model": "m-large",
                 "cache": {"hit": False, "key": h[:16]}, "tags": ["a", "b"]})


def make_run(i: int, workflow_id: str):
    ex = make_execution(i, workflow_id, status="completed")
    bounds = [NodeBoundary(ex.id, i, f"node_{k}", entry_checkpoint_id=i * 100 + k,
                           exit_checkpoint_id=i * 100 + k + 1, node_status="completed",
                           started_at=now(), completed_at=now(), tool_count=1,
                           checkpoint_count=2, duration_ms=15) for k in range(20)]
    files = [CheckpointFile(i * 100 + k, new_id(), file_count=3, total_size_bytes=12345)
             for k in range(20)]
    evals = [EvaluationResult(ex.id, f"evaluator_{k}", {"accuracy": 0.9, "latency_ms": 120 + k}, 0.9)
             for k in range(5)]
    return ex, bounds, files, evals, [make_audit(k) for k in range(100)]
