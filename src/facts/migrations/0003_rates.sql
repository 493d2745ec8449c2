-- Exchange rates, versioned as events are: facts.h says what each column means.

CREATE TABLE latest_rates (
  workspace VARCHAR NOT NULL,
  happened_at BIGINT NOT NULL,
  from_currency VARCHAR NOT NULL,
  to_currency VARCHAR NOT NULL,
  rate BIGINT NOT NULL,
  observed_at BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  batch BIGINT NOT NULL
);

CREATE TABLE outdated_rates AS SELECT * FROM latest_rates;
CREATE VIEW rates AS SELECT * FROM latest_rates UNION ALL SELECT * FROM outdated_rates;
