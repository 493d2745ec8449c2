// Log lines: what web servers write of each request, as a table.
//
//   1.2.3.4 - - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 200 368 "https://a.example/" "Mozilla/5.0 …"
//   {"ts":1703373474.8,"request":{"client_ip":"1.2.3.4","method":"GET","host":"example.com","uri":"/",…},"status":200}
//
// become rows under the header `log_header`, in CSV. The common and the combined format are read with whatever stands
// in front (a host) and behind; of JSON the objects of Caddy, of Traefik and the names people give nginx.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collect/collect.h"

namespace sociometer::collect {

constexpr std::string_view log_header =
    "log time,log client,log method,log page,log status,log referrer,log agent,log host";

// One line as a row of the table; nothing if it is no request.
std::optional<std::string> log_row(std::string_view line);
// Most lines of the beginning of a text are requests.
bool looks_like_a_log(std::string_view text);
// The whole text as that table. A line that is no request becomes a row without a time.
std::unique_ptr<ByteStream> log_table(std::unique_ptr<ByteStream> text);

}  // namespace sociometer::collect
