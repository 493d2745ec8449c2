-- Links by which anybody may look at one dashboard until a day. Of the link itself only its hash is kept. `choices` is
-- what was chosen when it was made – days, comparison, filters – as JSON. 0: never, as of opened_at and revoked_at.
CREATE TABLE dashboard_shares (
  share VARCHAR(32) NOT NULL PRIMARY KEY,
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  name VARCHAR(60) NOT NULL,
  hash VARCHAR(64) NOT NULL UNIQUE,
  label VARCHAR(200) NOT NULL,
  choices TEXT NOT NULL,
  made_by VARCHAR(255) NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL
);
CREATE INDEX dashboard_shares_by_name ON dashboard_shares (workspace, name);
