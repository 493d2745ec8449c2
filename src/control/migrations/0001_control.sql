-- Plain SQL that PostgreSQL takes too; statements end with a semicolon at the end of a line.

CREATE TABLE workspaces (
  workspace VARCHAR(63) PRIMARY KEY,
  zone VARCHAR(64) NOT NULL,
  currency VARCHAR(3) NOT NULL,
  week_start VARCHAR(9) NOT NULL
);

CREATE TABLE accounts (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  network VARCHAR(64) NOT NULL,
  handle VARCHAR(255) NOT NULL,
  ownership VARCHAR(10) NOT NULL,
  PRIMARY KEY (workspace, network, handle)
);

-- An id or former handle means one account.
CREATE TABLE account_aliases (
  workspace VARCHAR(63) NOT NULL,
  network VARCHAR(64) NOT NULL,
  alias VARCHAR(255) NOT NULL,
  handle VARCHAR(255) NOT NULL,
  PRIMARY KEY (workspace, network, alias),
  FOREIGN KEY (workspace, network, handle) REFERENCES accounts (workspace, network, handle) ON DELETE CASCADE
);

CREATE TABLE settings (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  name VARCHAR(255) NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (workspace, name)
);

INSERT INTO workspaces (workspace, zone, currency, week_start) VALUES ('default', 'UTC', '', 'monday');
