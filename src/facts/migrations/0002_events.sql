-- Events, a table per kind, in two halves as posts are: what counts now, and what is outdated or undone. facts.h says
-- what each column means; the order is that of src/facts/event_columns.h.

CREATE TABLE latest_web_events (
  workspace VARCHAR NOT NULL,
  happened_at BIGINT NOT NULL,
  visitor VARCHAR NOT NULL,
  session VARCHAR NOT NULL,
  session_at BIGINT NOT NULL,
  kind VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  page VARCHAR NOT NULL,
  landing_page VARCHAR NOT NULL,
  referrer VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  medium VARCHAR NOT NULL,
  campaign VARCHAR NOT NULL,
  channel VARCHAR NOT NULL,
  network VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  post VARCHAR NOT NULL,
  link VARCHAR NOT NULL,
  click VARCHAR NOT NULL,
  customer VARCHAR NOT NULL,
  value BIGINT,
  currency VARCHAR NOT NULL,
  engaged BIGINT NOT NULL,
  country VARCHAR NOT NULL,
  device VARCHAR NOT NULL,
  language VARCHAR NOT NULL,
  verdict VARCHAR NOT NULL,
  properties VARCHAR NOT NULL,
  batch BIGINT NOT NULL
);

CREATE TABLE latest_orders (
  workspace VARCHAR NOT NULL,
  happened_at BIGINT NOT NULL,
  order_id VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  line VARCHAR NOT NULL,
  customer VARCHAR NOT NULL,
  visitor VARCHAR NOT NULL,
  value BIGINT NOT NULL,
  currency VARCHAR NOT NULL,
  cost BIGINT,
  quantity BIGINT NOT NULL,
  product VARCHAR NOT NULL,
  landing_page VARCHAR NOT NULL,
  referrer VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  medium VARCHAR NOT NULL,
  campaign VARCHAR NOT NULL,
  channel VARCHAR NOT NULL,
  network VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  post VARCHAR NOT NULL,
  link VARCHAR NOT NULL,
  click VARCHAR NOT NULL,
  country VARCHAR NOT NULL,
  device VARCHAR NOT NULL,
  language VARCHAR NOT NULL,
  properties VARCHAR NOT NULL,
  observed_at BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  batch BIGINT NOT NULL
);

CREATE TABLE latest_conversation_events (
  workspace VARCHAR NOT NULL,
  happened_at BIGINT NOT NULL,
  id VARCHAR NOT NULL,
  conversation VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  author VARCHAR NOT NULL,
  agent VARCHAR NOT NULL,
  team VARCHAR NOT NULL,
  assigned_by VARCHAR NOT NULL,
  by_bot BOOLEAN NOT NULL,
  handled BIGINT,
  text VARCHAR NOT NULL,
  tag VARCHAR NOT NULL,
  topic VARCHAR NOT NULL,
  sentiment VARCHAR NOT NULL,
  language VARCHAR NOT NULL,
  customer VARCHAR NOT NULL,
  network VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  post VARCHAR NOT NULL,
  campaign VARCHAR NOT NULL,
  properties VARCHAR NOT NULL,
  observed_at BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  batch BIGINT NOT NULL
);

CREATE TABLE latest_survey_answers (
  workspace VARCHAR NOT NULL,
  happened_at BIGINT NOT NULL,
  id VARCHAR NOT NULL,
  survey VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  type VARCHAR NOT NULL,
  scale_low BIGINT NOT NULL,
  scale_high BIGINT NOT NULL,
  score BIGINT,
  text VARCHAR NOT NULL,
  topic VARCHAR NOT NULL,
  sentiment VARCHAR NOT NULL,
  language VARCHAR NOT NULL,
  respondent VARCHAR NOT NULL,
  agent VARCHAR NOT NULL,
  team VARCHAR NOT NULL,
  conversation VARCHAR NOT NULL,
  order_id VARCHAR NOT NULL,
  product VARCHAR NOT NULL,
  brand VARCHAR NOT NULL,
  network VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  post VARCHAR NOT NULL,
  campaign VARCHAR NOT NULL,
  country VARCHAR NOT NULL,
  properties VARCHAR NOT NULL,
  observed_at BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  batch BIGINT NOT NULL
);

CREATE TABLE latest_mentions (
  workspace VARCHAR NOT NULL,
  happened_at BIGINT NOT NULL,
  id VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  author VARCHAR NOT NULL,
  followers BIGINT,
  author_follows BOOLEAN,
  text VARCHAR NOT NULL,
  link VARCHAR NOT NULL,
  language VARCHAR NOT NULL,
  country VARCHAR NOT NULL,
  sentiment VARCHAR NOT NULL,
  queries VARCHAR[] NOT NULL,
  brands VARCHAR[] NOT NULL,
  topics VARCHAR[] NOT NULL,
  engagement BIGINT,
  reach BIGINT,
  network VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  post VARCHAR NOT NULL,
  campaign VARCHAR NOT NULL,
  properties VARCHAR NOT NULL,
  observed_at BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  batch BIGINT NOT NULL
);

CREATE TABLE outdated_web_events AS SELECT * FROM latest_web_events;
CREATE TABLE outdated_orders AS SELECT * FROM latest_orders;
CREATE TABLE outdated_conversation_events AS SELECT * FROM latest_conversation_events;
CREATE TABLE outdated_survey_answers AS SELECT * FROM latest_survey_answers;
CREATE TABLE outdated_mentions AS SELECT * FROM latest_mentions;

CREATE VIEW web_events AS SELECT * FROM latest_web_events UNION ALL SELECT * FROM outdated_web_events;
CREATE VIEW orders AS SELECT * FROM latest_orders UNION ALL SELECT * FROM outdated_orders;
CREATE VIEW conversation_events AS SELECT * FROM latest_conversation_events UNION ALL SELECT * FROM outdated_conversation_events;
CREATE VIEW survey_answers AS SELECT * FROM latest_survey_answers UNION ALL SELECT * FROM outdated_survey_answers;
CREATE VIEW mentions AS SELECT * FROM latest_mentions UNION ALL SELECT * FROM outdated_mentions;

ALTER TABLE batches ADD COLUMN events BIGINT DEFAULT 0;
