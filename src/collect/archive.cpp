#include "collect/archive.h"

#include <fmt/format.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cstdio>

#include "base/text.h"

namespace sociometer::collect {

namespace {

constexpr zip_int64_t most_members = 10'000;
// Text packs some ten times. What claims more was made to fill a disk.
constexpr uint64_t free_member_bytes = 256 << 20;
constexpr uint64_t highest_member_ratio = 300;

bool is_left_behind(std::string_view name) {
  std::string_view last = name.substr(name.rfind('/') + 1);
  return name.ends_with('/') || name.starts_with("__MACOSX/") || last.starts_with('.') || last == "Thumbs.db" ||
         last == "desktop.ini";
}

std::string printable(std::string_view name) {
  std::string result;
  for (char c : name) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return result;
}

class MemberStream : public ByteStream {
 public:
  MemberStream(zip_file_t* file, uint64_t packed) : file_(file), packed_(packed) {}
  ~MemberStream() override { zip_fclose(file_); }

  Result<size_t> read(char* buffer, size_t capacity) override {
    zip_int64_t got = zip_fread(file_, buffer, capacity);
    if (got < 0)
      return invalid("This file of the archive is damaged and cannot be unpacked: download the archive again.");
    unpacked_ += static_cast<uint64_t>(got);
    if (unpacked_ > free_member_bytes && unpacked_ / highest_member_ratio > packed_) {
      return invalid(
          fmt::format("This file of the archive unpacks to more than {} times its size, which no export does.",
                      highest_member_ratio));
    }
    return static_cast<size_t>(got);
  }

 private:
  zip_file_t* file_;
  uint64_t packed_, unpacked_ = 0;
};

}  // namespace

Result<std::unique_ptr<ZipArchive>> ZipArchive::open(Spool& spool) {
  TRY(FILE * file, spool.as_file());
  int descriptor = ::dup(::fileno(file));
  int problem = 0;
  zip_t* opened = descriptor < 0 ? nullptr : zip_fdopen(descriptor, 0, &problem);
  if (opened == nullptr) {
    if (descriptor >= 0) ::close(descriptor);
    return invalid("The .zip archive is damaged or cut short: download it again.");
  }
  std::unique_ptr<ZipArchive> archive(new ZipArchive(opened));
  TRY_DONE(archive->list());
  return archive;
}

ZipArchive::~ZipArchive() {
  zip_discard(archive_);
}

Result<Done> ZipArchive::list() {
  zip_int64_t count = zip_get_num_entries(archive_, 0);
  if (count > most_members)
    return invalid(fmt::format("The .zip archive holds {} files; at most {} are read.", count, most_members));
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive_, static_cast<zip_uint64_t>(i), 0, &stat) != 0 || stat.name == nullptr) {
      return invalid("The .zip archive is damaged: download it again.");
    }
    if (is_left_behind(stat.name)) continue;
    members_.push_back({printable(stat.name), static_cast<int64_t>(stat.size), static_cast<uint64_t>(i)});
  }
  if (members_.empty()) return invalid("The .zip archive holds no files.");
  std::sort(members_.begin(), members_.end(), [](const Member& a, const Member& b) { return a.name < b.name; });
  return Done{};
}

std::optional<ZipArchive::Member> ZipArchive::find(const std::string& name) const {
  zip_int64_t index = zip_name_locate(archive_, name.c_str(), ZIP_FL_NOCASE);
  if (index < 0) return std::nullopt;
  zip_stat_t stat;
  if (zip_stat_index(archive_, static_cast<zip_uint64_t>(index), 0, &stat) != 0) return std::nullopt;
  return Member{name, static_cast<int64_t>(stat.size), static_cast<uint64_t>(index)};
}

Result<std::unique_ptr<ByteStream>> ZipArchive::open_member(const Member& member) {
  zip_stat_t stat;
  if (zip_stat_index(archive_, member.index, 0, &stat) != 0)
    return invalid("The .zip archive is damaged: download it again.");
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
    return invalid("This file of the archive is locked with a password: unpack it yourself and import the file.");
  }
  zip_file_t* file = zip_fopen_index(archive_, member.index, 0);
  if (file == nullptr) {
    return invalid(fmt::format("This file of the archive cannot be unpacked ({}).", zip_strerror(archive_)));
  }
  return std::unique_ptr<ByteStream>(new MemberStream(file, std::max<uint64_t>(stat.comp_size, 1)));
}

}  // namespace sociometer::collect
