// Who asks: cookies and tokens of requests, and the cookies of answers.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "net/net.h"
#include "surfaces/api/rights.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

control::From from_of(const net::Request& request);

// The value of a cookie, empty if it is not there or there twice.
std::string cookie_of(const net::Request& request, std::string_view name);

// Whether one of this server's own pages sent it, as browsers say who sent what.
bool is_from_own_page(const net::Request& request);

class Callers {
 public:
  explicit Callers(const House& house) : house_(house) {}

  // A token's if it brings one, else the session's of its cookie; nobody where neither is any good. A token that is no
  // good is an Error: whoever sends one means to be somebody. A session's new proof, where one is due, has to reach the
  // browser: whoever sends no answer asks for none.
  using Renewal = control::People::Renewal;
  Result<Caller> recognise(const net::Request& request, Renewal renewal = Renewal::when_due);

  // The cookie that makes the caller of the next request: `proof` empty takes it away.
  Result<std::string> session_cookie(const net::Request& request, std::string_view proof);

  // A cookie by which a browser is known to have signed in as the person before.
  Result<std::string> device_cookie(const net::Request& request, std::string_view person);
  // The browser's mark if it is known to have signed in to the account with this address; else empty.
  Result<std::string> known_device(const net::Request& request, std::string_view email);

 private:
  enum class Cookie { session, device };
  Result<std::string> name_of(Cookie cookie, const net::Request& request);

  const House& house_;
  std::mutex mutex_;
  std::string installation_;
};

}  // namespace sociometer::surfaces
