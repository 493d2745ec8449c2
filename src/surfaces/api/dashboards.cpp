// Dashboards, reports and annotations over HTTP.
#include "surfaces/dashboards.h"

#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/api/api.h"

namespace sociometer::surfaces {
namespace {

control::Dashboards& kept(const Ask& ask) {
  return ask.house().control->dashboards();
}

// The revision a change is made over. invalid: none is said.
Result<int> revision_in(const JsonObject& body) {
  const Json* said = body.if_contains("revision");
  if (said == nullptr || !said->is_int64() || said->get_int64() < 1 || said->get_int64() > INT32_MAX) {
    return invalid("revision says which revision this was made from, a whole number as the dashboard has it",
                   "revision");
  }
  return static_cast<int>(said->get_int64());
}

// The body as a dashboard's own text: without what only this program says of one.
std::string text_of(JsonObject body) {
  for (const char* name : {"revision", "template", "saved_by", "saved_at"}) body.erase(name);
  return json_text(body, JsonStyle::indented);
}

// From the query: from, to, last, compare, as_of, and dimensions as filters.
ReportWords words_in(const Ask& ask) {
  ReportWords words{ask.parameter("from"),
                    ask.parameter("to"),
                    ask.parameter("last"),
                    ask.parameter("compare"),
                    ask.parameter("as_of"),
                    {},
                    ask.origin()};
  for (const auto& [name, value] : ask.request.query) {
    if (ask.house().catalog->dimension(name) == nullptr) continue;
    std::vector<std::string> members;
    for (std::string_view member : split(value, ',')) members.emplace_back(trimmed(member));
    words.filter.emplace_back(name, std::move(members));
  }
  return words;
}

net::Response file_response(std::string bytes, std::string_view file, std::string_view media_type) {
  net::Response response;
  response.content_type = media_type;
  response.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", file));
  response.body = std::move(bytes);
  return response;
}

net::Response file_response(std::string bytes, std::string_view name, reports::Format format) {
  return file_response(std::move(bytes), fmt::format("{}.{}", name, reports::name(format)),
                       reports::media_type(format));
}

}  // namespace

Result<net::Response> get_dashboards(const Ask& ask) {
  TRY(const Json document, dashboards_json(ask.house(), ask.workspace, ask.clock()));
  return json_response(document);
}

Result<net::Response> post_dashboard(const Ask& ask) {
  TRY(JsonObject body, ask.body());
  if (ask.parameter("dry_run") == "1") {
    ask.noted.is_nothing = true;
    TRY(const reports::Report report,
        tried_report(ask.house(), ask.workspace, text_of(std::move(body)), words_in(ask), ask.clock()));
    return json_response(JsonObject{{"report", reports::to_json(report)}});
  }
  TRY(const FoundDashboard saved, save_dashboard(ask.house(), ask.workspace, "dashboard", text_of(std::move(body)), 0,
                                                 name_of(ask.caller), ask.clock().now()));
  ask.noted.object = saved.dashboard.name;
  return json_response(JsonObject{{"dashboard", dashboard_json(saved)}}, 201);
}

Result<net::Response> get_dashboard(const Ask& ask) {
  TRY(const FoundDashboard found, dashboard_of(ask.house(), ask.workspace, ask.path.at("dashboard")));
  return json_response(JsonObject{{"dashboard", dashboard_json(found)}});
}

Result<net::Response> put_dashboard(const Ask& ask) {
  TRY(JsonObject body, ask.body());
  const std::string& name = ask.path.at("dashboard");
  TRY(const FoundDashboard there, dashboard_of(ask.house(), ask.workspace, name));
  if (there.is_template()) return conflict(fmt::format("{} is a template: save a copy under another name", name));
  TRY(const int revision, revision_in(body));
  TRY(const std::string called, json_string(body, "name", name));
  if (called != name) return invalid("a dashboard keeps its name: save it as a new one instead", "name");
  body["name"] = name;
  TRY(const FoundDashboard saved, save_dashboard(ask.house(), ask.workspace, "dashboard", text_of(std::move(body)),
                                                 revision, name_of(ask.caller), ask.clock().now()));
  ask.noted.detail = fmt::format("revision {}", saved.revision);
  return json_response(JsonObject{{"dashboard", dashboard_json(saved)}});
}

Result<net::Response> delete_dashboard(const Ask& ask) {
  const std::string& name = ask.path.at("dashboard");
  TRY(const FoundDashboard there, dashboard_of(ask.house(), ask.workspace, name));
  if (there.is_template()) return conflict(fmt::format("{} is a template: it comes with the program", name));
  TRY(const int revision, number_from(ask.parameter("revision"), "revision", 1));
  TRY(const control::KeptDashboard gone,
      kept(ask).remove(ask.workspace, name, revision, name_of(ask.caller), ask.clock().now()));
  return json_response(JsonObject{{"dashboard", gone.name}, {"removed_at", format_instant(gone.saved_at)}});
}

Result<net::Response> get_dashboard_revisions(const Ask& ask) {
  TRY(const std::vector<control::KeptDashboard> all, kept(ask).history(ask.workspace, ask.path.at("dashboard")));
  if (all.empty()) return not_found("there is no dashboard of that name that was ever saved", "dashboard");
  JsonArray list;
  for (const control::KeptDashboard& each : all) {
    JsonObject one{
        {"revision", each.revision}, {"saved_by", each.saved_by}, {"saved_at", format_instant(each.saved_at)}};
    one["dashboard"] = nullptr;  // removed by it
    if (!each.body.empty()) {
      TRY(one["dashboard"], parse_json(each.body));
    }
    list.push_back(std::move(one));
  }
  return json_response(JsonObject{{"revisions", std::move(list)}});
}

Result<net::Response> get_report(const Ask& ask) {
  const std::string& name = ask.path.at("report");
  const std::string& said = ask.parameter("format");
  const std::string& tile = ask.parameter("tile");
  const bool as_json = said.empty() || said == "json", as_picture = said == "png";
  if (as_picture && tile.empty()) return invalid("a PNG is of one chart: say tile=1 for the first tile", "tile");
  if (!as_picture && !tile.empty()) return invalid("only format=png is of one tile", "tile");
  reports::Format format = reports::Format::html;
  if (!as_json && !as_picture) {
    TRY(format, reports::parse_format(said));
  }
  TRY(const reports::Report report, report_of(ask.house(), ask.workspace, name, words_in(ask), ask.clock()));
  if (as_json) return json_response(JsonObject{{"report", reports::to_json(report)}});
  if (as_picture) {
    TRY(std::string picture, chart_bytes(report, tile));
    return file_response(std::move(picture), fmt::format("{}-{}.png", name, tile), "image/png");
  }
  TRY(std::string bytes, report_bytes(ask.house(), report, format, ask.clock()));
  return file_response(std::move(bytes), name, format);
}

Result<net::Response> post_report_approve(const Ask& ask) {
  const std::string& name = ask.path.at("report");
  TRY(const control::Approval approval,
      approve_report(ask.house(), ask.workspace, name, name_of(ask.caller), ask.clock().now()));
  ask.noted.detail = fmt::format("revision {}", approval.revision);
  return json_response(JsonObject{{"report", name},
                                  {"revision", approval.revision},
                                  {"approved_by", approval.approved_by},
                                  {"approved_at", format_instant(approval.approved_at)}},
                       201);
}

Result<net::Response> post_report_publish(const Ask& ask) {
  TRY(const Published done, publish_report(ask.house(), ask.workspace, ask.path.at("report"), words_in(ask),
                                           name_of(ask.caller), ask.clock()));
  ask.noted.detail = fmt::format("number {}", done.publication.number);
  JsonObject missing;
  for (const auto& [format, why] : done.missing) missing[format] = why;
  return json_response(JsonObject{{"publication", publication_json(done.publication)}, {"missing", std::move(missing)}},
                       201);
}

Result<net::Response> get_published(const Ask& ask) {
  const std::string& name = ask.path.at("report");
  TRY(const std::vector<control::Publication> all, kept(ask).publications(ask.workspace, name));
  // One that is gone still has what was published of it; one that never was has nothing.
  if (all.empty()) TRY_DONE(dashboard_of(ask.house(), ask.workspace, name));
  JsonArray list;
  for (const control::Publication& each : all) list.push_back(publication_json(each));
  return json_response(JsonObject{{"published", std::move(list)}});
}

Result<net::Response> get_publication(const Ask& ask) {
  const std::string& name = ask.path.at("report");
  TRY(const int number, number_from(ask.path.at("number"), "number", 1));
  const std::string& said = ask.parameter("format");
  if (said.empty() || said == "json") {
    TRY(const control::Publication found, kept(ask).publication(ask.workspace, name, number));
    TRY(const Json report, parse_json(found.answers));
    return json_response(JsonObject{{"publication", publication_json(found)}, {"report", report}});
  }
  TRY(const reports::Format format, reports::parse_format(said));
  TRY(std::string bytes, published_bytes(ask.house(), ask.workspace, name, number, format));
  return file_response(std::move(bytes), fmt::format("{}-{}", name, number), format);
}

Result<net::Response> get_report_changed(const Ask& ask) {
  int number = 0;
  if (const std::string& said = ask.parameter("published"); !said.empty()) {
    TRY(number, number_from(said, "published", 1));
  }
  TRY(const ChangedReport changed,
      changed_report(ask.house(), ask.workspace, ask.path.at("report"), number, ask.clock()));
  return json_response(changed_json(changed));
}

Result<net::Response> get_annotations(const Ask& ask) {
  TRY(const std::vector<control::Annotation> all, kept(ask).annotations(ask.workspace));
  JsonArray list;
  for (const control::Annotation& each : all) list.push_back(annotation_json(each));
  return json_response(JsonObject{{"annotations", std::move(list)}});
}

Result<net::Response> post_annotation(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"from", "to", "kind", "text", "network"}));
  AnnotationWords words;
  for (const auto& [name, text] : {std::pair<const char*, std::string*>{"from", &words.from},
                                   {"to", &words.to},
                                   {"kind", &words.kind},
                                   {"text", &words.text},
                                   {"network", &words.network}}) {
    TRY(*text, json_string(body, name));
  }
  TRY(const control::Annotation made,
      annotate(ask.house(), ask.workspace, words, name_of(ask.caller), ask.clock().now()));
  ask.noted.object = made.id;
  return json_response(JsonObject{{"annotation", annotation_json(made)}}, 201);
}

Result<net::Response> delete_annotation(const Ask& ask) {
  TRY(const control::Annotation gone,
      kept(ask).remove_annotation(ask.workspace, ask.path.at("annotation"), ask.clock().now()));
  return json_response(JsonObject{{"annotation", gone.id}});
}

}  // namespace sociometer::surfaces
