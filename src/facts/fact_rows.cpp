#include "facts/fact_rows.h"

#include <fmt/format.h>

namespace sociometer::facts {
namespace {

template <typename T>
Result<T> word(std::optional<T> parsed, std::string_view text, std::string_view what) {
  if (parsed) return *parsed;
  return invalid(fmt::format("“{}” is no {} of a fact.", text, what), std::string(what));
}

}  // namespace

Result<Observation> observation_at(const Chunk& chunk, size_t row) {
  Observation o;
  o.network = chunk.text(0, row);
  TRY(o.subject, word(parse_subject(chunk.text(1, row)), chunk.text(1, row), "subject"));
  o.subject_id = chunk.text(2, row);
  o.measure = chunk.text(3, row);
  TRY(o.promotion, word(parse_promotion(chunk.text(4, row)), chunk.text(4, row), "promotion"));
  o.dimension = chunk.text(5, row);
  o.member = chunk.text(6, row);
  TRY(o.window, word(parse_window(chunk.text(7, row)), chunk.text(7, row), "window"));
  o.days = {{static_cast<int32_t>(chunk.integer(8, row))}, {static_cast<int32_t>(chunk.integer(9, row))}};
  o.zone = chunk.text(10, row);
  o.value = chunk.integer(11, row);
  o.currency = chunk.text(12, row);
  o.definition = static_cast<int>(chunk.integer(13, row));
  o.observed_at = {chunk.integer(14, row)};
  o.observed_estimated = chunk.integer(15, row) != 0;
  return o;
}

Result<Post> post_at(const Chunk& chunk, size_t row) {
  Post p;
  p.network = chunk.text(0, row);
  p.id = chunk.text(1, row);
  if (!chunk.is_null(2, row)) p.published_at = Instant{chunk.integer(2, row)};
  if (!chunk.is_null(3, row)) p.published_day = Day{static_cast<int32_t>(chunk.integer(3, row))};
  p.zone = chunk.text(4, row);
  p.kind = chunk.text(5, row);
  p.text = chunk.text(6, row);
  p.hashtags = chunk.list(7, row);
  p.mentions = chunk.list(8, row);
  p.link = chunk.text(9, row);
  p.language = chunk.text(10, row);
  TRY(p.promotion, word(parse_promotion(chunk.text(11, row)), chunk.text(11, row), "promotion"));
  p.campaign = chunk.text(12, row);
  p.tags = chunk.list(13, row);
  p.deleted = chunk.integer(14, row) != 0;
  p.observed_at = {chunk.integer(15, row)};
  p.observed_estimated = chunk.integer(16, row) != 0;
  return p;
}

}  // namespace sociometer::facts
