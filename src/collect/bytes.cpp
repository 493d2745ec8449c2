#include "collect/bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace sociometer::collect {

namespace {

// A packed file that grows past the first limit must not have grown by more than the second: text packs some ten times,
// what packs several hundred times was made to fill a disk.
constexpr int64_t free_unpacked_bytes = 256 << 20;
constexpr int64_t highest_ratio = 300;

Error write_error(int code) {
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
    return full("There is no room on the disk for temporary files (TMPDIR); make room and import again.");
  }
  return internal(fmt::format("A temporary file could not be written ({}).", std::strerror(code)));
}

Error read_error(int code) {
  if (code == EISDIR) return invalid("This is a directory, not a file.");
  return unavailable(fmt::format("The file could not be read ({}).", std::strerror(code)));
}

}  // namespace

OpenFile::~OpenFile() {
  ::close(descriptor_);
}

Result<size_t> FileStream::read(char* buffer, size_t capacity) {
  while (true) {
    ssize_t got = ::read(file_->descriptor(), buffer, capacity);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return read_error(errno);
  }
}

void FileStream::rewind() {
  ::lseek(file_->descriptor(), 0, SEEK_SET);
}

Result<InputFile> open_file(const std::string& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return not_found(fmt::format("There is no file {}.", path));
    if (errno == EACCES) return unavailable(fmt::format("{} may not be read: check its permissions.", path));
    return unavailable(fmt::format("{} could not be opened ({}).", path, std::strerror(errno)));
  }
  auto file = std::make_shared<OpenFile>(descriptor);
  struct stat status = {};
  InputFile input;
  input.path = path;
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) input.bytes = status.st_size;
  input.stream = std::make_unique<FileStream>(std::move(file));
  return input;
}

Result<size_t> MemoryStream::read(char* buffer, size_t capacity) {
  size_t count = std::min(capacity, bytes_.size() - at_);
  std::memcpy(buffer, bytes_.data() + at_, count);
  at_ += count;
  return count;
}

Result<size_t> ViewStream::read(char* buffer, size_t capacity) {
  size_t count = std::min(capacity, text_.size());
  std::memcpy(buffer, text_.data(), count);
  text_.remove_prefix(count);
  return count;
}

Result<size_t> Rejoined::read(char* buffer, size_t capacity) {
  if (at_ == head_.size()) return rest_.read(buffer, capacity);
  size_t count = std::min(capacity, head_.size() - at_);
  std::memcpy(buffer, head_.data() + at_, count);
  at_ += count;
  return count;
}

struct GunzipStream::State {
  z_stream zlib = {};
  std::vector<char> packed = std::vector<char>(64 << 10);
  int64_t packed_bytes = 0, unpacked_bytes = 0;
  bool at_end = false;           // of the packed bytes
  bool between_members = false;  // a .gz may hold several packings, one after the other
};

GunzipStream::GunzipStream(std::unique_ptr<ByteStream> packed)
    : packed_(std::move(packed)), state_(std::make_unique<State>()) {
  constexpr int gzip_with_largest_window = 16 + MAX_WBITS;
  inflateInit2(&state_->zlib, gzip_with_largest_window);
}

GunzipStream::~GunzipStream() {
  inflateEnd(&state_->zlib);
}

Result<Done> GunzipStream::fill() {
  TRY(size_t got, packed_->read(state_->packed.data(), state_->packed.size()));
  state_->zlib.next_in = reinterpret_cast<Bytef*>(state_->packed.data());
  state_->zlib.avail_in = static_cast<uInt>(got);
  state_->packed_bytes += static_cast<int64_t>(got);
  state_->at_end = got == 0;
  return Done{};
}

Result<size_t> GunzipStream::read(char* buffer, size_t capacity) {
  z_stream& zlib = state_->zlib;
  zlib.next_out = reinterpret_cast<Bytef*>(buffer);
  zlib.avail_out = static_cast<uInt>(capacity);
  while (zlib.avail_out == capacity) {
    if (zlib.avail_in == 0 && !state_->at_end) TRY_DONE(fill());
    if (zlib.avail_in == 0 && state_->at_end) {
      if (state_->between_members) return size_t{0};
      return invalid("The .gz file is cut short: download it again.");
    }
    if (state_->between_members) {
      // Padding after the last packing is common and means nothing.
      if (*zlib.next_in != 0x1F) return size_t{0};
      inflateReset(&zlib);
      state_->between_members = false;
    }
    int status = inflate(&zlib, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      state_->between_members = true;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return invalid("The .gz file is damaged and cannot be unpacked: download it again.");
    }
  }
  size_t count = capacity - zlib.avail_out;
  state_->unpacked_bytes += static_cast<int64_t>(count);
  if (state_->unpacked_bytes > free_unpacked_bytes && state_->unpacked_bytes > highest_ratio * state_->packed_bytes) {
    return invalid(
        fmt::format("The .gz file unpacks to more than {} times its size, which no export does.", highest_ratio));
  }
  return count;
}

Spool::~Spool() {
  if (temporary_ != nullptr) std::fclose(temporary_);
  if (duplicate_ != nullptr) std::fclose(duplicate_);
}

Result<Done> Spool::move_to_file() {
  temporary_ = std::tmpfile();
  if (temporary_ == nullptr) return write_error(errno);
  if (std::fwrite(memory_.data(), 1, memory_.size(), temporary_) != memory_.size()) return write_error(errno);
  memory_ = {};
  return Done{};
}

Result<Done> Spool::add(std::string_view bytes) {
  size_ += static_cast<int64_t>(bytes.size());
  if (file_ != nullptr) return Done{};
  if (temporary_ == nullptr && memory_.size() + bytes.size() <= memory_limit_) {
    memory_.append(bytes);
    return Done{};
  }
  if (temporary_ == nullptr) TRY_DONE(move_to_file());
  if (std::fwrite(bytes.data(), 1, bytes.size(), temporary_) != bytes.size() || std::fflush(temporary_) != 0) {
    return write_error(errno);
  }
  return Done{};
}

Result<FILE*> Spool::as_file() {
  if (file_ != nullptr) {
    if (duplicate_ == nullptr) duplicate_ = ::fdopen(::dup(file_->descriptor()), "rb");
    if (duplicate_ == nullptr) return internal("The file could not be opened a second time.");
    std::rewind(duplicate_);
    return duplicate_;
  }
  if (temporary_ == nullptr) TRY_DONE(move_to_file());
  std::fflush(temporary_);
  std::rewind(temporary_);
  return temporary_;
}

// Reads by position, so that several readers and the file's owner do not move each other.
class SpoolReader : public ByteStream {
 public:
  explicit SpoolReader(const Spool& spool) : spool_(spool) {}

  Result<size_t> read(char* buffer, size_t capacity) override {
    size_t wanted = std::min(capacity, static_cast<size_t>(spool_.size_ - at_));
    size_t got = 0;
    if (wanted == 0) return got;
    if (spool_.file_ == nullptr && spool_.temporary_ == nullptr) {
      std::memcpy(buffer, spool_.memory_.data() + at_, wanted);
      got = wanted;
    } else {
      TRY(size_t count, read_file(buffer, wanted));
      got = count;
    }
    at_ += static_cast<int64_t>(got);
    return got;
  }

 private:
  Result<size_t> read_file(char* buffer, size_t wanted) const {
    int descriptor = spool_.file_ != nullptr ? spool_.file_->descriptor() : ::fileno(spool_.temporary_);
    while (true) {
      ssize_t got = ::pread(descriptor, buffer, wanted, at_);
      if (got == 0) return unavailable("The file became shorter while it was read; import it again.");
      if (got > 0) return static_cast<size_t>(got);
      if (errno != EINTR) return read_error(errno);
    }
  }

  const Spool& spool_;
  int64_t at_ = 0;
};

std::unique_ptr<ByteStream> Spool::reader() const {
  return std::make_unique<SpoolReader>(*this);
}

}  // namespace sociometer::collect
