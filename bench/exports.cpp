#include "bench/exports.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "base/time.h"

namespace sociometer::bench {
namespace {

constexpr std::array export_networks = {"facebook", "instagram", "linkedin", "tiktok", "x"};
constexpr std::array measures = {"impressions", "likes",       "comments", "shares",         "saves",
                                 "link_clicks", "video_views", "clicks",   "profile_visits", "new_followers"};
constexpr int export_days = 1461;

// Collects text and hands it to the file in large pieces.
class Sink {
 public:
  explicit Sink(const std::string& path) : file_(std::fopen(path.c_str(), "wb"), &std::fclose) {}
  bool open() const { return file_ != nullptr; }

  template <typename... Arguments>
  void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
    if (text_.size() > 1 << 20) flush();
  }

  bool finish() {
    flush();
    return whole_ && std::fflush(file_.get()) == 0;
  }

 private:
  void flush() {
    whole_ = whole_ && std::fwrite(text_.data(), 1, text_.size(), file_.get()) == text_.size();
    text_.clear();
  }

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  fmt::memory_buffer text_;
  bool whole_ = true;
};

Result<Written> written(Sink& sink, const std::string& path, int64_t rows) {
  if (!sink.finish()) return full("Could not write " + path + ": is there room?");
  return Written{path, rows, static_cast<double>(std::filesystem::file_size(path)) / 1e6};
}

}  // namespace

int64_t Numbers::below(int64_t bound) {
  state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
  return static_cast<int64_t>((state_ >> 33) % static_cast<uint64_t>(bound));
}

Result<Written> write_own_observations(const std::string& path, int64_t rows) {
  Sink sink(path);
  if (!sink.open()) return unavailable("Could not make " + path);
  sink.line("network,account,ownership,subject,measure,window,start,end,zone,value,observed_at\n");
  Day first = make_day(2022, 1, 1);
  Numbers numbers(1);
  for (int64_t row = 0; row < rows; ++row) {
    auto measure = static_cast<size_t>(row) % measures.size();
    int64_t series = row / static_cast<int64_t>(measures.size());
    std::string day = format_day(first + static_cast<int>(series % export_days));
    int64_t account = series / export_days;
    sink.line("{},brand{},own,account,{},day,{},{},UTC,{},2026-01-01T00:00:00Z\n",
              export_networks[static_cast<size_t>(account) % export_networks.size()], account, measures[measure], day,
              day, numbers.below(100'000));
  }
  return written(sink, path, rows);
}

Result<Written> write_x_posts(const std::string& path, int64_t posts) {
  Sink sink(path);
  if (!sink.open()) return unavailable("Could not make " + path);
  constexpr std::string_view counters =
      "impressions,engagements,engagement rate,retweets,replies,likes,user profile clicks,url clicks,hashtag clicks,"
      "detail expands,permalink clicks,app opens,app installs,follows,email tweet,dial phone,media views,"
      "media engagements";
  std::string header = "Tweet id,Tweet permalink,Tweet text,time," + std::string(counters);
  for (size_t from = 0; from < counters.size();) {
    size_t end = std::min(counters.find(',', from), counters.size());
    header += ",promoted " + std::string(counters.substr(from, end - from));
    from = end + 1;
  }
  sink.line("{}\n", header);
  Day first = make_day(2022, 1, 1);
  Numbers numbers(2);
  for (int64_t post = 0; post < posts; ++post) {
    int64_t id = 1'470'000'000'000'000'000 + post * 1'000'003;
    int64_t impressions = 100 + numbers.below(50'000);
    int64_t retweets = numbers.below(40), replies = numbers.below(20), likes = numbers.below(300);
    sink.line(
        "\"{0}\",\"https://twitter.com/brand/status/{0}\",\"What we learnt in week {1}, \"\"in short\"\" #brand "
        "#launch{2} https://t.co/abc{2}\",\"{3} {4:02}:{5:02} +0000\",\"{6}.0\",\"{7}.0\",\"0.02\",\"{8}.0\",\"{9}.0\","
        "\"{10}.0\",\"{11}.0\",\"{12}.0\",\"0.0\",\"{13}.0\",\"0.0\",\"0\",\"0\",\"{14}\",\"0\",\"0\",\"0\",\"0\"",
        id, post % 53, post % 97, format_day(first + static_cast<int>(post * export_days / posts)), post % 24,
        post % 60, impressions, retweets + replies + likes, retweets, replies, likes, numbers.below(20),
        numbers.below(30), numbers.below(50), numbers.below(3));
    sink.line("{}",
              ",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\",\"-\","
              "\"-\",\"-\"\n");
  }
  return written(sink, path, posts);
}

}  // namespace sociometer::bench
