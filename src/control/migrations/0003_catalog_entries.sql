-- What a workspace says of its own catalog, in the order it was said. Rows are only ever added.
CREATE TABLE catalog_entries (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  kind VARCHAR(16) NOT NULL,
  entry VARCHAR(255) NOT NULL,
  definition INTEGER NOT NULL,
  yaml TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, number)
);
