// CHECK: what must hold if the program is right. When it does not, the program ends with the place and the condition:
// a wrong number is worse than none.
#pragma once

namespace sociometer {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace sociometer

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::sociometer::check_failed(#condition, __FILE__, __LINE__))
