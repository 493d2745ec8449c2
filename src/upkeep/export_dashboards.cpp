// What an export says of dashboards with their revisions, approvals, published reports and annotations.
#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "upkeep/export.h"
#include "upkeep/said.h"

namespace sociometer::upkeep {
namespace {

using control::Annotation;
using control::Approval;
using control::Dashboards;
using control::KeptDashboard;
using control::Publication;

constexpr std::string_view of_dashboards = "dashboards";

// --- Out ---------------------------------------------------------------------------------------------------------

Json publication_json(const Publication& publication) {
  JsonObject files;
  for (const auto& [format, bytes] : publication.files) files[format] = to_base64(bytes);
  return JsonObject{{"number", publication.number},
                    {"revision", publication.revision},
                    {"title", publication.title},
                    {"as_of", format_instant(publication.as_of)},
                    {"answers", publication.answers},
                    {"by", publication.published_by},
                    {"at", format_instant(publication.published_at)},
                    {"files", std::move(files)}};
}

Result<Json> dashboard_json(Dashboards& dashboards, const std::string& workspace, const std::string& name) {
  JsonArray revisions, approvals, published;
  TRY(const std::vector<KeptDashboard> saved, dashboards.history(workspace, name));
  int last = 0;
  for (const KeptDashboard& each : saved) {
    revisions.push_back(JsonObject{{"revision", each.revision},
                                   {"body", each.body},
                                   {"by", each.saved_by},
                                   {"at", format_instant(each.saved_at)}});
    last = each.revision;
  }
  for (int revision = 0; revision <= last; ++revision) {  // a template has the revision 0
    TRY(const std::optional<Approval> approval, dashboards.approval(workspace, name, revision));
    if (!approval) continue;
    approvals.push_back(JsonObject{
        {"revision", revision}, {"by", approval->approved_by}, {"at", format_instant(approval->approved_at)}});
  }
  TRY(const std::vector<Publication> all, dashboards.publications(workspace, name));
  for (const Publication& each : all) {
    TRY(const Publication whole, dashboards.publication(workspace, name, each.number));
    published.push_back(publication_json(whole));
  }
  return Json(JsonObject{{"name", name},
                         {"revisions", std::move(revisions)},
                         {"approvals", std::move(approvals)},
                         {"published", std::move(published)}});
}

// --- Back --------------------------------------------------------------------------------------------------------

Result<Done> say_revisions(Dashboards& dashboards, const std::string& workspace, const std::string& name,
                           const JsonArray& revisions) {
  int holds = 0;
  for (const Json& said : revisions) {
    Reading reading(said, of_dashboards);
    KeptDashboard one{.name = name, .body = reading.text("body"), .saved_by = reading.text("by")};
    const Instant at = reading.needed_moment("at");
    TRY_DONE(reading.done());
    if (one.body.empty()) {
      TRY_DONE(dashboards.remove(workspace, name, holds, one.saved_by, at));
      holds = 0;
    } else {
      TRY(const KeptDashboard kept, dashboards.save(workspace, one, holds, at));
      holds = kept.revision;
    }
  }
  return Done{};
}

Result<Done> say_published(Dashboards& dashboards, const std::string& workspace, const std::string& name,
                           const JsonArray& published) {
  for (const Json& said : published) {
    Reading reading(said, of_dashboards);
    Publication one{.name = name, .revision = reading.number("revision"), .title = reading.text("title")};
    one.as_of = reading.needed_moment("as_of");
    one.answers = reading.text("answers");
    one.published_by = reading.text("by");
    one.published_at = reading.needed_moment("at");
    TRY_DONE(reading.done());
    const Json* files = reading.member("files");
    if (files == nullptr || !files->is_object()) return unreadable(of_dashboards);
    for (const auto& file : files->get_object()) {
      if (!file.value().is_string()) return unreadable(of_dashboards);
      const auto& text = file.value().get_string();
      const std::optional<std::string> bytes = from_base64({text.data(), text.size()});
      if (!bytes) return unreadable(of_dashboards);
      one.files[std::string(file.key())] = *bytes;
    }
    TRY_DONE(dashboards.publish(workspace, std::move(one)));
  }
  return Done{};
}

Result<Done> say_dashboard(Dashboards& dashboards, const std::string& workspace, const std::string& name,
                           const JsonObject& said) {
  TRY_DONE(say_revisions(dashboards, workspace, name, list_in(said, "revisions")));
  for (const Json& each : list_in(said, "approvals")) {
    Reading reading(each, of_dashboards);
    Approval approval{reading.number("revision"), reading.text("by"), reading.needed_moment("at")};
    TRY_DONE(reading.done());
    TRY_DONE(dashboards.approve(workspace, name, std::move(approval)));
  }
  return say_published(dashboards, workspace, name, list_in(said, "published"));
}

bool is_same(const Annotation& a, const Annotation& b) {
  return a.kind == b.kind && a.first == b.first && a.last == b.last && a.text == b.text && a.network == b.network;
}

Result<Done> say_annotations(Dashboards& dashboards, const std::string& workspace, const JsonObject& settings) {
  TRY(const std::vector<Annotation> here, dashboards.annotations(workspace));
  for (const Json& said : list_in(settings, "annotations")) {
    Reading reading(said, "annotations");
    Annotation one{.kind = reading.text("kind"), .first = reading.day("from"), .last = reading.day("to")};
    one.text = reading.text("text");
    one.network = reading.text("network");
    one.made_by = reading.text("by");
    const Instant at = reading.needed_moment("at");
    TRY_DONE(reading.done());
    const bool known = std::ranges::any_of(here, [&](const Annotation& other) { return is_same(one, other); });
    if (!known) TRY_DONE(dashboards.annotate(workspace, std::move(one), at));
  }
  return Done{};
}

}  // namespace

Result<Done> put_dashboards(control::Control& control, const std::string& workspace, JsonObject& settings) {
  Dashboards& dashboards = control.dashboards();
  JsonArray all, annotations;
  TRY(const std::vector<std::string> names, dashboards.names(workspace));
  for (const std::string& name : names) {
    TRY(Json one, dashboard_json(dashboards, workspace, name));
    all.push_back(std::move(one));
  }
  TRY(const std::vector<Annotation> known, dashboards.annotations(workspace));
  for (const Annotation& each : known) {
    annotations.push_back(JsonObject{{"kind", each.kind},
                                     {"from", format_day(each.first)},
                                     {"to", format_day(each.last)},
                                     {"text", each.text},
                                     {"network", each.network},
                                     {"by", each.made_by},
                                     {"at", format_instant(each.made_at)}});
  }
  if (!all.empty()) settings["dashboards"] = std::move(all);
  if (!annotations.empty()) settings["annotations"] = std::move(annotations);
  return Done{};
}

Result<Done> say_dashboards(control::Control& control, const std::string& workspace, const JsonObject& settings,
                            std::vector<std::string>& notes) {
  Dashboards& dashboards = control.dashboards();
  TRY(const std::vector<std::string> here, dashboards.names(workspace));
  for (const Json& said : list_in(settings, "dashboards")) {
    Reading reading(said, of_dashboards);
    const std::string name = reading.text("name");
    TRY_DONE(reading.done());
    if (std::ranges::find(here, name) == here.end()) {
      TRY_DONE(say_dashboard(dashboards, workspace, name, said.get_object()));
      continue;
    }
    TRY(const Json mine, dashboard_json(dashboards, workspace, name));
    if (mine == said) continue;
    notes.push_back(fmt::format("the dashboard {} keeps what it is here; it is another in the export", name));
  }
  return say_annotations(dashboards, workspace, settings);
}

}  // namespace sociometer::upkeep
