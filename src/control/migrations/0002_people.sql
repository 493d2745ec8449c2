-- Who may come in, by which proof, and what they did. Instants are microseconds UTC, 0 where there is none yet. Words
-- that prove something (of sessions, tokens, links) are kept as hashes.

CREATE TABLE installation (
  name VARCHAR(63) PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE people (
  person VARCHAR(26) PRIMARY KEY,
  email VARCHAR(254) NOT NULL UNIQUE,
  name VARCHAR(200) NOT NULL,
  everywhere VARCHAR(10) NOT NULL,
  password VARCHAR(255) NOT NULL,
  second_factor_at BIGINT NOT NULL,
  second_factor_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  disabled_at BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
  person VARCHAR(26) NOT NULL REFERENCES people (person) ON DELETE CASCADE,
  hash VARCHAR(64) NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (person, hash)
);

CREATE TABLE members (
  workspace VARCHAR(63) NOT NULL REFERENCES workspaces (workspace) ON DELETE CASCADE,
  person VARCHAR(26) NOT NULL REFERENCES people (person) ON DELETE CASCADE,
  role VARCHAR(10) NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (workspace, person)
);

CREATE TABLE one_time_links (
  link VARCHAR(26) PRIMARY KEY,
  hash VARCHAR(64) NOT NULL UNIQUE,
  kind VARCHAR(20) NOT NULL,
  person VARCHAR(26) NOT NULL,
  email VARCHAR(254) NOT NULL,
  workspace VARCHAR(63) NOT NULL,
  role VARCHAR(10) NOT NULL,
  made_by VARCHAR(26) NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE TABLE sessions (
  session VARCHAR(26) PRIMARY KEY,
  hash VARCHAR(64) NOT NULL UNIQUE,
  hash_before VARCHAR(64) NOT NULL,
  person VARCHAR(26) NOT NULL REFERENCES people (person) ON DELETE CASCADE,
  address VARCHAR(64) NOT NULL,
  agent VARCHAR(255) NOT NULL,
  created_at BIGINT NOT NULL,
  renewed_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_person ON sessions (person);
CREATE INDEX sessions_before ON sessions (hash_before);

CREATE TABLE tokens (
  token VARCHAR(26) PRIMARY KEY,
  hash VARCHAR(64) NOT NULL UNIQUE,
  name VARCHAR(200) NOT NULL,
  person VARCHAR(26) NOT NULL,
  workspace VARCHAR(63) NOT NULL,
  scopes VARCHAR(255) NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  used_from VARCHAR(64) NOT NULL,
  revoked_at BIGINT NOT NULL
);

-- Sealed with the key file; `place` is what a secret belongs to.
CREATE TABLE secrets (
  workspace VARCHAR(63) NOT NULL,
  place VARCHAR(255) NOT NULL,
  seal VARCHAR(16) NOT NULL,
  sealed TEXT NOT NULL,
  set_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, place)
);

-- Each row's hash covers the row before it, so that a row changed or taken out shows.
CREATE TABLE audit (
  number BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  actor_kind VARCHAR(10) NOT NULL,
  actor VARCHAR(64) NOT NULL,
  proof VARCHAR(26) NOT NULL,
  workspace VARCHAR(63) NOT NULL,
  action VARCHAR(63) NOT NULL,
  object VARCHAR(400) NOT NULL,
  detail TEXT NOT NULL,
  hash VARCHAR(64) NOT NULL
);
CREATE INDEX audit_of_workspace ON audit (workspace, number);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
