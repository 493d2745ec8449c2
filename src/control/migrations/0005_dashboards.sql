-- A workspace's own dashboards: each saving is a row, the one with the highest revision holds. An empty body: removed.
CREATE TABLE dashboards (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  name VARCHAR(60) NOT NULL,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  saved_by VARCHAR(255) NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, name, revision)
);

-- Whoever said of a revision that it may be sent. Templates have the revision 0.
CREATE TABLE report_approvals (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  name VARCHAR(60) NOT NULL,
  revision INTEGER NOT NULL,
  approved_by VARCHAR(255) NOT NULL,
  approved_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, name, revision)
);

-- Reports as they were published: the answers, and the bytes of each format as base64.
CREATE TABLE published_reports (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  name VARCHAR(60) NOT NULL,
  number INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  title TEXT NOT NULL,
  as_of BIGINT NOT NULL,
  answers TEXT NOT NULL,
  published_by VARCHAR(255) NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, name, number)
);
CREATE TABLE published_files (
  workspace VARCHAR(63) NOT NULL,
  name VARCHAR(60) NOT NULL,
  number INTEGER NOT NULL,
  format VARCHAR(10) NOT NULL,
  hash VARCHAR(64) NOT NULL,
  bytes TEXT NOT NULL,
  PRIMARY KEY (workspace, name, number, format),
  FOREIGN KEY (workspace, name, number) REFERENCES published_reports (workspace, name, number) ON DELETE CASCADE
);

-- What happened on a day or in a span of days that numbers should be read with. Both days inclusive.
CREATE TABLE annotations (
  annotation VARCHAR(32) NOT NULL PRIMARY KEY,
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  kind VARCHAR(20) NOT NULL,
  first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  text TEXT NOT NULL,
  network VARCHAR(63) NOT NULL,
  made_by VARCHAR(255) NOT NULL,
  made_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL
);
CREATE INDEX annotations_by_workspace ON annotations (workspace, first_day);
