// .xlsx: a zip of XML parts. The sheets may be long, so their rows are cut out of the text and parsed one by one; what
// is not in a row is skipped. pugixml resolves no entities of a document type, and a part that has one is refused.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <pugixml.hpp>

#include "base/text.h"
#include "collect/sheet_row.h"
#include "collect/workbook.h"
#include "collect/xml_pieces.h"

namespace sociometer::collect {

namespace {

Error damaged_xlsx() {
  return invalid("The workbook (.xlsx) is damaged: download it again.");
}

// "B7" → column 1; nothing if there is no letter.
std::optional<size_t> column_of(std::string_view reference) {
  size_t column = 0, letters = 0;
  for (char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<size_t>(c - 'A' + 1);
    if (++letters > 6) return SIZE_MAX;  // no sheet is that wide, and SheetRow says so
  }
  return letters == 0 ? std::nullopt : std::optional(column - 1);
}

// The texts that cells share, one behind the other.
class SharedTexts {
 public:
  std::string_view operator[](size_t index) const {
    if (index + 1 >= starts_.size()) return {};
    return std::string_view(texts_).substr(starts_[index], starts_[index + 1] - starts_[index]);
  }
  void add(std::string_view text) {
    texts_ += text;
    starts_.push_back(texts_.size());
  }
  size_t bytes() const { return texts_.size() + starts_.size() * sizeof(size_t); }

 private:
  std::string texts_;
  std::vector<size_t> starts_ = {0};
};

struct Book {
  std::unique_ptr<ZipArchive> archive;
  WorkbookLimits limits;
  std::vector<std::string> names, parts;
  SharedTexts texts;
  std::vector<NumberKind> styles;
  Epoch epoch = Epoch::of_1900;
};

// The text of <si> or <is>: its runs, without the phonetic reading (rPh) that Japanese workbooks hold beside it.
std::string text_of(const pugi::xml_node& item) {
  std::string text;
  for (const pugi::xml_node& part : item) {
    std::string_view name = local_name(part);
    if (name == "t") text += part.text().get();
    if (name == "r") text += child(part, "t").text().get();
  }
  return text;
}

class XlsxRows : public SheetRows {
 public:
  XlsxRows(const Book& book, std::unique_ptr<ByteStream> part)
      : book_(book), part_(std::move(part)), pieces_(*part_, "row", book.limits.row.row * 2), row_(book.limits.row) {}

  Result<bool> next(csv::Row& row) override {
    while (true) {
      TRY(bool more, pieces_.next());
      if (!more) return false;
      ++line_;
      row_.clear();
      if (pieces_.too_long()) {
        row_.put(0, std::string(book_.limits.row.field + 1, ' '));
        row_.hand_out(line_, row);
        row.damage = csv::Damage::row_too_long;
        return true;
      }
      pugi::xml_document document;
      if (!document.load_buffer(pieces_.text().data(), pieces_.text().size(), xml_flags)) return damaged_xlsx();
      read(document.first_child());
      if (row_.hand_out(line_, row)) return true;
    }
  }

 private:
  void read(const pugi::xml_node& row) {
    auto number = row.attribute("r").as_llong();
    constexpr int64_t most_rows = 1 << 24;
    if (number > line_ - 1 && number < most_rows) line_ = number;
    size_t next_column = 0;
    for (const pugi::xml_node& cell : row) {
      if (local_name(cell) != "c") continue;
      size_t column = column_of(cell.attribute("r").value()).value_or(next_column);
      next_column = column + 1;
      put(column, cell);
    }
  }

  void put(size_t column, const pugi::xml_node& cell) {
    std::string_view type = cell.attribute("t").value(), value = child(cell, "v").text().get();
    if (type == "inlineStr") return row_.put(column, text_of(child(cell, "is")));
    if (type == "s") {
      size_t index = 0;
      std::from_chars(value.data(), value.data() + value.size(), index);
      return row_.put(column, book_.texts[index]);
    }
    if (type == "b") return row_.put(column, value == "1" ? "TRUE" : "FALSE");
    if (!type.empty() && type != "n") return row_.put(column, value);  // str, e, d
    double number = 0;
    value = trimmed(value);
    auto read = std::from_chars(value.data(), value.data() + value.size(), number);
    bool whole = !value.empty() && read.ec == std::errc() && read.ptr == value.data() + value.size();
    if (!whole || !std::isfinite(number)) {
      return row_.put(column, value);
    }
    size_t style = cell.attribute("s").as_uint();
    row_.put(column,
             number_text(number, style < book_.styles.size() ? book_.styles[style] : NumberKind::plain, book_.epoch));
  }

  const Book& book_;
  std::unique_ptr<ByteStream> part_;
  XmlPieces pieces_;
  SheetRow row_;
  int64_t line_ = 0;
};

class Xlsx : public Workbook {
 public:
  explicit Xlsx(Book book) : book_(std::move(book)) {}

  Result<Done> read_parts() {
    TRY(std::string main, main_part());
    TRY_DONE(read_sheets(main));
    std::string folder = main.substr(0, main.rfind('/') + 1);
    TRY_DONE(read_styles(folder + "styles.xml"));
    return read_shared_texts(folder + "sharedStrings.xml");
  }

  const std::vector<std::string>& sheets() const override { return book_.names; }

  Result<std::unique_ptr<SheetRows>> open(size_t sheet) override {
    auto member = book_.archive->find(book_.parts.at(sheet));
    if (!member) return damaged_xlsx();
    TRY(auto part, book_.archive->open_member(*member));
    return std::unique_ptr<SheetRows>(new XlsxRows(book_, std::move(part)));
  }

 private:
  // A small part whole; an empty document where there is none.
  Result<pugi::xml_document> part(const std::string& name) {
    pugi::xml_document document;
    auto member = book_.archive->find(name);
    if (!member) return document;
    TRY(auto stream, book_.archive->open_member(*member));
    std::string text;
    std::vector<char> piece(64 << 10);
    while (true) {
      TRY(size_t got, stream->read(piece.data(), piece.size()));
      if (got == 0) break;
      text.append(piece.data(), got);
      if (text.size() > book_.limits.part) {
        return invalid("A part of the workbook (.xlsx) is larger than any workbook of exports has.");
      }
    }
    if (text.find("<!DOCTYPE") != text.npos) return invalid(std::string(xml_with_document_type));
    if (!document.load_buffer(text.data(), text.size(), xml_flags)) return damaged_xlsx();
    return document;
  }

  // Most programs call it xl/workbook.xml; what it is called stands in _rels/.rels.
  Result<std::string> main_part() {
    TRY(pugi::xml_document relations, part("_rels/.rels"));
    for (const pugi::xml_node& relation : child(relations, "Relationships")) {
      if (!std::string_view(relation.attribute("Type").value()).ends_with("/officeDocument")) continue;
      std::string target = relation.attribute("Target").value();
      return target.starts_with('/') ? target.substr(1) : target;
    }
    return std::string("xl/workbook.xml");
  }

  Result<Done> read_sheets(const std::string& main) {
    size_t slash = main.rfind('/') + 1;
    std::string folder = main.substr(0, slash);
    TRY(pugi::xml_document relations, part(folder + "_rels/" + main.substr(slash) + ".rels"));
    std::map<std::string, std::string> targets;
    for (const pugi::xml_node& relation : child(relations, "Relationships")) {
      std::string target = relation.attribute("Target").value();
      targets[relation.attribute("Id").value()] = target.starts_with('/') ? target.substr(1) : folder + target;
    }
    TRY(pugi::xml_document workbook, part(main));
    pugi::xml_node root = child(workbook, "workbook");
    std::string_view date1904 = child(root, "workbookPr").attribute("date1904").value();
    if (date1904 == "1" || date1904 == "true") book_.epoch = Epoch::of_1904;
    for (const pugi::xml_node& sheet : child(root, "sheets")) {
      std::string id;
      for (const pugi::xml_attribute& attribute : sheet.attributes()) {
        if (std::string_view(attribute.name()).ends_with(":id")) id = attribute.value();
      }
      // Charts and dialogues have no cells.
      if (targets[id].find("worksheets/") == std::string::npos) continue;
      book_.names.emplace_back(sheet.attribute("name").value());
      book_.parts.push_back(targets[id]);
    }
    if (book_.names.empty()) return invalid("The workbook (.xlsx) has no sheets: download it again.");
    if (book_.names.size() > most_sheets) {
      return invalid(fmt::format("The workbook has {} sheets; at most {} are read.", book_.names.size(), most_sheets));
    }
    return Done{};
  }

  Result<Done> read_styles(const std::string& name) {
    TRY(pugi::xml_document styles, part(name));
    pugi::xml_node root = child(styles, "styleSheet");
    std::map<unsigned, NumberKind> formats;
    for (const pugi::xml_node& format : child(root, "numFmts")) {
      formats[format.attribute("numFmtId").as_uint()] = kind_of_format(format.attribute("formatCode").value());
    }
    for (const pugi::xml_node& style : child(root, "cellXfs")) {
      unsigned id = style.attribute("numFmtId").as_uint();
      auto own = formats.find(id);
      book_.styles.push_back(own == formats.end() ? kind_of_built_in_format(id) : own->second);
    }
    return Done{};
  }

  Result<Done> read_shared_texts(const std::string& name) {
    auto member = book_.archive->find(name);
    if (!member) return Done{};
    TRY(auto stream, book_.archive->open_member(*member));
    XmlPieces items(*stream, "si", book_.limits.row.row);
    while (true) {
      TRY(bool more, items.next());
      if (!more) return Done{};
      pugi::xml_document document;
      bool parsed = !items.too_long() && document.load_buffer(items.text().data(), items.text().size(), xml_flags);
      // A text that is too long makes its cell too long as well.
      if (items.too_long()) book_.texts.add(std::string(book_.limits.row.field + 1, ' '));
      if (!items.too_long() && !parsed) return damaged_xlsx();
      if (parsed) book_.texts.add(text_of(document.first_child()));
      if (book_.texts.bytes() > book_.limits.shared_texts) {
        return invalid(
            fmt::format("The workbook (.xlsx) holds more than {} MiB of text: export it as CSV and import that.",
                        book_.limits.shared_texts >> 20));
      }
    }
  }

  Book book_;
};

}  // namespace

Result<std::unique_ptr<Workbook>> open_xlsx(std::unique_ptr<ZipArchive> archive, const WorkbookLimits& limits) {
  Book book;
  book.archive = std::move(archive);
  book.limits = limits;
  auto xlsx = std::make_unique<Xlsx>(std::move(book));
  TRY_DONE(xlsx->read_parts());
  return std::unique_ptr<Workbook>(std::move(xlsx));
}

}  // namespace sociometer::collect
