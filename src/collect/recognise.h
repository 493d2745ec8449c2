// Recognition: which format a file is, by what stands in its first rows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/rows.h"
#include "collect/table_file.h"

namespace sociometer::collect {

struct Recognised {
  const catalog::Format* format = nullptr;
  csv::Dialect dialect;               // of a text
  bool wrapped = false, log = false;  // of a text: see TextShape
};

// What is known about files, and what was said about this one.
struct Recognition {
  const catalog::Catalog& catalog;
  const KnownTables& tables;
  std::vector<const catalog::Format*> formats;  // those of `tables`, and those of blocks
  std::string_view only;                        // a format's key: said by the user; empty if not
  std::string_view network;                     // said by the user
  std::string_view path;

  // `text`: the beginning of the file. unsupported: none fits; the sentence says what the file looks like and what is
  // known. invalid: it could be of two.
  Result<Recognised> of_text(std::string_view text) const;
  Result<Recognised> of_sheets(const std::vector<Head>& heads) const;

 private:
  Result<Recognised> of_table(std::string_view text, const std::optional<std::string>& plain) const;
};

// A table whose header could be anybody's counts only where the file or the sheet is named like it, or the user said
// so.
bool may_be_named(const KnownTables::Entry& entry, std::string_view path, std::string_view sheet,
                  std::string_view said_format);

// "Date" (in any language of the catalog) and one more cell: what stands over a block of a daily series.
bool is_day_header(const catalog::Format& format, const csv::Row& row);
const catalog::Format::Block* find_block(const catalog::Format& format, std::string_view title);

}  // namespace sociometer::collect
