// Reading is by meaning, not by position: every real file is written again with other line ends, letters, quotation
// marks, delimiters, decimal marks and columns, and must become the same facts – or be refused with a question.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "collect/encoding.h"
#include "collect/importing.h"
#include "collect/table_file.h"

namespace sociometer::collect {
namespace {

namespace fs = std::filesystem;

using Rows = std::vector<std::vector<std::string>>;

struct Text {
  std::string plain;  // UTF-8, without its mark and its sep= line
  char delimiter = ',';
  Rows rows;
};

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

Text read_text(const fs::path& path) {
  Text text;
  std::string bytes = bytes_of(path);
  EncodingCheck check;
  check.add(bytes);
  auto stream = decoded(std::make_unique<MemoryStream>(bytes), check.encoding());
  std::vector<char> piece(1 << 16);
  while (true) {
    auto got = stream->read(piece.data(), piece.size());
    if (!got || *got == 0) break;
    text.plain.append(piece.data(), *got);
  }
  text.delimiter = csv::detect_dialect(text.plain).delimiter;
  if (csv::sep_line_delimiter(text.plain) != 0) text.plain.erase(0, text.plain.find('\n') + 1);
  MemoryStream plain(text.plain);
  csv::Reader reader(plain, {text.delimiter});
  csv::Row row;
  while (true) {
    auto more = reader.next(row);
    if (!more || !*more) break;
    text.rows.emplace_back(row.cells.begin(), row.cells.end());
  }
  return text;
}

struct Style {
  char delimiter = ',';
  std::string line_end = "\n";
  bool quote_all = false;
};

std::string written(const Rows& rows, const Style& style) {
  std::string text;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += style.delimiter;
      const std::string& cell = row[i];
      bool needed = cell.find_first_of(std::string("\"\r\n") + style.delimiter) != cell.npos;
      if (!style.quote_all && !needed) {
        text += cell;
        continue;
      }
      text += '"';
      for (char c : cell) text.append(c == '"' ? "\"\"" : std::string(1, c));
      text += '"';
    }
    text += style.line_end;
  }
  return text;
}

std::string utf16(std::string_view text) {
  std::string wide = "\xFF\xFE";
  for (size_t i = 0; i < text.size();) {
    auto c = static_cast<unsigned char>(text[i]);
    size_t length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    uint32_t letter = length == 1 ? c : c & (0xFFU >> (length + 1));
    for (size_t k = 1; k < length && i + k < text.size(); ++k) {
      letter = letter << 6 | (static_cast<unsigned char>(text[i + k]) & 63U);
    }
    i += length;
    auto put = [&](uint32_t unit) { wide.append({static_cast<char>(unit), static_cast<char>(unit >> 8)}); };
    if (letter < 0x10000) {
      put(letter);
    } else {
      put(0xD800 + ((letter - 0x10000) >> 10));
      put(0xDC00 + ((letter - 0x10000) & 0x3FF));
    }
  }
  return wide;
}

// The rows of a file that is one table from its first line on; others keep their columns where they are.
bool is_plain_table(const Text& text) {
  if (text.rows.size() < 2 || text.rows[0].size() < 3) return false;
  size_t width = text.rows[0].size();
  auto even = std::count_if(text.rows.begin(), text.rows.end(), [&](const auto& row) { return row.size() == width; });
  return even + 1 >= static_cast<std::ptrdiff_t>(text.rows.size());
}

// Columns in another order; the same on every run.
Rows shuffled(const Rows& rows) {
  size_t width = rows[0].size();
  std::vector<size_t> order(width);
  for (size_t i = 0; i < width; ++i) order[i] = (i * 7 + 3) % width;
  if (std::set<size_t>(order.begin(), order.end()).size() != width) {
    for (size_t i = 0; i < width; ++i) order[i] = width - 1 - i;
  }
  Rows result;
  for (const auto& row : rows) {
    if (row.size() != width) {
      result.push_back(row);
      continue;
    }
    auto& moved = result.emplace_back();
    for (size_t i : order) moved.push_back(row[i]);
  }
  return result;
}

// 12.5 as 12,5 wherever a cell is nothing but that.
Rows with_decimal_commas(Rows rows) {
  for (auto& row : rows) {
    for (std::string& cell : row) {
      size_t point = cell.find('.');
      bool number = point != cell.npos && cell.rfind('.') == point && point > 0 &&
                    cell.find_first_not_of("0123456789.-%") == cell.npos && point + 1 < cell.size();
      if (number) cell[point] = ',';
    }
  }
  return rows;
}

class Metamorphic : public ::testing::TestWithParam<fs::path> {
 protected:
  struct Outcome {
    std::string facts;
    bool asked = false;
    std::string error;
  };
  Outcome outcome(const std::string& bytes) {
    Importing here;
    std::string name = GetParam().filename().string();
    ImportReport report = here.import({here.write(name, bytes)}, {.currency = "USD"});
    EXPECT_EQ(report.files.size(), 1u);
    const FileReport& file = report.files.at(0);
    if (file.error) return {"", file.error->message.find("--locale") != std::string::npos, file.error->message};
    return {here.facts_of(file.batch), false, ""};
  }
  void expect_same(const std::string& how, const std::string& bytes, const Outcome& original) {
    Outcome other = outcome(bytes);
    if (other.asked) return;
    EXPECT_EQ(other.error, original.error) << how;
    EXPECT_TRUE(other.facts == original.facts) << how << " changes the facts of " << GetParam();
  }
};

TEST_P(Metamorphic, TheFactsStayTheSame) {
  Text text = read_text(GetParam());
  Outcome original = outcome(bytes_of(GetParam()));
  if (!original.error.empty()) GTEST_SKIP() << original.error;
  std::string plain = written(text.rows, {text.delimiter, "\n", false});
  expect_same("written anew", plain, original);
  expect_same("CRLF", written(text.rows, {text.delimiter, "\r\n", false}), original);
  expect_same("all quoted", written(text.rows, {text.delimiter, "\n", true}), original);
  expect_same("a byte order mark", "\xEF\xBB\xBF" + plain, original);
  expect_same("UTF-16", utf16(plain), original);
  expect_same("semicolons", written(text.rows, {';', "\n", false}), original);
  expect_same("tabs", written(text.rows, {'\t', "\n", true}), original);
  expect_same("decimal commas", written(with_decimal_commas(text.rows), {';', "\n", false}), original);
  if (is_plain_table(text)) {
    expect_same("other order of columns", written(shuffled(text.rows), {text.delimiter, "\n", false}), original);
  }
}

std::vector<fs::path> real_texts() {
  std::vector<fs::path> paths;
  fs::path exports = fs::path(SHARED_DATA) / "exports";
  if (!fs::exists(exports)) return paths;
  for (const auto& entry : fs::recursive_directory_iterator(exports)) {
    if (entry.path().extension() == ".csv") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string case_name(const ::testing::TestParamInfo<fs::path>& info) {
  std::string name = std::to_string(info.index) + "_" + info.param.stem().string();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Metamorphic);
INSTANTIATE_TEST_SUITE_P(RealFiles, Metamorphic, ::testing::ValuesIn(real_texts()), case_name);

}  // namespace
}  // namespace sociometer::collect
