-- facts.h says what each column means. No primary key and no index: with one, loading took fifteen times as long.
--
-- Every observation lies in exactly one of two tables: `latest` while it is the newest of its key, `outdated` from then
-- on, and when its batch is undone. Together they are the history. So a new observation is written once, and what is
-- asked most, the latest, is read without a thought for the rest. Posts likewise.

CREATE TABLE latest (
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

CREATE TABLE latest_posts (
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
CREATE TABLE outdated AS SELECT * FROM latest;
CREATE TABLE outdated_posts AS SELECT * FROM latest_posts;

CREATE VIEW observations AS SELECT * FROM latest UNION ALL SELECT * FROM outdated;
CREATE VIEW posts AS SELECT * FROM latest_posts UNION ALL SELECT * FROM outdated_posts;

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
