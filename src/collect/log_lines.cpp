#include "collect/log_lines.h"

#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace sociometer::collect {

namespace {

struct Request {
  std::string time, client, method, page, status, referrer, agent, host;
};

std::string quoted(std::string_view text) {
  std::string cell = "\"";
  for (char c : text) {
    if (c == '"') cell += '"';
    cell += c == '\n' || c == '\r' ? ' ' : c;
  }
  return cell + '"';
}

std::string row_of(const Request& r) {
  std::string row;
  for (const std::string* cell : {&r.time, &r.client, &r.method, &r.page, &r.status, &r.referrer, &r.agent, &r.host}) {
    row.append(row.empty() ? "" : ",").append(quoted(*cell == "-" ? std::string_view() : std::string_view(*cell)));
  }
  return row;
}

// What stands between quotation marks, of which `\"` is none; `at` moves behind them.
std::optional<std::string> between_quotes(std::string_view line, size_t& at) {
  size_t start = line.find('"', at);
  if (start == line.npos) return std::nullopt;
  std::string text;
  for (size_t i = start + 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) {
      text += line[++i];
    } else if (line[i] == '"') {
      at = i + 1;
      return text;
    } else {
      text += line[i];
    }
  }
  return std::nullopt;
}

bool is_address(std::string_view word) {
  bool digits = word.find_first_of("0123456789") != word.npos;
  return digits && word.find_first_not_of("0123456789abcdefABCDEF.:") == word.npos &&
         (word.find('.') != word.npos || word.find(':') != word.npos);
}

// "10/Feb/2012:16:42:07 -0500" as "10 Feb 2012 16:42:07 -0500".
std::optional<std::string> plain_time(std::string_view text) {
  if (text.size() < 20 || text[2] != '/' || text[6] != '/' || text[11] != ':') return std::nullopt;
  std::string time(text);
  time[2] = time[6] = time[11] = ' ';
  return time;
}

std::optional<Request> common_line(std::string_view line) {
  size_t open = line.find('['), close = open == line.npos ? open : line.find(']', open);
  if (close == line.npos) return std::nullopt;
  auto time = plain_time(line.substr(open + 1, close - open - 1));
  if (!time) return std::nullopt;
  Request request;
  request.time = *time;
  for (std::string_view word : split(line.substr(0, open), ' ')) {
    if (request.client.empty() && is_address(word)) {
      request.client = word;
    } else if (request.host.empty() && word.find('.') != word.npos) {
      request.host = word;
    }
  }
  size_t at = close;
  auto asked = between_quotes(line, at);
  if (!asked) return std::nullopt;
  std::vector<std::string_view> words = split(*asked, ' ');
  if (words.size() < 2) return std::nullopt;
  request.method = words[0];
  request.page = words[1];
  std::string_view behind = trimmed(line.substr(at));
  request.status = behind.substr(0, behind.find(' '));
  if (request.status.size() != 3 || request.status.find_first_not_of("0123456789") != request.status.npos) {
    return std::nullopt;
  }
  if (auto referrer = between_quotes(line, at)) request.referrer = *referrer;
  if (auto agent = between_quotes(line, at)) request.agent = *agent;
  return request;
}

// --- JSON ---

std::string text_of(const Json& value) {
  if (value.is_string()) return std::string(std::string_view(value.get_string()));
  if (value.is_array()) return value.get_array().empty() ? std::string() : text_of(value.get_array().front());
  return value.is_number() ? json_text(value) : std::string();
}

std::string first_of(const JsonObject& object, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names) {
    const Json* value = object.if_contains(name);
    if (value == nullptr) continue;
    std::string text = text_of(*value);
    if (!text.empty() && text != "-") return text;
  }
  return {};
}

// Seconds since 1970, whole or with a fraction, as a date; other texts as they are.
std::string time_of(const std::string& text) {
  bool seconds = text.size() >= 9 && text.find_first_not_of("0123456789.") == text.npos;
  if (!seconds) return plain_time(text).value_or(text);
  double value = std::strtod(text.c_str(), nullptr);
  constexpr double latest_second = 4e9;
  if (value > latest_second) value /= 1000;  // in milliseconds
  return format_instant(Instant{static_cast<int64_t>(value) * 1'000'000});
}

std::optional<Request> json_line(std::string_view line) {
  auto parsed = parse_json(line);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  const JsonObject& whole = parsed->get_object();
  const Json* inner = whole.if_contains("request");
  const JsonObject& asked = inner != nullptr && inner->is_object() ? inner->get_object() : whole;
  Request request;
  request.time = time_of(first_of(
      whole, {"ts", "time", "time_iso8601", "@timestamp", "timestamp", "StartUTC", "time_local", "date", "msec"}));
  request.client = first_of(asked, {"client_ip", "remote_ip", "ip", "remote_addr", "ClientHost", "clientip"});
  request.method = first_of(asked, {"method", "request_method", "RequestMethod"});
  request.page = first_of(asked, {"uri", "path", "request_uri", "RequestPath", "url"});
  request.status = first_of(whole, {"status", "DownstreamStatus", "response_status"});
  request.host = first_of(asked, {"host", "http_host", "server_name", "RequestHost"});
  request.referrer = first_of(asked, {"referrer", "referer", "http_referer", "request_Referer"});
  request.agent = first_of(asked, {"user_agent", "http_user_agent", "request_User-Agent", "agent"});
  if (const Json* headers = asked.if_contains("headers"); headers != nullptr && headers->is_object()) {
    if (request.referrer.empty()) request.referrer = first_of(headers->get_object(), {"Referer", "referer"});
    if (request.agent.empty()) request.agent = first_of(headers->get_object(), {"User-Agent", "user-agent"});
  }
  bool complete = !request.time.empty() && !request.page.empty() && !request.status.empty();
  return complete ? std::optional(request) : std::nullopt;
}

std::optional<Request> request_in(std::string_view line) {
  return line.starts_with('{') ? json_line(line) : common_line(line);
}

class LogTable : public ByteStream {
 public:
  explicit LogTable(std::unique_ptr<ByteStream> text) : text_(std::move(text)), out_(std::string(log_header) + "\n") {}

  Result<size_t> read(char* buffer, size_t capacity) override {
    while (at_ == out_.size()) {
      if (ended_) return size_t{0};
      out_.clear();
      at_ = 0;
      TRY_DONE(fill());
    }
    size_t count = std::min(capacity, out_.size() - at_);
    std::memcpy(buffer, out_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  static constexpr size_t piece_bytes = 64 << 10, longest_line = 1 << 20;

  Result<Done> fill() {
    size_t size = rest_.size();
    rest_.resize(size + piece_bytes);
    auto got = text_->read(rest_.data() + size, piece_bytes);
    if (!got) return got.error();
    rest_.resize(size + *got);
    ended_ = *got == 0;
    size_t start = 0;
    for (size_t end = rest_.find('\n'); end != rest_.npos; end = rest_.find('\n', start)) {
      add(std::string_view(rest_).substr(start, end - start));
      start = end + 1;
    }
    rest_.erase(0, start);
    if (rest_.size() > longest_line) return invalid("A line of the log is longer than 1 MiB; is this a log?");
    if (ended_ && !rest_.empty()) add(rest_);
    return Done{};
  }

  void add(std::string_view line) {
    line = trimmed(line);
    if (line.empty() || line.starts_with('#')) {
      out_ += '\n';
      return;
    }
    auto request = request_in(line);
    constexpr size_t shown = 100;
    out_ += request ? row_of(*request) : quoted(line.substr(0, shown)) + ",?";
    out_ += '\n';
  }

  std::unique_ptr<ByteStream> text_;
  std::string rest_, out_;
  size_t at_ = 0;
  bool ended_ = false;
};

}  // namespace

std::optional<std::string> log_row(std::string_view line) {
  auto request = request_in(trimmed(line));
  return request ? std::optional(row_of(*request)) : std::nullopt;
}

bool looks_like_a_log(std::string_view text) {
  size_t lines = 0, requests = 0;
  constexpr size_t enough = 50;
  for (size_t start = 0; start < text.size() && lines < enough;) {
    size_t end = std::min(text.find('\n', start), text.size());
    std::string_view line = trimmed(text.substr(start, end - start));
    // The text may be cut in its last line.
    bool cut = end == text.size() && lines > 0;
    start = end + 1;
    if (line.empty() || line.starts_with('#') || cut) continue;
    ++lines;
    requests += request_in(line).has_value();
  }
  return lines > 0 && requests * 2 > lines;
}

std::unique_ptr<ByteStream> log_table(std::unique_ptr<ByteStream> text) {
  return std::make_unique<LogTable>(std::move(text));
}

}  // namespace sociometer::collect
