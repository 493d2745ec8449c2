#include "surfaces/api/api.h"

namespace sociometer::surfaces {
namespace {

std::string language_of(const Ask& ask) {
  const std::string& language = ask.parameter("language");
  return language.empty() ? "en" : language;
}

}  // namespace

Result<net::Response> get_catalog(const Ask& ask) {
  return json_response(ask.house().catalog->to_json(language_of(ask)));
}

Result<net::Response> get_catalog_entry(const Ask& ask) {
  TRY(const Json entry, ask.house().catalog->entry_json(ask.path.at("key"), language_of(ask)));
  return json_response(entry);
}

}  // namespace sociometer::surfaces
