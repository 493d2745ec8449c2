// Excel's XML of 2003 ("SpreadsheetML"), which some exports call .xls: one text with a Worksheet per sheet.
#include <charconv>
#include <pugixml.hpp>

#include "base/text.h"
#include "collect/sheet_row.h"
#include "collect/workbook.h"
#include "collect/xml_pieces.h"

namespace sociometer::collect {

namespace {

std::string_view attribute(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_attribute& one : node.attributes()) {
    std::string_view own = one.name();
    size_t colon = own.find(':');
    if ((colon == own.npos ? own : own.substr(colon + 1)) == name) return one.value();
  }
  return {};
}

// ss:Index counts from 1 and is there where cells or rows are left out.
std::optional<int64_t> index_of(const pugi::xml_node& node) {
  std::string_view text = attribute(node, "Index");
  int64_t index = 0;
  std::from_chars(text.data(), text.data() + text.size(), index);
  constexpr int64_t highest = 1 << 24;
  return index > 0 && index < highest ? std::optional(index) : std::nullopt;
}

// A text may be rich: <ss:Data><B>…</B></ss:Data>.
void add_text(const pugi::xml_node& node, std::string& text) {
  for (const pugi::xml_node& part : node) {
    if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) text += part.value();
    add_text(part, text);
  }
}

// "2024-03-01T00:00:00.000" as "2024-03-01".
std::string moment_text(std::string_view text) {
  std::string moment(text.substr(0, text.find('.')));
  if (moment.ends_with("T00:00:00")) moment.resize(moment.size() - 9);
  size_t t = moment.find('T');
  if (t != moment.npos) moment[t] = ' ';
  return moment;
}

class XmlSheetRows : public SheetRows {
 public:
  XmlSheetRows(std::unique_ptr<ByteStream> stream, size_t sheet, csv::Limits limits)
      : stream_(std::move(stream)),
        pieces_(*stream_, "Row", limits.row * 2),
        row_(limits),
        limits_(limits),
        sheet_(sheet) {
    pieces_.mark("Worksheet");
  }

  Result<bool> next(csv::Row& row) override {
    while (true) {
      TRY(bool more, pieces_.next());
      if (!more) return false;
      if (pieces_.is_mark()) {
        if (++sheets_passed_ > sheet_ + 1) return false;
        continue;
      }
      if (sheets_passed_ != sheet_ + 1) continue;
      ++line_;
      row_.clear();
      if (pieces_.too_long()) {
        row_.put(0, std::string(limits_.field + 1, ' '));
        row_.hand_out(line_, row);
        row.damage = csv::Damage::row_too_long;
        return true;
      }
      pugi::xml_document document;
      if (!document.load_buffer(pieces_.text().data(), pieces_.text().size(), xml_flags)) {
        return invalid("The workbook (XML) is damaged: download it again.");
      }
      read(document.first_child());
      if (row_.hand_out(line_, row)) return true;
    }
  }

 private:
  void read(const pugi::xml_node& row) {
    if (auto index = index_of(row); index && *index >= line_) line_ = *index;
    size_t column = 0;
    for (const pugi::xml_node& cell : row) {
      if (local_name(cell) != "Cell") continue;
      if (auto index = index_of(cell)) column = static_cast<size_t>(*index - 1);
      put(column, child(cell, "Data"));
      std::string_view merged = attribute(cell, "MergeAcross");
      size_t across = 0;
      std::from_chars(merged.data(), merged.data() + merged.size(), across);
      column += 1 + std::min(across, limits_.columns);
    }
  }

  void put(size_t column, const pugi::xml_node& data) {
    std::string text;
    add_text(data, text);
    std::string_view type = attribute(data, "Type");
    if (type == "DateTime") return row_.put(column, moment_text(text));
    if (type == "Boolean") return row_.put(column, text == "1" ? "TRUE" : "FALSE");
    double number = 0;
    auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (type == "Number" && read.ec == std::errc() && read.ptr == text.data() + text.size()) {
      return row_.put(column, number_text(number));
    }
    row_.put(column, text);
  }

  std::unique_ptr<ByteStream> stream_;
  XmlPieces pieces_;
  SheetRow row_;
  csv::Limits limits_;
  size_t sheet_, sheets_passed_ = 0;
  int64_t line_ = 0;
};

class XmlWorkbook : public Workbook {
 public:
  XmlWorkbook(const Spool& spool, const WorkbookLimits& limits) : spool_(spool), limits_(limits) {}

  Result<Done> read_names() {
    auto stream = spool_.reader();
    XmlPieces pieces(*stream, "Worksheet", 0);
    pieces.mark("Worksheet");
    while (true) {
      TRY(bool more, pieces.next());
      if (!more) break;
      pugi::xml_document document;
      if (!document.load_buffer(pieces.text().data(), pieces.text().size(), xml_flags)) continue;
      names_.emplace_back(attribute(document.first_child(), "Name"));
      if (names_.size() > most_sheets) return invalid("The workbook (XML) has more than 1000 sheets.");
    }
    if (names_.empty()) return invalid("The workbook (XML) has no sheets: download it again.");
    return Done{};
  }

  const std::vector<std::string>& sheets() const override { return names_; }
  Result<std::unique_ptr<SheetRows>> open(size_t sheet) override {
    return std::unique_ptr<SheetRows>(new XmlSheetRows(spool_.reader(), sheet, limits_.row));
  }

 private:
  const Spool& spool_;
  WorkbookLimits limits_;
  std::vector<std::string> names_;
};

}  // namespace

Result<std::unique_ptr<Workbook>> open_xml_workbook(const Spool& spool, const WorkbookLimits& limits) {
  auto workbook = std::make_unique<XmlWorkbook>(spool, limits);
  TRY_DONE(workbook->read_names());
  return std::unique_ptr<Workbook>(std::move(workbook));
}

}  // namespace sociometer::collect
