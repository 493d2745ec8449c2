#include "surfaces/api/api.h"
#include "surfaces/scope.h"
#include "surfaces/streams.h"

namespace sociometer::surfaces {

Result<net::Response> get_rates(const Ask& ask) {
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  std::optional<Instant> as_of;
  if (const std::string& text = ask.parameter("as_of"); !text.empty()) {
    Result<Instant> said = parse_instant(text);
    if (!said) return invalid(said.error().message, "as_of");
    as_of = *said;
  }
  TRY(const std::vector<metrics::KnownRate> rates, ask.house().engine->rates(scope, as_of));
  return json_response(metrics::to_json(rates));
}

Result<net::Response> post_rates(const Ask& ask) {
  TRY(const control::Workspace workspace, ask.house().control->workspace(ask.workspace));
  const std::string& name = ask.parameter("filename");
  collect::InputFile file{.path = name.empty() ? "rates.csv" : name};
  if (ask.request.body_file.empty()) {
    file.stream = memory_stream(ask.request.body);
  } else {
    TRY(file.stream, file_stream(ask.request.body_file));
  }
  TRY(const collect::FileReport report, ask.house().importer->add_rates(workspace.key, std::move(file)));
  return json_response(collect::to_json(report), report.error ? 422 : 200);
}

}  // namespace sociometer::surfaces
