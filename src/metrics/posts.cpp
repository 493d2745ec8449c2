// The content table: posts with the KPIs of each, sorted and paged.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "metrics/asking.h"
#include "metrics/labelling.h"
#include "metrics/sql.h"

namespace sociometer::metrics {
namespace {

struct Candidate {
  const Group* group;
  uint32_t row;
  std::optional<double> value;  // of the KPI sorted by
};

// Greatest first or least first; what has no value comes last either way; equal ones by network, account, id.
void sort_candidates(std::vector<Candidate>& candidates, const Units& posts, PostsQuestion::Order order, bool by_day) {
  bool descending = order == PostsQuestion::Order::descending;
  std::stable_sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
    if (by_day) {
      Day x = posts.day[a.row], y = posts.day[b.row];
      if (x != y) return descending ? x > y : x < y;
    } else {
      if (a.value.has_value() != b.value.has_value()) return a.value.has_value();
      if (a.value && *a.value != *b.value) return descending ? *a.value > *b.value : *a.value < *b.value;
    }
    return a.group->members < b.group->members;
  });
}

}  // namespace

Result<PostsAnswer> Engine::posts(const Scope& scope, const PostsQuestion& question) const {
  if (question.limit < 1 || question.limit > question.limit_max) {
    return invalid(fmt::format("limit lies between 1 and {}", question.limit_max), "limit");
  }
  Question selectors = question.selectors;
  selectors.by = {"network", "account", "post"};
  selectors.compare = {};
  selectors.basis = Basis::published;
  bool by_day = question.sort == "published_day" || question.sort == "published_at";
  size_t column = static_cast<size_t>(std::find(selectors.kpis.begin(), selectors.kpis.end(), question.sort) -
                                      selectors.kpis.begin());
  bool added = !by_day && column == selectors.kpis.size();
  TRY(auto catalog, catalog_for(scope, question.selectors));
  if (added) {
    auto known = catalog->find_kpi(question.sort);
    if (!known) return not_found(known.error().message, "sort");
    selectors.kpis.push_back(question.sort);
  }
  Asking::Extras extras;
  extras.post_columns = true;
  extras.memory = memory_.get();
  TRY(auto asking, Asking::prepare(*catalog, store_, duckdb_dialect(), scope, selectors, extras));
  const Units& units = asking->frame().posts;

  std::unordered_map<std::string, std::pair<std::string, std::string>> texts;
  auto read_texts = [&](const std::vector<std::string>& ids) {
    SqlScope sql{&duckdb_dialect(), scope.workspace, selectors.as_of, {}};
    return store_.select(sql_post_texts(sql, ids), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        texts[post_key(chunk.text(0, row), chunk.text(1, row), chunk.text(2, row))] = {std::string(chunk.text(3, row)),
                                                                                       std::string(chunk.text(4, row))};
      }
      return true;
    });
  };

  std::unordered_map<std::string, Instant> counted;
  auto read_counted = [&](const std::vector<std::string>& ids) {
    SqlScope sql{&duckdb_dialect(), scope.workspace, selectors.as_of, {}};
    return store_.select(sql_posts_counted(sql, ids), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        counted[post_key(chunk.text(0, row), chunk.text(1, row), chunk.text(2, row))] = {chunk.integer(3, row)};
      }
      return true;
    });
  };

  std::vector<Candidate> candidates;
  for (const Group& group : asking->groups()) {
    if (group.posts.empty() || group.posts[0].empty()) continue;
    candidates.push_back({&group, group.posts[0][0], std::nullopt});
  }
  if (!question.search.empty() && !candidates.empty()) {
    std::vector<std::string> ids;
    for (const Candidate& candidate : candidates) ids.push_back(units.id[candidate.row]);
    TRY_DONE(read_texts(ids));
    std::string wanted = folded(question.search);
    std::erase_if(candidates, [&](const Candidate& candidate) {
      const auto& members = candidate.group->members;
      return folded(texts[post_key(members[0], members[1], members[2])].first).find(wanted) == std::string::npos;
    });
  }
  if (!by_day) {
    for (Candidate& candidate : candidates) {
      candidate.value = asking->estimate(column, *candidate.group, 0, CellScope::Detail::number).value;
    }
  }
  sort_candidates(candidates, units, question.order, by_day);

  PostsAnswer answer;
  answer.total = static_cast<int64_t>(candidates.size());
  auto from = static_cast<size_t>(std::min(question.offset, answer.total));
  auto end = static_cast<size_t>(std::min(question.offset + question.limit, answer.total));
  if (static_cast<int64_t>(end) < answer.total) answer.next = static_cast<int64_t>(end);
  std::vector<std::string> ids;
  for (size_t i = from; i < end; ++i) ids.push_back(units.id[candidates[i].row]);
  if (!ids.empty() && question.search.empty()) TRY_DONE(read_texts(ids));
  if (!ids.empty()) TRY_DONE(read_counted(ids));
  for (size_t i = from; i < end; ++i) {
    const Candidate& candidate = candidates[i];
    PostRow& post = answer.posts.emplace_back();
    post.network = candidate.group->members[0];
    post.account = candidate.group->members[1];
    post.id = candidate.group->members[2];
    post.kind = asking->frame().word(units.kind[candidate.row]);
    post.campaign = asking->frame().word(units.campaign[candidate.row]);
    post.promotion = units.post_promotion.empty() ? "all" : asking->frame().word(units.post_promotion[candidate.row]);
    post.published_day = units.day[candidate.row];
    if (units.at[candidate.row] != absent) post.published_at = Instant{units.at[candidate.row]};
    for (int32_t word : units.hashtags[candidate.row]) post.hashtags.push_back(asking->frame().word(word));
    for (int32_t word : units.tags[candidate.row]) post.tags.push_back(asking->frame().word(word));
    const std::string key = post_key(post.network, post.account, post.id);
    std::tie(post.text, post.link) = texts[key];
    if (auto at = counted.find(key); at != counted.end()) post.counted_at = at->second;
    for (size_t kpi = 0; kpi < asking->plans().size() - (added ? 1 : 0); ++kpi) {
      post.values.push_back(asking->cell(kpi, *candidate.group, 0));
    }
  }
  return answer;
}

}  // namespace sociometer::metrics
