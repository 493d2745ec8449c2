// Any bytes, in pieces of any size, are rows: the same ones however they arrive, on lines that only grow, all read.
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "base/check.h"
#include "collect/csv.h"

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

std::string rows_of(std::string_view text, char delimiter, size_t piece) {
  constexpr csv::Limits small_limits{.field = 512, .row = 2048, .columns = 32};
  Pieces stream(text, piece);
  csv::Reader reader(stream, {delimiter}, small_limits);
  csv::Row row;
  std::string all;
  int64_t line = 0;
  while (true) {
    auto more = reader.next(row);
    CHECK(more.ok());
    if (!*more) return all;
    CHECK(row.line > line);
    line = row.line;
    all += std::to_string(row.line) + csv::sentence(row.damage).data();
    for (std::string_view cell : row.cells) all.append("|").append(cell);
    all += '\n';
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  char delimiter = csv::detect_dialect(text).delimiter;
  // Limits are measured on what has arrived, so only whole texts within them must not depend on the pieces.
  std::string whole = rows_of(text, delimiter, text.size() + 1);
  std::string pieces = rows_of(text, delimiter, 1 + data[0]);
  if (text.size() < 512) CHECK(whole == pieces);
  rows_of(text, data[1] % 2 == 0 ? ';' : '\t', 7);
  return 0;
}
