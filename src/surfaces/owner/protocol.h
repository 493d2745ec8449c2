// What a command that is handed over and the process that owns the data say to each other.
//
//   owner    hello {"protocol", "version", "command", "process", "address"}
//   command  request {"words", "now", "width", "coloured", "progress"}
//   owner    out | error | progress | clear …        printed as they come
//   owner    open {"paths"}          → opened {"bytes"} or failed {error}
//   owner    next                    → file {"path", "bytes"}, failed {"path", error} or no_more
//   owner    read                    → bytes (none: the end of that file) or failed {error}
//   owner    exit {"status"}
//
// The command that is handed over ends the conversation by closing; that is also how it is cancelled.
#pragma once

#include "base/json.h"
#include "base/result.h"

namespace sociometer::surfaces {

constexpr int protocol_version = 1;

namespace frame {
constexpr char hello = 'h', request = 'c', exit = 'x';
constexpr char out = 'o', error = 'e', progress = 'p', clear = 'k';
constexpr char open = 'O', next = 'N', read = 'R';
constexpr char opened = 'a', file = 'f', no_more = 'z', bytes = 'b', failed = '!';
}  // namespace frame

JsonObject error_json(const Error& error);
Error error_from(const JsonObject& object);
JsonObject object_from(std::string_view text);  // empty if it is none

}  // namespace sociometer::surfaces
