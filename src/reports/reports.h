// Reports: a dashboard answered, and written as a file – Markdown, CSV, HTML, XLSX, PDF. It asks metrics a question per
// tile, draws the charts itself, and formats numbers for people.
//
//   TRY(Report report, ask(engine, scope, dashboard, choices, beside));
//   TRY(std::string bytes, written(report, Format::html));
//
// A report is of one moment, its `as_of`: it says what was known then, and spans such as "3m" are counted back from
// then. The same report as of the same moment has the same bytes in every format, whenever it is written.
//
// What is not known is said with its reason, never drawn as zero. Every number carries the address of its explanation.
//
// Threads: `ask` and `written` may be called from several at once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/catalog.h"
#include "metrics/metrics.h"
#include "reports/numbers.h"

namespace sociometer::reports {

// What is chosen for one rendering; what is not said here is as the dashboard says.
struct Choices {
  std::optional<Instant> as_of;  // none: the scope's now
  catalog::Period period;
  std::string compare;
  std::map<std::string, std::vector<std::string>> filter;  // narrows the dashboard's
  std::string base = "http://127.0.0.1:8321";              // where the web is, for the links
};

// Something that happened, for the charts over time.
struct Mark {
  DayRange days;
  std::string kind, text;
  std::string network;  // empty: of all
};

// A goal's target, for numbers and lines of the same KPI under the same filter. That of a sum is for all its days
// together: it stands beside the number of these very days, and beside no week or month of them.
struct Target {
  std::string kpi, variant;
  std::map<std::string, std::vector<std::string>> filter;
  double value = 0;
  DayRange days;  // the goal's; it is due on the last of them
  std::string sentence;
};

// What a report shows that no question answers.
struct Beside {
  std::vector<Mark> marks;
  std::vector<Target> targets;
  int revision = 0;    // of the dashboard, 0 of a template
  std::string status;  // "draft", "approved by …"
};

// A tile and what there is to see on it. A cell of its answer with a limit is one of those kept.
struct AnsweredTile {
  catalog::Tile tile;
  std::string title;
  metrics::Question question;
  std::optional<metrics::Answer> answer;
  std::string failure;      // why there is no answer, for people
  int64_t left_out = 0;     // members beyond the tile's limit
  std::vector<Mark> marks;  // inside its days
  std::optional<Target> target;
  std::map<std::string, std::string> post_texts;  // how the posts of its rows begin, by id, where that is known
};

struct Report {
  catalog::Dashboard dashboard;
  std::shared_ptr<const catalog::Catalog> catalog;
  std::string workspace, currency, zone;
  Weekday week_start = Weekday::monday;
  Instant as_of;
  std::optional<DayRange> days;  // none: all data
  std::string compare;
  std::map<std::string, std::vector<std::string>> filter;     // of the whole report
  std::map<std::string, std::vector<std::string>> narrowing;  // the part of it that was chosen
  std::string base;
  int revision = 0;
  std::string status;
  std::vector<AnsweredTile> tiles;
  // What the numbers of an XLSX are computed from, by tile and row; filled for ratios only.
  struct Input {
    std::string name;
    double sum = 0;
  };
  struct Computed {
    std::vector<Input> inputs;
    std::string formula;  // over `{0}`, `{1}`, …: the inputs in order
  };
  std::map<std::pair<size_t, size_t>, Computed> computed;
};

// A tile that cannot be asked says why; failures of the program itself are passed on. invalid: a choice is none.
Result<Report> ask(const metrics::Engine& engine, const metrics::Scope& scope, const catalog::Dashboard& dashboard,
                   const Choices& choices, const Beside& beside);
// Looks up what ratios are computed from, for Format::xlsx: it asks for explanations, one a cell, up to a few hundred.
Result<Report> with_inputs(Report report, const metrics::Engine& engine, const metrics::Scope& scope);

// The address on the web of what explains a cell of an answer; empty where it could not say it.
struct Asked {
  std::string base, workspace;
  const metrics::Question& question;
  Instant as_of;
};
std::string explain_link(const Asked& asked, const metrics::Cell& cell);

enum class Format { markdown, csv, html, xlsx, pdf };
std::string_view name(Format format);  // "md", "csv", "html", "xlsx", "pdf"
std::string_view media_type(Format format);
const std::vector<Format>& formats();
// invalid: none of the names, with all of them.
Result<Format> parse_format(std::string_view text);
bool is_text(Format format);

// The file's bytes. unavailable: there is no Chromium to print a PDF, with what to install; internal: it failed.
Result<std::string> written(const Report& report, Format format);

// Whether a tile is a chart, of which there can be a picture.
bool is_drawn(const AnsweredTile& tile);
// A PNG of one of the report's charts, 2,000 dots wide, with its title and days. invalid: the tile is no chart;
// not_found: nothing is known to draw; unavailable, internal: as `written`.
Result<std::string> chart_png(const Report& report, const AnsweredTile& tile);

// What a report comes to, for the mail it goes out with: a line for each of its numbers. A change is called one only
// where its test says that it is more than chance; where there is no test, both numbers stand and nothing is concluded.
std::string summary(const Report& report);

// The answers as docs/api.md has them: what the web draws, and what is kept of a published report.
Json to_json(const Report& report);

// The numbers of a report that are others now than at its moment.
struct ChangedTile {
  std::string title;
  catalog::Tile tile;
  metrics::ChangesAnswer changes;
};
struct Changed {
  std::vector<ChangedTile> tiles;  // those with a change
  int64_t total = 0, unchanged = 0;
};
// `report` as it was asked; `scope` with the later moment as its now.
Result<Changed> changed_since(const metrics::Engine& engine, const metrics::Scope& scope, const Report& report);

// KPIs of dashboards for which there is no data at all, by dashboard name: keys and the reason. One pass over all.
using Lacking = std::map<std::string, std::map<std::string, std::string>>;
Result<Lacking> lacking(const metrics::Engine& engine, const metrics::Scope& scope,
                        const std::vector<catalog::Dashboard>& dashboards);

}  // namespace sociometer::reports
