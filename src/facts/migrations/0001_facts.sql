-- No primary key and no index: with one, loading took fifteen times as long.
-- facts.h says what each column means.

CREATE TABLE observations (
  workspace VARCHAR NOT NULL,
  network VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  subject_id VARCHAR NOT NULL,
  measure VARCHAR NOT NULL,
  promotion VARCHAR NOT NULL,
  dimension VARCHAR NOT NULL,
  member VARCHAR NOT NULL,
  window_kind VARCHAR NOT NULL,
  start_day INTEGER NOT NULL,
  end_day INTEGER NOT NULL,
  zone VARCHAR NOT NULL,
  value BIGINT NOT NULL,
  currency VARCHAR NOT NULL,
  definition INTEGER NOT NULL,
  source VARCHAR NOT NULL,
  tier INTEGER NOT NULL,
  observed_at BIGINT NOT NULL,
  observed_estimated BOOLEAN NOT NULL,
  batch BIGINT NOT NULL
);

CREATE TABLE posts (
  workspace VARCHAR NOT NULL,
  network VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  post VARCHAR NOT NULL,
  published_at BIGINT,
  published_day INTEGER,
  zone VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  text VARCHAR NOT NULL,
  hashtags VARCHAR[] NOT NULL,
  mentions VARCHAR[] NOT NULL,
  link VARCHAR NOT NULL,
  language VARCHAR NOT NULL,
  promotion VARCHAR NOT NULL,
  campaign VARCHAR NOT NULL,
  tags VARCHAR[] NOT NULL,
  deleted BOOLEAN NOT NULL,
  source VARCHAR NOT NULL,
  tier INTEGER NOT NULL,
  observed_at BIGINT NOT NULL,
  observed_estimated BOOLEAN NOT NULL,
  batch BIGINT NOT NULL
);

-- The same columns, without copying their list.
CREATE TABLE latest AS SELECT * FROM observations;
CREATE TABLE latest_posts AS SELECT * FROM posts;

CREATE TABLE batches (
  batch BIGINT NOT NULL,
  id VARCHAR NOT NULL,
  workspace VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  tier INTEGER NOT NULL,
  network VARCHAR NOT NULL,
  accounts VARCHAR[] NOT NULL,
  path VARCHAR NOT NULL,
  original VARCHAR NOT NULL,
  content_key VARCHAR NOT NULL,
  generation INTEGER NOT NULL,
  first_day INTEGER,
  end_day INTEGER,
  zone VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  observed_at BIGINT NOT NULL,
  observed_estimated BOOLEAN NOT NULL,
  recorded_at BIGINT NOT NULL,
  rows_read BIGINT NOT NULL,
  rows_accepted BIGINT NOT NULL,
  rows_rejected BIGINT NOT NULL,
  rows_ignored BIGINT NOT NULL,
  posts BIGINT NOT NULL,
  observations BIGINT NOT NULL,
  warnings VARCHAR NOT NULL,
  rejects VARCHAR NOT NULL,
  said VARCHAR NOT NULL
);

CREATE TABLE batch_undos (
  workspace VARCHAR NOT NULL,
  batch BIGINT NOT NULL,
  undone_at BIGINT NOT NULL
);

CREATE TABLE coverage (
  workspace VARCHAR NOT NULL,
  network VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  first_day INTEGER NOT NULL,
  end_day INTEGER NOT NULL,
  batch BIGINT NOT NULL
);
