// One file's way from bytes to a batch: what it is, what it proves, and then its facts.
#pragma once

#include <string>
#include <vector>

#include "collect/bytes.h"
#include "collect/recognise.h"

namespace sociometer::collect {

// How far an import is, told to whoever watches a few times a second.
class ProgressTeller {
 public:
  ProgressTeller(const ProgressCallback& callback, std::optional<int64_t> bytes_total)
      : callback_(callback), bytes_total_(bytes_total) {}

  // A file is read three times – as bytes, for what it proves, for its facts – and each is a third of its way.
  enum class Stage { bytes, proof, facts };
  void begin_file(const std::string& path, std::optional<int64_t> bytes);
  void end_file();
  // False once the watcher has cancelled.
  bool tell(Stage stage, int64_t bytes_of_stage, int64_t rows);
  bool cancelled() const { return cancelled_; }

 private:
  const ProgressCallback& callback_;
  std::optional<int64_t> bytes_total_;
  std::optional<int64_t> file_bytes_;
  std::string path_;
  int64_t bytes_before_ = 0, files_done_ = 0, rows_before_ = 0, rows_of_file_ = 0, read_of_file_ = 0;
  int64_t last_told_ = 0;
  bool cancelled_ = false;
};

// What stays the same for all files of one call.
struct ImportRun {
  control::Workspace workspace;
  const catalog::Catalog& catalog;
  std::shared_ptr<const KnownTables> tables;
  std::vector<const catalog::Format*> formats;
  control::Control& control;
  facts::Store& store;
  const ImportOptions& options;
  Instant now;
  ProgressTeller& progress;
  std::vector<FileReport>& reports;
};

// Imports the file, or every file of the archive it is; adds a report for each.
void import_file(ImportRun& run, InputFile file);

}  // namespace sociometer::collect
