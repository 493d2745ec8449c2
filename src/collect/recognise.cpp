#include "collect/recognise.h"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <map>
#include <set>

#include "base/text.h"
#include "collect/log_lines.h"
#include "collect/report.h"

namespace sociometer::collect {

namespace {

// Exports of others and of later versions, by words that stand in one of their first rows. All of `words` must be
// there, each as a whole cell after normalising; a word that ends in '*' is a beginning.
struct Lookalike {
  std::vector<std::string_view> words;
  std::string_view what;
};

const std::vector<Lookalike>& lookalikes() {
  static const std::vector<Lookalike> known_lookalikes = {
      {{"post id", "post text", "bookmarks"}, "X's content export of 2024 and later"},
      {{"age & gender"}, "Meta's audience export"},
      {{"top cities"}, "Meta's audience export"},
      {{"top countries"}, "Meta's audience export"},
      {{"faixa etária e gênero"}, "Meta's audience export"},
      {{"principais cidades"}, "Meta's audience export"},
      {{"facebook followers"}, "Meta's audience export"},
      {{"top content formats"}, "Meta's export of top content formats"},
      {{"published content"}, "Meta's export of top content formats"},
      {{"conteúdo publicado"}, "Meta's export of top content formats"},
      {{"video title", "views"}, "a table of YouTube Studio"},
      {{"videotitel", "aufrufe"}, "a table of YouTube Studio"},
      {{"título do vídeo", "visualizações"}, "a table of YouTube Studio"},
      {{"datum", "aufrufe"}, "a table of YouTube Studio"},
      {{"traffic source", "views"}, "a table of YouTube Studio"},
      {{"views", "watch time (hours)"}, "a table of YouTube Studio"},
      {{"lifetime post total reach*"}, "Facebook Page Insights of before 2018"},
      {{"lifetime post total impressions*"}, "Facebook Page Insights of before 2018"},
      {{"daily page engaged users*"}, "Facebook Page Insights of before 2018"},
      {{"total viewers", "new viewers"}, "an export of TikTok Studio"},
      {{"active followers", "hour"}, "an export of TikTok Studio"},
      {{"followers", "difference in followers from previous day"}, "an export of TikTok Studio"},
      {{"gender", "distribution"}, "an export of TikTok Studio"},
      {{"top territories"}, "an export of TikTok Studio"},
      {{"video views", "profile views"}, "an export of TikTok"},
      {{"video link", "total views"}, "an export of TikTok Studio"},
      {{"# report csv export*"}, "a report of Google Analytics"},
      {{"# -----*"}, "an export of Google Analytics"},
      {{"top queries", "clicks"}, "an export of Google Search Console"},
      {{"clicks", "impressions", "ctr", "position"}, "an export of Google Search Console"},
      {{"campaign report"}, "a report of Google Ads"},
      {{"search keyword"}, "a report of Google Ads"},
      {{"avg. cpc"}, "a report of Google Ads"},
      {{"reporting starts", "reporting ends"}, "a report of Meta Ads Manager"},
      {{"network", "profile", "post id", "sent by"}, "a report of Sprout Social"},
      {{"network", "profile", "net audience growth"}, "a report of Sprout Social"},
      {{"impressions (organic)"}, "an export of a LinkedIn page"},
      {{"post title", "post link", "posted by"}, "an export of a LinkedIn page"},
      {{"lineitem name", "financial status"}, "Shopify's export of orders"},
      {{"respondentid"}, "a survey of SurveyMonkey"},
      {{"respondent id"}, "a survey of SurveyMonkey"},
      {{"tweet_id", "author_id", "inbound"}, "the data set of customer support on Twitter"},
      {{"nps_score"}, "answers of a survey (NPS)"},
      {{"shortcode", "longurl"}, "an export of Shlink"},
      {{"bitlink"}, "an export of Bitly"},
      {{"queuename", "assigneename"}, "an export of conversations of a help desk"},
  };
  return known_lookalikes;
}

// A kept row as readers see rows. Views into `line`.
class RowOf {
 public:
  explicit RowOf(const Head::Line& line) : cells_(line.cells.begin(), line.cells.end()) {
    row_.line = line.line;
    row_.cells = cells_;
  }
  const csv::Row& row() const { return row_; }

 private:
  std::vector<std::string_view> cells_;
  csv::Row row_;
};

// How well each format fits: the cells it knows of the headers of its tables, or two for each block.
class Scores {
 public:
  explicit Scores(const Recognition& about) : about_(about) {}

  void look_at(const Head& head) {
    for (size_t i = 0; i < head.rows.size(); ++i) {
      RowOf line(head.rows[i]);
      if (head.rows[i].cells.size() > 1) look_for_tables(line.row(), head.sheet);
      look_for_blocks(head, i);
    }
  }

  const std::string& unknown_title() const { return unknown_title_; }

  // The format that fits best; two that fit equally well are an Error. Nothing if none does.
  Result<const catalog::Format*> best() const {
    struct Candidate {
      const catalog::Format* format;
      size_t known, required;
    };
    std::vector<Candidate> best;
    for (const auto& [format, tables] : found_) {
      Candidate one{format, 0, 0};
      for (const auto& [table, fit] : tables) {
        one.known += fit.known;
        one.required += fit.required;
      }
      bool other_network = !about_.network.empty() && !may_be_of(*format, about_.network);
      if (other_network && found_.size() > 1) continue;
      auto order = best.empty() ? std::strong_ordering::greater
                                : std::pair(one.known, one.required) <=> std::pair(best[0].known, best[0].required);
      if (order > 0) best.clear();
      if (order >= 0) best.push_back(one);
    }
    if (best.size() < 2) return best.empty() ? nullptr : best[0].format;
    return invalid(fmt::format("This could be {} or {}: say --format {} or --format {}.",
                               best[0].format->name.english(), best[1].format->name.english(), best[0].format->key,
                               best[1].format->key));
  }

 private:
  struct Fit {
    size_t known = 0, required = 0;
  };

  bool allowed(const catalog::Format& format) const { return about_.only.empty() || about_.only == format.key; }

  void look_for_tables(const csv::Row& row, const std::string& sheet) {
    for (const KnownTables::Fit& fit : about_.tables.fits(normalised(row))) {
      const KnownTables::Entry& entry = about_.tables.tables()[fit.table];
      if (fit.known < 2 || !allowed(*entry.format) || !may_be_named(entry, about_.path, sheet, about_.only)) continue;
      Fit& best = found_[entry.format][entry.table];
      if (fit.known > best.known) best = {fit.known, entry.required};
    }
  }

  void look_for_blocks(const Head& head, size_t i) {
    RowOf above(head.rows[i == 0 ? 0 : i - 1]), here(head.rows[i]);
    std::string_view title = i == 0 ? std::string_view() : trimmed(above.row().cell(0));
    if (title.empty() || holds_more_than(above.row(), 1)) return;
    for (const catalog::Format* format : about_.formats) {
      if (format->blocks.empty() || !allowed(*format)) continue;
      // Days need a header of theirs: "Views" alone is a word like any other.
      bool days = is_day_header(*format, here.row());
      const auto* block = find_block(*format, title);
      if (block == nullptr && days) block = find_block(*format, here.row().cell(1));
      // Without a title it may be anybody's: "Date,Views" is what many programs write.
      if (block != nullptr && (days || format->day_headers.empty())) {
        Fit& fit = found_[format][block];
        fit = {2, 1};
      } else if (days && unknown_title_.empty()) {
        unknown_title_ = title;
      }
    }
  }

  const Recognition& about_;
  std::map<const catalog::Format*, std::map<const void*, Fit>> found_;
  std::string unknown_title_;
};

// Where to see what is read; a list of them all would be longer than anybody reads.
constexpr std::string_view what_is_read =
    "`sociometer catalog` lists the formats that are read; any other table is read with --map.";

bool is_there(std::string_view word, const std::set<std::string>& words) {
  if (!word.ends_with('*')) return words.contains(std::string(word));
  word.remove_suffix(1);
  auto next = words.lower_bound(std::string(word));
  return next != words.end() && next->starts_with(word);
}

std::string_view lookalike(const Head& head) {
  for (const Head::Line& line : head.rows) {
    std::set<std::string> words;
    for (const std::string& cell : line.cells) words.insert(catalog::normalised_header(cell));
    for (const Lookalike& known : lookalikes()) {
      bool all = std::all_of(known.words.begin(), known.words.end(), [&](auto word) { return is_there(word, words); });
      if (all) return known.what;
    }
  }
  return {};
}

std::string first_line(const Head& head) {
  for (const Head::Line& line : head.rows) {
    std::string text = clipped(trimmed(join(line.cells, ", ")), 120);
    if (!text.empty()) return text;
  }
  return {};
}

Error not_recognised(const Head& head, const std::string& unknown_title) {
  if (std::string_view what = lookalike(head); !what.empty()) {
    return unsupported(
        fmt::format("This looks like {}, but its header is none this version knows; {}", what, what_is_read));
  }
  if (!unknown_title.empty()) {
    return unsupported(fmt::format("This looks like a daily series of Meta, but “{}” is none this version knows; {}",
                                   clipped(unknown_title, 80), what_is_read));
  }
  return unsupported(
      fmt::format("This is no export this version knows; it begins with “{}”. {}", first_line(head), what_is_read));
}

Error not_as_said(const catalog::Format& format) {
  std::vector<std::string> missing;
  for (const catalog::Table& table : format.tables) {
    if (!missing.empty()) break;
    for (const catalog::Column& column : table.columns) {
      if (column.required && !column.names.empty()) missing.push_back("“" + column.names.front() + "”");
    }
  }
  return invalid(fmt::format("This is not {}, as --format says: no header with {} was found.", format.name.english(),
                             missing.empty() ? "a title of its blocks" : join(missing, ", ")));
}

}  // namespace

bool may_be_named(const KnownTables::Entry& entry, std::string_view path, std::string_view sheet,
                  std::string_view said_format) {
  if (entry.named.empty() || said_format == entry.format->key) return true;
  std::string file = catalog::normalised_header(path.substr(path.find_last_of("/\\") + 1));
  std::string page = catalog::normalised_header(sheet);
  return std::any_of(entry.named.begin(), entry.named.end(), [&](const std::string& name) {
    return file.find(name) != file.npos || (!page.empty() && page.find(name) != page.npos);
  });
}

bool is_day_header(const catalog::Format& format, const csv::Row& row) {
  if (format.day_headers.empty() || trimmed(row.cell(1)).empty() || holds_more_than(row, 2)) return false;
  std::string name = catalog::normalised_header(row.cell(0));
  return std::find(format.day_headers.begin(), format.day_headers.end(), name) != format.day_headers.end();
}

const catalog::Format::Block* find_block(const catalog::Format& format, std::string_view title) {
  std::string name = catalog::normalised_header(title);
  if (name.empty()) return nullptr;
  for (const auto& block : format.blocks) {
    for (const std::string& known : block.titles) {
      if (catalog::normalised_header(known) == name) return &block;
    }
  }
  return nullptr;
}

Result<Recognised> Recognition::of_text(std::string_view text) const {
  if (looks_like_a_log(text)) {
    TRY(Recognised table, of_table(std::string(log_header) + "\n", {}));
    table.log = true;
    return table;
  }
  return of_table(text, unwrapped(text));
}

// A text is unwrapped once: one that reads the same without its quotes would be unwrapped for ever.
Result<Recognised> Recognition::of_table(std::string_view text, const std::optional<std::string>& plain) const {
  csv::Dialect likely = csv::detect_dialect(text);
  std::vector<char> delimiters = {likely.delimiter};
  if (csv::sep_line_delimiter(text) == 0) {
    for (char other : {',', ';', '\t'}) {
      if (other != likely.delimiter) delimiters.push_back(other);
    }
  }
  std::string unknown_title;
  for (char delimiter : delimiters) {
    Scores scores(*this);
    scores.look_at(head_of(text, {delimiter}));
    TRY(const catalog::Format* format, scores.best());
    if (format != nullptr) return Recognised{format, {delimiter}, false};
    if (unknown_title.empty()) unknown_title = scores.unknown_title();
  }
  if (plain) {
    auto inside = of_table(*plain, {});
    if (inside) return Recognised{inside->format, inside->dialect, true};
  }
  if (const catalog::Format* said = only.empty() ? nullptr : catalog.format(only)) return not_as_said(*said);
  return not_recognised(head_of(text, likely), unknown_title);
}

Result<Recognised> Recognition::of_sheets(const std::vector<Head>& heads) const {
  Scores scores(*this);
  for (const Head& head : heads) scores.look_at(head);
  TRY(const catalog::Format* format, scores.best());
  if (format != nullptr) return Recognised{format, {}, false};
  if (const catalog::Format* said = only.empty() ? nullptr : catalog.format(only)) return not_as_said(*said);
  return not_recognised(heads.empty() ? Head{} : heads.front(), scores.unknown_title());
}

}  // namespace sociometer::collect
