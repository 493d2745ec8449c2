#include "surfaces/api/api.h"
#include "surfaces/api/people_json.h"
#include "surfaces/audit_text.h"

namespace sociometer::surfaces {

Result<net::Response> get_audit(const Ask& ask) {
  const std::string& format = ask.parameter("format");
  if (!format.empty() && format != "json" && format != "csv") return invalid("format is json or csv", "format");
  const std::string& all = ask.parameter("all");
  if (!all.empty() && all != "0" && all != "1") return invalid("all is 0 or 1", "all");
  if (all == "1" && !ask.caller.owns_everything()) {
    return *refusal_of(Verdict::refused, {"GET", "/audit", Right::operate, "", get_audit, {}}, ask.workspace);
  }
  const bool is_csv = format == "csv";
  TRY(const int64_t limit, ask.limit(is_csv ? 100'000 : 50, is_csv ? 100'000 : 500));
  TRY(const int64_t before, parse_cursor(ask.parameter("cursor")));
  const auto of = all == "1" ? control::Audit::Of::everything : control::Audit::Of::workspace;
  TRY(std::vector<control::Audited> found, ask.house().control->audit().list(of, ask.workspace, before, limit + 1));
  Json next = nullptr;
  if (static_cast<int64_t>(found.size()) > limit) {
    found.pop_back();
    next = std::to_string(found.back().number);
  }
  if (is_csv) {
    net::Response response;
    response.content_type = "text/csv; charset=utf-8";
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"audit.csv\"");
    response.body = audit_csv(found);
    return response;
  }
  JsonArray list;
  for (const control::Audited& audited : found) list.push_back(audited_json(audited));
  return json_response(JsonObject{{"audit", std::move(list)}, {"next", std::move(next)}});
}

}  // namespace sociometer::surfaces
