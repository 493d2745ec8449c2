// Collect: everything that brings facts in. Today: files people downloaded.
//
// An importer reads exports as they come – any encoding, any of the known formats, recognised by what is in them and
// not by their name – stores what they say as one batch per file, and accounts for every row: taken, rejected with
// line, column and reason, or ignored.
//
//   Importer importer(catalog, control, store, clock);
//   DirectoryInput input({"downloads/"});
//   TRY(ImportReport report, importer.import("default", input, {.account = "brand"}, progress));
//   report.files[0].rows_rejected;
//
// It does not know what the numbers are for: collect and metrics never meet.
//
// Threads: an Importer may be used from several threads; the store queues the batches.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "control/control.h"
#include "facts/facts.h"

namespace sociometer::collect {

// A file's bytes on their way in, wherever they lie: on disk, in an archive, on the other end of a socket.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual Result<size_t> read(char* buffer, size_t capacity) = 0;  // 0: the end
};

struct InputFile {
  std::string path;  // as the user knows it; "exports.zip/Reach.csv" inside an archive
  std::optional<int64_t> bytes;
  std::unique_ptr<ByteStream> stream;
};

// The files to import, one after the other. A file that cannot be opened is an Error for that file, not the end.
class Input {
 public:
  virtual ~Input() = default;
  struct Next {
    bool done = false;
    std::string path;
    Result<InputFile> file = internal("no file");
  };
  virtual Next next() = 0;
  virtual std::optional<int64_t> total_bytes() const = 0;
};

// Files and directories (searched through, in the order of their names) and "-" for `standard_input`.
// not_found: a path that is not there.
Result<std::unique_ptr<Input>> open_paths(const std::vector<std::string>& paths,
                                          std::unique_ptr<ByteStream> standard_input);
// One file that is already at hand.
std::unique_ptr<Input> single_input(InputFile file);

// What the user said about the files; it wins over what the files say.
struct ImportOptions {
  std::string format;  // key in the catalog; else recognised
  std::string network;
  std::string account;
  std::string zone;
  std::string currency;
  std::string locale;
  std::string map;               // the text of a file that says what the columns of a table mean; see docs/maps.md
  std::optional<DayRange> days;  // that numbers without a day of their own are of
  std::optional<Instant> observed_at;
  enum class Mode { store, dry_run } mode = Mode::store;
};

// "2026-01-01..2026-01-31", the last day inside, or one day alone. invalid: it is neither.
Result<DayRange> parse_day_range(std::string_view text);

// As which somebody is stored whom an export calls this. People are told apart, not known: of an address or a telephone
// number only a fingerprint is kept.
std::string kept_name(std::string_view person);

struct ImportProgress {
  std::string path;
  int64_t bytes_read = 0;
  std::optional<int64_t> bytes_total;
  int64_t rows_read = 0;
  int64_t files_done = 0;
};
// Called a few times a second at most; returning false cancels: the file being read leaves nothing behind.
using ProgressCallback = std::function<bool(const ImportProgress&)>;

// What became of one file. `error` is set where it was refused; then nothing of it was stored.
struct FileReport {
  std::string path;
  std::string format;                 // empty when refused before recognition
  std::string network;                // of the file; empty if it tells of several
  std::vector<std::string> accounts;  // handles
  int64_t rows_read = 0, rows_accepted = 0, rows_rejected = 0, rows_ignored = 0;  // read = the other three together
  int64_t posts = 0, observations = 0;
  bool already_known = false;
  std::optional<Day> first_day, last_day;  // both inside
  std::string zone;
  std::optional<Instant> observed_at;
  bool observed_at_estimated = false;
  std::string batch;
  std::vector<std::string> warnings;
  std::vector<facts::Reject> rejects;  // the first thousand
  std::optional<Error> error;
};

struct ImportReport {
  std::vector<FileReport> files;
  // Exit status as docs promise: 0 all taken, 1 nothing stored, 3 something stored and something rejected or refused.
  int exit_status() const;
};

class KnownTables;

// What somebody thought of a qualitative KPI on a day.
struct GivenJudgement {
  std::string kpi;
  std::string level;   // a word of its scale, in any case
  std::string author;  // who judged
  std::string words;   // why; may be empty
  std::optional<Day> day;  // none: today, where the workspace is
};

class Importer {
 public:
  // A workspace's catalog, with the measures that it added.
  using CatalogOf = std::function<Result<std::shared_ptr<const catalog::Catalog>>(std::string_view workspace)>;

  Importer(std::shared_ptr<const catalog::Catalog> catalog, control::Control& control, facts::Store& store,
           std::shared_ptr<const Clock> clock, CatalogOf catalog_of = {});
  ~Importer();

  // invalid: the options contradict the catalog (no such format, network, zone). What is wrong with a file is in its
  // report. `clock` of this call, if given, replaces the importer's (a request carries its own --now).
  Result<ImportReport> import(std::string_view workspace, Input& input, const ImportOptions& options,
                              const ProgressCallback& progress, std::shared_ptr<const Clock> clock = nullptr);

  // Exchange rates: a CSV with the columns date, from, to and rate, or a date and a column per currency against the
  // euro as the European Central Bank publishes them. invalid: it is neither. Taken back like any import.
  Result<FileReport> add_rates(std::string_view workspace, InputFile file,
                               const std::shared_ptr<const Clock>& clock = nullptr);

  // Stores a judgement; the same author's of the same day is replaced, and kept in history. Taken back like an import.
  // not_found: no such qualitative KPI. invalid: a word that is not on its scale, nobody who judged, a day to come.
  Result<facts::BatchReceipt> judge(std::string_view workspace, const GivenJudgement& given,
                                    const std::shared_ptr<const Clock>& clock = nullptr);

  Result<std::vector<facts::Batch>> imports(std::string_view workspace, size_t limit, std::string_view before);
  Result<facts::Batch> find_import(std::string_view workspace, std::string_view batch);
  Result<Done> undo(std::string_view workspace, std::string_view batch);
  Result<facts::BatchReceipt> assign(std::string_view workspace, std::string_view batch, std::string_view account);

  // The accounts of a workspace with what is known of each.
  struct KnownAccount {
    control::Account account;
    facts::Store::Activity activity;
  };
  Result<std::vector<KnownAccount>> accounts(std::string_view workspace);

 private:
  std::shared_ptr<const KnownTables> known_tables(const std::vector<const catalog::Format*>& formats);

  std::shared_ptr<const catalog::Catalog> catalog_;
  control::Control& control_;
  facts::Store& store_;
  std::shared_ptr<const Clock> clock_;
  CatalogOf catalog_of_;
  // The tables of all formats, made when first needed.
  std::mutex tables_mutex_;
  std::shared_ptr<const KnownTables> tables_;
};

Json to_json(const FileReport& report);    // as docs/api.md and `import --json`
Json to_json(const ImportReport& report);  // {"files": […]}
Json to_json(const facts::Batch& batch);   // one entry of `imports`

}  // namespace sociometer::collect
