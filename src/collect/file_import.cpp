#include "collect/file_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "base/readable.h"
#include "base/text.h"
#include "collect/archive.h"
#include "collect/encoding.h"
#include "collect/file_name.h"
#include "collect/report.h"

namespace sociometer::collect {

namespace {

constexpr size_t piece_bytes = 256 << 10;
constexpr size_t head_bytes = 64 << 10;
constexpr int64_t rows_between_telling = 2048;

Error stopped() {
  return unavailable("The import was stopped; nothing of this file was stored.");
}

Result<std::string> read_up_to(ByteStream& stream, size_t most) {
  std::string bytes(most, '\0');
  size_t size = 0;
  while (size < most) {
    TRY(size_t got, stream.read(bytes.data() + size, most - size));
    if (got == 0) break;
    size += got;
  }
  bytes.resize(size);
  return bytes;
}

// What the first reading learns.
class Survey : public Intake {
 public:
  explicit Survey(const FileAccounts& accounts) : accounts_(accounts) {}
  bool wants_text() const override { return false; }

  void see_days(DayRange range) override {
    widen(days_, range);
    widen(value_days_, range);
  }

  Result<Done> take(const PostFact& fact) override {
    if (fact.post.published_day) widen(days_, {*fact.post.published_day, *fact.post.published_day + 1});
    see_observed(fact.observed_said, fact.post.observed_at);
    return Done{};
  }
  Result<Done> take(const ValueFact& fact) override {
    see_observed(fact.observed_said, fact.observation.observed_at);
    if (accounts_[fact.account].written.empty()) unnamed_.add(fact.account, fact.observation);
    return Done{};
  }

  // When an event was told is never said by its row.
  Result<Done> take(const EventFact&) override {
    all_said_ = false;
    return Done{};
  }

  const std::optional<DayRange>& days() const { return days_; }
  // Without the days posts came out on.
  const std::optional<DayRange>& value_days() const { return value_days_; }
  // The latest moment rows state, if every row states one.
  std::optional<Instant> observed_by_all() const { return all_said_ ? latest_said_ : std::nullopt; }
  const UnnamedDays& unnamed() const { return unnamed_; }

 private:
  static void widen(std::optional<DayRange>& days, DayRange range) {
    if (!days) days = range;
    days->first = std::min(days->first, range.first);
    days->end = std::max(days->end, range.end);
  }
  void see_observed(bool said, Instant at) {
    if (!said) {
      all_said_ = false;
    } else {
      latest_said_ = std::max(latest_said_.value_or(at), at);
    }
  }

  const FileAccounts& accounts_;
  UnnamedDays unnamed_;
  std::optional<DayRange> days_, value_days_;
  std::optional<Instant> latest_said_;
  bool all_said_ = true;
};

struct Observed {
  Instant at;
  bool estimated = false;
};

// The second reading: facts complete, into a batch – or only counted.
// How many different things were said, by hashes: two tables of a file may tell the same fact, which a batch keeps
// once.
class Distinct {
 public:
  void add(const std::string& key) { hashes_.push_back(std::hash<std::string>()(key)); }
  int64_t count() {
    std::sort(hashes_.begin(), hashes_.end());
    hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
    return static_cast<int64_t>(hashes_.size());
  }

 private:
  std::vector<size_t> hashes_;
};

class Storing : public Intake {
 public:
  Storing(const FileAccounts& accounts, Observed observed, const Zone& zone, facts::BatchWriter* writer)
      : accounts_(accounts), observed_(observed), observed_day_(zone.day_of(observed.at)), writer_(writer) {}
  bool wants_text() const override { return writer_ != nullptr; }

  Result<Done> take(const PostFact& fact) override {
    const FileAccount& account = accounts_[fact.account];
    if (writer_ == nullptr) {
      posts_.add(fmt::format("{}/{}/{}", account.network, account.handle, fact.post.id));
      return Done{};
    }
    facts::Post post = fact.post;
    post.network = account.network;
    post.account = account.handle;
    if (!fact.observed_said) {
      post.observed_at = observed_.at;
      post.observed_estimated = observed_.estimated;
    }
    return writer_->add(post);
  }

  Result<Done> take(const ValueFact& fact) override {
    const FileAccount& account = accounts_[fact.account];
    facts::Observation o = fact.observation;
    o.network = account.network;
    o.account = account.handle;
    if (!fact.observed_said) {
      o.observed_at = observed_.at;
      o.observed_estimated = observed_.estimated;
    }
    if (o.days.empty()) {
      Day day = fact.observed_said ? Zone::utc().day_of(o.observed_at) : observed_day_;
      o.days = {day, day + 1};
    }
    if (writer_ != nullptr) return writer_->add(o);
    observations_.add(key_of(o));
    return Done{};
  }

  Result<Done> take(const EventFact& fact) override {
    if (writer_ == nullptr) return Done{};
    return std::visit([&](auto event) { return add(std::move(event), fact.moment_unknown); }, fact.event);
  }

  // Of a dry run: as many as a batch would keep.
  int64_t posts() { return posts_.count(); }
  int64_t observations() { return observations_.count(); }

 private:
  // By what facts tells observations apart. A lifetime's value takes the place of the one before.
  static std::string key_of(const facts::Observation& o) {
    bool lifetime = o.window == facts::Window::lifetime;
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}..{}", o.network, o.account, name(o.subject),
                       o.subject_id, o.measure, name(o.promotion), o.dimension, o.member, name(o.window),
                       lifetime ? 0 : o.days.first.number, lifetime ? 0 : o.days.end.number);
  }

  template <typename Event>
  Result<Done> add(Event event, bool moment_unknown) {
    if (moment_unknown) event.happened_at = observed_.at;
    if constexpr (requires { event.observed_at; }) event.observed_at = observed_.at;
    return writer_->add(event);
  }

  const FileAccounts& accounts_;
  Observed observed_;
  Day observed_day_;
  facts::BatchWriter* writer_;
  Distinct posts_, observations_;
};

// What a file's bytes hold, once they are known to be tables.
enum class Container { text, xlsx, xls, xml_workbook };

class TableImport {
 public:
  TableImport(ImportRun& run, FileReport& report, Spool& spool) : run_(run), report_(report), spool_(spool) {}

  Result<Done> import(ByteStream& bytes, Container container) {
    TRY_DONE(load(bytes, container));
    TRY_DONE(container == Container::text ? recognise_text() : recognise_workbook(container));
    report_.format = recognised_.format->key;
    TRY_DONE(survey());
    TRY_DONE(settle());
    return storing() ? store() : count();
  }

 private:
  bool storing() const { return run_.options.mode == ImportOptions::Mode::store; }

  // Reads the file once: keeps it, and finds out its letters.
  Result<Done> load(ByteStream& bytes, Container container) {
    if (storing()) {
      TRY(original_, run_.store.keep_original(run_.workspace.key));
    }
    std::vector<char> piece(piece_bytes);
    EncodingCheck check;
    while (true) {
      TRY(std::string_view read, full_piece(bytes, piece));
      if (read.empty()) break;
      if (container == Container::text) check.add(read);
      TRY_DONE(spool_.add(read));
      if (original_) TRY_DONE(original_->add(read));
      if (!run_.progress.tell(ProgressTeller::Stage::bytes, spool_.size(), 0)) return stopped();
    }
    shape_.encoding = check.encoding(run_.options.locale);
    if (container == Container::text && is_guess(shape_.encoding)) {
      report_.warnings.push_back(
          fmt::format("The file is not UTF-8: its letters were read as {}.", name(shape_.encoding)));
    }
    return Done{};
  }

  // Sockets and pipes give little at a time; checks and hashes like more.
  static Result<std::string_view> full_piece(ByteStream& bytes, std::vector<char>& piece) {
    size_t size = 0;
    while (size < piece.size()) {
      TRY(size_t got, bytes.read(piece.data() + size, piece.size() - size));
      if (got == 0) break;
      size += got;
    }
    return std::string_view(piece.data(), size);
  }

  Recognition recognition() const {
    return {run_.catalog, *run_.tables, run_.formats, run_.options.format, run_.options.network, report_.path};
  }

  Result<Done> recognise_text() {
    auto text = decoded(spool_.reader(), shape_.encoding);
    TRY(std::string head, read_up_to(*text, piece_bytes));
    if (trimmed(head).empty()) return invalid("There is nothing but blank lines in the file.");
    TRY(recognised_, recognition().of_text(head));
    shape_.dialect = recognised_.dialect;
    shape_.wrapped = recognised_.wrapped;
    shape_.log = recognised_.log;
    file_ = text_file(spool_, shape_);
    return Done{};
  }

  Result<Done> recognise_workbook(Container container) {
    TRY(auto workbook, open_workbook(container));
    TRY(std::vector<Head> heads, heads_of(*workbook));
    if (heads.empty()) return invalid("There is nothing but blank sheets in the workbook.");
    TRY(recognised_, recognition().of_sheets(heads));
    file_ = workbook_file(std::move(workbook), spool_);
    return Done{};
  }

  Result<std::unique_ptr<Workbook>> open_workbook(Container container) {
    if (container == Container::xls) return open_xls(spool_.reader());
    if (container == Container::xml_workbook) return open_xml_workbook(spool_);
    TRY(auto archive, ZipArchive::open(spool_));
    return open_xlsx(std::move(archive));
  }

  // A reader that knows nothing of the file's rows yet.
  Result<Done> begin_reader() {
    const catalog::Format& format = *recognised_.format;
    const std::string& network = run_.options.network;
    if (!network.empty() && !may_be_of(format, network)) {
      return invalid(
          fmt::format("This is {}, but --network says {}: leave --network out.", format.name.english(), network));
    }
    accounts_ = {};
    statements_ = {};
    if (auto named = days_in_name(report_.path)) statements_.days = named->declared;
    survey_.emplace(accounts_);
    for (auto* count : {&report_.rows_read, &report_.rows_accepted, &report_.rows_rejected, &report_.rows_ignored}) {
      *count = 0;
    }
    report_.rejects.clear();
    report_.warnings.resize(warnings_of_bytes_);
    ReadingContext context{run_.catalog, format,    *run_.tables, run_.options, run_.workspace,  report_.path,
                           run_.now,     accounts_, *writing_,    statements_,  report_.warnings};
    report_.zone = context.zone();
    reader_ = format.blocks.empty() ? make_table_finder(context) : make_block_reader(context);
    return Done{};
  }

  // The first reading, and again wherever it showed that something was read as what it is not.
  Result<Done> survey() {
    warnings_of_bytes_ = report_.warnings.size();
    writing_.emplace(run_.catalog, run_.options.locale);
    writing_->expect(*recognised_.format);
    TRY_DONE(begin_reader());
    TRY_DONE(read_rows(*survey_, ProgressTeller::Stage::proof));
    if (writing_->wants_more_proof()) TRY_DONE(look_for_proof());
    TRY(bool otherwise, writing_->settle());
    if (otherwise) {
      TRY_DONE(begin_reader());
      TRY_DONE(read_rows(*survey_, ProgressTeller::Stage::proof));
    }
    if (reader_->wants_proof_again()) {
      survey_.emplace(accounts_);
      for (auto* count : {&report_.rows_read, &report_.rows_accepted, &report_.rows_rejected, &report_.rows_ignored}) {
        *count = 0;
      }
      report_.rejects.clear();
      TRY_DONE(read_rows(*survey_, ProgressTeller::Stage::proof));
    }
    if (report_.rows_accepted == 0) return nothing_taken();
    accounts_seen_ = accounts_.all().size();
    find_days();
    TRY_DONE(reader_->first_reading_done());
    for (std::string& note : writing_->notes()) report_.warnings.push_back(std::move(note));
    return Done{};
  }

  // Columns that nobody reads show as well how the file writes its numbers.
  Result<Done> look_for_proof() {
    TRY(auto rows, file_->rows());
    csv::Row row;
    while (writing_->wants_more_proof()) {
      TRY(bool more, rows->next(row));
      if (!more) break;
      for (std::string_view cell : row.cells) writing_->look_at(cell);
    }
    return Done{};
  }

  // Numbers without a day are of the days said, else of those the name says, else of those its other tables speak of.
  void find_days() {
    if (!statements_.days) statements_.days = survey_->value_days();
  }

  Error nothing_taken() {
    auto done = reader_->first_reading_done();
    const catalog::Format& format = *recognised_.format;
    if (report_.rows_rejected == 0) {
      if (!done) return done.error();
      if (report_.rows_ignored > 0) {
        return invalid(fmt::format("It is {}, but none of its {} rows says anything that is kept.",
                                   format.name.english(), report_.rows_ignored));
      }
      return invalid(fmt::format("It has the header of {} and no rows under it.", format.name.english()));
    }
    const facts::Reject& first = report_.rejects.front();
    std::string where = first.column.empty() ? fmt::format("line {}", first.line)
                                             : fmt::format("line {}, column “{}”", first.line, first.column);
    return invalid(fmt::format("It has the header of {}, but none of its {} rows could be read: {} (“{}”): {}.",
                               format.name.english(), report_.rows_rejected, where, clipped(first.text, 40),
                               first.reason));
  }

  Result<Done> read_rows(Intake& intake, ProgressTeller::Stage stage) {
    TRY(auto rows, file_->rows());
    csv::Row row;
    bool counting = stage == ProgressTeller::Stage::proof;
    int64_t accepted = 0, since_told = 0, last_line = 0;
    size_t sheet = SIZE_MAX;
    reader_->begin_reading();
    while (true) {
      TRY(bool more, rows->next(row));
      if (!more) break;
      if (rows->sheet_number() != sheet) {
        sheet = rows->sheet_number();
        last_line = 0;
        reader_->begin_sheet(rows->sheet());
      }
      // Workbooks leave blank rows out; they part tables all the same.
      if (row.line > last_line + 1 && !rows->sheet().empty()) reader_->blank_row();
      last_line = row.line;
      TRY(Fate fate, fate_of(row, intake));
      accepted += fate.kind == Fate::Kind::accepted;
      if (counting) count_row(row, std::move(fate), rows->sheet());
      if (++since_told < rows_between_telling) continue;
      since_told = 0;
      if (!run_.progress.tell(stage, rows->bytes_read(), counting ? report_.rows_read : 0)) return stopped();
    }
    TRY_DONE(reader_->end_reading(intake));
    // Both readings are of the same bytes by the same code, unless somebody writes to the file meanwhile.
    if (!counting && accepted != report_.rows_accepted)
      return unavailable("The file changed while it was read; import it again.");
    return Done{};
  }

  Result<Fate> fate_of(const csv::Row& row, Intake& intake) {
    if (row.damage != csv::Damage::none) {
      std::string_view text = row.cells.empty() ? std::string_view() : row.cells.back();
      return Fate::rejected("", text, csv::sentence(row.damage));
    }
    if (!row.blank()) return reader_->take(row, intake);
    reader_->blank_row();
    return Fate::ignored();
  }

  void count_row(const csv::Row& row, Fate fate, const std::string& sheet) {
    if (fate.kind == Fate::Kind::structure) return;
    ++report_.rows_read;
    if (fate.kind == Fate::Kind::accepted) ++report_.rows_accepted;
    if (fate.kind == Fate::Kind::ignored) ++report_.rows_ignored;
    if (fate.kind != Fate::Kind::rejected) return;
    ++report_.rows_rejected;
    if (report_.rejects.size() == most_rejects) return;
    std::string column = sheet.empty() ? std::move(fate.column) : sheet + "!" + fate.column;
    report_.rejects.push_back({row.line, readable(column), readable(fate.text), std::move(fate.reason)});
  }

  // Between the readings: days, the moment of observation, accounts.
  Result<Done> settle() {
    range_ = survey_->days();
    if (range_) {
      report_.first_day = range_->first;
      report_.last_day = range_->end - 1;
    }
    auto named = days_in_name(report_.path);
    settle_observed(named);
    // A name that shares no day with the rows is somebody's own and declares nothing.
    if (named && range_ && !intersection(named->declared, *range_).empty()) {
      range_->first = std::min(range_->first, named->declared.first);
      range_->end = std::max(range_->end, named->declared.end);
    }
    TRY_DONE(decide_accounts(run_.workspace.key, run_.catalog, run_.control, run_.store, run_.options, run_.now,
                             survey_->unnamed(), accounts_, report_.warnings));
    settle_accounts();
    return Done{};
  }

  void settle_observed(const std::optional<NamedDays>& named) {
    if (run_.options.observed_at) {
      observed_ = {*run_.options.observed_at, false};
    } else if (auto said = survey_->observed_by_all()) {
      observed_ = {*said, false};
    } else {
      std::optional<Day> latest = report_.last_day;
      if (named && (!latest || named->last > *latest)) latest = named->last;
      observed_ = {latest ? Zone::utc().start_of(*latest) : run_.now, true};
    }
    report_.observed_at = observed_.at;
    report_.observed_at_estimated = observed_.estimated;
  }

  void settle_accounts() {
    std::set<std::string> networks;
    for (const FileAccount& account : accounts_.all()) {
      networks.insert(account.network);
      auto& handles = report_.accounts;
      if (std::find(handles.begin(), handles.end(), account.handle) == handles.end()) handles.push_back(account.handle);
    }
    if (networks.size() == 1) report_.network = *networks.begin();
  }

  Result<Done> count() {
    Storing counting(accounts_, observed_, Zone::utc(), nullptr);
    TRY_DONE(read_rows(counting, ProgressTeller::Stage::facts));
    report_.posts = counting.posts();
    report_.observations = counting.observations();
    return Done{};
  }

  Result<Done> store() {
    TRY(std::string hash, original_->finish());
    auto tier = recognised_.format->tier;
    facts::BatchStart start{.source = report_.format,
                            .tier = tier == "network_api"   ? facts::Tier::network_api
                                    : tier == "third_party" ? facts::Tier::third_party
                                                            : facts::Tier::own_export,
                            .network = report_.network,
                            .path = report_.path,
                            .original = hash,
                            .zone = report_.zone,
                            .currency = run_.options.currency,
                            .said = said()};
    TRY(auto writer, run_.store.begin(run_.workspace.key, start));
    Storing storing(accounts_, observed_, Zone::utc(), writer.get());
    TRY_DONE(read_rows(storing, ProgressTeller::Stage::facts));
    // Before the commit: an account without facts harms nobody, facts without an account do.
    TRY_DONE(register_accounts(run_.workspace.key, run_.control, accounts_, accounts_seen_));
    TRY(facts::BatchReceipt receipt, writer->commit(batch_end()));
    report_.batch = receipt.id;
    report_.already_known = receipt.already_known;
    report_.posts = receipt.posts;
    report_.observations = receipt.observations;
    return Done{};
  }

  facts::BatchEnd batch_end() const {
    return {.observed_at = observed_.at,
            .observed_estimated = observed_.estimated,
            .range = range_,
            .rows_read = report_.rows_read,
            .rows_accepted = report_.rows_accepted,
            .rows_rejected = report_.rows_rejected,
            .rows_ignored = report_.rows_ignored,
            .warnings = report_.warnings,
            .rejects = report_.rejects};
  }

  // The flags that shaped the facts: with others the same file is another statement.
  std::string said() const {
    const ImportOptions& options = run_.options;
    std::string text;
    for (auto [name, value] : {std::pair{"account", options.account},
                               {"network", options.network},
                               {"zone", options.zone},
                               {"currency", options.currency},
                               {"locale", options.locale},
                               {"map", options.map}}) {
      if (!value.empty()) text += fmt::format("{}={};", name, value);
    }
    if (options.days)
      text += fmt::format("days={}..{};", format_day(options.days->first), format_day(options.days->end));
    if (options.observed_at) text += "observed_at=" + format_instant(*options.observed_at) + ";";
    return text;
  }

  ImportRun& run_;
  FileReport& report_;
  Spool& spool_;
  std::unique_ptr<facts::Store::Original> original_;
  TextShape shape_;
  std::unique_ptr<TableFile> file_;
  Recognised recognised_;
  std::optional<Writing> writing_;
  Statements statements_;
  FileAccounts accounts_;
  size_t accounts_seen_ = 0, warnings_of_bytes_ = 0;
  std::unique_ptr<RowReader> reader_;
  std::optional<Survey> survey_;
  std::optional<DayRange> range_;
  Observed observed_;
};

enum class Nesting { outside, in_archive };

// What all files of an archive unpack to: thousands that share the same packed bytes would each stay within what one
// file may.
class UnpackedTogether {
 public:
  explicit UnpackedTogether(int64_t packed) : most_(std::max(free_bytes, packed * highest_ratio)) {}

  Result<Done> check() const {
    if (bytes_ <= most_) return Done{};
    return invalid(fmt::format("The files of the archive unpack to more than {} times its size, which no exports do.",
                               highest_ratio));
  }
  std::unique_ptr<ByteStream> counted(std::unique_ptr<ByteStream> stream) {
    return std::make_unique<Counted>(*this, std::move(stream));
  }

 private:
  static constexpr int64_t free_bytes = 256 << 20;
  static constexpr int64_t highest_ratio = 300;

  class Counted : public ByteStream {
   public:
    Counted(UnpackedTogether& all, std::unique_ptr<ByteStream> stream) : all_(all), stream_(std::move(stream)) {}
    Result<size_t> read(char* buffer, size_t capacity) override {
      TRY(size_t got, stream_->read(buffer, capacity));
      all_.bytes_ += static_cast<int64_t>(got);
      TRY_DONE(all_.check());
      return got;
    }

   private:
    UnpackedTogether& all_;
    std::unique_ptr<ByteStream> stream_;
  };

  const int64_t most_;
  int64_t bytes_ = 0;
};

class ContentImport {
 public:
  explicit ContentImport(ImportRun& run) : run_(run) {}

  void import(InputFile file, Nesting nesting) {
    FileReport report;
    report.path = file.path;
    auto done = dispatch(file, nesting, report);
    if (done && *done == Outcome::reported_by_members) return;
    if (!done) {
      report.error = done.error();
      report.posts = report.observations = 0;
      report.batch.clear();
    }
    run_.reports.push_back(std::move(report));
  }

 private:
  enum class Outcome { imported, reported_by_members };

  Result<Outcome> dispatch(InputFile& file, Nesting nesting, FileReport& report) {
    TRY(std::string head, read_up_to(*file.stream, head_bytes));
    ContentGuess guess = guess_content(head);
    switch (guess.content) {
      case Content::empty:
        return invalid("The file is empty.");
      case Content::refused:
        return unsupported(guess.sentence);
      case Content::gzip:
        if (nesting == Nesting::in_archive) return nested();
        return import_gzip(file, std::move(head));
      case Content::zip:
        return import_zip(file, std::move(head), nesting, report);
      case Content::old_workbook:
        return import_tables(file, std::move(head), Container::xls, report);
      case Content::xml_workbook:
        return import_tables(file, std::move(head), Container::xml_workbook, report);
      case Content::text:
        break;
    }
    return import_tables(file, std::move(head), Container::text, report);
  }

  static Error nested() { return invalid("This is an archive inside an archive, which is not read: unpack it first."); }

  // The bytes where they can be read again: on disk if they lie there, else in the spool.
  static Rejoined into(Spool& spool, InputFile& file, std::string head) {
    auto* on_disk = dynamic_cast<FileStream*>(file.stream.get());
    if (on_disk != nullptr && file.bytes) spool.lies_in(on_disk->file());
    return Rejoined(std::move(head), *file.stream);
  }

  Result<Outcome> import_tables(InputFile& file, std::string head, Container container, FileReport& report) {
    Spool spool;
    Rejoined bytes = into(spool, file, std::move(head));
    TRY_DONE(TableImport(run_, report, spool).import(bytes, container));
    return Outcome::imported;
  }

  Result<Outcome> import_gzip(InputFile& file, std::string head) {
    InputFile unpacked;
    unpacked.path = file.path;
    unpacked.stream = std::make_unique<GunzipStream>(std::make_unique<Rejoined>(std::move(head), *file.stream));
    import(std::move(unpacked), Nesting::in_archive);
    return Outcome::reported_by_members;
  }

  // An archive of files, or the workbook that it is.
  Result<Outcome> import_zip(InputFile& file, std::string head, Nesting nesting, FileReport& report) {
    Spool spool;
    Rejoined bytes = into(spool, file, std::move(head));
    auto* on_disk = dynamic_cast<FileStream*>(file.stream.get());
    if (on_disk == nullptr || !file.bytes) {
      std::vector<char> piece(piece_bytes);
      while (true) {
        TRY(size_t got, bytes.read(piece.data(), piece.size()));
        if (got == 0) break;
        TRY_DONE(spool.add({piece.data(), got}));
      }
    }
    auto opened = ZipArchive::open(spool);
    if (!opened) return nesting == Nesting::in_archive ? nested() : opened.error();
    auto archive = *std::move(opened);
    if (archive->find("xl/workbook.xml")) {
      archive.reset();
      return import_workbook(file, spool, report);
    }
    if (archive->find("[Content_Types].xml") || archive->find("mimetype")) {
      return unsupported("This is an Office document, but no Excel workbook: save it as CSV or .xlsx and import that.");
    }
    if (nesting == Nesting::in_archive) return nested();
    UnpackedTogether together(file.bytes.value_or(spool.size()));
    for (const ZipArchive::Member& member : archive->members()) {
      if (run_.progress.cancelled()) break;
      TRY_DONE(together.check());
      import_member(*archive, member, file.path + "/" + member.name, together);
    }
    return Outcome::reported_by_members;
  }

  // Its bytes were needed to see what it is; they are read again from where they wait.
  Result<Outcome> import_workbook(InputFile& file, Spool& waiting, FileReport& report) {
    Spool spool;
    std::unique_ptr<ByteStream> bytes;
    auto* on_disk = dynamic_cast<FileStream*>(file.stream.get());
    if (on_disk != nullptr && file.bytes) {
      on_disk->rewind();
      spool.lies_in(on_disk->file());
      bytes = std::move(file.stream);
    } else {
      bytes = waiting.reader();
    }
    TRY_DONE(TableImport(run_, report, spool).import(*bytes, Container::xlsx));
    return Outcome::imported;
  }

  void import_member(ZipArchive& archive, const ZipArchive::Member& member, const std::string& path,
                     UnpackedTogether& together) {
    auto stream = archive.open_member(member);
    if (stream) {
      import({path, std::nullopt, together.counted(std::move(*stream))}, Nesting::in_archive);
      return;
    }
    FileReport report;
    report.path = path;
    report.error = stream.error();
    run_.reports.push_back(std::move(report));
  }

  ImportRun& run_;
};

}  // namespace

void ProgressTeller::begin_file(const std::string& path, std::optional<int64_t> bytes) {
  path_ = path;
  file_bytes_ = bytes;
  rows_of_file_ = read_of_file_ = 0;
}

void ProgressTeller::end_file() {
  bytes_before_ += file_bytes_.value_or(read_of_file_);
  rows_before_ += rows_of_file_;
  ++files_done_;
}

bool ProgressTeller::tell(Stage stage, int64_t bytes_of_stage, int64_t rows) {
  constexpr int64_t micros_between = 200'000;
  rows_of_file_ = std::max(rows_of_file_, rows);
  if (stage == Stage::bytes) read_of_file_ = std::max(read_of_file_, bytes_of_stage);
  int64_t now = steady_micros();
  if (cancelled_ || !callback_ || now - last_told_ < micros_between) return !cancelled_;
  last_told_ = now;
  int64_t done = (static_cast<int64_t>(stage) * read_of_file_ + std::min(bytes_of_stage, read_of_file_)) / 3;
  // What is packed grows while it is read: never say more than the whole.
  if (file_bytes_) done = std::min(done, *file_bytes_);
  cancelled_ = !callback_({path_, bytes_before_ + done, bytes_total_, rows_before_ + rows_of_file_, files_done_});
  return !cancelled_;
}

void import_file(ImportRun& run, InputFile file) {
  ContentImport(run).import(std::move(file), Nesting::outside);
}

}  // namespace sociometer::collect
