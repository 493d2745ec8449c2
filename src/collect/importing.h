// For tests: a data directory of its own, files written into it, and what an import left in the store as text.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/scratch_folder.h"
#include "collect/collect.h"

namespace sociometer::collect {

inline const std::string tweet_header = "Tweet id,Tweet permalink,Tweet text,time,impressions,likes\n";

class Importing {
 public:
  Importing() {
    directory_ = *make_scratch_folder("collect");
    std::filesystem::create_directories(directory_ / "files");
    auto opened = facts::open_duckdb((directory_ / "data").string(), clock_);
    EXPECT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    auto control = control::open_sqlite((directory_ / "control.sqlite").string());
    EXPECT_TRUE(control) << control.error().message;
    control_ = std::move(*control);
    importer_ = std::make_unique<Importer>(catalog::Catalog::built_in(), *control_, *store_, clock_);
  }
  ~Importing() {
    importer_.reset();
    store_.reset();
    control_.reset();
    std::filesystem::remove_all(directory_);
  }

  std::string write(const std::string& name, std::string_view bytes) {
    std::filesystem::path path = directory_ / "files" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path.string();
  }

  ImportReport import(const std::vector<std::string>& paths, const ImportOptions& options = {},
                      const ProgressCallback& progress = {}) {
    auto input = open_paths(paths, nullptr);
    EXPECT_TRUE(input) << input.error().message;
    if (!input) return {};
    auto report = importer_->import("default", **input, options, progress);
    EXPECT_TRUE(report) << report.error().message;
    return report ? std::move(*report) : ImportReport{};
  }

  // Imports text as a file of that name.
  FileReport import_text(const std::string& name, std::string_view text, const ImportOptions& options = {}) {
    ImportReport report = import({write(name, text)}, options);
    EXPECT_EQ(report.files.size(), 1u);
    return report.files.empty() ? FileReport{} : report.files.front();
  }

  // The posts and observations of one batch, a line each, in a stable order.
  std::string facts_of(const std::string& batch) {
    std::string number = fmt::format("(SELECT batch FROM batches WHERE id = '{}')", batch);
    std::string text = lines_of(
        "SELECT 'post', network, account, post, published_at, published_day, zone, kind, text, hashtags, mentions, "
        "link, campaign, tags, "
        "observed_at, observed_estimated FROM posts WHERE batch = " +
        number + " ORDER BY network, account, post, text");
    return text + events_of(number) +
           lines_of(
               "SELECT network, account, subject, subject_id, measure, promotion, dimension, member, "
               "window_kind, start_day, end_day, zone, "
               "value, currency, observed_at, observed_estimated FROM observations WHERE batch = " +
               number +
               " ORDER BY network, account, subject, subject_id, measure, promotion, dimension, member, "
               "window_kind, start_day, end_day, value");
  }

  int64_t count(const std::string& table) {
    int64_t rows = -1;
    auto done = store_->select("SELECT count(*) FROM " + table, [&](const facts::Chunk& chunk) {
      rows = chunk.integer(0, 0);
      return true;
    });
    EXPECT_TRUE(done);
    return rows;
  }

  Importer& importer() { return *importer_; }
  control::Control& control() { return *control_; }
  facts::Store& store() { return *store_; }
  const std::filesystem::path& directory() const { return directory_; }

 private:
  std::string events_of(const std::string& batch) {
    std::string text;
    for (const char* columns_of_table :
         {"'order', happened_at, order_id, kind, line, customer, value, currency, quantity, product, country, deleted "
          "FROM orders",
          "'message', happened_at, conversation, id, kind, author, agent, team, handled, text, topic, network "
          "FROM conversation_events",
          "'answer', happened_at, id, survey, type, scale_low, scale_high, score, text, topic, respondent, country "
          "FROM survey_answers",
          "'web', happened_at, visitor, session, session_at, kind, page, landing_page, referrer, source, medium, "
          "campaign, channel, network, link, verdict, device, country FROM web_events"}) {
      text += lines_of(fmt::format("SELECT {} WHERE batch = {} ORDER BY ALL", columns_of_table, batch));
    }
    return text;
  }

  std::string lines_of(const std::string& sql) {
    std::string text;
    auto done = store_->select(wrapped(sql), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) text += std::string(chunk.text(0, row)) + "\n";
      return true;
    });
    EXPECT_TRUE(done) << done.error().message;
    return text;
  }

  // Each row as one text, whatever its columns' types.
  static std::string wrapped(const std::string& sql) {
    size_t from = sql.find(" FROM ");
    std::string columns = sql.substr(7, from - 7), text;
    for (size_t at = 0; at != columns.npos;) {
      size_t comma = columns.find(", ", at);
      std::string column = columns.substr(at, comma == columns.npos ? comma : comma - at);
      bool day = column.ends_with("_day");
      text +=
          (text.empty() ? "" : " || ' ' || ") +
          (day                       ? "coalesce(CAST(DATE '1970-01-01' + " + column + " AS VARCHAR), '?')"
           : column.ends_with("_at") ? "coalesce(CAST(make_timestamp(" + column + ") AS VARCHAR), '?')"
                                     : "coalesce(CASE WHEN CAST(" + column + " AS VARCHAR) = '' THEN '·' ELSE CAST(" +
                                           column + " AS VARCHAR) END, '?')");
      at = comma == columns.npos ? comma : comma + 2;
    }
    return "SELECT replace(" + text + ", chr(10), '⏎')" + sql.substr(from);
  }

  std::filesystem::path directory_;
  std::shared_ptr<const Clock> clock_ = fixed_clock(*parse_instant("2026-06-22T12:00:00Z"));
  std::unique_ptr<facts::Store> store_;
  std::unique_ptr<control::Control> control_;
  std::unique_ptr<Importer> importer_;
};

}  // namespace sociometer::collect
