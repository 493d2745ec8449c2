#include "collect/file_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "base/text.h"
#include "collect/archive.h"
#include "collect/encoding.h"
#include "collect/file_name.h"
#include "collect/report.h"

namespace sociometer::collect {

namespace {

constexpr size_t piece_bytes = 256 << 10;
constexpr size_t head_bytes = 64 << 10;
constexpr size_t most_rejects = 1000;
constexpr int64_t rows_between_telling = 2048;

Error stopped() {
  return unavailable("The import was stopped; nothing of this file was stored.");
}

// The head that was looked at, then the rest.
class Rejoined : public ByteStream {
 public:
  Rejoined(std::string head, ByteStream& rest) : head_(std::move(head)), rest_(rest) {}
  Result<size_t> read(char* buffer, size_t capacity) override {
    if (at_ == head_.size()) return rest_.read(buffer, capacity);
    size_t count = std::min(capacity, head_.size() - at_);
    std::memcpy(buffer, head_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string head_;
  size_t at_ = 0;
  ByteStream& rest_;
};

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

// Counts the bytes that pass, for progress.
class Counted : public ByteStream {
 public:
  explicit Counted(std::unique_ptr<ByteStream> bytes) : bytes_(std::move(bytes)) {}
  Result<size_t> read(char* buffer, size_t capacity) override {
    auto got = bytes_->read(buffer, capacity);
    if (got) count_ += static_cast<int64_t>(*got);
    return got;
  }
  int64_t count() const { return count_; }

 private:
  std::unique_ptr<ByteStream> bytes_;
  int64_t count_ = 0;
};

// What the first reading learns.
class Survey : public Intake {
 public:
  explicit Survey(const FileAccounts& accounts) : accounts_(accounts) {}
  bool wants_text() const override { return false; }

  void see_days(DayRange range) override {
    if (!days_) days_ = range;
    days_->first = std::min(days_->first, range.first);
    days_->end = std::max(days_->end, range.end);
  }

  Result<Done> take(const PostFact& fact) override {
    if (fact.post.published_day) see_days({*fact.post.published_day, *fact.post.published_day + 1});
    see_observed(fact.observed_said, fact.post.observed_at);
    return Done{};
  }
  Result<Done> take(const ValueFact& fact) override {
    see_observed(fact.observed_said, fact.observation.observed_at);
    if (accounts_[fact.account].written.empty()) unnamed_.add(fact.account, fact.observation);
    return Done{};
  }

  const std::optional<DayRange>& days() const { return days_; }
  // The latest moment rows state, if every row states one.
  std::optional<Instant> observed_by_all() const { return all_said_ ? latest_said_ : std::nullopt; }
  const UnnamedDays& unnamed() const { return unnamed_; }

 private:
  void see_observed(bool said, Instant at) {
    if (!said) {
      all_said_ = false;
    } else {
      latest_said_ = std::max(latest_said_.value_or(at), at);
    }
  }

  const FileAccounts& accounts_;
  UnnamedDays unnamed_;
  std::optional<DayRange> days_;
  std::optional<Instant> latest_said_;
  bool all_said_ = true;
};

struct Observed {
  Instant at;
  bool estimated = false;
};

// The second reading: facts complete, into a batch – or only counted.
class Storing : public Intake {
 public:
  Storing(const FileAccounts& accounts, Observed observed, const Zone& zone, facts::BatchWriter* writer)
      : accounts_(accounts), observed_(observed), observed_day_(zone.day_of(observed.at)), writer_(writer) {}
  bool wants_text() const override { return writer_ != nullptr; }

  Result<Done> take(const PostFact& fact) override {
    ++posts_;
    if (writer_ == nullptr) return Done{};
    const FileAccount& account = accounts_[fact.account];
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
    ++observations_;
    if (writer_ == nullptr) return Done{};
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
    return writer_->add(o);
  }

  int64_t posts() const { return posts_; }
  int64_t observations() const { return observations_; }

 private:
  const FileAccounts& accounts_;
  Observed observed_;
  Day observed_day_;
  facts::BatchWriter* writer_;
  int64_t posts_ = 0, observations_ = 0;
};

class TextImport {
 public:
  TextImport(ImportRun& run, FileReport& report, Spool& spool) : run_(run), report_(report), spool_(spool) {}

  Result<Done> import(ByteStream& bytes) {
    TRY_DONE(load(bytes));
    TRY_DONE(recognise_format());
    TRY_DONE(survey());
    TRY_DONE(settle());
    return storing() ? store() : count();
  }

 private:
  bool storing() const { return run_.options.mode == ImportOptions::Mode::store; }

  // Reads the file once: keeps it, and finds out its letters.
  Result<Done> load(ByteStream& bytes) {
    if (storing()) {
      TRY(original_, run_.store.keep_original(run_.workspace.key));
    }
    std::vector<char> piece(piece_bytes);
    EncodingCheck check;
    while (true) {
      TRY(std::string_view read, full_piece(bytes, piece));
      if (read.empty()) break;
      check.add(read);
      TRY_DONE(spool_.add(read));
      if (original_) TRY_DONE(original_->add(read));
      if (!run_.progress.tell(ProgressTeller::Stage::bytes, spool_.size(), 0)) return stopped();
    }
    encoding_ = check.encoding();
    if (encoding_ == Encoding::windows_1252) {
      report_.warnings.emplace_back("The file is not UTF-8: its letters were read as Windows-1252.");
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

  Result<Done> recognise_format() {
    auto text = decoded(spool_.reader(), encoding_);
    TRY(std::string head, read_up_to(*text, piece_bytes));
    if (trimmed(head).empty()) return invalid("There is nothing but blank lines in the file.");
    TRY(recognised_, recognise(run_.catalog, head, run_.options.format));
    const catalog::Format& format = *recognised_.format;
    report_.format = format.key;
    const std::string& network = run_.options.network;
    if (!network.empty() && !format.network.empty() && network != format.network) {
      return invalid(
          fmt::format("This is {}, but --network says {}: leave --network out.", format.name.english(), network));
    }
    std::vector<std::string_view> cells(recognised_.header.cells.begin(), recognised_.header.cells.end());
    csv::Row header{recognised_.header.line, cells, csv::Damage::none};
    ReadingContext context{run_.catalog, format,    run_.options,    run_.workspace,
                           report_.path, accounts_, report_.warnings};
    reader_ = recognised_.reader->make(context, header);
    report_.zone = reader_->zone();
    return Done{};
  }

  Result<Done> survey() {
    survey_.emplace(accounts_);
    TRY_DONE(read_rows(*survey_, ProgressTeller::Stage::proof));
    if (report_.rows_accepted == 0) return nothing_taken();
    accounts_seen_ = accounts_.all().size();
    return reader_->first_reading_done();
  }

  Error nothing_taken() {
    auto done = reader_->first_reading_done();
    const catalog::Format& format = *recognised_.format;
    if (report_.rows_rejected == 0) {
      if (!done) return done.error();
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
    auto counted = std::make_unique<Counted>(spool_.reader());
    const Counted& position = *counted;
    auto text = decoded(std::move(counted), encoding_);
    csv::Reader rows(*text, recognised_.dialect);
    csv::Row row;
    bool counting = stage == ProgressTeller::Stage::proof;
    int64_t accepted = 0, since_told = 0;
    reader_->begin_reading();
    while (true) {
      TRY(bool more, rows.next(row));
      if (!more) break;
      TRY(Fate fate, fate_of(row, intake));
      accepted += fate.kind == Fate::Kind::accepted;
      if (counting) count_row(row, std::move(fate));
      if (++since_told < rows_between_telling) continue;
      since_told = 0;
      if (!run_.progress.tell(stage, position.count(), counting ? report_.rows_read : 0)) return stopped();
    }
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

  void count_row(const csv::Row& row, Fate fate) {
    if (fate.kind == Fate::Kind::structure) return;
    ++report_.rows_read;
    if (fate.kind == Fate::Kind::accepted) ++report_.rows_accepted;
    if (fate.kind == Fate::Kind::ignored) ++report_.rows_ignored;
    if (fate.kind != Fate::Kind::rejected) return;
    ++report_.rows_rejected;
    if (report_.rejects.size() == most_rejects) return;
    report_.rejects.push_back({row.line, std::move(fate.column), std::move(fate.text), std::move(fate.reason)});
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
                               {"locale", options.locale}}) {
      if (!value.empty()) text += fmt::format("{}={};", name, value);
    }
    if (options.observed_at) text += "observed_at=" + format_instant(*options.observed_at) + ";";
    return text;
  }

  ImportRun& run_;
  FileReport& report_;
  Spool& spool_;
  std::unique_ptr<facts::Store::Original> original_;
  Encoding encoding_ = Encoding::utf8;
  Recognised recognised_;
  FileAccounts accounts_;
  size_t accounts_seen_ = 0;
  std::unique_ptr<RowReader> reader_;
  std::optional<Survey> survey_;
  std::optional<DayRange> range_;
  Observed observed_;
};

enum class Nesting { outside, in_archive };

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
    if (nesting == Nesting::in_archive && (guess.content == Content::gzip || guess.content == Content::zip)) {
      return invalid("This is an archive inside an archive, which is not read: unpack it first.");
    }
    switch (guess.content) {
      case Content::empty:
        return invalid("The file is empty.");
      case Content::refused:
        return unsupported(guess.sentence);
      case Content::gzip:
        return import_gzip(file, std::move(head));
      case Content::zip:
        return import_zip(file, std::move(head));
      case Content::text:
        break;
    }
    Spool spool;
    auto* on_disk = dynamic_cast<FileStream*>(file.stream.get());
    if (on_disk != nullptr && file.bytes) spool.lies_in(on_disk->file());
    Rejoined bytes(std::move(head), *file.stream);
    TRY_DONE(TextImport(run_, report, spool).import(bytes));
    return Outcome::imported;
  }

  Result<Outcome> import_gzip(InputFile& file, std::string head) {
    InputFile unpacked;
    unpacked.path = file.path;
    unpacked.stream = std::make_unique<GunzipStream>(std::make_unique<Rejoined>(std::move(head), *file.stream));
    import(std::move(unpacked), Nesting::in_archive);
    return Outcome::reported_by_members;
  }

  Result<Outcome> import_zip(InputFile& file, std::string head) {
    Spool spool;
    auto* on_disk = dynamic_cast<FileStream*>(file.stream.get());
    if (on_disk != nullptr && file.bytes) {
      spool.lies_in(on_disk->file());
    } else {
      Rejoined bytes(std::move(head), *file.stream);
      std::vector<char> piece(piece_bytes);
      while (true) {
        TRY(size_t got, bytes.read(piece.data(), piece.size()));
        if (got == 0) break;
        TRY_DONE(spool.add({piece.data(), got}));
      }
    }
    TRY(auto archive, ZipArchive::open(spool));
    for (const ZipArchive::Member& member : archive->members()) {
      if (run_.progress.cancelled()) break;
      import_member(*archive, member, file.path + "/" + member.name);
    }
    return Outcome::reported_by_members;
  }

  void import_member(ZipArchive& archive, const ZipArchive::Member& member, const std::string& path) {
    auto stream = archive.open_member(member);
    if (stream) {
      import({path, std::nullopt, std::move(*stream)}, Nesting::in_archive);
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
