#include "facts/seen_keys.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <queue>

namespace sociometer::facts {
namespace {

constexpr size_t piece_hashes = size_t{32} << 10;

// A file that goes with whoever has it open.
int nameless_file(const std::string& directory) {
  const int file = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  std::string name = directory + "/keys-XXXXXX";  // a file system that knows no nameless files
  const int named = ::mkstemp(name.data());
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

bool write_all(int file, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, bytes, size);
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

}  // namespace

SeenKeys::~SeenKeys() {
  if (file_ >= 0) ::close(file_);
}

// Without room for it the answer will be "yes", which costs time and is never wrong by much.
void SeenKeys::put_aside() {
  std::sort(hashes_.begin(), hashes_.end());
  if (file_ < 0 && !lost_) file_ = nameless_file(directory_);
  lost_ = lost_ || file_ < 0 ||
          !write_all(file_, reinterpret_cast<const char*>(hashes_.data()), hashes_.size() * sizeof(uint64_t));
  const int64_t begin = runs_.empty() ? 0 : runs_.back().end;
  runs_.push_back({begin, begin + static_cast<int64_t>(hashes_.size())});
  hashes_.clear();
}

bool SeenKeys::any_twice() {
  if (lost_) return true;
  if (!runs_.empty()) {
    if (!hashes_.empty()) put_aside();
    hashes_ = {};
    return lost_ || merge_finds_twice();
  }
  std::sort(hashes_.begin(), hashes_.end());
  return std::adjacent_find(hashes_.begin(), hashes_.end()) != hashes_.end();
}

// The next hashes of a run; false where they cannot be read.
bool SeenKeys::read(Run& run, std::vector<uint64_t>& piece) const {
  piece.resize(static_cast<size_t>(std::min<int64_t>(run.end - run.at, static_cast<int64_t>(piece_hashes))));
  char* to = reinterpret_cast<char*>(piece.data());
  size_t left = piece.size() * sizeof(uint64_t);
  off_t from = static_cast<off_t>(run.at) * static_cast<off_t>(sizeof(uint64_t));
  while (left > 0) {
    const ssize_t got = ::pread(file_, to, left, from);
    if (got <= 0) return false;
    to += got;
    from += got;
    left -= static_cast<size_t>(got);
  }
  run.at += static_cast<int64_t>(piece.size());
  return true;
}

bool SeenKeys::merge_finds_twice() {
  struct Head {
    uint64_t hash;
    size_t run;
    bool operator>(const Head& other) const { return hash > other.hash; }
  };
  std::vector<std::vector<uint64_t>> pieces(runs_.size());
  std::vector<size_t> places(runs_.size(), 0);
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
  for (size_t run = 0; run < runs_.size(); ++run) {
    if (!read(runs_[run], pieces[run])) return true;
    heads.push({pieces[run].front(), run});
  }
  std::optional<uint64_t> before;
  while (!heads.empty()) {
    const Head head = heads.top();
    heads.pop();
    if (before == head.hash) return true;
    before = head.hash;
    std::vector<uint64_t>& piece = pieces[head.run];
    size_t& place = places[head.run];
    if (++place == piece.size()) {
      if (runs_[head.run].at == runs_[head.run].end) continue;
      if (!read(runs_[head.run], piece)) return true;
      place = 0;
    }
    heads.push({piece[place], head.run});
  }
  return false;
}

}  // namespace sociometer::facts
