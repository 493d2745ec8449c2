// For tests: small workbooks in all three kinds of containers, from a text that people can read and compare.
//
//   == Metrics                     a sheet
//   Date,Impressions (total)       its rows, as CSV
#pragma once

#include <gsf/gsf-outfile-msole.h>
#include <gsf/gsf-output-memory.h>
#include <gsf/gsf-utils.h>
#include <zip.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "collect/bytes.h"
#include "collect/csv.h"

namespace sociometer::collect {

struct WrittenSheet {
  std::string name;
  std::vector<std::vector<std::string>> rows;
};

inline std::vector<WrittenSheet> sheets_in(std::string_view text) {
  std::vector<WrittenSheet> sheets;
  MemoryStream stream{std::string(text)};
  csv::Reader rows(stream, {','});
  csv::Row row;
  while (true) {
    auto more = rows.next(row);
    if (!more || !*more) return sheets;
    if (row.cell(0).starts_with("== ")) {
      sheets.push_back({std::string(row.cell(0).substr(3)), {}});
    } else if (!sheets.empty()) {
      sheets.back().rows.emplace_back(row.cells.begin(), row.cells.end());
    }
  }
}

inline std::optional<double> written_number(const std::string& text) {
  double value = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size() && std::isfinite(value);
  return whole && text.size() < 15 ? std::optional(value) : std::nullopt;
}

// 0 → "A", 26 → "AA".
inline std::string column_name(size_t column) {
  std::string name(1, static_cast<char>('A' + column % 26));
  return column < 26 ? name : column_name(column / 26 - 1) + name;
}

inline std::string xml_text(std::string_view text) {
  std::string safe;
  for (char c : text) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else if (c == '"')
      safe += "&quot;";
    else
      safe += c;
  }
  return safe;
}

// `attributes`: those of Unix that every member is to have. `packing`: how their bytes are stored.
inline std::string zipped(const std::vector<std::pair<std::string, std::string>>& members, zip_uint32_t attributes = 0,
                          zip_int32_t packing = ZIP_CM_DEFAULT) {
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* memory = zip_source_buffer_create(nullptr, 0, 0, &problem);
  zip_source_keep(memory);
  zip_t* archive = zip_open_from_source(memory, ZIP_TRUNCATE, &problem);
  for (const auto& [name, content] : members) {
    const auto index = static_cast<zip_uint64_t>(
        zip_file_add(archive, name.c_str(), zip_source_buffer(archive, content.data(), content.size(), 0), 0));
    zip_set_file_compression(archive, index, packing, 0);
    if (attributes != 0) zip_file_set_external_attributes(archive, index, 0, ZIP_OPSYS_UNIX, attributes);
  }
  zip_close(archive);
  zip_source_open(memory);
  zip_stat_t stat;
  zip_source_stat(memory, &stat);
  std::string bytes(stat.size, '\0');
  zip_source_read(memory, bytes.data(), bytes.size());
  zip_source_close(memory);
  zip_source_free(memory);
  return bytes;
}

// Texts are shared in the first sheet and inline in the others; columns are named, rows without cells are left out.
inline std::string to_xlsx(const std::vector<WrittenSheet>& sheets) {
  std::vector<std::pair<std::string, std::string>> parts;
  std::string names, relations, shared;
  size_t shared_count = 0;
  for (size_t i = 0; i < sheets.size(); ++i) {
    std::string xml = "<?xml version=\"1.0\"?><worksheet xmlns=\"m\"><sheetData>";
    for (size_t r = 0; r < sheets[i].rows.size(); ++r) {
      std::string cells;
      for (size_t c = 0; c < sheets[i].rows[r].size(); ++c) {
        const std::string& text = sheets[i].rows[r][c];
        if (text.empty()) continue;
        std::string place = fmt::format("{}{}", column_name(c), r + 1);
        if (written_number(text)) {
          cells += fmt::format("<c r=\"{}\"><v>{}</v></c>", place, text);
        } else if (i == 0) {
          cells += fmt::format("<c r=\"{}\" t=\"s\"><v>{}</v></c>", place, shared_count++);
          shared += "<si><t xml:space=\"preserve\">" + xml_text(text) + "</t></si>";
        } else {
          cells += fmt::format("<c r=\"{}\" t=\"inlineStr\"><is><t>{}</t></is></c>", place, xml_text(text));
        }
      }
      if (!cells.empty()) xml += fmt::format("<row r=\"{}\">{}</row>", r + 1, cells);
    }
    parts.emplace_back(fmt::format("xl/worksheets/sheet{}.xml", i + 1), xml + "</sheetData></worksheet>");
    names += fmt::format("<sheet name=\"{}\" sheetId=\"{}\" r:id=\"rId{}\"/>", xml_text(sheets[i].name), i + 1, i + 1);
    relations += fmt::format("<Relationship Id=\"rId{}\" Type=\"t/worksheet\" Target=\"worksheets/sheet{}.xml\"/>",
                             i + 1, i + 1);
  }
  parts.emplace_back("_rels/.rels",
                     "<Relationships><Relationship Id=\"r\" Type=\"t/officeDocument\" Target=\"xl/workbook.xml\"/>"
                     "</Relationships>");
  parts.emplace_back("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets>" + names + "</sheets></workbook>");
  parts.emplace_back("xl/_rels/workbook.xml.rels", "<Relationships>" + relations + "</Relationships>");
  parts.emplace_back("xl/sharedStrings.xml", "<sst>" + shared + "</sst>");

  return zipped(parts);
}

inline std::string to_xml_workbook(const std::vector<WrittenSheet>& sheets) {
  std::string xml =
      "<?xml version=\"1.0\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "
      "xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">";
  for (const WrittenSheet& sheet : sheets) {
    xml += "<Worksheet ss:Name=\"" + xml_text(sheet.name) + "\"><Table>";
    for (size_t r = 0; r < sheet.rows.size(); ++r) {
      xml += fmt::format("<Row ss:Index=\"{}\">", r + 1);
      for (size_t c = 0; c < sheet.rows[r].size(); ++c) {
        const std::string& text = sheet.rows[r][c];
        if (text.empty()) continue;
        xml += fmt::format("<Cell ss:Index=\"{}\"><Data ss:Type=\"{}\">{}</Data></Cell>", c + 1,
                           written_number(text) ? "Number" : "String", xml_text(text));
      }
      xml += "</Row>";
    }
    xml += "</Table></Worksheet>";
  }
  return xml + "</Workbook>";
}

// BIFF8: every text in the shared table, wide; that table is cut into records of few bytes, so that texts go on in the
// next.
class XlsWriter {
 public:
  // Records in the container that an .xls has.
  static std::string contained(const std::string& stream) {
    gsf_init();
    GsfOutput* memory = gsf_output_memory_new();
    GsfOutfile* file = gsf_outfile_msole_new(memory);
    GsfOutput* workbook = gsf_outfile_new_child(file, "Workbook", FALSE);
    gsf_output_write(workbook, stream.size(), reinterpret_cast<const guint8*>(stream.data()));
    gsf_output_close(workbook);
    g_object_unref(workbook);
    gsf_output_close(GSF_OUTPUT(file));
    g_object_unref(file);
    std::string bytes(reinterpret_cast<const char*>(gsf_output_memory_get_bytes(GSF_OUTPUT_MEMORY(memory))),
                      static_cast<size_t>(gsf_output_size(memory)));
    g_object_unref(memory);
    return bytes;
  }

  std::string write(const std::vector<WrittenSheet>& sheets) {
    std::string globals = bof(5), parts, cells;
    std::vector<std::string> bodies;
    for (const WrittenSheet& sheet : sheets) bodies.push_back(body(sheet));
    std::string table = shared_table();
    size_t at = globals.size() + table.size() + 4;
    for (const WrittenSheet& sheet : sheets) at += 4 + 8 + 2 * sheet.name.size();
    for (size_t i = 0; i < sheets.size(); ++i) {
      std::string name = wide(sheets[i].name);
      record(globals, 0x0085, number(at, 4) + std::string(2, '\0') + static_cast<char>(name.size() / 2) + '\1' + name);
      at += bodies[i].size();
    }
    globals += table;
    record(globals, 0x000A, "");
    for (const std::string& one : bodies) globals += one;
    return contained(globals);
  }

 private:
  static std::string number(uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i);
    return text;
  }
  static void record(std::string& to, uint16_t kind, const std::string& data) {
    to += number(kind, 2) + number(data.size(), 2) + data;
  }
  static std::string bof(uint16_t kind) {
    std::string text;
    record(text, 0x0809, number(0x0600, 2) + number(kind, 2) + std::string(12, '\0'));
    return text;
  }
  static std::string wide(std::string_view text) {
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
      auto c = static_cast<unsigned char>(text[i]);
      uint32_t letter = c;
      if (c >= 0xF0) {
        letter = (c & 7U) << 18 | (text[i + 1] & 63U) << 12 | (text[i + 2] & 63U) << 6 | (text[i + 3] & 63U);
        i += 3;
        result += number(0xD800 + ((letter - 0x10000) >> 10), 2);
        letter = 0xDC00 + ((letter - 0x10000) & 0x3FF);
      } else if (c >= 0xE0) {
        letter = (c & 15U) << 12 | (text[i + 1] & 63U) << 6 | (text[i + 2] & 63U);
        i += 2;
      } else if (c >= 0xC0) {
        letter = (c & 31U) << 6 | (text[i + 1] & 63U);
        ++i;
      }
      result += number(letter, 2);
    }
    return result;
  }
  std::string body(const WrittenSheet& sheet) {
    std::string text = bof(0x10);
    for (size_t r = 0; r < sheet.rows.size(); ++r) {
      for (size_t c = 0; c < sheet.rows[r].size(); ++c) {
        const std::string& cell = sheet.rows[r][c];
        if (cell.empty()) continue;
        std::string place = number(r, 2) + number(c, 2) + number(0, 2);
        if (auto value = written_number(cell)) {
          record(text, 0x0203, place + number(std::bit_cast<uint64_t>(*value), 8));
        } else {
          record(text, 0x00FD, place + number(texts_.size(), 4));
          texts_.push_back(wide(cell));
        }
      }
    }
    record(text, 0x000A, "");
    return text;
  }
  std::string shared_table() const {
    constexpr size_t record_bytes = 200;
    std::string all, data = number(texts_.size(), 4) + number(texts_.size(), 4);
    uint16_t kind = 0x00FC;
    auto cut = [&] {
      record(all, kind, data);
      kind = 0x003C;
      data.clear();
    };
    for (const std::string& text : texts_) {
      if (data.size() + 5 > record_bytes) cut();
      data += number(text.size() / 2, 2) + '\1';
      for (size_t i = 0; i < text.size(); i += 2) {
        if (data.size() + 2 > record_bytes) {
          cut();
          data += '\1';  // still wide
        }
        data += text.substr(i, 2);
      }
    }
    cut();
    return all;
  }

  std::vector<std::string> texts_;
};

}  // namespace sociometer::collect
