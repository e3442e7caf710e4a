-- The tables of the Python system as its object-relational mapper makes them on PostgreSQL. Documents are text, and a
-- node boundary refers to its execution without a foreign key.

CREATE TABLE wtb_workflows (
    id VARCHAR(64) PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    description TEXT,
    definition TEXT NOT NULL,
    version VARCHAR(50),
    created_at TIMESTAMP WITHOUT TIME ZONE,
    updated_at TIMESTAMP WITHOUT TIME ZONE,
    metadata TEXT
);

CREATE TABLE wtb_executions (
    id VARCHAR(64) PRIMARY KEY,
    workflow_id VARCHAR(64) NOT NULL REFERENCES wtb_workflows (id),
    status VARCHAR(20) NOT NULL CONSTRAINT ck_execution_status
        CHECK (status IN ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
    current_node_id VARCHAR(255),
    initial_state TEXT,
    current_state TEXT,
    execution_path TEXT,
    agentgit_session_id INTEGER,
    agentgit_checkpoint_id INTEGER,
    started_at TIMESTAMP WITHOUT TIME ZONE,
    completed_at TIMESTAMP WITHOUT TIME ZONE,
    created_at TIMESTAMP WITHOUT TIME ZONE,
    error_message TEXT,
    error_node_id VARCHAR(255),
    breakpoints TEXT,
    metadata TEXT
);

CREATE TABLE wtb_node_boundaries (
    id SERIAL PRIMARY KEY,
    execution_id VARCHAR(64) NOT NULL,
    internal_session_id INTEGER NOT NULL,
    node_id VARCHAR(255) NOT NULL,
    entry_checkpoint_id INTEGER,
    exit_checkpoint_id INTEGER,
    node_status VARCHAR(20) NOT NULL CONSTRAINT ck_node_status
        CHECK (node_status IN ('started', 'completed', 'failed', 'skipped')),
    started_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
    completed_at TIMESTAMP WITHOUT TIME ZONE,
    tool_count INTEGER,
    checkpoint_count INTEGER,
    duration_ms INTEGER,
    error_message TEXT,
    error_details TEXT,
    CONSTRAINT uq_session_node UNIQUE (internal_session_id, node_id)
);

CREATE TABLE wtb_checkpoint_files (
    id SERIAL PRIMARY KEY,
    checkpoint_id INTEGER NOT NULL UNIQUE,
    file_commit_id VARCHAR(64) NOT NULL,
    file_count INTEGER,
    total_size_bytes INTEGER,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL
);

CREATE TABLE wtb_node_variants (
    id VARCHAR(64) PRIMARY KEY,
    workflow_id VARCHAR(64) NOT NULL REFERENCES wtb_workflows (id),
    original_node_id VARCHAR(255) NOT NULL,
    variant_name VARCHAR(255) NOT NULL,
    description TEXT,
    variant_definition TEXT NOT NULL,
    is_active BOOLEAN,
    created_at TIMESTAMP WITHOUT TIME ZONE,
    metadata TEXT,
    CONSTRAINT uq_workflow_node_variant UNIQUE (workflow_id, original_node_id, variant_name)
);

CREATE TABLE wtb_batch_tests (
    id VARCHAR(64) PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    description TEXT,
    workflow_id VARCHAR(64) NOT NULL REFERENCES wtb_workflows (id),
    variant_combinations TEXT NOT NULL,
    initial_state TEXT,
    parallel_count INTEGER,
    status VARCHAR(20) NOT NULL,
    created_at TIMESTAMP WITHOUT TIME ZONE,
    started_at TIMESTAMP WITHOUT TIME ZONE,
    completed_at TIMESTAMP WITHOUT TIME ZONE,
    execution_ids TEXT,
    results TEXT,
    comparison_matrix TEXT,
    best_combination_name VARCHAR(255),
    metadata TEXT
);

CREATE TABLE wtb_evaluation_results (
    id VARCHAR(64) PRIMARY KEY,
    execution_id VARCHAR(64) NOT NULL REFERENCES wtb_executions (id),
    batch_test_id VARCHAR(64),
    evaluator_name VARCHAR(255) NOT NULL,
    evaluator_version VARCHAR(50),
    overall_score DOUBLE PRECISION,
    passed BOOLEAN,
    metrics TEXT,
    details TEXT,
    raw_output TEXT,
    evaluated_at TIMESTAMP WITHOUT TIME ZONE,
    evaluation_duration_ms INTEGER,
    metadata TEXT
);

CREATE TABLE wtb_audit_logs (
    id SERIAL PRIMARY KEY,
    execution_id VARCHAR(64),
    node_id VARCHAR(255),
    timestamp TIMESTAMP WITHOUT TIME ZONE NOT NULL,
    event_type VARCHAR(50) NOT NULL,
    severity VARCHAR(20) NOT NULL,
    message TEXT NOT NULL,
    details TEXT,
    error TEXT,
    duration_ms DOUBLE PRECISION,
    created_at TIMESTAMP WITHOUT TIME ZONE
);

CREATE TABLE wtb_outbox (
    id SERIAL PRIMARY KEY,
    event_id VARCHAR(64) NOT NULL UNIQUE,
    event_type VARCHAR(50) NOT NULL,
    aggregate_type VARCHAR(50) NOT NULL,
    aggregate_id VARCHAR(64) NOT NULL,
    payload TEXT NOT NULL,
    status VARCHAR(20) NOT NULL CONSTRAINT ck_outbox_status
        CHECK (status IN ('pending', 'processing', 'processed', 'failed')),
    retry_count INTEGER NOT NULL,
    max_retries INTEGER NOT NULL,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
    processed_at TIMESTAMP WITHOUT TIME ZONE,
    last_error TEXT
);
