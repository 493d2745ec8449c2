// Reading is by meaning, not by position: every real file is written again with other line ends, letters, quotation
// marks, delimiters, decimal marks and columns, and must become the same facts – or be refused with a question.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"
#include "collect/encoding.h"
#include "collect/importing.h"
#include "collect/layout.h"
#include "collect/table_file.h"
#include "collect/workbook_writing.h"

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

// 12/31/2025 as 31/12/2025, where some date of the file shows which of the two it is.
std::optional<Rows> with_days_first(Rows rows) {
  bool proved = false;
  for (auto& row : rows) {
    for (std::string& cell : row) {
      int month = 0, day = 0, year = 0, end = 0;
      bool date = std::sscanf(cell.c_str(), "%2d/%2d/%4d%n", &month, &day, &year, &end) == 3 && end >= 8;
      if (!date || month < 1 || month > 12 || day < 1 || day > 31 || year < 1000) continue;
      proved = proved || day > 12;
      cell = fmt::format("{:02}/{:02}/{}", day, month, year) + cell.substr(static_cast<size_t>(end));
    }
  }
  return proved ? std::optional(std::move(rows)) : std::nullopt;
}

std::optional<std::string> windows_1252(std::string_view text) {
  std::string narrow;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      narrow += text[i];
    } else if ((c == 0xC2 || c == 0xC3) && i + 1 < text.size()) {
      auto letter = static_cast<unsigned char>((c & 3) << 6 | (text[i + 1] & 63));
      if (letter < 0xA0) return std::nullopt;
      narrow += static_cast<char>(letter);
      ++i;
    } else {
      return std::nullopt;
    }
  }
  return narrow;
}

Rows without_column(Rows rows, size_t column) {
  for (auto& row : rows) {
    if (column < row.size()) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  }
  return rows;
}

class Metamorphic : public ::testing::TestWithParam<fs::path> {
 protected:
  struct Outcome {
    std::set<std::string> facts;
    std::string format;
    bool asked = false;
    std::string error;
  };
  // All readings go into one data directory: what differs is another batch.
  Outcome outcome(const std::string& bytes, std::string_view ending = "") {
    fs::path name = GetParam().filename();
    if (!ending.empty()) name.replace_extension(ending);
    ImportReport report = here_.import({here_.write(name.string(), bytes)}, {.currency = "USD"});
    EXPECT_EQ(report.files.size(), 1u);
    const FileReport& file = report.files.at(0);
    if (file.error) return {{}, {}, file.error->message.find("--locale") != std::string::npos, file.error->message};
    Outcome read;
    read.format = file.format;
    std::string facts = here_.facts_of(file.batch);
    for (std::string_view line : split(facts, '\n')) read.facts.emplace(line);
    return read;
  }
  void expect_same(const std::string& how, const std::string& bytes, std::string_view ending = "") {
    Outcome other = outcome(bytes, ending);
    if (other.asked) return;
    EXPECT_EQ(other.error, original_.error) << how;
    EXPECT_EQ(difference(other.facts), "") << how << " changes the facts of " << GetParam();
  }
  std::string difference(const std::set<std::string>& facts) const {
    for (const std::string& line : facts) {
      if (!original_.facts.contains(line)) return "now: " + line;
    }
    for (const std::string& line : original_.facts) {
      if (!facts.contains(line)) return "gone: " + line;
    }
    return "";
  }

  // The measures a column feeds; nothing where it says whose, when or of what the numbers are.
  std::optional<std::set<std::string>> measures_of(const std::string& header) const {
    const catalog::Format& format = *catalog::Catalog::built_in()->format(original_.format);
    KnownTables tables({&format});
    std::set<std::string> measures;
    for (const KnownTables::Hit& hit : tables.hits(catalog::normalised_header(header))) {
      const catalog::Column& column = tables.tables()[hit.table].table->columns[hit.column];
      if (column.required || (column.role != "measure" && column.role != "ignored")) return std::nullopt;
      if (column.role != "measure") continue;
      measures.insert(column.measure);
      if (column.measure == "reach") measures.insert("post_reach");
    }
    return measures;
  }
  // Without a column the facts are those of before, but for the numbers that came of it.
  void expect_rest(const Text& text, size_t column) {
    const std::string& header = text.rows[0][column];
    auto measures = measures_of(header);
    if (!measures) return;
    Outcome other = outcome(written(without_column(text.rows, column), {text.delimiter, "\n", false}));
    if (other.asked) return;
    EXPECT_EQ(other.error, "") << "without " << header;
    auto others = [&](const std::set<std::string>& lines) {
      std::set<std::string> kept;
      for (const std::string& line : lines) {
        bool of_it = std::any_of(measures->begin(), measures->end(), [&](const std::string& measure) {
          return line.find(" " + measure + " ") != line.npos && !line.starts_with("post ");
        });
        if (!of_it) kept.insert(line);
      }
      return kept;
    };
    EXPECT_TRUE(others(other.facts) == others(original_.facts)) << "without " << header << " in " << GetParam();
  }

  Importing here_;
  Outcome original_;
};

// How a file is written anew; nothing where that cannot be done with it.
struct Variant {
  const char* how;
  std::optional<std::string> (*write)(const Text& text);
  const char* ending = "";
};
Style style_of(const Text& text, std::string line_end = "\n", bool quote_all = false) {
  return {text.delimiter, std::move(line_end), quote_all};
}
const Variant variants[] = {
    {"CRLF", [](const Text& t) { return std::optional(written(t.rows, style_of(t, "\r\n"))); }},
    {"all quoted", [](const Text& t) { return std::optional(written(t.rows, style_of(t, "\n", true))); }},
    {"a byte order mark", [](const Text& t) { return std::optional("\xEF\xBB\xBF" + written(t.rows, style_of(t))); }},
    {"UTF-16", [](const Text& t) { return std::optional(utf16(written(t.rows, style_of(t)))); }},
    {"Windows-1252", [](const Text& t) { return windows_1252(written(t.rows, style_of(t))); }},
    {"semicolons",
     [](const Text& t) {
       return std::optional(written(t.rows, {';', "\n", false}));
     }},
    {"tabs",
     [](const Text& t) {
       return std::optional(written(t.rows, {'\t', "\n", true}));
     }},
    {"decimal commas",
     [](const Text& t) {
       return std::optional(written(with_decimal_commas(t.rows), {';', "\n", false}));
     }},
    {"days first",
     [](const Text& t) {
       auto rows = with_days_first(t.rows);
       return rows ? std::optional(written(*rows, style_of(t))) : std::nullopt;
     }},
    {"a workbook",
     [](const Text& t) {
       return std::optional(to_xlsx({{"Sheet1", t.rows}}));
     },
     ".xlsx"},
    {"an old workbook",
     [](const Text& t) {
       return std::optional(XlsWriter().write({{"Sheet1", t.rows}}));
     },
     ".xls"},
};

// Everything at once takes long: of each file some variants, in turn; all with SOCIOMETER_ALL_VARIANTS set.
TEST_P(Metamorphic, TheFactsStayTheSame) {
  Text text = read_text(GetParam());
  original_ = outcome(bytes_of(GetParam()));
  if (!original_.error.empty()) GTEST_SKIP() << original_.error;
  bool all = std::getenv("SOCIOMETER_ALL_VARIANTS") != nullptr;
  constexpr size_t in_turn = 8;
  size_t turn = std::hash<std::string>{}(GetParam().filename().string()) % in_turn;
  for (size_t i = 0; i < std::size(variants); ++i) {
    if (!all && i % in_turn != turn) continue;
    auto bytes = variants[i].write(text);
    if (bytes) expect_same(variants[i].how, *bytes, variants[i].ending);
  }
  bool of_blocks = catalog::Catalog::built_in()->format(original_.format)->tables.empty();
  if (of_blocks || !is_plain_table(text)) return;
  expect_same("other order of columns", written(shuffled(text.rows), style_of(text)));
  size_t width = text.rows[0].size(), dropped = all ? 12 : 1, step = std::max<size_t>(width / dropped, 1);
  for (size_t column = turn % step; column < width; column += step) expect_rest(text, column);
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

std::string numbered_name(const ::testing::TestParamInfo<fs::path>& info) {
  std::string name = std::to_string(info.index) + "_" + info.param.stem().string();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Metamorphic);
INSTANTIATE_TEST_SUITE_P(RealFiles, Metamorphic, ::testing::ValuesIn(real_texts()), numbered_name);

}  // namespace
}  // namespace sociometer::collect
