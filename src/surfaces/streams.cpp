#include "surfaces/streams.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sociometer::surfaces {
namespace {

class MemoryStream final : public collect::ByteStream {
 public:
  explicit MemoryStream(std::string_view bytes) : rest_(bytes) {}
  Result<size_t> read(char* buffer, size_t capacity) override {
    const size_t size = std::min(capacity, rest_.size());
    std::memcpy(buffer, rest_.data(), size);
    rest_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view rest_;
};

enum class Ownership { kept, given };

class DescriptorStream final : public collect::ByteStream {
 public:
  DescriptorStream(int descriptor, Ownership ownership) : descriptor_(descriptor), ownership_(ownership) {}
  ~DescriptorStream() override {
    if (ownership_ == Ownership::given) close(descriptor_);
  }
  DescriptorStream(const DescriptorStream&) = delete;

  // A signal that interrupts the wait ends it: the user may have pressed Ctrl-C at a standard input that says nothing.
  Result<size_t> read(char* buffer, size_t capacity) override {
    const ssize_t got = ::read(descriptor_, buffer, capacity);
    if (got >= 0) return static_cast<size_t>(got);
    return unavailable(fmt::format("it cannot be read: {}", strerror(errno)));
  }

 private:
  const int descriptor_;
  const Ownership ownership_;
};

}  // namespace

std::unique_ptr<collect::ByteStream> memory_stream(std::string_view bytes) {
  return std::make_unique<MemoryStream>(bytes);
}

Result<std::unique_ptr<collect::ByteStream>> file_stream(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return unavailable(fmt::format("{} cannot be opened: {}", path, strerror(errno)));
  return std::unique_ptr<collect::ByteStream>(std::make_unique<DescriptorStream>(file, Ownership::given));
}

std::unique_ptr<collect::ByteStream> standard_input_stream() {
  return std::make_unique<DescriptorStream>(STDIN_FILENO, Ownership::kept);
}

}  // namespace sociometer::surfaces
