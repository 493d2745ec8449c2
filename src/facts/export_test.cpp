// Out and back: whatever a workspace holds, its export holds, and a store that takes it in holds the same.
#include <fmt/format.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <random>
#include <sstream>

#include "base/json.h"
#include "facts/event_columns.h"
#include "facts/exported_tables.h"
#include "facts/store_fixture.h"
#include "facts/table_files.h"

namespace sociometer::facts {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

const TransferProgress unwatched = [](const Transfer&) { return true; };

// Facts as nobody would invent them.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  int up_to(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
  bool once_in(int times) { return up_to(times - 1) == 0; }
  std::string text() {
    static const std::string texts[] = {"",
                                        "plain",
                                        "a, b",
                                        "\"quoted\"",
                                        "\"",
                                        "two\nlines",
                                        "two\r\nlines",
                                        "\r",
                                        "😀 สวัสดี",
                                        "=cmd|' /C calc'!A0",
                                        "+1",
                                        "-1",
                                        "@sum",
                                        "|pipe|",
                                        "[\"json\", null]",
                                        " blanks around ",
                                        "\t",
                                        "NULL",
                                        "'; DROP TABLE batches; --",
                                        std::string("zero\0byte", 9),
                                        std::string(5000, 'x') + "ü"};
    return texts[up_to(std::size(texts) - 1)];
  }
  std::string word() {
    const std::string found = text();
    return found.empty() ? "w" : found;
  }
  std::vector<std::string> words() {
    std::vector<std::string> found(static_cast<size_t>(once_in(2) ? 0 : up_to(3)));
    for (std::string& one : found) one = text();
    return found;
  }
  int64_t number() {
    static const int64_t numbers[] = {0, 1, -1, 42, -1'000'000, INT64_MAX, INT64_MIN, INT64_MAX - 1};
    return numbers[up_to(std::size(numbers) - 1)];
  }
  std::optional<int64_t> maybe() { return once_in(3) ? std::nullopt : std::optional(number()); }
  Day day() { return {once_in(20) ? (once_in(2) ? -800'000 : 3'000'000) : up_to(30'000)}; }
  Instant moment() { return {int64_t{1} + static_cast<int64_t>(random_() % 2'000'000'000'000'000)}; }
  Instant any_moment() { return once_in(10) ? Instant{once_in(2) ? INT64_MAX : INT64_MIN} : moment(); }

 private:
  std::mt19937_64 random_;
};

// What the views of one batch's facts look at.
struct Held {
  std::vector<std::string> texts;
  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
  Held() { texts.reserve(64); }
};

void add_observation(BatchWriter& batch, Dice& dice) {
  Held held;
  const Day first = dice.day();
  Observation o{.network = "x",
                .account = dice.once_in(2) ? "brand" : "other",
                .measure = dice.once_in(2) ? "impressions" : "likes",
                .promotion = static_cast<Promotion>(dice.up_to(2)),
                .window = static_cast<Window>(dice.up_to(5)),
                .days = {first, first + 1 + dice.up_to(40)},
                .zone = dice.once_in(2) ? "UTC" : "Asia/Bangkok",
                .value = dice.number(),
                .currency = dice.once_in(4) ? "THB" : "",
                .definition = 1 + dice.up_to(1),
                .observed_at = dice.any_moment(),
                .observed_estimated = dice.once_in(2)};
  o.subject = static_cast<Subject>(dice.up_to(3));
  if (o.subject != Subject::account) o.subject_id = held.keep(dice.word());
  o.dimension = held.keep(dice.text());
  o.member = held.keep(dice.text());
  must(batch.add(o));
}

void add_post(BatchWriter& batch, Dice& dice) {
  Held held;
  Post p{.network = "x", .account = "brand"};
  p.id = held.keep(fmt::format("post{}", dice.up_to(5)));
  if (!dice.once_in(3)) p.published_at = dice.any_moment();
  if (!dice.once_in(3)) p.published_day = dice.day();
  for (auto* text : {&p.zone, &p.kind, &p.text, &p.link, &p.language, &p.campaign}) *text = held.keep(dice.text());
  p.hashtags = dice.words();
  p.mentions = dice.words();
  p.tags = dice.words();
  p.promotion = static_cast<Promotion>(dice.up_to(2));
  p.deleted = dice.once_in(5);
  p.observed_at = dice.any_moment();
  p.observed_estimated = dice.once_in(2);
  must(batch.add(p));
}

// Any event at all: every column is thrown, and then made such that it may be stored.
template <typename Event>
void add_event(BatchWriter& batch, Dice& dice) {
  Held held;
  Event e;
  each_column(e, [&](const char*, auto& column) {
    using Type = std::remove_cvref_t<decltype(column)>;
    if constexpr (std::same_as<Type, std::string_view>) column = held.keep(dice.text());
    if constexpr (std::same_as<Type, Instant>) column = dice.any_moment();
    if constexpr (std::same_as<Type, int64_t>) column = dice.number();
    if constexpr (std::same_as<Type, bool>) column = dice.once_in(4);
    if constexpr (std::same_as<Type, std::optional<int64_t>>) column = dice.maybe();
    if constexpr (std::same_as<Type, std::optional<bool>>) {
      if (!dice.once_in(3)) column = dice.once_in(2);
    }
    if constexpr (std::same_as<Type, std::vector<std::string>>) column = dice.words();
  });
  e.happened_at = dice.moment();
  const std::string_view id = held.keep(fmt::format("id{}", dice.up_to(4)));
  if constexpr (std::same_as<Event, WebEvent>) {
    e.kind = "page_view";
    e.session_at = e.happened_at;
  } else if constexpr (std::same_as<Event, Order>) {
    e.order_id = id;
    e.kind = dice.once_in(2) ? "sale" : "refund";
  } else if constexpr (std::same_as<Event, Rate>) {
    e.from_currency = "EUR";
    e.to_currency = id;
    e.rate = 1 + dice.up_to(1'000'000);
  } else {
    e.id = id;
    e.kind = "k";
    if constexpr (std::same_as<Event, ConversationEvent>) e.conversation = "c";
  }
  must(batch.add(e));
}

class ExportTest : public StoreTest {
 protected:
  ExportTest() : other_folder_(folder_.string() + "_other"), files_(folder_.string() + "_files") {
    for (const fs::path& folder : {other_folder_, files_}) fs::remove_all(folder);
    other_clock_->set({1'900'000'000'000'000});
    other_ = must(open_duckdb(other_folder_.string(), other_clock_));
  }
  ~ExportTest() override {
    other_.reset();
    for (const fs::path& folder : {other_folder_, files_}) fs::remove_all(folder);
  }

  void tick() { clock_->set({clock_->now().micros + 1'000'000}); }

  std::string store_any(Dice& dice, std::string_view workspace) {
    BatchStart start{.source = dice.once_in(2) ? "test" : "other_test",
                     .tier = static_cast<Tier>(dice.up_to(2)),
                     .network = "x",
                     .path = dice.text(),
                     .zone = "UTC",
                     .said = dice.text()};
    auto batch = must(store_->begin(workspace, start));
    for (int i = dice.up_to(30); i > 0; --i) add_observation(*batch, dice);
    for (int i = dice.up_to(5); i > 0; --i) add_post(*batch, dice);
    for (int i = dice.up_to(3); i > 0; --i) add_event<WebEvent>(*batch, dice);
    for (int i = dice.up_to(3); i > 0; --i) add_event<Order>(*batch, dice);
    for (int i = dice.up_to(3); i > 0; --i) add_event<ConversationEvent>(*batch, dice);
    for (int i = dice.up_to(3); i > 0; --i) add_event<SurveyAnswer>(*batch, dice);
    for (int i = dice.up_to(3); i > 0; --i) add_event<Mention>(*batch, dice);
    for (int i = dice.up_to(3); i > 0; --i) add_event<Rate>(*batch, dice);
    BatchEnd end{.observed_at = dice.any_moment(), .observed_estimated = dice.once_in(2), .rows_read = dice.up_to(9)};
    if (dice.once_in(2)) end.range = DayRange{{100 + dice.up_to(50)}, {200 + dice.up_to(50)}};
    if (dice.once_in(3)) end.events = {EventTable::web, EventTable::rates};
    if (dice.once_in(3)) end.warnings = {dice.text(), dice.text()};
    if (dice.once_in(3)) end.rejects = {{dice.number(), dice.text(), dice.text(), dice.text()}};
    return must(batch->commit(end)).id;
  }

  void write_out(const fs::path& folder, std::string_view workspace = "default") {
    fs::create_directories(folder);
    must(store_->export_facts(workspace, folder.string(), unwatched));
  }

  // Every table, its rows sorted, batches by their order; ids left out, and what only new ones have.
  static std::vector<std::string> dump(Store& store, const std::string& workspace) {
    std::vector<std::string> lines;
    for (const TableToExport& table : tables_to_export()) {
      const std::string sql = fmt::format(
          "SELECT to_json(t)::VARCHAR FROM (SELECT f.* EXCLUDE (workspace, batch{1}), (SELECT count(*) FROM batches b "
          "WHERE b.workspace = '{2}' AND b.batch <= f.batch) AS batch FROM {0} f WHERE f.workspace = '{2}') t ORDER BY "
          "1",
          table.name, table.name == "batches" ? ", id" : "", workspace);
      must(store.select(sql, [&](const Chunk& chunk) {
        for (size_t row = 0; row < chunk.rows(); ++row) {
          lines.push_back(fmt::format("{} {}", table.name, chunk.text(0, row)));
        }
        return true;
      }));
    }
    for (const char* table : {"latest", "latest_posts", "latest_orders", "latest_web_events", "latest_mentions",
                              "latest_rates", "latest_survey_answers", "latest_conversation_events"}) {
      must(store.select(fmt::format("SELECT to_json(t)::VARCHAR FROM (SELECT f.* EXCLUDE (workspace, batch) FROM {} f "
                                    "WHERE workspace = '{}') t ORDER BY 1",
                                    table, workspace),
                        [&](const Chunk& chunk) {
                          for (size_t row = 0; row < chunk.rows(); ++row) {
                            lines.push_back(fmt::format("{} {}", table, chunk.text(0, row)));
                          }
                          return true;
                        }));
    }
    return lines;
  }

  static std::string bytes_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  const fs::path other_folder_, files_;
  std::shared_ptr<SetClock> other_clock_ = std::make_shared<SetClock>();
  std::unique_ptr<Store> other_;
};

// RFC 4180, read by hand: each record as its fields.
std::vector<std::vector<std::string>> csv_records(std::string_view text) {
  std::vector<std::vector<std::string>> records;
  bool quoted_field = false;
  std::vector<std::string> record(1);
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted_field) {
      if (c != '"') {
        record.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        record.back() += text[++i];
      } else {
        quoted_field = false;
      }
    } else if (c == '"') {
      quoted_field = true;
    } else if (c == ',') {
      record.emplace_back();
    } else if (c == '\r') {
      EXPECT_EQ(text[i + 1], '\n');
      ++i;
      records.push_back(std::move(record));
      record.assign(1, "");
    } else {
      record.back() += c;
    }
  }
  EXPECT_EQ(record, std::vector<std::string>{""}) << "the last record ends as the others do";
  return records;
}

int64_t written_number(const std::string& field, CellKind kind) {
  if (kind == CellKind::flag) return field == "true" ? 1 : 0;
  if (kind == CellKind::day && field.find('-', 1) != field.npos) return must(parse_day(field)).number;
  if (kind == CellKind::instant && field.find('T') != field.npos) return must(parse_instant(field)).micros;
  return std::stoll(field);
}

void expect_cell(const std::string& field, CellKind kind, const Chunk& chunk, size_t column, size_t row) {
  if (kind == CellKind::text) {
    EXPECT_EQ(field, chunk.text(column, row));
  } else if (kind == CellKind::texts) {
    std::vector<std::string> words;
    const Json list = must(parse_json(field));
    for (const Json& word : list.as_array()) words.emplace_back(word.as_string());
    EXPECT_EQ(words, chunk.list(column, row));
  } else if (chunk.is_null(column, row)) {
    EXPECT_EQ(field, "");
  } else {
    EXPECT_EQ(written_number(field, kind), chunk.integer(column, row)) << field;
  }
}

void expect_same_rows(const fs::path& folder, std::string_view table) {
  SCOPED_TRACE(table);
  auto files = must(TableFiles::open(folder, TableFiles::Use::reading));
  const std::vector<FileColumn> columns = file_columns(table);
  std::ostringstream text;
  text << std::ifstream(folder / csv_file(table), std::ios::binary).rdbuf();
  const auto records = csv_records(text.str());
  ASSERT_FALSE(records.empty());
  auto rows = must(files->read(parquet_file(table), columns, column_list(table)));
  size_t record = 1;
  while (auto chunk = must(rows->next())) {
    for (size_t row = 0; row < chunk->rows(); ++row, ++record) {
      ASSERT_LT(record, records.size());
      ASSERT_EQ(records[record].size(), columns.size());
      for (size_t column = 0; column < columns.size(); ++column) {
        expect_cell(records[record][column], columns[column].kind, *chunk, column, row);
      }
    }
  }
  EXPECT_EQ(record, records.size());
}

class ExportOfAnything : public ExportTest, public testing::WithParamInterface<unsigned> {};

TEST_P(ExportOfAnything, ComesBackTheSame) {
  Dice dice(GetParam());
  store_any(dice, "elsewhere");
  std::vector<std::string> present;
  for (int step = 0; step < 12; ++step) {
    if (!dice.once_in(3)) tick();
    const int what = dice.up_to(9);
    if (what == 0 && !present.empty()) {
      const size_t which = static_cast<size_t>(dice.up_to(static_cast<int>(present.size()) - 1));
      must(store_->undo("default", present[which]));
      present.erase(present.begin() + static_cast<std::ptrdiff_t>(which));
    } else if (what == 1) {
      // Taken back, and stored once more.
      const auto receipt = store({day_value("reach", 7, step, 5)});
      must(store_->undo("default", receipt.id));
      present.push_back(store({day_value("reach", 7, step, 5)}).id);
    } else if (what == 2) {
      const auto receipt = store({day_value("views", 9, step, 5)});
      present.push_back(must(store_->reassign("default", receipt.id, "renamed")).id);
    } else {
      present.push_back(store_any(dice, "default"));
    }
  }
  expect_sound();
  write_out(files_);
  for (const TableToExport& table : tables_to_export()) expect_same_rows(files_, table.name);

  const RestoredFacts restored = must(other_->restore_facts("default", files_.string(), unwatched));
  EXPECT_EQ(restored.known, 0);
  EXPECT_EQ(dump(*other_, "default"), dump(*store_, "default"));
  EXPECT_THAT(must(other_->check()), IsEmpty());

  const RestoredFacts again = must(other_->restore_facts("default", files_.string(), unwatched));
  EXPECT_EQ(again.batches, 0);
  EXPECT_EQ(again.known, restored.batches);
  EXPECT_EQ(again.taken_back, 0);
  EXPECT_EQ(dump(*other_, "default"), dump(*store_, "default"));

  // Where it came from knows it all, and another workspace takes it as well.
  EXPECT_EQ(must(store_->restore_facts("default", files_.string(), unwatched)).batches, 0);
  EXPECT_EQ(must(other_->restore_facts("client", files_.string(), unwatched)).batches, restored.batches);
  EXPECT_EQ(dump(*other_, "client"), dump(*store_, "default"));
  EXPECT_THAT(must(other_->check()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, ExportOfAnything, testing::Range(1U, 4U));

TEST_F(ExportTest, DescribesEveryColumnThatThereIs) {
  for (const TableToExport& table : tables_to_export()) {
    std::vector<std::string> described;
    for (const ExportedColumn& column : columns_to_export(table.name)) {
      described.emplace_back(column.name);
      EXPECT_FALSE(column.words.empty()) << table.name << '.' << column.name;
    }
    EXPECT_EQ(described, texts(fmt::format("SELECT column_name FROM duckdb_columns() WHERE table_name = '{}' AND "
                                           "column_name <> 'workspace' ORDER BY column_index",
                                           table.name)))
        << table.name;
  }
}

TEST_F(ExportTest, KeepsTheOrderOfWhatWasKnownWhen) {
  store({day_value("impressions", 1, 10, 100)});
  const Instant first = clock_->now();
  tick();
  const auto wrong = store({day_value("impressions", 1, 99, 200)});
  const Instant second = clock_->now();
  tick();
  must(store_->undo("default", wrong.id));
  const Instant third = clock_->now();
  write_out(files_);
  // Something is known there already, and later than all of this: the order stays, the moments move behind it.
  {
    auto batch = must(other_->begin("client", {.source = "test", .network = "x", .zone = "UTC"}));
    must(batch->add(day_value("likes", 1, 1, 1)));
    must(batch->commit({}));
  }
  must(other_->restore_facts("client", files_.string(), unwatched));
  must(other_->restore_facts("default", files_.string(), unwatched));
  const auto moments = [&](const std::string& workspace) {
    std::vector<int64_t> found;
    must(other_->select(fmt::format("SELECT recorded_at FROM batches WHERE workspace = '{0}' UNION ALL SELECT "
                                    "undone_at FROM batch_undos WHERE workspace = '{0}' ORDER BY 1",
                                    workspace),
                        [&](const Chunk& chunk) {
                          for (size_t row = 0; row < chunk.rows(); ++row) found.push_back(chunk.integer(0, row));
                          return true;
                        }));
    return found;
  };
  EXPECT_EQ(moments("default"), (std::vector<int64_t>{first.micros, second.micros, third.micros}));
  EXPECT_EQ(moments("client"), std::vector<int64_t>(4, other_clock_->now().micros));
  EXPECT_THAT(must(other_->check()), IsEmpty());
}

// What came back differs from what went out in nothing that is written, so writing it again gives the same bytes.
TEST_F(ExportTest, WrittenAgainIsTheSameToTheByte) {
  Dice dice(99);
  for (int i = 0; i < 4; ++i) store_any(dice, "default");
  write_out(files_);
  must(other_->restore_facts("default", files_.string(), unwatched));
  const fs::path again = files_ / "again";
  fs::create_directories(again);
  must(other_->export_facts("default", again.string(), unwatched));
  for (const TableToExport& table : tables_to_export()) {
    if (table.name == "batches" || table.name == "web_events") continue;  // ids are new; web events have no key
    EXPECT_TRUE(bytes_of(files_ / csv_file(table.name)) == bytes_of(again / csv_file(table.name))) << table.name;
  }
}

TEST_F(ExportTest, FollowsWhatWasTakenBackSince) {
  const auto first = store({day_value("impressions", 1, 10)});
  write_out(files_);
  must(other_->restore_facts("default", files_.string(), unwatched));
  must(store_->undo("default", first.id));
  store({day_value("impressions", 1, 10)});
  store({day_value("impressions", 2, 20)});
  write_out(files_ / "later");
  const RestoredFacts restored = must(other_->restore_facts("default", (files_ / "later").string(), unwatched));
  EXPECT_EQ(restored.taken_back, 1);
  EXPECT_EQ(restored.known, 1);
  EXPECT_EQ(restored.batches, 2);
  EXPECT_EQ(must(other_->activity("default")).front().observations, 2);
  // What is taken back here comes again as a new generation, as any import does.
  const std::string id = must(other_->batches("default", 1, "")).front().id;
  must(other_->undo("default", id));
  EXPECT_EQ(must(other_->restore_facts("default", (files_ / "later").string(), unwatched)).batches, 1);
  EXPECT_THAT(must(other_->check()), IsEmpty());
}

TEST_F(ExportTest, SeesOneMomentWhileOthersWrite) {
  for (int i = 0; i < 3; ++i) store({day_value("impressions", i, i)});
  fs::create_directories(files_);
  bool stored = false;
  must(store_->export_facts("default", files_.string(), [&](const Transfer&) {
    if (!stored) store({day_value("impressions", 77, 1)});
    stored = true;
    return true;
  }));
  ASSERT_TRUE(stored);
  const RestoredFacts restored = must(other_->restore_facts("default", files_.string(), unwatched));
  EXPECT_EQ(restored.batches, 3);
  EXPECT_EQ(restored.observations, 3);
}

TEST_F(ExportTest, FilesThatDoNotFitAreRefusedBeforeAnythingIsStored) {
  store({day_value("impressions", 1, 1)});
  write_out(files_);
  store({day_value("impressions", 2, 2)});
  write_out(files_ / "later");
  const auto refused = [&](const fs::path& folder) {
    auto restored = other_->restore_facts("default", folder.string(), unwatched);
    EXPECT_FALSE(restored);
    EXPECT_TRUE(must(other_->batches("default", 10, "")).empty());
    return restored ? std::string() : restored.error().message;
  };
  const auto exchange = [&](std::string_view table, std::string_view with) {
    fs::copy_file(files_ / "later" / parquet_file(with), files_ / parquet_file(table),
                  fs::copy_options::overwrite_existing);
  };
  exchange("observations", "observations");
  EXPECT_THAT(refused(files_), HasSubstr("it has rows of an import that is not there"));
  exchange("batches", "batches");
  exchange("coverage", "posts");
  EXPECT_THAT(refused(files_), HasSubstr("has a column"));
  exchange("coverage", "coverage");
  EXPECT_EQ(must(other_->restore_facts("default", files_.string(), unwatched)).batches, 2);
  std::ofstream(files_ / parquet_file("posts"), std::ios::trunc) << "PAR1 nothing PAR1";
  EXPECT_THAT(other_->restore_facts("client", files_.string(), unwatched).error().message,
              HasSubstr("is no Parquet file that can be read"));
  fs::remove(files_ / parquet_file("posts"));
  EXPECT_FALSE(other_->restore_facts("client", files_.string(), unwatched));
}

TEST_F(ExportTest, StopsWhenAsked) {
  store({day_value("impressions", 1, 1)});
  fs::create_directories(files_);
  EXPECT_EQ(store_->export_facts("default", files_.string(), [](const Transfer&) { return false; }).error().message,
            "the export was stopped");
  EXPECT_EQ(store({day_value("impressions", 2, 2)}).observations, 1) << "the store goes on";
}

TEST_F(ExportTest, ADiskThatFillsUpIsSaidSo) {
  std::vector<Observation> many;
  for (int day = 0; day < 3000; ++day) many.push_back(day_value("impressions", day, day * 7919));
  store(many);
  fs::create_directories(files_);
  auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  auto exported = store_->export_facts("default", files_.string(), unwatched);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  ASSERT_FALSE(exported);
  EXPECT_EQ(exported.error().kind, ErrorKind::full) << exported.error().message;
  EXPECT_THAT(exported.error().message, HasSubstr("no room left"));
}

TEST_F(ExportTest, OriginalsAreReadInPieces) {
  std::string bytes;
  for (int i = 0; bytes.size() < 1'000'000; ++i) bytes += std::to_string(i * 7919);
  auto original = must(store_->keep_original("default"));
  must(original->add(bytes));
  const std::string hash = must(original->finish());
  std::string read;
  size_t longest = 0;
  must(store_->read_original("default", hash, [&](std::string_view piece) {
    read += piece;
    longest = std::max(longest, piece.size());
    return Result<Done>(Done{});
  }));
  EXPECT_TRUE(read == bytes);
  EXPECT_LT(longest, bytes.size() / 2);
}

}  // namespace
}  // namespace sociometer::facts
