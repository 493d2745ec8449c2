// Bytes: where a file's bytes come from, and where they wait.
//
// A file is read more than once – first to see what it is, then to see what its rows prove, then to store them – but a
// socket or a pipe can be read only once. The Spool is what makes both the same: a small file waits in memory, a large
// one in a file without a name, and a file that lies on disk already is simply read there again.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "collect/collect.h"

namespace sociometer::collect {

// An open file, closed with its last owner.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// The bytes of a file on disk from where it stands.
class FileStream : public ByteStream {
 public:
  explicit FileStream(std::shared_ptr<OpenFile> file) : file_(std::move(file)) {}
  Result<size_t> read(char* buffer, size_t capacity) override;
  const std::shared_ptr<OpenFile>& file() const { return file_; }
  void rewind();  // a file, not a pipe

 private:
  std::shared_ptr<OpenFile> file_;
};

// not_found, unavailable (no permission): with a sentence that names the path.
Result<InputFile> open_file(const std::string& path);

class MemoryStream : public ByteStream {
 public:
  explicit MemoryStream(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<size_t> read(char* buffer, size_t capacity) override;

 private:
  std::string bytes_;
  size_t at_ = 0;
};

// Of text that somebody else holds.
class ViewStream : public ByteStream {
 public:
  explicit ViewStream(std::string_view text) : text_(text) {}
  Result<size_t> read(char* buffer, size_t capacity) override;

 private:
  std::string_view text_;
};

// What was read of a stream to look at it, then the rest.
class Rejoined : public ByteStream {
 public:
  Rejoined(std::string head, ByteStream& rest) : head_(std::move(head)), rest_(rest) {}
  Result<size_t> read(char* buffer, size_t capacity) override;

 private:
  std::string head_;
  size_t at_ = 0;
  ByteStream& rest_;
};

// Unpacks what gzip packed. invalid: it is damaged, cut short, or unpacks to an absurd size.
class GunzipStream : public ByteStream {
 public:
  explicit GunzipStream(std::unique_ptr<ByteStream> packed);
  ~GunzipStream() override;
  Result<size_t> read(char* buffer, size_t capacity) override;

 private:
  Result<Done> fill();
  struct State;
  std::unique_ptr<ByteStream> packed_;
  std::unique_ptr<State> state_;
};

// Bytes that can be read again. `add` what is read, then `reader` as often as needed; readers share nothing, and live
// no longer than the spool.
class Spool {
 public:
  // Only the first `memory_limit` bytes wait in memory.
  explicit Spool(size_t memory_limit = 16 << 20) : memory_limit_(memory_limit) {}
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Nothing needs to be kept: the bytes that `add` is told about lie in `file` from its beginning.
  void lies_in(std::shared_ptr<OpenFile> file) { file_ = std::move(file); }

  Result<Done> add(std::string_view bytes);  // full: there is no room for it
  int64_t size() const { return size_; }
  std::unique_ptr<ByteStream> reader() const;

  // For parts that want a file: the whole content as one (owned by the spool).
  Result<FILE*> as_file();

 private:
  friend class SpoolReader;
  Result<Done> move_to_file();

  size_t memory_limit_;
  std::string memory_;
  std::shared_ptr<OpenFile> file_;  // where it lies on disk, if it does
  FILE* temporary_ = nullptr;       // what does not fit in memory
  FILE* duplicate_ = nullptr;       // what as_file handed out for file_
  int64_t size_ = 0;
};

}  // namespace sociometer::collect
