-- Goals as they were set; a goal that is removed keeps its row and its history.
CREATE TABLE goals (
  goal VARCHAR(32) NOT NULL PRIMARY KEY,
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  said TEXT NOT NULL,
  sentence TEXT NOT NULL,
  fields TEXT NOT NULL,
  owner VARCHAR(255) NOT NULL,
  rationale TEXT NOT NULL,
  set_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL
);
CREATE INDEX goals_by_workspace ON goals (workspace, set_at);

-- What a goal's status was from when on. Rows are only ever added.
CREATE TABLE goal_statuses (
  goal VARCHAR(32) NOT NULL REFERENCES goals (goal) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  status VARCHAR(16) NOT NULL,
  detail TEXT NOT NULL,
  observed_at BIGINT NOT NULL,
  PRIMARY KEY (goal, number)
);

-- What was said when a goal was looked at. Rows are only ever added.
CREATE TABLE goal_check_ins (
  goal VARCHAR(32) NOT NULL REFERENCES goals (goal) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  note TEXT NOT NULL,
  said_by VARCHAR(255) NOT NULL,
  said_at BIGINT NOT NULL,
  PRIMARY KEY (goal, number)
);

-- What somebody is to do for a goal by a day (days since 1970-01-01; -1: without one).
CREATE TABLE goal_to_dos (
  goal VARCHAR(32) NOT NULL REFERENCES goals (goal) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  task TEXT NOT NULL,
  owner VARCHAR(255) NOT NULL,
  due INTEGER NOT NULL,
  set_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (goal, number)
);
