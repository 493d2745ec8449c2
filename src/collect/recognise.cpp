#include "collect/recognise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "base/text.h"
#include "collect/report.h"

namespace sociometer::collect {

namespace {

constexpr FormatReader format_readers[] = {
    {"x_post_activity", make_post_reader},
    {"x_daily_activity", make_day_reader},
    {"x_account_overview", make_day_reader},
    {"meta_content", make_post_reader},
    {"meta_daily_series", make_series_reader, FormatReader::Shape::series},
    {"sociometer_observations", make_observation_reader},
    {"sociometer_posts", make_post_reader},
};

constexpr size_t head_rows = 64;

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

class TextView : public ByteStream {
 public:
  explicit TextView(std::string_view text) : text_(text) {}
  Result<size_t> read(char* buffer, size_t capacity) override {
    size_t count = std::min(capacity, text_.size());
    std::memcpy(buffer, text_.data(), count);
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
};

Head read_head(std::string_view text, csv::Dialect dialect) {
  Head head{dialect, {}};
  TextView stream(text);
  csv::Reader reader(stream, dialect);
  csv::Row row;
  while (head.rows.size() < head_rows) {
    auto more = reader.next(row);
    if (!more || !*more) break;
    head.rows.push_back({row.line, {row.cells.begin(), row.cells.end()}});
  }
  return head;
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

struct Match {
  Recognised recognised;
  size_t fit = 0;
};

struct TableFormat {
  const FormatReader* reader;
  FormatNames names;
};

std::vector<TableFormat> table_formats(const catalog::Catalog& catalog, std::string_view only) {
  std::vector<TableFormat> formats;
  for (const FormatReader& reader : format_readers) {
    const catalog::Format* format = catalog.format(reader.key);
    if (format == nullptr || reader.shape != FormatReader::Shape::table || (!only.empty() && only != reader.key))
      continue;
    formats.push_back({&reader, FormatNames(*format)});
  }
  return formats;
}

void match_tables(const std::vector<TableFormat>& formats, const Head& head, Match& best) {
  for (const Head::Line& line : head.rows) {
    if (line.cells.size() < 2) continue;
    for (const auto& [reader, names] : formats) {
      size_t fit = names.fit(RowOf(line).row());
      if (fit > best.fit) best = {{&names.format(), reader, head.dialect, line}, fit};
    }
  }
}

// A block that is known makes the file; a block that only looks like one is kept in `unknown_title`.
void match_series(const catalog::Catalog& catalog, const Head& head, std::string_view only, Match& best,
                  std::string& unknown_title) {
  for (const FormatReader& reader : format_readers) {
    const catalog::Format* format = catalog.format(reader.key);
    if (format == nullptr || reader.shape != FormatReader::Shape::series || (!only.empty() && only != reader.key))
      continue;
    for (size_t i = 0; i < head.rows.size(); ++i) {
      RowOf above(head.rows[i == 0 ? 0 : i - 1]), here(head.rows[i]);
      if (!is_day_header(*format, here.row())) continue;
      std::string_view title = i == 0 ? std::string_view() : trimmed(above.row().cell(0));
      bool titled = !title.empty() && !holds_more_than(above.row(), 1);
      // Without a title it may be anybody's: "Date,Views" is what many programs write.
      bool known =
          titled && (find_series(*format, title) != nullptr || find_series(*format, here.row().cell(1)) != nullptr);
      if (known && best.fit < 2) best = {{format, &reader, head.dialect, head.rows[i]}, 2};
      if (!known && titled && unknown_title.empty()) unknown_title = title;
    }
  }
}

std::string known_formats(const catalog::Catalog& catalog) {
  std::vector<std::string> names;
  for (const FormatReader& reader : format_readers) {
    if (const catalog::Format* format = catalog.format(reader.key)) names.push_back(format->name.english());
  }
  return join(names, ", ");
}

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

Error not_recognised(const catalog::Catalog& catalog, const Head& head, const std::string& unknown_title) {
  std::string known = known_formats(catalog);
  if (std::string_view what = lookalike(head); !what.empty()) {
    return unsupported(fmt::format("This looks like {}, which this version does not read. It reads: {}.", what, known));
  }
  if (!unknown_title.empty()) {
    return unsupported(
        fmt::format("This looks like a daily series of Meta, but “{}” is none this version knows. It reads: {}.",
                    clipped(unknown_title, 80), known));
  }
  return unsupported(
      fmt::format("This is no export this version knows; it begins with “{}”. It reads: {}.", first_line(head), known));
}

Error not_as_said(const catalog::Format& format) {
  std::vector<std::string> missing;
  for (const catalog::Column& column : format.columns) {
    if (column.required && !column.names.empty()) missing.push_back("“" + column.names.front() + "”");
  }
  return invalid(fmt::format("This is not {}, as --format says: no header with {} was found.", format.name.english(),
                             join(missing, ", ")));
}

}  // namespace

const FormatReader* find_reader(std::string_view format) {
  auto found = std::find_if(std::begin(format_readers), std::end(format_readers),
                            [&](const auto& reader) { return reader.key == format; });
  return found == std::end(format_readers) ? nullptr : found;
}

bool is_day_header(const catalog::Format& format, const csv::Row& row) {
  if (trimmed(row.cell(1)).empty() || holds_more_than(row, 2)) return false;
  std::string name = catalog::normalised_header(row.cell(0));
  return std::any_of(format.columns.begin(), format.columns.end(), [&](const catalog::Column& column) {
    return column.role == "day" && std::any_of(column.names.begin(), column.names.end(), [&](const std::string& known) {
             return catalog::normalised_header(known) == name;
           });
  });
}

const catalog::Format::Series* find_series(const catalog::Format& format, std::string_view title) {
  std::string name = catalog::normalised_header(title);
  if (name.empty()) return nullptr;
  for (const auto& series : format.series) {
    for (const std::string& known : series.titles) {
      if (catalog::normalised_header(known) == name) return &series;
    }
  }
  return nullptr;
}

Result<Recognised> recognise(const catalog::Catalog& catalog, std::string_view text, std::string_view only) {
  csv::Dialect likely = csv::detect_dialect(text);
  std::string unknown_title;
  std::vector<char> delimiters = {likely.delimiter};
  if (csv::sep_line_delimiter(text) == 0) {
    for (char other : {',', ';', '\t'}) {
      if (other != likely.delimiter) delimiters.push_back(other);
    }
  }
  std::vector<TableFormat> tables = table_formats(catalog, only);
  for (char delimiter : delimiters) {
    Head head = read_head(text, {delimiter});
    Match best;
    match_tables(tables, head, best);
    match_series(catalog, head, only, best, unknown_title);
    if (best.fit > 0) return best.recognised;
  }
  if (const catalog::Format* said = only.empty() ? nullptr : catalog.format(only)) return not_as_said(*said);
  return not_recognised(catalog, read_head(text, likely), unknown_title);
}

}  // namespace sociometer::collect
