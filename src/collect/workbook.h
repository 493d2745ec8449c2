// Workbooks: the sheets of .xlsx, of the .xls of Excel 97 to 2003 (BIFF8), and of Excel's XML of 2003, as rows of text.
//
//   TRY(auto workbook, open_xlsx(std::move(archive)));
//   for (size_t i = 0; i < workbook->sheets().size(); ++i) {
//     TRY(auto rows, workbook->open(i));
//     csv::Row row;                    // row.line is the row's number in the sheet; rows without text are left out
//     while (true) { TRY(bool more, rows->next(row)); … }
//   }
//
// A cell is what a CSV of the sheet would hold, in one spelling whatever the workbook's formats: a number in at most 15
// digits with a decimal point (a whole one of more digits with an exponent, since Excel has rounded it), a date as
// 2024-03-01 or 2024-03-01 10:23:00, a time as 0:03:54, TRUE and FALSE, and the text of anything else. Formulas are
// never computed: what the program that wrote the file found is taken.
//
// Memory: one row of .xlsx and of XML; the texts a workbook shares, and the whole of an .xls, are held within the
// limits below. What exceeds them, or was made to exhaust a machine, is refused with a sentence.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collect/archive.h"
#include "collect/csv.h"

namespace sociometer::collect {

constexpr size_t most_sheets = 1000;

struct WorkbookLimits {
  size_t part = 8 << 20;            // a part that is read whole: relations, styles
  size_t shared_texts = 128 << 20;  // all texts that cells share
  size_t old_workbook = 64 << 20;   // an .xls
  csv::Limits row;
};

class SheetRows {
 public:
  virtual ~SheetRows() = default;
  // False at the end. The row is valid until the next call. invalid: the sheet is damaged.
  virtual Result<bool> next(csv::Row& row) = 0;
};

class Workbook {
 public:
  virtual ~Workbook() = default;
  virtual const std::vector<std::string>& sheets() const = 0;  // names, in the order people see
  // Each sheet may be read as often as needed, one at a time.
  virtual Result<std::unique_ptr<SheetRows>> open(size_t sheet) = 0;
};

// invalid: damaged, locked with a password, over the limits, or with parts that no workbook has.
Result<std::unique_ptr<Workbook>> open_xlsx(std::unique_ptr<ZipArchive> archive, const WorkbookLimits& limits = {});
Result<std::unique_ptr<Workbook>> open_xls(std::unique_ptr<ByteStream> bytes, const WorkbookLimits& limits = {});
// `spool` must outlive the workbook.
Result<std::unique_ptr<Workbook>> open_xml_workbook(const Spool& spool, const WorkbookLimits& limits = {});

}  // namespace sociometer::collect
