"""The hard cases and their right answers (policy/scenarios.md), each through the public API on a real Postgres."""
