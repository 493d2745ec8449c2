// Any text is a web server's log: each line is a request or is none, however the text arrives, and whatever an address
// or a browser's name holds can be told apart.
#include <cstdint>
#include <cstring>
#include <string>

#include "base/check.h"
#include "base/text.h"
#include "collect/log_lines.h"
#include "collect/visits.h"

namespace {

using namespace sociometer;
using namespace sociometer::collect;

class Pieces : public ByteStream {
 public:
  Pieces(std::string_view text, size_t piece) : text_(text), piece_(piece) {}
  Result<size_t> read(char* buffer, size_t capacity) override {
    size_t count = std::min({capacity, piece_, text_.size()});
    std::memcpy(buffer, text_.data(), count);
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
  size_t piece_;
};

std::string table_of(std::string_view text, size_t piece) {
  auto table = log_table(std::make_unique<Pieces>(text, piece));
  std::string all, buffer(997, '\0');
  while (true) {
    auto got = table->read(buffer.data(), buffer.size());
    CHECK(got.ok());
    if (*got == 0) return all;
    all.append(buffer, 0, *got);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)looks_like_a_log(text);
  CHECK(table_of(text, text.size() + 1) == table_of(text, 1 + data[0]));
  for (std::string_view line : split(text, '\n')) {
    if (auto row = log_row(line)) CHECK(row->find('\n') == row->npos || row->find('"') != row->npos);
    CHECK(without_query(line).size() <= line.size());
    (void)parameter(line, "utm_source");
    (void)click_id(line);
    (void)is_own(line, host_of(line));
    (void)is_page(line);
    (void)is_bot(line);
    (void)device_of(line);
  }
  return 0;
}
