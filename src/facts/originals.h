// Originals: the bytes of imported files, compressed, named by the SHA-256 of what they were.
//
// originals/<workspace>/<hash>.zst. A file appears under its name only when it is whole and on the disk; until then it
// is a temporary one, which the next opening of the store removes.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "facts/facts.h"

namespace sociometer::facts {

class Originals {
 public:
  explicit Originals(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<Done> prepare();  // creates the folder, removes what an interrupted run left
  Result<std::unique_ptr<Store::Original>> keep(std::string_view workspace);
  // not_found: none of that hash; internal: its bytes are not what they were.
  Result<std::string> read(std::string_view workspace, std::string_view hash);
  using EachPiece = std::function<Result<Done>(std::string_view)>;
  Result<Done> read(std::string_view workspace, std::string_view hash, const EachPiece& each);
  // Gone for good; nothing where there is none.
  Result<Done> remove(std::string_view workspace, std::string_view hash);

 private:
  std::filesystem::path folder_;
};

}  // namespace sociometer::facts
