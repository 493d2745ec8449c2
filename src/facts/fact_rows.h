// Observations and posts as rows of a SELECT hold them; beside event_rows.h.
#pragma once

#include <string_view>

#include "base/result.h"
#include "facts/facts.h"

namespace sociometer::facts {

// What the readers below want as the first columns of a chunk. The account is not among them: whoever moves facts to
// another one need not read it.
constexpr std::string_view observation_columns =
    "network, subject, subject_id, measure, promotion, dimension, member, window_kind, start_day, end_day, zone, "
    "value, "
    "currency, definition, observed_at, observed_estimated";
constexpr size_t observation_columns_count = 16;
constexpr std::string_view post_columns =
    "network, post, published_at, published_day, zone, kind, text, hashtags, mentions, link, language, promotion, "
    "campaign, tags, deleted, observed_at, observed_estimated";
constexpr size_t post_columns_count = 17;

// Texts live as long as the chunk. invalid: a word that is none of ours.
Result<Observation> observation_at(const Chunk& chunk, size_t row);
Result<Post> post_at(const Chunk& chunk, size_t row);

}  // namespace sociometer::facts
