// Dashboards and the reports made of them, as the command line and the API show them: templates of the catalog beside
// the workspace's own, answered by metrics, written by reports, kept by control.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/reports.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

struct FoundDashboard {
  catalog::Dashboard dashboard;
  int revision = 0;  // 0: a template
  std::string saved_by;
  Instant saved_at;
  bool is_template() const { return revision == 0; }
};

// Templates first, then the workspace's own, each by name.
Result<std::vector<FoundDashboard>> dashboards_of(const House& house, std::string_view workspace);
// not_found, with the nearest name.
Result<FoundDashboard> dashboard_of(const House& house, std::string_view workspace, std::string_view name);
// `file` is what complaints call the text. invalid: every mistake, with its place. conflict: the name is a template's,
// or another revision than `over` holds.
Result<FoundDashboard> save_dashboard(const House& house, std::string_view workspace, const std::string& file,
                                      const std::string& text, int over, std::string_view by, Instant now);
Json dashboard_json(const FoundDashboard& found);
// {"dashboards": […]}: what each holds and what of it has no data yet.
Result<Json> dashboards_json(const House& house, std::string_view workspace, const Clock& clock);

// What somebody said of one rendering, as written.
struct ReportWords {
  std::string from, to, last, compare, as_of;
  std::vector<std::pair<std::string, std::vector<std::string>>> filter;
  std::string link;  // where the web is
};
Result<reports::Report> report_of(const House& house, std::string_view workspace, std::string_view name,
                                  const ReportWords& words, const Clock& clock);
// The same of a dashboard that is not saved: `text` is its JSON. invalid: every mistake in it.
Result<reports::Report> tried_report(const House& house, std::string_view workspace, const std::string& text,
                                     const ReportWords& words, const Clock& clock);
// The bytes of one format; of XLSX with what its ratios are computed from.
Result<std::string> report_bytes(const House& house, const reports::Report& report, reports::Format format,
                                 const Clock& clock);

// The PNG of a chart. `tile`: its number, from 1. invalid: it is none, or of no chart.
Result<std::string> chart_bytes(const reports::Report& report, const std::string& tile);

Result<control::Approval> approve_report(const House& house, std::string_view workspace, std::string_view name,
                                         std::string_view by, Instant now);
// Keeps the answers and the bytes of every format. conflict: the revision is not approved. `missing` says which format
// could not be written here, and why.
struct Published {
  control::Publication publication;
  std::map<std::string, std::string> missing;
};
Result<Published> publish_report(const House& house, std::string_view workspace, std::string_view name,
                                 const ReportWords& words, std::string_view by, const Clock& clock);
Json publication_json(const control::Publication& publication);
// The bytes as they were published. not_found: no such number, or not in that format.
Result<std::string> published_bytes(const House& house, std::string_view workspace, std::string_view name, int number,
                                    reports::Format format);

// What is another number now than when it was published.
struct ChangedReport {
  control::Publication publication;
  reports::Changed changed;
};
// `number` 0: the latest publication.
Result<ChangedReport> changed_report(const House& house, std::string_view workspace, std::string_view name, int number,
                                     const Clock& clock);
Json changed_json(const ChangedReport& changed);

// An annotation as said: days as written (`to` may be empty), kind of catalog::annotation_kinds.
struct AnnotationWords {
  std::string from, to, kind, text, network;
};
Result<control::Annotation> annotate(const House& house, std::string_view workspace, const AnnotationWords& words,
                                     std::string_view by, Instant now);
Json annotation_json(const control::Annotation& annotation);

// A whole number, as revisions and publications have them. invalid: none, or below `least`.
Result<int> number_from(std::string_view text, std::string_view field, int least);

}  // namespace sociometer::surfaces
