-- Campaigns as they were set; one that is removed keeps its row. Days are since 1970-01-01, the end is the day after the
-- last; a budget is in millionths, -1: without one. Rules are JSON.
CREATE TABLE campaigns (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  campaign VARCHAR(255) NOT NULL,
  first_day INTEGER NOT NULL,
  end_day INTEGER NOT NULL,
  budget BIGINT NOT NULL,
  currency VARCHAR(3) NOT NULL,
  rules TEXT NOT NULL,
  set_by VARCHAR(255) NOT NULL,
  set_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, number)
);

-- What was said of posts' tags, in the order it was said: a post or a rule gets a tag, or loses it (taken_away 1). Rows
-- are only ever added.
CREATE TABLE tag_sayings (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  tag VARCHAR(255) NOT NULL,
  network VARCHAR(63) NOT NULL,
  account VARCHAR(255) NOT NULL,
  post VARCHAR(400) NOT NULL,
  rule VARCHAR(16) NOT NULL,
  rule_value VARCHAR(400) NOT NULL,
  taken_away INTEGER NOT NULL,
  said_by VARCHAR(255) NOT NULL,
  said_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, number)
);
