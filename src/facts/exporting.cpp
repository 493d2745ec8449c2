#include "facts/exporting.h"

#include <fmt/format.h>

#include "facts/csv_file.h"
#include "facts/exported_tables.h"
#include "facts/table_files.h"

namespace sociometer::facts {
namespace {

namespace fs = std::filesystem;

Error export_stopped() {
  return unavailable("the export was stopped");
}

class Exporting {
 public:
  Exporting(Lease& lease, std::string_view workspace, fs::path directory, const TransferProgress& progress)
      : lease_(lease), workspace_(workspace), directory_(std::move(directory)), progress_(progress) {}

  Result<ExportedFacts> write() {
    TRY_DONE(make_folders());
    TRY(files_, TableFiles::open(directory_, TableFiles::Use::writing));
    ExportedFacts exported;
    for (const TableToExport& table : tables_to_export()) {
      TRY(int64_t rows, write_table(table));
      exported.tables.push_back({std::string(table.name), table.words, columns_to_export(table.name), rows,
                                 parquet_file(table.name), csv_file(table.name)});
    }
    TRY(exported.originals, originals());
    return exported;
  }

 private:
  Result<Done> make_folders() {
    for (const char* folder : {"parquet", "csv"}) {
      std::error_code error;
      fs::create_directories(directory_ / folder, error);
      if (error)
        return unavailable(fmt::format("{} cannot be made: {}", (directory_ / folder).string(), error.message()));
    }
    return Done{};
  }

  Result<int64_t> write_table(const TableToExport& table) {
    TRY(auto rows, Stream::open(lease_.handle(), select_of(table)));
    TRY(auto csv, CsvFile::create(directory_ / csv_file(table.name), file_columns(table.name)));
    int64_t written = 0;
    // Both files are of the same rows, each read once.
    const auto next = [&]() -> Result<std::unique_ptr<Chunk>> {
      TRY(auto chunk, rows->next());
      if (chunk == nullptr) return std::unique_ptr<Chunk>();
      TRY_DONE(csv->add(*chunk));
      written += static_cast<int64_t>(chunk->rows());
      if (!progress_({parquet_file(table.name), bytes_before_ + csv->bytes(), rows_before_ + written, tables_done_})) {
        return export_stopped();
      }
      return std::unique_ptr<Chunk>(std::move(chunk));
    };
    TRY(int64_t in_parquet, files_->write(parquet_file(table.name), file_columns(table.name), next));
    TRY_DONE(csv->close());
    if (in_parquet != written) {
      return internal(fmt::format("{} has {} rows instead of {}", parquet_file(table.name), in_parquet, written));
    }
    bytes_before_ += csv->bytes();
    rows_before_ += written;
    ++tables_done_;
    return written;
  }

  std::string select_of(const TableToExport& table) const {
    return fmt::format("SELECT {} FROM {} WHERE workspace = {} ORDER BY {}", column_list(table.name), table.name,
                       facts::quoted(workspace_), table.order);
  }

  Result<std::vector<std::string>> originals() {
    std::vector<std::string> hashes;
    TRY_DONE(lease_.each(fmt::format("SELECT DISTINCT original FROM batches WHERE workspace = {} AND original <> '' "
                                     "ORDER BY original",
                                     facts::quoted(workspace_)),
                         [&](const Chunk& chunk) {
                           for (size_t row = 0; row < chunk.rows(); ++row) hashes.emplace_back(chunk.text(0, row));
                           return true;
                         }));
    return hashes;
  }

  Lease& lease_;
  const std::string workspace_;
  const fs::path directory_;
  const TransferProgress& progress_;
  std::unique_ptr<TableFiles> files_;
  int64_t bytes_before_ = 0, rows_before_ = 0, tables_done_ = 0;
};

}  // namespace

Result<ExportedFacts> export_facts(Lease& lease, std::string_view workspace, const fs::path& directory,
                                   const TransferProgress& progress) {
  // One transaction sees one moment, whatever is imported meanwhile.
  TRY_DONE(lease.run("BEGIN TRANSACTION READ ONLY"));
  auto exported = Exporting(lease, workspace, directory, progress).write();
  if (!lease.run("ROLLBACK")) lease.discard();
  return exported;
}

}  // namespace sociometer::facts
