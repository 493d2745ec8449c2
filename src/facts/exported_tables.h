// The tables of facts as they leave the store: which columns, what each means, in which order the rows stand.
//
// What metrics' SQL reads as (workspace, …) is exported without its workspace, which the whole export is of.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "facts/table_files.h"

namespace sociometer::facts {

struct TableToExport {
  std::string_view name;   // as in facts.h, and of its files
  std::string_view words;  // what a row is
  std::string_view order;  // by which columns its rows stand, as SQL
};

std::span<const TableToExport> tables_to_export();

// The columns of one of them, in the order of facts.h.
const std::vector<ExportedColumn>& columns_to_export(std::string_view table);
std::vector<FileColumn> file_columns(std::string_view table);
// "network, account, …"
std::string column_list(std::string_view table);

// Where its files lie in an export.
std::string parquet_file(std::string_view table);
std::string csv_file(std::string_view table);

}  // namespace sociometer::facts
