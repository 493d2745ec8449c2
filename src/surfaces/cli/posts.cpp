#include "base/text.h"
#include "surfaces/cli/answer_text.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/cli/table.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct PostsWords {
  Selectors selectors;
  std::string columns = std::string(default_post_columns);
  std::string sort, search;
  int64_t limit = 50;
  bool ascending = false;
};

std::string posts_table(const Call& call, const catalog::Catalog& catalog, const metrics::PostsAnswer& answer,
                        const std::vector<std::string>& kpis, std::string_view currency) {
  Table table;
  table.column("day");
  table.column("network");
  table.column("account", Table::Align::left, Table::Fit::flexible);
  table.column("kind");
  table.column("text", Table::Align::left, Table::Fit::flexible);
  for (const std::string& kpi : kpis) table.column(kpi, Table::Align::right);
  for (const metrics::PostRow& post : answer.posts) {
    std::vector<std::string> row{post.published_day ? format_day(*post.published_day) : "–", post.network, post.account,
                                 post.kind, cut_to(post.text.empty() ? post.id : post.text, 60)};
    for (const metrics::Cell& cell : post.values) {
      const catalog::Unit unit = unit_of(catalog, cell.kpi, cell.variant);
      row.push_back(cell.value || cell.interval ? cell_text(cell, unit, currency) : "–");
    }
    row.resize(5 + kpis.size());
    table.row(std::move(row));
  }
  if (table.empty()) return "no posts match\n";
  return table.text(call.terminal.look()) +
         fmt::format("{} of {} posts\n", grouped(static_cast<int64_t>(answer.posts.size())), grouped(answer.total));
}

Result<Exit> posts(Call& call, PostsWords words) {
  if (words.limit < 1) return invalid("--limit must be 1 or more", "limit");
  for (std::string_view kpi : split(words.columns, ',')) words.selectors.kpis.emplace_back(trimmed(kpi));
  // What is sorted by is shown as well.
  const bool by_kpi = !words.sort.empty() && words.sort != "published_day";
  if (by_kpi &&
      std::find(words.selectors.kpis.begin(), words.selectors.kpis.end(), words.sort) == words.selectors.kpis.end()) {
    words.selectors.kpis.insert(words.selectors.kpis.begin(), words.sort);
  }
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  metrics::PostsQuestion question;
  TRY(question.selectors, question_of(words.selectors, scope));
  if (by_kpi) question.sort = words.sort;
  if (words.ascending) question.order = metrics::PostsQuestion::Order::ascending;
  question.search = words.search;
  question.limit = words.limit;
  TRY(const metrics::PostsAnswer answer, as_wrong_words(call.house.engine->posts(scope, question)));
  if (call.globals.output == Output::json) {
    call.print_json(metrics::to_json(answer));
  } else {
    TRY(const auto catalog, catalog_in(scope, question.selectors));
    call.print(posts_table(call, *catalog, answer, question.selectors.kpis, scope.currency));
  }
  return Exit::done;
}

Run declare_posts(Options options) {
  auto words = std::make_shared<PostsWords>();
  options.text("--sort", "KPI", "sort by this KPI, or by published_day (the default)", &words->sort);
  options.flag("--ascending", "smallest or earliest first", &words->ascending);
  options.number("--limit", "N", "how many (50)", &words->limit);
  options.text("--kpis", "KPI,…", "the columns", &words->columns);
  options.text("--search", "WORDS", "only posts with these words in their text", &words->search);
  words->selectors.declare_range(options);
  return [words](Call& call) { return posts(call, *words); };
}

}  // namespace

const Command posts_command{"posts", "the content table", "sociometer posts --sort engagements --last 90d --limit 10",
                            Needs::data, declare_posts};

}  // namespace sociometer::surfaces
