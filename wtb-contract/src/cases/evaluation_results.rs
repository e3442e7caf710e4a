//! Evaluation results: found by execution.
