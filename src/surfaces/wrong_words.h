// Whose fault a word is that nobody knows.
#pragma once

#include <utility>

#include "base/result.h"

namespace sociometer::surfaces {

// A failure to find a word of the catalog is that of whoever asked.
template <typename T>
Result<T> as_wrong_words(Result<T> result) {
  if (!result && result.error().kind == ErrorKind::not_found) {
    return Error{ErrorKind::invalid, result.error().message, result.error().field};
  }
  return result;
}

}  // namespace sociometer::surfaces
