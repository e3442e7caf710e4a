"""The tables of the Python WTB, as SQLAlchemy maps them."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

from sqlalchemy import (
    Boolean, CheckConstraint, DateTime, Float, ForeignKey, Integer, String, Text, UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


TS = DateTime(timezone=True)


class WorkflowRow(Base):
    __tablename__ = "workflows"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), index=True)
    definition: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime] = mapped_column(TS)
    updated_at: Mapped[Optional[datetime]] = mapped_column(TS)
    metadata_: Mapped[str] = mapped_column("metadata", Text)


class ExecutionRow(Base):
    __tablename__ = "executions"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(64), ForeignKey("workflows.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    state: Mapped[str] = mapped_column(Text)
    session_id: Mapped[Optional[str]] = mapped_column(String(128))
    checkpoint_id: Mapped[Optional[str]] = mapped_column(String(128))
    started_at: Mapped[Optional[datetime]] = mapped_column(TS)
    completed_at: Mapped[Optional[datetime]] = mapped_column(TS)
    created_at: Mapped[datetime] = mapped_column(TS)
    error_message: Mapped[Optional[str]] = mapped_column(Text)
    error_node_id: Mapped[Optional[str]] = mapped_column(String(255))
    breakpoints: Mapped[str] = mapped_column(Text)
    metadata_: Mapped[str] = mapped_column("metadata", Text)
    __table_args__ = (CheckConstraint(
        "status IN ('pending','running','paused','completed','failed','cancelled')"),)


class NodeBoundaryRow(Base):
    __tablename__ = "node_boundaries"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    execution_id: Mapped[str] = mapped_column(String(64), index=True)
    internal_session_id: Mapped[int] = mapped_column(Integer)
    node_id: Mapped[str] = mapped_column(String(255))
    entry_checkpoint_id: Mapped[Optional[int]] = mapped_column(Integer)
    exit_checkpoint_id: Mapped[Optional[int]] = mapped_column(Integer)
    node_status: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[Optional[datetime]] = mapped_column(TS)
    completed_at: Mapped[Optional[datetime]] = mapped_column(TS)
    tool_count: Mapped[int] = mapped_column(Integer)
    checkpoint_count: Mapped[int] = mapped_column(Integer)
    duration_ms: Mapped[Optional[int]] = mapped_column(Integer)
    error_message: Mapped[Optional[str]] = mapped_column(Text)
    __table_args__ = (UniqueConstraint("internal_session_id", "node_id"),)


class CheckpointFileRow(Base):
    __tablename__ = "checkpoint_files"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    checkpoint_id: Mapped[int] = mapped_column(Integer, unique=True)
    file_commit_id: Mapped[str] = mapped_column(String(64), index=True)
    file_count: Mapped[int] = mapped_column(Integer)
    total_size_bytes: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(TS)


class NodeVariantRow(Base):
    __tablename__ = "node_variants"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    node_id: Mapped[str] = mapped_column(String(255))
    variant_name: Mapped[str] = mapped_column(String(255))
    implementation: Mapped[str] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(TS)
    metadata_: Mapped[str] = mapped_column("metadata", Text)
    __table_args__ = (UniqueConstraint("node_id", "variant_name"),)


class EvaluationResultRow(Base):
    __tablename__ = "evaluation_results"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    execution_id: Mapped[str] = mapped_column(String(64), index=True)
    evaluator_name: Mapped[str] = mapped_column(String(255))
    metrics: Mapped[str] = mapped_column(Text)
    overall_score: Mapped[float] = mapped_column(Float)
    evaluated_at: Mapped[datetime] = mapped_column(TS)


class AuditRow(Base):
    __tablename__ = "audit_logs"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    execution_id: Mapped[Optional[str]] = mapped_column(String(64), index=True)
    timestamp: Mapped[datetime] = mapped_column(TS)
    event_type: Mapped[str] = mapped_column(String(50))
    severity: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(Text)
    node_id: Mapped[Optional[str]] = mapped_column(String(255))
    details: Mapped[str] = mapped_column(Text)
    error: Mapped[Optional[str]] = mapped_column(Text)
    duration_ms: Mapped[Optional[float]] = mapped_column(Float)
