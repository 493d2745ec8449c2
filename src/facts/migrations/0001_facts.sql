-- facts.h says what each column means. No primary key and no index: with one, loading took fifteen times as long.
--
-- What many observations share is written once, in `series`; an observation is then a few numbers, which took a fifth of
-- the time to load and a third of the room that texts in every row did. `thing` is the part of a series that is in the
-- key: series of one thing differ in source, zone, currency or definition.
--
-- Every observation lies in exactly one of two tables: `current_facts` while it is the newest of its key, and
-- `outdated_facts` from then on, and when its batch is undone. So a new observation is written once, and what is asked
-- most, the latest, is read without a thought for the rest. Posts likewise, in texts, for they are few.

CREATE TABLE series (
  series INTEGER NOT NULL,
  thing INTEGER NOT NULL,
  workspace VARCHAR NOT NULL,
  network VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  measure VARCHAR NOT NULL,
  promotion VARCHAR NOT NULL,
  dimension VARCHAR NOT NULL,
  member VARCHAR NOT NULL,
  window_kind VARCHAR NOT NULL,
  zone VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  definition INTEGER NOT NULL,
  source VARCHAR NOT NULL,
  tier INTEGER NOT NULL
);

CREATE TABLE current_facts (
  series INTEGER NOT NULL,
  thing INTEGER NOT NULL,
  lifetime BOOLEAN NOT NULL, -- its days are no part of its key
  subject_id VARCHAR NOT NULL,
  start_day INTEGER NOT NULL,
  end_day INTEGER NOT NULL,
  value BIGINT NOT NULL,
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
CREATE TABLE outdated_facts AS SELECT * FROM current_facts;
CREATE TABLE outdated_posts AS SELECT * FROM latest_posts;

CREATE VIEW latest AS
SELECT
  s.workspace, s.network, s.account, s.subject, f.subject_id, s.measure, s.promotion, s.dimension, s.member,
  s.window_kind, f.start_day, f.end_day, s.zone, f.value, s.currency, s.definition, s.source, s.tier, f.observed_at,
  f.observed_estimated, f.batch
FROM current_facts f JOIN series s ON s.series = f.series;

CREATE VIEW outdated AS
SELECT
  s.workspace, s.network, s.account, s.subject, f.subject_id, s.measure, s.promotion, s.dimension, s.member,
  s.window_kind, f.start_day, f.end_day, s.zone, f.value, s.currency, s.definition, s.source, s.tier, f.observed_at,
  f.observed_estimated, f.batch
FROM outdated_facts f JOIN series s ON s.series = f.series;

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
