// The rows of a batch on their way into the table of the latest, where most of them stay, and what is learnt in
// passing: a hash of their content, whether a key occurs twice, and which days of which accounts they speak of.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "facts/append.h"
#include "facts/content_key.h"
#include "facts/facts.h"
#include "facts/seen_keys.h"
#include "facts/series.h"

namespace sociometer::facts {

struct BatchIdentity {
  std::string workspace;
  std::string source;
  Tier tier = Tier::own_export;
  int64_t batch = 0;
  std::string directory;  // where there may be files for a while
};

// The days that a batch's facts lie on, per account and subject.
class Coverage {
 public:
  using Key = std::tuple<std::string, std::string, Subject>;  // network, account, subject

  Coverage() = default;
  Coverage(const Coverage&) = delete;
  Coverage& operator=(const Coverage&) = delete;

  void add(std::string_view network, std::string_view account, Subject subject, std::optional<DayRange> days);
  const std::map<Key, std::optional<DayRange>>& days() const { return days_; }

 private:
  std::map<Key, std::optional<DayRange>> days_;
  // Rows come account by account: mostly it is the same entry as the one before.
  std::map<Key, std::optional<DayRange>>::iterator last_ = days_.end();
};

class ObservationRows {
 public:
  static Result<std::unique_ptr<ObservationRows>> open(Lease& lease, const BatchIdentity& identity);

  Result<Done> add(const Observation& observation);
  Result<Done> close();

  int64_t rows() const { return rows_; }
  bool repeats_keys() { return keys_.any_twice(); }
  std::string content() { return content_.hex(); }  // once, at the end
  const Coverage& coverage() const { return coverage_; }

 private:
  static constexpr size_t texts = 11;
  static constexpr size_t numbers = 6;
  // Four of the engine's groups of rows: what one measure has of them lies in one or two.
  static constexpr size_t held_max = 4 * 122'880;

  // A row that waits to be put in order.
  struct Held {
    const SeriesNumbers* of_series;
    size_t subject_at;  // in `subjects_`
    uint32_t subject_size;
    int32_t start_day, end_day;
    bool lifetime, observed_estimated;
    int64_t value;
    int64_t observed_at;
  };

  ObservationRows(Lease& lease, std::unique_ptr<Appender> appender, const BatchIdentity& identity)
      : appender_(std::move(appender)),
        series_(lease, identity.workspace, identity.source, identity.tier),
        batch_(identity.batch),
        keys_(identity.directory) {}
  Result<uint32_t> note_texts(const Observation& observation);
  uint32_t note_numbers(const Observation& observation);
  SeriesKey series_key() const;
  void note_key(const Observation& observation, const SeriesKey& series);
  void hold(const Observation& observation, const SeriesNumbers* of_series, bool same_subject);
  Result<Done> write_held();
  Result<Done> write(const Held& row, const Held* before);
  void add_content(uint32_t changed);

  std::unique_ptr<Appender> appender_;
  SeriesBook series_;
  std::vector<Held> held_;
  std::string subjects_;  // the ids of the held rows' subjects, one after the other
  int64_t batch_;
  ContentKey content_;
  SeenKeys keys_;
  Coverage coverage_;
  int64_t rows_ = 0;
  // The row before: most of a row is what it was, and need be neither checked nor hashed again.
  std::array<std::string, texts> text_before_;
  std::array<uint64_t, texts> text_hashes_;
  std::array<int64_t, numbers> number_before_ = {};
};

class PostRows {
 public:
  static Result<std::unique_ptr<PostRows>> open(Lease& lease, const BatchIdentity& identity);

  Result<Done> add(const Post& post);
  Result<Done> close() { return appender_->close(); }

  int64_t rows() const { return rows_; }
  bool repeats_keys() { return keys_.any_twice(); }
  std::string content() { return content_.hex(); }
  const Coverage& coverage() const { return coverage_; }

 private:
  PostRows(std::unique_ptr<Appender> appender, BatchIdentity identity)
      : appender_(std::move(appender)), identity_(std::move(identity)), keys_(identity_.directory) {}
  void hash(const Post& post);
  void put(const Post& post);

  std::unique_ptr<Appender> appender_;
  BatchIdentity identity_;
  ContentKey content_;
  SeenKeys keys_;
  Coverage coverage_;
  int64_t rows_ = 0;
};

}  // namespace sociometer::facts
