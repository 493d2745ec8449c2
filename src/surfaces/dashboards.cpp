#include "surfaces/dashboards.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "insights/insights.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

using catalog::Dashboard;

// What is kept of a dashboard, read again; a KPI it names may be gone since.
Result<FoundDashboard> read_kept(const catalog::Catalog& catalog, const control::KeptDashboard& kept) {
  TRY(Dashboard dashboard, catalog::read_dashboard(catalog, kept.name, kept.body));
  return FoundDashboard{std::move(dashboard), kept.revision, kept.saved_by, kept.saved_at};
}

Result<std::optional<double>> asked_baseline(const House& house, const metrics::Scope& scope,
                                             const insights::Goal& goal) {
  if (goal.baseline.stated) return goal.baseline.stated;
  metrics::Question question;
  question.kpis = {goal.kpi + (goal.variant.empty() ? "" : ":" + goal.variant)};
  question.filter = goal.filter;
  question.days = goal.baseline.days;
  const Result<metrics::Answer> answer = house.engine->ask(scope, question);
  if (!answer && answer.error().kind == ErrorKind::internal) return answer.error();
  if (!answer || answer->rows.empty()) return std::optional<double>();
  return answer->rows.front().value;
}

// The value a goal is about; nothing where it is a range, or its baseline is not known.
Result<std::optional<double>> target_of(const House& house, const metrics::Scope& scope, const insights::Goal& goal) {
  using insights::TargetKind;
  const double sign = goal.direction == insights::Direction::down ? -1 : 1;
  switch (goal.target.kind) {
    case TargetKind::absolute:
    case TargetKind::keep:
      if (goal.direction == insights::Direction::range) return std::optional<double>();
      return std::optional(goal.target.value);
    case TargetKind::relative:
    case TargetKind::change: {
      TRY(const std::optional<double> baseline, asked_baseline(house, scope, goal));
      if (!baseline) return std::optional<double>();
      const double step =
          goal.target.kind == TargetKind::change ? goal.target.value : std::abs(*baseline) * goal.target.value;
      return std::optional(*baseline + sign * step);
    }
  }
  return std::optional<double>();
}

Result<std::vector<reports::Target>> targets_of(const House& house, const metrics::Scope& scope, Instant as_of) {
  std::vector<reports::Target> targets;
  TRY(const std::vector<control::KeptGoal> goals, house.control->goals().list(scope.workspace));
  for (const control::KeptGoal& kept : goals) {
    if (kept.set_at > as_of) continue;
    TRY(const Json fields, parse_json(kept.fields));
    if (!fields.is_object()) continue;
    const Result<insights::Goal> goal = insights::goal_from_stored(fields.get_object());
    if (!goal) continue;
    TRY(const std::optional<double> value, target_of(house, scope, *goal));
    if (!value) continue;
    targets.push_back({goal->kpi, goal->variant, goal->filter, *value, goal->days, kept.sentence});
  }
  return targets;
}

Result<reports::Beside> beside_of(const House& house, const metrics::Scope& scope, const FoundDashboard& found,
                                  Instant as_of) {
  reports::Beside beside;
  beside.revision = found.revision;
  TRY(const std::vector<control::Annotation> annotations, house.control->dashboards().annotations(scope.workspace));
  for (const control::Annotation& each : annotations) {
    if (each.made_at > as_of) continue;
    beside.marks.push_back({{each.first, each.last + 1}, each.kind, each.text, each.network});
  }
  TRY(beside.targets, targets_of(house, scope, as_of));
  TRY(const std::optional<control::Approval> approval,
      house.control->dashboards().approval(scope.workspace, found.dashboard.name, found.revision));
  beside.status = approval ? "approved by " + approval->approved_by : "draft";
  return beside;
}

Result<reports::Choices> choices_of(const ReportWords& words) {
  reports::Choices choices;
  if (!words.as_of.empty()) {
    const Result<Instant> moment = parse_instant(words.as_of);
    if (!moment) return invalid(moment.error().message, "as_of");
    choices.as_of = *moment;
  }
  choices.period = {words.last, words.from, words.to};
  if (!words.last.empty() && (!words.from.empty() || !words.to.empty())) {
    return invalid("last stands instead of from and to, not beside them", "last");
  }
  if (words.from.empty() != words.to.empty()) {
    return invalid("a period needs both its first and its last day (from, to)", words.from.empty() ? "from" : "to");
  }
  choices.compare = words.compare;
  for (const auto& [dimension, members] : words.filter) {
    std::vector<std::string>& among = choices.filter[dimension];
    among.insert(among.end(), members.begin(), members.end());
  }
  if (!words.link.empty()) {
    if (!words.link.starts_with("http://") && !words.link.starts_with("https://")) {
      return invalid("the link is the web's address, as in https://stats.example.org", "link");
    }
    choices.base = words.link;
  }
  return choices;
}

Result<reports::Report> ask_found(const House& house, const metrics::Scope& scope, const FoundDashboard& found,
                                  const reports::Choices& choices) {
  if (choices.as_of && *choices.as_of > scope.now) {
    return invalid(fmt::format("{} is not yet: nothing is known as of then", format_instant(*choices.as_of)), "as_of");
  }
  TRY(const reports::Beside beside, beside_of(house, scope, found, choices.as_of.value_or(scope.now)));
  return reports::ask(*house.engine, scope, found.dashboard, choices, beside);
}

JsonArray kinds_json(const Dashboard& dashboard) {
  JsonArray kinds;
  for (const catalog::Tile& tile : dashboard.tiles) kinds.push_back(Json(catalog::name(tile.kind)));
  return kinds;
}

JsonArray kpis_json(const Dashboard& dashboard) {
  std::vector<std::string> kpis;
  for (const catalog::Tile& tile : dashboard.tiles) {
    for (const std::string& kpi : tile.kpis) {
      if (std::ranges::find(kpis, kpi) == kpis.end()) kpis.push_back(kpi);
    }
  }
  return JsonArray(kpis.begin(), kpis.end());
}

}  // namespace

Result<std::vector<FoundDashboard>> dashboards_of(const House& house, std::string_view workspace) {
  std::vector<FoundDashboard> found;
  TRY(const auto catalog, catalog_of(house, workspace));
  for (const Dashboard& dashboard : catalog->dashboards()) found.push_back({dashboard});
  TRY(const std::vector<control::KeptDashboard> own, house.control->dashboards().list(workspace));
  for (const control::KeptDashboard& kept : own) {
    Result<FoundDashboard> read = read_kept(*catalog, kept);
    // One that no longer fits is still there, to be mended.
    if (!read) {
      found.push_back({{.name = kept.name, .title = kept.name, .words = read.error().message},
                       kept.revision,
                       kept.saved_by,
                       kept.saved_at});
    } else {
      found.push_back(std::move(*read));
    }
  }
  return found;
}

Result<FoundDashboard> dashboard_of(const House& house, std::string_view workspace, std::string_view name) {
  TRY(const auto catalog, catalog_of(house, workspace));
  std::vector<std::string_view> names;
  for (const Dashboard& dashboard : catalog->dashboards()) {
    if (dashboard.name == name) return FoundDashboard{dashboard};
    names.push_back(dashboard.name);
  }
  TRY(const std::optional<control::KeptDashboard> kept, house.control->dashboards().find(workspace, name));
  if (kept) return read_kept(*catalog, *kept);
  TRY(const std::vector<control::KeptDashboard> own, house.control->dashboards().list(workspace));
  for (const control::KeptDashboard& each : own) names.push_back(each.name);
  const std::string_view near = nearest(name, names);
  return not_found(fmt::format("there is no report {}{}; `sociometer reports` lists them", name,
                               near.empty() ? "" : fmt::format(", did you mean {}?", near)),
                   "report");
}

Result<FoundDashboard> save_dashboard(const House& house, std::string_view workspace, const std::string& file,
                                      const std::string& text, int over, std::string_view by, Instant now) {
  TRY(const auto catalog, catalog_of(house, workspace));
  TRY(Dashboard dashboard, catalog::read_dashboard(*catalog, file, text));
  for (const Dashboard& built_in : catalog->dashboards()) {
    if (built_in.name == dashboard.name) {
      return conflict(fmt::format("{} is a template: give yours another name", dashboard.name));
    }
  }
  const std::string body = json_text(catalog::to_json(dashboard), JsonStyle::indented);
  TRY(const control::KeptDashboard saved,
      house.control->dashboards().save(workspace, {.name = dashboard.name, .body = body, .saved_by = std::string(by)},
                                       over, now));
  return FoundDashboard{std::move(dashboard), saved.revision, saved.saved_by, saved.saved_at};
}

Json dashboard_json(const FoundDashboard& found) {
  JsonObject json = catalog::to_json(found.dashboard).as_object();
  json["template"] = found.is_template();
  json["revision"] = found.revision;
  json["saved_by"] = found.is_template() ? Json(nullptr) : Json(found.saved_by);
  json["saved_at"] = found.is_template() ? Json(nullptr) : Json(format_instant(found.saved_at));
  return json;
}

Result<Json> dashboards_json(const House& house, std::string_view workspace, const Clock& clock) {
  TRY(const std::vector<FoundDashboard> all, dashboards_of(house, workspace));
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  std::vector<Dashboard> dashboards;
  for (const FoundDashboard& found : all) dashboards.push_back(found.dashboard);
  TRY(const reports::Lacking lacking, reports::lacking(*house.engine, scope, dashboards));
  JsonArray list;
  for (const FoundDashboard& found : all) {
    const Dashboard& dashboard = found.dashboard;
    JsonObject missing;
    if (const auto there = lacking.find(dashboard.name); there != lacking.end()) {
      for (const auto& [kpi, reason] : there->second) missing[kpi] = reason;
    }
    TRY(const std::optional<control::Approval> approval,
        house.control->dashboards().approval(workspace, dashboard.name, found.revision));
    TRY(const std::vector<control::Publication> sent,
        house.control->dashboards().publications(workspace, dashboard.name));
    list.push_back(JsonObject{{"name", dashboard.name},
                              {"title", dashboard.title},
                              {"words", dashboard.words},
                              {"template", found.is_template()},
                              {"revision", found.revision},
                              {"status", approval ? "approved" : "draft"},
                              {"published", sent.size()},
                              {"tiles", kinds_json(dashboard)},
                              {"kpis", kpis_json(dashboard)},
                              {"lacking", std::move(missing)}});
  }
  return Json(JsonObject{{"dashboards", std::move(list)}});
}

Result<reports::Report> report_of(const House& house, std::string_view workspace, std::string_view name,
                                  const ReportWords& words, const Clock& clock) {
  TRY(const FoundDashboard found, dashboard_of(house, workspace, name));
  TRY(const reports::Choices choices, choices_of(words));
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  return ask_found(house, scope, found, choices);
}

Result<reports::Report> tried_report(const House& house, std::string_view workspace, const std::string& text,
                                     const ReportWords& words, const Clock& clock) {
  TRY(const auto catalog, catalog_of(house, workspace));
  TRY(Dashboard dashboard, catalog::read_dashboard(*catalog, "dashboard", text));
  TRY(const reports::Choices choices, choices_of(words));
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  return ask_found(house, scope, {std::move(dashboard)}, choices);
}

Result<std::string> report_bytes(const House& house, const reports::Report& report, reports::Format format,
                                 const Clock& clock) {
  if (format != reports::Format::xlsx) return reports::written(report, format);
  TRY(const metrics::Scope scope, scope_of(house, report.workspace, clock));
  TRY(const reports::Report whole, reports::with_inputs(report, *house.engine, scope));
  return reports::written(whole, format);
}

Result<std::string> chart_bytes(const reports::Report& report, const std::string& tile) {
  TRY(const int number, number_from(tile, "tile", 1));
  if (static_cast<size_t>(number) > report.tiles.size()) {
    return invalid(fmt::format("{} has {} tiles, and no {}", report.dashboard.name, report.tiles.size(), number),
                   "tile");
  }
  return reports::chart_png(report, report.tiles[static_cast<size_t>(number) - 1]);
}

Result<control::Approval> approve_report(const House& house, std::string_view workspace, std::string_view name,
                                         std::string_view by, Instant now) {
  TRY(const FoundDashboard found, dashboard_of(house, workspace, name));
  return house.control->dashboards().approve(workspace, name, {found.revision, std::string(by), now});
}

Result<Published> publish_report(const House& house, std::string_view workspace, std::string_view name,
                                 const ReportWords& words, std::string_view by, const Clock& clock) {
  TRY(const FoundDashboard found, dashboard_of(house, workspace, name));
  TRY(const std::optional<control::Approval> approval,
      house.control->dashboards().approval(workspace, name, found.revision));
  if (!approval) {
    return conflict(fmt::format("{} is a draft: approve it first, by sociometer report approve {}", name, name));
  }
  // Pinned to one moment, so that it can be asked again as it was.
  ReportWords pinned = words;
  const Instant now = clock.now();
  if (pinned.as_of.empty()) pinned.as_of = format_instant(now);
  TRY(const reports::Report report, report_of(house, workspace, name, pinned, clock));
  Published published;
  published.publication = {.name = std::string(name),
                           .revision = found.revision,
                           .title = found.dashboard.title,
                           .as_of = report.as_of,
                           .answers = json_text(reports::to_json(report)),
                           .published_by = std::string(by),
                           .published_at = now};
  for (const reports::Format format : reports::formats()) {
    const std::string called(reports::name(format));
    Result<std::string> bytes = report_bytes(house, report, format, clock);
    if (!bytes && bytes.error().kind != ErrorKind::unavailable) return bytes.error();
    if (bytes) {
      published.publication.files[called] = std::move(*bytes);
    } else {
      published.missing[called] = bytes.error().message;
    }
  }
  TRY(published.publication, house.control->dashboards().publish(workspace, published.publication));
  return published;
}

Json publication_json(const control::Publication& publication) {
  JsonArray files;
  for (const auto& [format, bytes] : publication.files) files.push_back(Json(format));
  return JsonObject{{"report", publication.name},
                    {"number", publication.number},
                    {"revision", publication.revision},
                    {"title", publication.title},
                    {"as_of", format_instant(publication.as_of)},
                    {"published_by", publication.published_by},
                    {"published_at", format_instant(publication.published_at)},
                    {"formats", std::move(files)}};
}

Result<std::string> published_bytes(const House& house, std::string_view workspace, std::string_view name, int number,
                                    reports::Format format) {
  TRY(control::Publication found, house.control->dashboards().publication(workspace, name, number));
  const auto file = found.files.find(std::string(reports::name(format)));
  if (file != found.files.end()) return std::move(file->second);
  return not_found(fmt::format("{}, number {}, was not published as {}", name, number, reports::name(format)),
                   "format");
}

Result<ChangedReport> changed_report(const House& house, std::string_view workspace, std::string_view name, int number,
                                     const Clock& clock) {
  if (number == 0) {
    TRY(const std::vector<control::Publication> all, house.control->dashboards().publications(workspace, name));
    if (all.empty()) return not_found(fmt::format("{} was never published", name), "number");
    number = all.back().number;
  }
  TRY(control::Publication publication, house.control->dashboards().publication(workspace, name, number));
  TRY(const Json kept, parse_json(publication.answers));
  // The same dashboard over the same days, whatever became of it since.
  const Json* as_sent = kept.is_object() ? kept.get_object().if_contains("dashboard") : nullptr;
  if (as_sent == nullptr) {
    return internal(
        fmt::format("the answers of {}, number {}, are damaged: bring them back from a backup", name, number));
  }
  const JsonObject& answers = kept.get_object();
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const auto catalog, catalog_of(house, workspace));
  TRY(Dashboard dashboard,
      catalog::read_dashboard(*catalog, publication.name, json_text(*as_sent, JsonStyle::indented)));
  reports::Choices choices;
  choices.as_of = publication.as_of;
  TRY(choices.period.from, json_string(answers, "from"));
  TRY(choices.period.to, json_string(answers, "to"));
  TRY(choices.compare, json_string(answers, "compare"));
  if (const Json* filter = answers.if_contains("filter"); filter != nullptr && filter->is_object()) {
    for (const auto& member : filter->get_object()) {
      for (const Json& each : member.value().as_array()) {
        choices.filter[std::string(member.key())].emplace_back(each.as_string());
      }
    }
  }
  TRY(const reports::Report report, reports::ask(*house.engine, scope, dashboard, choices, {}));
  TRY(reports::Changed changed, reports::changed_since(*house.engine, scope, report));
  return ChangedReport{std::move(publication), std::move(changed)};
}

Json changed_json(const ChangedReport& changed) {
  JsonArray tiles;
  for (const reports::ChangedTile& tile : changed.changed.tiles) {
    tiles.push_back(JsonObject{{"title", tile.title}, {"changes", metrics::to_json(tile.changes)}});
  }
  return JsonObject{{"publication", publication_json(changed.publication)},
                    {"changed", changed.changed.total},
                    {"unchanged", changed.changed.unchanged},
                    {"tiles", std::move(tiles)}};
}

Result<control::Annotation> annotate(const House& house, std::string_view workspace, const AnnotationWords& words,
                                     std::string_view by, Instant now) {
  const std::vector<std::string>& kinds = catalog::annotation_kinds();
  if (std::ranges::find(kinds, words.kind) == kinds.end()) {
    return invalid(fmt::format("\"{}\" is no kind of annotation; there are {}", words.kind, join(kinds, ", ")), "kind");
  }
  control::Annotation annotation{.kind = words.kind, .text = words.text, .made_by = std::string(by)};
  const Result<Day> from = parse_day(words.from);
  if (!from) return invalid(from.error().message, "from");
  const Result<Day> to = words.to.empty() ? from : parse_day(words.to);
  if (!to) return invalid(to.error().message, "to");
  annotation.first = *from;
  annotation.last = *to;
  if (!words.network.empty()) {
    TRY(const auto catalog, catalog_of(house, workspace));
    TRY(annotation.network, network_key(*catalog, words.network));
  }
  return house.control->dashboards().annotate(workspace, annotation, now);
}

Json annotation_json(const control::Annotation& annotation) {
  return JsonObject{{"id", annotation.id},
                    {"from", format_day(annotation.first)},
                    {"to", format_day(annotation.last)},
                    {"kind", annotation.kind},
                    {"text", annotation.text},
                    {"network", annotation.network.empty() ? Json(nullptr) : Json(annotation.network)},
                    {"made_by", annotation.made_by},
                    {"made_at", format_instant(annotation.made_at)}};
}

Result<int> number_from(std::string_view text, std::string_view field, int least) {
  int number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size() || number < least) {
    return invalid(fmt::format("{} is a whole number from {} on, not \"{}\"", field, least, text), std::string(field));
  }
  return number;
}

}  // namespace sociometer::surfaces
