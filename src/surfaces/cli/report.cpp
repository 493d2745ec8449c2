// Reports: what there is, a dashboard of one's own, and the files that are made of it.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "surfaces/cli/answer_text.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/cli/table.h"
#include "surfaces/dashboards.h"
#include "surfaces/schedules.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

using Align = Table::Align;

struct ReportCall {
  std::string verb, name, file, format, out, tile, link, over, published, number;
  std::vector<std::string> filter;
  std::string from, to, last, compare, as_of;
  AnnotationWords annotation;
  ScheduleWords schedule;
  std::string remove;
};

Result<ReportWords> words_of(const Call& call, const ReportCall& said) {
  ReportWords words{said.from, said.to, said.last, said.compare, said.as_of, {}, said.link};
  if (words.link.empty()) words.link = base_address(call);
  for (const std::string& text : said.filter) {
    TRY(auto parsed, parse_filter(text, "--filter"));
    words.filter.push_back(std::move(parsed));
  }
  return words;
}

std::string counted(std::string_view what, size_t count) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// What of a dashboard has no data, in words: KPIs by reason.
std::string lacking_words(const JsonObject& report) {
  const JsonObject& lacking = report.at("lacking").as_object();
  const size_t all = report.at("kpis").as_array().size();
  if (lacking.empty()) return "";
  if (lacking.size() == all) return "no data at all";
  std::vector<std::string> keys;
  for (const auto& member : lacking) keys.emplace_back(member.key());
  constexpr size_t named = 4;
  std::string text = fmt::format("{} of {} KPIs: ", keys.size(), all);
  for (size_t i = 0; i < std::min(named, keys.size()); ++i) text += (i == 0 ? "" : ", ") + keys[i];
  return text + (keys.size() > named ? ", …" : "");
}

std::string told_text(const JsonObject& object, const char* key) {
  return std::string(object.at(key).as_string());
}

Result<Exit> list_reports(Call& call) {
  TRY(const Json document, dashboards_json(call.house, call.globals.workspace, *call.clock));
  if (call.globals.output == Output::json) {
    call.print_json(document);
    return Exit::done;
  }
  Table table;
  for (const char* title : {"name", "title", "kind", "holds", "status"}) table.column(title);
  table.column("published", Align::right);
  table.column("without data", Align::left, Table::Fit::flexible);
  for (const Json& each : document.at("dashboards").as_array()) {
    const JsonObject& report = each.as_object();
    const bool is_template = report.at("template").as_bool();
    const auto published = static_cast<int64_t>(report.at("published").to_number<int64_t>());
    table.row({told_text(report, "name"), told_text(report, "title"),
               is_template ? "template" : fmt::format("own, revision {}", report.at("revision").to_number<int64_t>()),
               counted("tile", report.at("tiles").as_array().size()), told_text(report, "status"),
               published > 0 ? std::to_string(published) : "", lacking_words(report)});
  }
  call.print(table.text(call.terminal.look()));
  return Exit::done;
}

// A file that is no dashboard is a failure of the file, not of the line.
Result<Exit> add_report(Call& call, const ReportCall& said) {
  int over = 0;
  if (!said.over.empty()) {
    TRY(over, number_from(said.over, "over", 1));
  }
  TRY(const std::string text, text_at(call, said.file));
  const Result<FoundDashboard> saved =
      save_dashboard(call.house, call.globals.workspace, said.file, text, over, login_name(), call.clock->now());
  if (!saved && saved.error().kind == ErrorKind::invalid) {
    call.terminal.error(saved.error().message + "\n");
    return Exit::failed;
  }
  if (!saved) return saved.error();
  TRY_DONE(record(call, call.globals.workspace, "dashboard.save", saved->dashboard.name,
                  fmt::format("revision {}", saved->revision)));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"dashboard", dashboard_json(*saved)}});
  } else {
    call.print(fmt::format("{} is saved as revision {}, a draft\n", saved->dashboard.name, saved->revision));
  }
  return Exit::done;
}

Result<Exit> show_report(Call& call, const ReportCall& said) {
  TRY(const FoundDashboard found, dashboard_of(call.house, call.globals.workspace, said.name));
  TRY(const std::vector<control::Publication> sent,
      call.house.control->dashboards().publications(call.globals.workspace, said.name));
  if (call.globals.output == Output::json) {
    JsonArray published;
    for (const control::Publication& each : sent) published.push_back(publication_json(each));
    call.print_json(JsonObject{{"dashboard", dashboard_json(found)}, {"published", std::move(published)}});
    return Exit::done;
  }
  const catalog::Dashboard& dashboard = found.dashboard;
  std::string text = fmt::format("{}\n{}\n", dashboard.title, dashboard.words);
  Table tiles;
  tiles.column("", Align::right);
  for (const char* title : {"kind", "title", "KPIs", "by", "place"}) tiles.column(title);
  for (size_t i = 0; i < dashboard.tiles.size(); ++i) {
    const catalog::Tile& tile = dashboard.tiles[i];
    tiles.row({std::to_string(i + 1), std::string(catalog::name(tile.kind)), tile.title, join(tile.kpis, ", "),
               join(tile.by, ", "), fmt::format("{},{} {}×{}", tile.x, tile.y, tile.w, tile.h)});
  }
  text += "\n" + tiles.text(call.terminal.look());
  Table published;
  published.column("published", Align::right);
  for (const char* title : {"at", "by", "as of", "formats"}) published.column(title);
  for (const control::Publication& each : sent) {
    std::vector<std::string> formats;
    for (const auto& [format, hash] : each.files) formats.push_back(format);
    published.row({std::to_string(each.number), format_instant(each.published_at), each.published_by,
                   format_instant(each.as_of), join(formats, ", ")});
  }
  if (!published.empty()) text += "\n" + published.text(call.terminal.look());
  call.print(text);
  return Exit::done;
}

// Whole or not at all: beside its place first, so that a file that is there is never half overwritten.
Result<Done> write_file(const std::string& path, const std::string& bytes) {
  namespace fs = std::filesystem;
  const std::string beside = path + ".part";
  std::error_code failed;
  {
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << bytes;
    if (!file.flush()) {
      fs::remove(beside, failed);
      return unavailable(fmt::format("{} cannot be written: look at the folder and its room", path));
    }
  }
  fs::rename(beside, path, failed);
  if (!failed) return Done{};
  fs::remove(beside, failed);
  return unavailable(fmt::format("{} cannot be written: look at the folder and its room", path));
}

void say_written(Call& call, const ReportCall& said, const std::string& path, const std::string& bytes) {
  if (call.globals.output == Output::json) {
    call.print_json(
        JsonObject{{"report", said.name}, {"format", said.format}, {"file", path}, {"bytes", bytes.size()}});
  } else {
    call.print(fmt::format("{}: {} bytes\n", path, grouped(static_cast<int64_t>(bytes.size()))));
  }
}

std::string path_of(const Call& call, const std::string& name) {
  return (std::filesystem::path(call.terminal.look().folder) / name).string();
}

// The picture of one chart.
Result<Exit> render_chart(Call& call, const ReportCall& said) {
  if (said.tile.empty()) {
    return invalid(fmt::format("a PNG is of one chart: name it with --tile, by its number in sociometer report show {}",
                               said.name),
                   "tile");
  }
  if (said.out == "-") return invalid("png is no text: name a file with --out", "out");
  if (!said.published.empty())
    return invalid("what was published has no pictures apart: leave --tile out", "published");
  TRY(const ReportWords words, words_of(call, said));
  TRY(const reports::Report report, report_of(call.house, call.globals.workspace, said.name, words, *call.clock));
  TRY(const std::string bytes, chart_bytes(report, said.tile));
  TRY_DONE(write_file(path_of(call, said.out), bytes));
  say_written(call, said, path_of(call, said.out), bytes);
  return Exit::done;
}

Result<Exit> render(Call& call, const ReportCall& said) {
  if (said.format == "png") return render_chart(call, said);
  if (!said.tile.empty()) return invalid("only --format png is of one tile", "tile");
  TRY(const reports::Format format, reports::parse_format(said.format));
  if (said.out == "-" && !reports::is_text(format)) {
    return invalid(fmt::format("{} is no text: name a file with --out", said.format), "out");
  }
  std::string bytes;
  if (!said.published.empty()) {
    if (!said.from.empty() || !said.to.empty() || !said.last.empty() || !said.as_of.empty() || !said.compare.empty() ||
        !said.filter.empty()) {
      return invalid("what was published is served as it is: leave the selectors out", "published");
    }
    TRY(const int number, number_from(said.published, "published", 1));
    TRY(bytes, published_bytes(call.house, call.globals.workspace, said.name, number, format));
  } else {
    TRY(const ReportWords words, words_of(call, said));
    TRY(const reports::Report report, report_of(call.house, call.globals.workspace, said.name, words, *call.clock));
    TRY(bytes, report_bytes(call.house, report, format, *call.clock));
  }
  if (said.out == "-") {
    call.print(bytes);
    return Exit::done;
  }
  TRY_DONE(write_file(path_of(call, said.out), bytes));
  say_written(call, said, path_of(call, said.out), bytes);
  return Exit::done;
}

Result<Exit> approve(Call& call, const ReportCall& said) {
  TRY(const control::Approval approval,
      approve_report(call.house, call.globals.workspace, said.name, login_name(), call.clock->now()));
  TRY_DONE(
      record(call, call.globals.workspace, "report.approve", said.name, fmt::format("revision {}", approval.revision)));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"report", said.name},
                               {"revision", approval.revision},
                               {"approved_by", approval.approved_by},
                               {"approved_at", format_instant(approval.approved_at)}});
  } else {
    call.print(fmt::format("{} is approved\n", said.name));
  }
  return Exit::done;
}

Result<Exit> publish(Call& call, const ReportCall& said) {
  TRY(const ReportWords words, words_of(call, said));
  TRY(const Published done,
      publish_report(call.house, call.globals.workspace, said.name, words, login_name(), *call.clock));
  TRY_DONE(record(call, call.globals.workspace, "report.publish", said.name,
                  fmt::format("number {}", done.publication.number)));
  for (const auto& [format, why] : done.missing) {
    call.terminal.error(fmt::format("sociometer: without {}: {}\n", format, why));
  }
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"publication", publication_json(done.publication)}});
  } else {
    call.print(fmt::format("{} is published as number {}, as of {}\n", said.name, done.publication.number,
                           format_instant(done.publication.as_of)));
  }
  return Exit::done;
}

Result<Exit> changed(Call& call, const ReportCall& said) {
  int number = 0;
  if (!said.number.empty()) {
    TRY(number, number_from(said.number, "published", 1));
  }
  TRY(const ChangedReport found, changed_report(call.house, call.globals.workspace, said.name, number, *call.clock));
  if (call.globals.output == Output::json) {
    call.print_json(changed_json(found));
    return Exit::done;
  }
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const auto catalog, catalog_of(call.house, call.globals.workspace));
  Table table;
  for (const char* title : {"tile", "of", "KPI"}) table.column(title, Align::left, Table::Fit::flexible);
  for (const char* title : {"published", "now"}) table.column(title, Align::right);
  for (const reports::ChangedTile& tile : found.changed.tiles) {
    for (const metrics::ChangedRow& row : tile.changes.rows) {
      const catalog::Unit unit = unit_of(*catalog, row.after.kpi, row.after.variant);
      table.row({tile.title, join(row.after.by, ", "), kpi_label(row.after),
                 cell_text(row.before, unit, scope.currency), cell_text(row.after, unit, scope.currency)});
    }
  }
  call.print(fmt::format("{}{} of {} numbers are others since number {} was published, as of {}\n",
                         table.empty() ? "" : table.text(call.terminal.look()), grouped(found.changed.total),
                         grouped(found.changed.total + found.changed.unchanged), found.publication.number,
                         format_instant(found.publication.as_of)));
  return Exit::done;
}

Result<Exit> remove_report(Call& call, const ReportCall& said) {
  TRY(const FoundDashboard found, dashboard_of(call.house, call.globals.workspace, said.name));
  if (found.is_template()) return conflict(fmt::format("{} is a template: it comes with the program", said.name));
  TRY(const control::KeptDashboard gone,
      call.house.control->dashboards().remove(call.globals.workspace, said.name, found.revision, login_name(),
                                              call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "dashboard.remove", gone.name));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"report", gone.name}, {"removed_at", format_instant(gone.saved_at)}});
  } else {
    call.print(fmt::format("removed: {}; its revisions and what was published stay\n", gone.name));
  }
  return Exit::done;
}

Result<Exit> print_annotation(Call& call, const control::Annotation& annotation, std::string_view what) {
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"annotation", annotation_json(annotation)}});
  } else {
    call.print(fmt::format("{} {}: {}, {}\n", what, annotation.id, annotation.kind, annotation.text));
  }
  return Exit::done;
}

Result<Exit> add_annotation(Call& call, const ReportCall& said) {
  const Instant now = call.clock->now();
  if (!said.remove.empty()) {
    TRY(const control::Annotation gone,
        call.house.control->dashboards().remove_annotation(call.globals.workspace, said.remove, now));
    TRY_DONE(record(call, call.globals.workspace, "annotation.remove", gone.id));
    return print_annotation(call, gone, "removed");
  }
  if (said.annotation.text.empty()) {
    TRY(const std::vector<control::Annotation> all,
        call.house.control->dashboards().annotations(call.globals.workspace));
    JsonArray list;
    Table table;
    for (const char* title : {"id", "from", "to", "kind", "network"}) table.column(title);
    table.column("text", Align::left, Table::Fit::flexible);
    for (const control::Annotation& each : all) {
      list.push_back(annotation_json(each));
      table.row({each.id, format_day(each.first), format_day(each.last), each.kind, each.network, each.text});
    }
    if (call.globals.output == Output::json) {
      call.print_json(JsonObject{{"annotations", std::move(list)}});
    } else {
      call.print(table.empty() ? "no annotations yet\n" : table.text(call.terminal.look()));
    }
    return Exit::done;
  }
  TRY(const control::Annotation made, annotate(call.house, call.globals.workspace, said.annotation, login_name(), now));
  TRY_DONE(record(call, call.globals.workspace, "annotation.add", made.id));
  return print_annotation(call, made, "noted");
}

Result<Exit> print_schedules(Call& call, const std::vector<control::KeptSchedule>& all) {
  const Instant now = call.clock->now();
  if (call.globals.output == Output::json) {
    JsonArray list;
    for (const control::KeptSchedule& each : all) list.push_back(schedule_json(each, now));
    call.print_json(JsonObject{{"schedules", std::move(list)}});
    return Exit::done;
  }
  Table table;
  table.column("", Align::right);
  for (const char* title : {"report", "when", "to", "formats", "next"}) table.column(title);
  table.column("last", Align::right);
  table.column("why not", Align::left, Table::Fit::flexible);
  for (const control::KeptSchedule& each : all) {
    const std::optional<Instant> next = next_due(each, now);
    table.row({std::to_string(each.number), each.report, recurrence_words(each), each.channel, join(each.formats, ", "),
               next ? format_instant(*next) : "",
               each.last_publication == 0 ? "" : fmt::format("number {}", each.last_publication), each.failure});
  }
  call.print(table.empty() ? "no report is sent by itself yet: sociometer report schedule executive --every monday "
                             "--to team\n"
                           : table.text(call.terminal.look()));
  return Exit::done;
}

Result<Exit> schedules(Call& call, const ReportCall&) {
  TRY(const std::vector<control::KeptSchedule> all, call.house.control->schedules().list(call.globals.workspace));
  return print_schedules(call, all);
}

Result<Exit> schedule(Call& call, const ReportCall& said) {
  ScheduleWords words = said.schedule;
  words.report = said.name;
  TRY(const control::KeptSchedule made,
      add_schedule(call.house, call.globals.workspace, words, login_name(), call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "schedule.add", made.report, recurrence_words(made)));
  return print_schedules(call, {made});
}

Result<Exit> unschedule(Call& call, const ReportCall& said) {
  TRY(const int number, number_from(said.number, "schedule", 1));
  TRY(const control::KeptSchedule gone,
      call.house.control->schedules().remove(call.globals.workspace, number, call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "schedule.remove", gone.report, recurrence_words(gone)));
  return schedules(call, said);
}

Result<Exit> run_report(Call& call, const ReportCall& said) {
  static constexpr std::pair<std::string_view, Result<Exit> (*)(Call&, const ReportCall&)> verbs[] = {
      {"add", add_report},    {"show", show_report},    {"render", render},        {"approve", approve},
      {"publish", publish},   {"changed", changed},     {"remove", remove_report}, {"annotate", add_annotation},
      {"schedule", schedule}, {"schedules", schedules}, {"unschedule", unschedule}};
  for (const auto& [name, run_verb] : verbs) {
    if (name == said.verb) return run_verb(call, said);
  }
  return invalid("say what is to be done: sociometer report render NAME --format pdf --out FILE", "report");
}

void declare_selectors(Options& options, ReportCall& said) {
  options.text("--from", "DAY", "first day, 2026-01-01, instead of the report's own period", &said.from);
  options.text("--to", "DAY", "last day, inclusive", &said.to);
  options.text("--last", "SPAN", "90d, 4w, 3m, month, quarter, year, counted back from --as-of", &said.last);
  options.text("--compare", "WITH", "previous, year, FROM..TO or none", &said.compare);
  options.texts("--filter", "DIM=VALUE", "only these; again for more", &said.filter);
  options.text("--as-of", "TIME", "what was known then (now)", &said.as_of);
  options.text("--link", "URL", "where the web is, for the links to explanations", &said.link);
}

Run declare_report(Options options) {
  auto said = std::make_shared<ReportCall>();
  const char* which = "of a report, as `sociometer reports` lists them";
  Options add = options.verb("add", "saves a dashboard of one's own from a file", &said->verb);
  add.word("FILE", "YAML or JSON; - for standard input", &said->file);
  add.text("--over", "REVISION", "the revision it was made from, where there is one", &said->over);
  Options show = options.verb("show", "what a report holds, and when it was published", &said->verb);
  show.word("NAME", which, &said->name);
  Options render = options.verb("render", "writes it as a file", &said->verb);
  render.word("NAME", which, &said->name);
  render.text("--format", "FORMAT", "pdf, xlsx, html, csv, md, or png of one chart", &said->format, Presence::required);
  render.text("--tile", "N", "of which tile the png is, by its number in `report show`", &said->tile);
  render.text("--out", "FILE", "where to; - for standard output", &said->out, Presence::required);
  render.text("--published", "N", "as it was published, the Nth time", &said->published);
  declare_selectors(render, *said);
  Options approve = options.verb("approve", "says that it may be sent", &said->verb);
  approve.word("NAME", which, &said->name);
  Options publish = options.verb("publish", "keeps it as it is now, in every format", &said->verb);
  publish.word("NAME", which, &said->name);
  declare_selectors(publish, *said);
  Options changed = options.verb("changed", "which of its numbers are others since it was published", &said->verb);
  changed.word("NAME", which, &said->name);
  changed.text("--published", "N", "the Nth time (the latest)", &said->number);
  Options remove = options.verb("remove", "takes an own one off the list; its history stays", &said->verb);
  remove.word("NAME", which, &said->name);
  Options schedule = options.verb("schedule", "sends it by the calendar, while a server runs", &said->verb);
  schedule.word("NAME", which, &said->name);
  schedule.text("--every", "WHEN",
                "day, weekday, monday … sunday, first-of-month, last-of-month, first-of-quarter or first-of-year",
                &said->schedule.every, Presence::required);
  schedule.text("--at", "TIME", "time of day (08:00)", &said->schedule.at);
  schedule.text("--zone", "ZONE", "whose time that is (the workspace's)", &said->schedule.zone);
  schedule.text("--to", "CHANNEL", "where to, as `sociometer channels` lists them", &said->schedule.channel,
                Presence::required);
  schedule.texts("--format", "FORMAT,…", "what is attached: pdf, xlsx, html, csv, md (pdf)", &said->schedule.formats);
  options.verb("schedules", "what is sent by the calendar", &said->verb);
  Options unschedule = options.verb("unschedule", "sends it no more", &said->verb);
  unschedule.word("NUMBER", "as `sociometer report schedules` lists them", &said->number);
  Options annotate = options.verb("annotate", "notes what happened, for the charts; without --text lists", &said->verb);
  annotate.text("--from", "DAY", "when, or the first day of it", &said->annotation.from);
  annotate.text("--to", "DAY", "the last day of it, inclusive", &said->annotation.to);
  annotate.text("--kind", "KIND", "campaign, algorithm, outage, press or other", &said->annotation.kind);
  annotate.text("--text", "TEXT", "what happened", &said->annotation.text);
  annotate.text("--network", "NETWORK", "where, if not everywhere", &said->annotation.network);
  annotate.text("--remove", "ID", "takes one away", &said->remove);
  return [said](Call& call) { return run_report(call, *said); };
}

Run declare_reports(Options) {
  return [](Call& call) { return list_reports(call); };
}

}  // namespace

const Command report_command{"report", "makes a dashboard one's own, and files of it",
                             "sociometer report render executive --last quarter --format pdf --out executive.pdf",
                             Needs::data, declare_report};
const Command reports_command{"reports", "reports and dashboards, and what they lack", "sociometer reports",
                              Needs::data, declare_reports};

}  // namespace sociometer::surfaces
