-- Alerts as they were set. What is to be remembered of one stands in state, and the revision rises whenever it is written:
-- two who judge at the same moment do not both keep what they found. One that is removed keeps its row and its number.
CREATE TABLE alerts (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  name VARCHAR(255) NOT NULL,
  fields TEXT NOT NULL,
  set_by VARCHAR(255) NOT NULL,
  set_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL,
  muted_at BIGINT NOT NULL,
  muted_until BIGINT NOT NULL,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL,
  findings TEXT NOT NULL,
  judged_at BIGINT NOT NULL,
  failure TEXT NOT NULL,
  PRIMARY KEY (workspace, number)
);

-- The times during which an alert fired. Times are 0 where that has not happened.
CREATE TABLE alert_episodes (
  workspace VARCHAR(63) NOT NULL,
  alert INTEGER NOT NULL,
  number INTEGER NOT NULL,
  about VARCHAR(255) NOT NULL,
  title TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  end_told_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, alert, number),
  FOREIGN KEY (workspace, alert) REFERENCES alerts (workspace, number) ON DELETE CASCADE
);
