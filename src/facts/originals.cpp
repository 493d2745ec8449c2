#include "facts/originals.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "base/id.h"
#include "facts/content_key.h"

namespace sociometer::facts {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view unfinished = ".unfinished";

Error original_error(const fs::path& path, int code) {
  if (code == ENOSPC || code == EFBIG || code == EDQUOT) {
    return full("There is no room left on the disk to keep the original file: free some space and try again.");
  }
  return internal(fmt::format("The original could not be kept in {}: {}.", path.string(), std::strerror(code)));
}

// A file descriptor that closes itself.
class File {
 public:
  File(const fs::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(); }
  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  bool close() {
    int number = std::exchange(number_, -1);
    return number < 0 || ::close(number) == 0;
  }

 private:
  int number_;
};

Result<Done> write_all(const File& file, const fs::path& path, const char* bytes, size_t size) {
  while (size > 0) {
    ssize_t written = ::write(file.number(), bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return original_error(path, errno);
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return Done{};
}

Result<Done> sync_folder(const fs::path& folder) {
  File file(folder, O_RDONLY | O_DIRECTORY);
  if (!file.is_open() || ::fsync(file.number()) != 0) return original_error(folder, errno);
  return Done{};
}

bool is_folder_name(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.find_first_of(std::string_view("/\\\0", 3)) == text.npos;
}

class KeptOriginal final : public Store::Original {
 public:
  KeptOriginal(fs::path folder, fs::path path)
      : folder_(std::move(folder)),
        path_(std::move(path)),
        file_(path_, O_WRONLY | O_CREAT | O_EXCL),
        stream_(ZSTD_createCCtx()),
        buffer_(ZSTD_CStreamOutSize()) {
    CHECK(stream_ != nullptr);
    ZSTD_CCtx_setParameter(stream_, ZSTD_c_compressionLevel, 3);
    ZSTD_CCtx_setParameter(stream_, ZSTD_c_checksumFlag, 1);
  }

  ~KeptOriginal() override {
    ZSTD_freeCCtx(stream_);
    if (!finished_) ::unlink(path_.c_str());
  }

  bool is_open() const { return file_.is_open(); }

  Result<Done> add(std::string_view bytes) override {
    hash_.add(bytes);
    return compress(bytes, ZSTD_e_continue);
  }

  Result<std::string> finish() override {
    CHECK(!finished_);
    TRY_DONE(compress({}, ZSTD_e_end));
    std::string hash = hash_.hex();
    fs::path kept = folder_ / (hash + ".zst");
    // What is there already is the same; the temporary file goes with this object.
    if (std::error_code code; fs::exists(kept, code)) return hash;
    if (::fsync(file_.number()) != 0 || !file_.close()) return original_error(path_, errno);
    if (::rename(path_.c_str(), kept.c_str()) != 0) return original_error(kept, errno);
    finished_ = true;
    TRY_DONE(sync_folder(folder_));
    return hash;
  }

 private:
  Result<Done> compress(std::string_view bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    size_t left = 0;
    do {
      ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
      left = ZSTD_compressStream2(stream_, &out, &in, directive);
      if (ZSTD_isError(left) != 0)
        return internal(fmt::format("Compressing an original failed: {}.", ZSTD_getErrorName(left)));
      TRY_DONE(write_all(file_, path_, buffer_.data(), out.pos));
    } while (in.pos < in.size || (directive == ZSTD_e_end && left > 0));
    return Done{};
  }

  fs::path folder_;
  fs::path path_;
  File file_;
  ZSTD_CCtx* stream_;
  std::vector<char> buffer_;
  Sha256 hash_;
  bool finished_ = false;
};

Error damaged(const fs::path& path) {
  return internal(fmt::format("The original {} is damaged.", path.string()));
}

// Hands on what a kept file was, piece by piece.
Result<Done> decompress(const File& file, const fs::path& path, const Originals::EachPiece& each) {
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> stream(ZSTD_createDCtx(), ZSTD_freeDCtx);
  std::string packed(ZSTD_DStreamInSize(), '\0'), piece(ZSTD_DStreamOutSize(), '\0');
  size_t left = 1;  // until the end of the frame
  while (true) {
    const ssize_t got = ::read(file.number(), packed.data(), packed.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return internal(fmt::format("{} could not be read: {}.", path.string(), std::strerror(errno)));
    if (got == 0) break;
    ZSTD_inBuffer in{packed.data(), static_cast<size_t>(got), 0};
    bool filled = true;
    while (in.pos < in.size || (filled && left > 0)) {
      ZSTD_outBuffer out{piece.data(), piece.size(), 0};
      left = ZSTD_decompressStream(stream.get(), &out, &in);
      if (ZSTD_isError(left) != 0) return damaged(path);
      filled = out.pos == out.size;
      TRY_DONE(each(std::string_view(piece).substr(0, out.pos)));
    }
  }
  if (left > 0) return damaged(path);
  return Done{};
}

}  // namespace

Result<Done> Originals::prepare() {
  std::error_code code;
  fs::create_directories(folder_, code);
  if (code) return original_error(folder_, code.value());
  for (auto entry = fs::recursive_directory_iterator(folder_, code);
       !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
    std::error_code ignored;
    if (entry->path().extension() == unfinished) fs::remove(entry->path(), ignored);
  }
  return Done{};
}

Result<std::unique_ptr<Store::Original>> Originals::keep(std::string_view workspace) {
  if (!is_folder_name(workspace)) return invalid(fmt::format("“{}” is no workspace.", workspace));
  static std::atomic<int> made = 0;
  fs::path folder = folder_ / workspace;
  std::error_code code;
  fs::create_directories(folder, code);
  if (code) return original_error(folder, code.value());
  fs::path path = folder / fmt::format("{}-{}{}", ::getpid(), ++made, unfinished);
  auto kept = std::make_unique<KeptOriginal>(folder, path);
  if (!kept->is_open()) return original_error(path, errno);
  return std::unique_ptr<Store::Original>(std::move(kept));
}

Result<std::string> Originals::read(std::string_view workspace, std::string_view hash) {
  std::string text;
  TRY_DONE(read(workspace, hash, [&](std::string_view piece) {
    text += piece;
    return Done{};
  }));
  return text;
}

Result<Done> Originals::read(std::string_view workspace, std::string_view hash, const EachPiece& each) {
  fs::path path = folder_ / workspace / (std::string(hash) + ".zst");
  std::error_code code;
  if (!is_folder_name(workspace) || !is_hash(hash) || !fs::exists(path, code)) {
    return not_found(fmt::format("There is no original {} in the workspace {}.", hash, workspace));
  }
  File file(path, O_RDONLY);
  if (!file.is_open()) return internal(fmt::format("{} could not be read: {}.", path.string(), std::strerror(errno)));
  Sha256 again;
  std::string last;
  const auto hand_on = [&](std::string_view piece) -> Result<Done> {
    if (piece.empty()) return Done{};
    again.add(piece);
    if (!last.empty()) TRY_DONE(each(last));
    last = piece;
    return Done{};
  };
  TRY_DONE(decompress(file, path, hand_on));
  if (again.hex() != hash) return damaged(path);
  return last.empty() ? Result<Done>(Done{}) : each(last);
}

Result<Done> Originals::remove(std::string_view workspace, std::string_view hash) {
  if (!is_folder_name(workspace) || !is_hash(hash)) return Done{};
  fs::path path = folder_ / workspace / (std::string(hash) + ".zst");
  std::error_code code;
  fs::remove(path, code);
  if (code) return original_error(path, code.value());
  return Done{};
}

}  // namespace sociometer::facts
