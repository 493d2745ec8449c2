// Inputs: what was named on the command line or sent to the server, as a row of files.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "collect/bytes.h"
#include "collect/collect.h"

namespace sociometer::collect {

namespace {

namespace fs = std::filesystem;

struct Found {
  std::string path;
  std::optional<Error> error;
  bool standard_input = false;
};

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with(".");
}

// The files below a directory in the order of their names; what cannot be searched is an error at its place.
void search(const fs::path& directory, std::vector<Found>& found) {
  std::error_code problem;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(directory, problem), end; !problem && entry != end; entry.increment(problem)) {
    if (!is_hidden(entry->path())) entries.push_back(entry->path());
  }
  if (problem) {
    found.push_back(
        {directory.string(), unavailable(fmt::format("The directory cannot be read ({}).", problem.message())), false});
    return;
  }
  std::sort(entries.begin(), entries.end(),
            [](const fs::path& a, const fs::path& b) { return a.string() < b.string(); });
  for (const fs::path& path : entries) {
    fs::file_status status = fs::status(path, problem);
    bool is_link = fs::is_symlink(fs::symlink_status(path, problem));
    if (fs::is_directory(status)) {
      if (!is_link) search(path, found);  // a link may lead back up
    } else if (fs::is_regular_file(status)) {
      found.push_back({path.string(), std::nullopt, false});
    } else {
      found.push_back(
          {path.string(), unsupported("This is no ordinary file (a broken link, a pipe or a device)."), false});
    }
  }
}

class PathInput : public Input {
 public:
  PathInput(std::vector<Found> found, std::unique_ptr<ByteStream> standard_input)
      : found_(std::move(found)), standard_input_(std::move(standard_input)) {
    for (const Found& file : found_) {
      std::error_code problem;
      auto size = file.standard_input || file.error ? 0 : fs::file_size(file.path, problem);
      known_ = known_ && !file.standard_input && !problem;
      if (!problem) bytes_ += static_cast<int64_t>(size);
    }
  }

  std::optional<int64_t> total_bytes() const override { return known_ ? std::optional(bytes_) : std::nullopt; }

  Next next() override {
    Next next;
    next.done = at_ == found_.size();
    if (next.done) return next;
    Found& found = found_[at_++];
    next.path = found.path;
    if (found.error) {
      next.file = *found.error;
    } else if (found.standard_input) {
      next.file = InputFile{"-", std::nullopt, std::move(standard_input_)};
    } else {
      next.file = open_file(found.path);
    }
    return next;
  }

 private:
  std::vector<Found> found_;
  std::unique_ptr<ByteStream> standard_input_;
  size_t at_ = 0;
  int64_t bytes_ = 0;
  bool known_ = true;
};

class SingleInput : public Input {
 public:
  explicit SingleInput(InputFile file) : bytes_(file.bytes), file_(std::move(file)) {}
  std::optional<int64_t> total_bytes() const override { return bytes_; }
  Next next() override {
    Next next;
    next.done = done_;
    if (done_) return next;
    done_ = true;
    next.path = file_.path;
    next.file = std::move(file_);
    return next;
  }

 private:
  std::optional<int64_t> bytes_;
  InputFile file_;
  bool done_ = false;
};

}  // namespace

Result<std::unique_ptr<Input>> open_paths(const std::vector<std::string>& paths,
                                          std::unique_ptr<ByteStream> standard_input) {
  std::vector<Found> found;
  for (const std::string& path : paths) {
    if (path == "-") {
      if (standard_input == nullptr)
        return invalid("Standard input can be read once, and only from a terminal's command line.", "-");
      bool twice = std::any_of(found.begin(), found.end(), [](const Found& file) { return file.standard_input; });
      if (twice) return invalid("Standard input (-) can be read only once.", "-");
      found.push_back({"-", std::nullopt, true});
      continue;
    }
    std::error_code problem;
    fs::file_status status = fs::status(path, problem);
    if (!fs::exists(status)) return not_found(fmt::format("There is no file or directory {}.", path), path);
    if (!fs::is_directory(status)) {
      found.push_back({path, std::nullopt, false});
      continue;
    }
    size_t before = found.size();
    search(path, found);
    if (found.size() == before) found.push_back({path, not_found("The directory holds no files."), false});
  }
  return std::unique_ptr<Input>(new PathInput(std::move(found), std::move(standard_input)));
}

std::unique_ptr<Input> single_input(InputFile file) {
  return std::make_unique<SingleInput>(std::move(file));
}

}  // namespace sociometer::collect
