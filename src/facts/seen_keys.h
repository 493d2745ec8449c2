// SeenKeys: whether a batch tells the same thing twice, told by hashes of its keys: "yes" may be wrong, "no" is not.
//
// In little memory however many there are: what does not fit goes sorted to a file without a name, and the sorted runs
// are merged at the end.
//
//   SeenKeys keys("/var/lib/sociometer");
//   keys.add(hash);  …
//   if (keys.any_twice()) …   // once, at the end
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sociometer::facts {

class SeenKeys {
 public:
  // The file, if there has to be one, lies in `directory`. `in_memory`: so many hashes are kept there.
  explicit SeenKeys(std::string directory, size_t in_memory = size_t{4} << 20)
      : directory_(std::move(directory)), in_memory_(in_memory) {}
  ~SeenKeys();
  SeenKeys(const SeenKeys&) = delete;
  SeenKeys& operator=(const SeenKeys&) = delete;

  void add(uint64_t hash) {
    if (hashes_.size() == in_memory_) put_aside();
    hashes_.push_back(hash);
  }
  bool any_twice();

 private:
  struct Run {
    int64_t at = 0;   // the next hash to be read, counted in hashes from the file's beginning
    int64_t end = 0;  // behind its last
  };
  void put_aside();
  bool merge_finds_twice();
  bool read(Run& run, std::vector<uint64_t>& piece) const;

  std::string directory_;
  size_t in_memory_;
  std::vector<uint64_t> hashes_;
  int file_ = -1;
  std::vector<Run> runs_;
  bool lost_ = false;  // there was no room for a file: nobody knows
};

}  // namespace sociometer::facts
