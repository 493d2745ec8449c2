-- Benchmark sets that a workspace brought, as they were written, in the order they were said. Rows are only ever added;
-- one without YAML takes the set back.
CREATE TABLE benchmark_sets (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  benchmark_set VARCHAR(255) NOT NULL,
  yaml TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, number)
);
