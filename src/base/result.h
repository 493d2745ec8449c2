// Result: how an expected failure travels.
//
// A function that can fail for a reason outside the program – a wrong file, a full disk, an unknown name – returns a
// Result. It holds either the value or an Error: one of a few kinds, and a sentence for the person who will read it,
// saying what was wrong and what to do. Bugs do not travel: CHECK ends the program (base/check.h).
//
//   Result<Day> due = parse_day(text);
//   if (!due) return due.error();
//   use(*due);
//
// or, where the failure is simply passed on:
//
//   TRY(Day due, parse_day(text));
//   TRY_DONE(store.append(batch));
//
// Threads: plain values, as safe as an int.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace sociometer {

// Few kinds, each with one HTTP status and one exit status, so that a caller decides by kind and a person by message.
enum class ErrorKind {
  invalid,      // what was asked or given is wrong: 400, exit 2 for a command line, 1 for a file
  not_found,    // there is no such thing: 404
  conflict,     // it contradicts what is there: 409
  unsupported,  // understood, but not something this program does: 422
  full,         // no room: disk or limit: 507
  unavailable,  // not now, perhaps later: 503
  internal,     // a part failed in a way it should not: 500
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;  // one sentence, without a trailing newline
  std::string field;    // the argument or member to blame, if one is
};

// What a call returns that has nothing to say but "done".
struct Done {};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT: implicit, so that `return value;` reads well
  Result(Error error) : state_(std::move(error)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  const Error& error() const { return std::get<1>(state_); }

  // The same failure with "context: " before its sentence; a success is left alone.
  Result<T> prefixed(const std::string& context) && {
    if (!ok()) std::get<1>(state_).message = context + ": " + std::get<1>(state_).message;
    return std::move(*this);
  }

 private:
  std::variant<T, Error> state_;
};

inline Error invalid(std::string message, std::string field = {}) {
  return {ErrorKind::invalid, std::move(message), std::move(field)};
}
inline Error not_found(std::string message, std::string field = {}) {
  return {ErrorKind::not_found, std::move(message), std::move(field)};
}
inline Error conflict(std::string message) {
  return {ErrorKind::conflict, std::move(message), {}};
}
inline Error unsupported(std::string message) {
  return {ErrorKind::unsupported, std::move(message), {}};
}
inline Error full(std::string message) {
  return {ErrorKind::full, std::move(message), {}};
}
inline Error unavailable(std::string message) {
  return {ErrorKind::unavailable, std::move(message), {}};
}
inline Error internal(std::string message) {
  return {ErrorKind::internal, std::move(message), {}};
}

#define SOCIOMETER_JOIN_(a, b) a##b
#define SOCIOMETER_JOIN(a, b) SOCIOMETER_JOIN_(a, b)

// TRY(auto x, call()): declares x from a Result, or returns its error from this function.
#define TRY(declaration, ...)                                                                 \
  auto SOCIOMETER_JOIN(result_, __LINE__) = (__VA_ARGS__);                                    \
  if (!SOCIOMETER_JOIN(result_, __LINE__)) return SOCIOMETER_JOIN(result_, __LINE__).error(); \
  declaration = std::move(*SOCIOMETER_JOIN(result_, __LINE__))

// TRY_DONE(call()): the same where there is no value to keep.
#define TRY_DONE(...)                           \
  do {                                          \
    auto try_result = (__VA_ARGS__);            \
    if (!try_result) return try_result.error(); \
  } while (false)

}  // namespace sociometer
