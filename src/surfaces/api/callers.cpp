#include "surfaces/api/callers.h"

#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"

namespace sociometer::surfaces {
namespace {

constexpr int64_t session_seconds = 90 * day_seconds;
constexpr int64_t device_seconds = 365 * day_seconds;

// With __Host- a browser takes and sends the cookie over encrypted connections to this very host alone.
constexpr std::string_view secure_prefix = "__Host-";

std::string set_cookie(const std::string& name, std::string_view value, int64_t seconds) {
  const bool is_secure = name.starts_with(secure_prefix);
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", name, value, value.empty() ? 0 : seconds,
                     is_secure ? "; Secure" : "");
}

std::optional<std::string_view> bearer_of(const net::Request& request) {
  const std::string_view header = request.header("authorization");
  constexpr std::string_view scheme = "bearer ";
  if (header.empty()) return std::nullopt;
  if (!starts_with_ignoring_case(header, scheme)) return std::string_view();
  return trimmed(header.substr(scheme.size()));
}

}  // namespace

control::From from_of(const net::Request& request) {
  return {request.client, request.header("user-agent")};
}

std::string cookie_of(const net::Request& request, std::string_view name) {
  std::string found;
  int times = 0;
  for (std::string_view pair : split(request.header("cookie"), ';')) {
    pair = trimmed(pair);
    const size_t equals = pair.find('=');
    if (equals == pair.npos || pair.substr(0, equals) != name) continue;
    found = pair.substr(equals + 1);
    ++times;
  }
  // Somebody else's page on a neighbouring name may have planted the other one.
  return times == 1 ? found : std::string();
}

bool is_from_own_page(const net::Request& request) {
  const std::string& site = request.header("sec-fetch-site");
  if (!site.empty()) return site == "same-origin";
  const std::string& origin = request.header("origin");
  return lower(origin) == fmt::format("{}://{}", request.is_secure ? "https" : "http", lower(request.header("host")));
}

Result<Caller> Callers::recognise(const net::Request& request, Renewal renewal) {
  Caller caller;
  const Instant now = house_.clock->now();
  control::People& people = house_.control->people();
  if (const std::optional<std::string_view> proof = bearer_of(request)) {
    TRY(std::optional<control::RecognisedToken> known, people.recognise_token(*proof, from_of(request), now));
    if (!known) return not_found("this token is none, or no longer one: it may have expired or been revoked");
    caller.kind = Caller::Kind::token;
    caller.token = std::move(known->token);
    caller.person = std::move(known->person);
    caller.roles = std::move(known->roles);
    return caller;
  }
  TRY(const std::string name, name_of(Cookie::session, request));
  const std::string proof = cookie_of(request, name);
  if (proof.empty()) return caller;
  TRY(std::optional<control::Recognised> known, people.recognise(proof, from_of(request), now, renewal));
  if (!known) return caller;
  caller.kind = Caller::Kind::person;
  caller.person = std::move(known->person);
  caller.session = std::move(known->session);
  caller.roles = std::move(known->roles);
  caller.renewed = std::move(known->renewed);
  return caller;
}

// Cookies know hosts and no ports: two installations on one host must not take each other's.
Result<std::string> Callers::name_of(Cookie cookie, const net::Request& request) {
  std::lock_guard lock(mutex_);
  if (installation_.empty()) {
    TRY(const std::string key, house_.control->installation());
    Sha256 hash;
    hash.add(key);
    installation_ = hash.hex().substr(0, 8);
  }
  return fmt::format("{}sociometer_{}{}", request.is_secure ? secure_prefix : "", installation_,
                     cookie == Cookie::device ? "_device" : "");
}

Result<std::string> Callers::session_cookie(const net::Request& request, std::string_view proof) {
  TRY(const std::string name, name_of(Cookie::session, request));
  return set_cookie(name, proof, session_seconds);
}

Result<std::string> Callers::device_cookie(const net::Request& request, std::string_view person) {
  TRY(const std::string name, name_of(Cookie::device, request));
  const std::string text = fmt::format("{}.{}", person, make_id(house_.clock->now()));
  TRY(const std::string mark, house_.control->secrets().mark("device", text));
  return set_cookie(name, fmt::format("{}.{}", text, mark), device_seconds);
}

Result<std::string> Callers::known_device(const net::Request& request, std::string_view email) {
  TRY(const std::string name, name_of(Cookie::device, request));
  const std::string value = cookie_of(request, name);
  const size_t end = value.rfind('.');
  if (value.empty() || end == std::string::npos) return std::string();
  const std::string text = value.substr(0, end);
  TRY(const std::string mark, house_.control->secrets().mark("device", text));
  if (mark != value.substr(end + 1)) return std::string();
  const Result<control::Person> person = house_.control->people().person(text.substr(0, text.find('.')));
  if (!person || person->email != folded(trimmed(email))) return std::string();
  return text;
}

}  // namespace sociometer::surfaces
