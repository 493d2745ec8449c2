-- Where messages go: mail addresses (as JSON), or a hook, whose address and signing secret lie in secrets and of which
-- only the host stands here. One that is removed keeps its row.
CREATE TABLE channels (
  channel VARCHAR(32) NOT NULL PRIMARY KEY,
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  name VARCHAR(63) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  target TEXT NOT NULL,
  made_by VARCHAR(255) NOT NULL,
  made_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL,
  succeeded_at BIGINT NOT NULL,
  failed_at BIGINT NOT NULL,
  failure TEXT NOT NULL
);
CREATE INDEX channels_by_workspace ON channels (workspace, name);

-- Messages on their way. The key is accepted once for ever: a row outlives its contents.
CREATE TABLE parcels (
  number INTEGER NOT NULL PRIMARY KEY,
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  channel VARCHAR(32) NOT NULL REFERENCES channels (channel),
  name VARCHAR(63) NOT NULL,
  parcel_key VARCHAR(255) NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  html TEXT NOT NULL,
  json TEXT NOT NULL,
  link TEXT NOT NULL,
  state VARCHAR(16) NOT NULL,
  put_at BIGINT NOT NULL,
  next_try BIGINT NOT NULL,
  tries INTEGER NOT NULL,
  ended_at BIGINT NOT NULL,
  failure TEXT NOT NULL,
  UNIQUE (workspace, name, parcel_key)
);
CREATE INDEX parcels_by_state ON parcels (state, next_try);
CREATE TABLE parcel_files (
  parcel INTEGER NOT NULL REFERENCES parcels (number) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  name VARCHAR(255) NOT NULL,
  media_type VARCHAR(255) NOT NULL,
  bytes TEXT NOT NULL,
  PRIMARY KEY (parcel, place)
);

-- When a report is made and where it goes. All times up to done_until are done. One that is removed keeps its row.
CREATE TABLE report_schedules (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  report VARCHAR(60) NOT NULL,
  every VARCHAR(32) NOT NULL,
  at_seconds INTEGER NOT NULL,
  zone VARCHAR(63) NOT NULL,
  channel VARCHAR(63) NOT NULL,
  formats VARCHAR(63) NOT NULL,
  made_by VARCHAR(255) NOT NULL,
  made_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL,
  done_until BIGINT NOT NULL,
  last_publication INTEGER NOT NULL,
  failure TEXT NOT NULL,
  PRIMARY KEY (workspace, number)
);
