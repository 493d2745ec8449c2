// Archives: the files in a .zip, one after the other, without anything being unpacked to disk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collect/bytes.h"

struct zip;

namespace sociometer::collect {

class ZipArchive {
 public:
  // invalid: it is damaged, encrypted, empty, or holds an absurd number of files. `spool` must outlive the archive.
  static Result<std::unique_ptr<ZipArchive>> open(Spool& spool);
  ~ZipArchive();

  struct Member {
    std::string name;  // as in the archive, without control characters
    int64_t bytes = 0;
    uint64_t index = 0;
  };
  // In the order of their names; folders and what file managers leave behind are not among them.
  const std::vector<Member>& members() const { return members_; }
  Result<std::unique_ptr<ByteStream>> open_member(const Member& member);
  // The member of exactly that name, whatever it is: the parts of a workbook.
  std::optional<Member> find(const std::string& name) const;

 private:
  explicit ZipArchive(struct zip* archive) : archive_(archive) {}
  Result<Done> list();
  struct zip* archive_;
  std::vector<Member> members_;
};

}  // namespace sociometer::collect
