#include "alerts/alert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "reports/reports.h"

namespace sociometer::alerts {
namespace {

using catalog::Catalog;

constexpr std::array<std::string_view, 6> kind_names{"threshold", "change", "anomaly", "goal", "stale", "definitions"};
constexpr std::array<std::string_view, 3> side_names{"either", "above", "below"};
constexpr size_t name_length_max = 100;
constexpr int times_max = 31, days_max = 366, minutes_of_day = 24 * 60;
constexpr double goal_bound = 0.3;

template <typename T, size_t Size>
std::optional<T> parse_name(std::string_view text, const std::array<std::string_view, Size>& names) {
  const auto place = std::ranges::find(names, text);
  if (place == names.end()) return std::nullopt;
  return static_cast<T>(place - names.begin());
}

template <size_t Size>
std::string listed(const std::array<std::string_view, Size>& names) {
  return join(std::vector<std::string>(names.begin(), names.end()), ", ");
}

// Which fields a kind takes beside those that all take.
struct Taken {
  Kind kind;
  std::vector<std::string_view> fields;
};
const std::array<Taken, 6>& taken() {
  static const std::array<Taken, 6> table{
      {{Kind::threshold, {"kpi", "filter", "last", "side", "bound", "clear", "for"}},
       {Kind::change, {"kpi", "filter", "last", "side", "bound", "clear", "for", "compare"}},
       {Kind::anomaly, {"kpi", "filter", "last", "side"}},
       {Kind::goal, {"goal", "bound", "clear", "for"}},
       {Kind::stale, {"filter", "days"}},
       {Kind::definitions, {"kpi", "filter"}}}};
  return table;
}
constexpr std::array<std::string_view, 5> taken_by_all{"name", "kind", "channel", "quiet", "recovery"};

std::optional<int> minute_of(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 2 || text.size() != colon + 3) return std::nullopt;
  int hour = 0, minute = 0;
  const auto read = [](std::string_view digits, int& to) {
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), to);
    return error == std::errc() && stop == digits.data() + digits.size();
  };
  if (!read(text.substr(0, colon), hour) || !read(text.substr(colon + 1), minute)) return std::nullopt;
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || hour * 60 + minute > minutes_of_day) return std::nullopt;
  return hour * 60 + minute;
}

std::string minute_text(int minute) {
  return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

enum class Trust { checked, stored };

// Fields become an alert, one after the other; each says what is wrong with it.
class Fields {
 public:
  Fields(const JsonObject& fields, const Catalog* catalog) : fields_(fields), catalog_(catalog) {}

  Result<Alert> read() {
    TRY_DONE(read_name());
    TRY_DONE(read_kind());
    TRY_DONE(check_members());
    TRY_DONE(read_kpi());
    TRY_DONE(read_filter());
    TRY_DONE(read_last());
    TRY_DONE(read_side());
    TRY_DONE(read_bound());
    TRY_DONE(read_rest());
    return std::move(alert_);
  }

 private:
  bool takes(std::string_view field) const {
    const auto& fields = taken()[static_cast<size_t>(alert_.kind)].fields;
    return std::ranges::find(fields, field) != fields.end();
  }
  Result<std::string> text(std::string_view key, std::string_view fallback = {}) const {
    return json_string(fields_, key, fallback);
  }
  // A number, or one written as people do: "20 %".
  Result<std::optional<double>> amount(std::string_view key) const {
    const Json* value = fields_.if_contains(key);
    if (value == nullptr || value->is_null()) return std::optional<double>();
    if (value->is_string()) {
      TRY(const double read, parse_amount(value->get_string(), key));
      return std::optional(read);
    }
    if (!value->is_number()) return invalid(fmt::format("{} is a number", key), std::string(key));
    return std::optional(value->to_number<double>());
  }
  Result<int> whole(std::string_view key, int fallback, int most) const {
    const Json* value = fields_.if_contains(key);
    if (value == nullptr || value->is_null()) return fallback;
    if (value->is_int64() && value->get_int64() >= 1 && value->get_int64() <= most) {
      return static_cast<int>(value->get_int64());
    }
    return invalid(fmt::format("{} is a whole number from 1 to {}", key, most), std::string(key));
  }

  Result<Done> read_name() {
    TRY(const std::string said, text("name"));
    alert_.name = trimmed(said);
    if (alert_.name.empty()) return invalid("an alert has a name", "name");
    if (alert_.name.size() > name_length_max || !is_utf8(alert_.name) ||
        alert_.name.find_first_of("/\n\r") != std::string::npos) {
      return invalid(fmt::format("the name of an alert is a line of at most {} bytes without a slash", name_length_max),
                     "name");
    }
    return Done{};
  }

  Result<Done> read_kind() {
    TRY(const std::string said, text("kind"));
    const std::optional<Kind> kind = parse_name<Kind>(said, kind_names);
    if (!kind) {
      return invalid(said.empty() ? fmt::format("an alert is of a kind: {}", listed(kind_names))
                                  : fmt::format("\"{}\" is no kind of alert; there are {}", said, listed(kind_names)),
                     "kind");
    }
    alert_.kind = *kind;
    return Done{};
  }

  Result<Done> check_members() const {
    for (const auto& member : fields_) {
      const std::string_view key(member.key().data(), member.key().size());
      if (member.value().is_null() || takes(key)) continue;
      if (std::ranges::find(taken_by_all, key) != taken_by_all.end()) continue;
      return invalid(fmt::format("an alert of the kind {} takes no \"{}\"", name(alert_.kind), key), std::string(key));
    }
    return Done{};
  }

  Result<Done> read_kpi() {
    TRY(alert_.kpi, text("kpi"));
    if (alert_.kpi.empty()) {
      const bool may_be_any = alert_.kind == Kind::definitions || !takes("kpi");
      return may_be_any ? Result<Done>(Done{}) : invalid("kpi names what is watched, as impressions", "kpi");
    }
    if (catalog_ == nullptr) return Done{};
    const Result<catalog::KpiChoice> found = catalog_->find_kpi(alert_.kpi);
    if (!found) return invalid(found.error().message, "kpi");
    return Done{};
  }

  Result<Done> read_filter() {
    const Json* filter = fields_.if_contains("filter");
    if (filter == nullptr || filter->is_null()) return Done{};
    if (!filter->is_object()) return wrong_filter();
    for (const auto& member : filter->get_object()) {
      const std::string dimension(member.key());
      std::vector<std::string>& members = alert_.filter[dimension];
      const JsonArray one{member.value()};
      for (const Json& each : member.value().is_array() ? member.value().get_array() : one) {
        if (!each.is_string()) return wrong_filter();
        members.emplace_back(each.get_string());
      }
      if (members.empty()) return wrong_filter();
      TRY_DONE(check_dimension(dimension));
    }
    return Done{};
  }
  static Error wrong_filter() {
    return invalid("filter is an object of dimensions, each with a word or a list of words", "filter");
  }
  Result<Done> check_dimension(const std::string& dimension) const {
    if (catalog_ == nullptr) return Done{};
    const catalog::Dimension* known = catalog_->dimension(dimension);
    if (known == nullptr || known->kind == "time") {
      return invalid(fmt::format("\"{}\" is no dimension to filter by", dimension), "filter");
    }
    const bool is_narrow = alert_.kind == Kind::stale || alert_.kind == Kind::definitions;
    const bool fits = dimension == "network" || (dimension == "account" && alert_.kind == Kind::stale);
    if (is_narrow && !fits) {
      return invalid(fmt::format("an alert of the kind {} is narrowed by network{}", name(alert_.kind),
                                 alert_.kind == Kind::stale ? " or account" : ""),
                     "filter");
    }
    return Done{};
  }

  Result<Done> read_last() {
    TRY(alert_.last, text("last", "7d"));
    const auto digits = std::string_view(alert_.last).substr(0, alert_.last.empty() ? 0 : alert_.last.size() - 1);
    int count = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    const bool is_number = error == std::errc() && stop == digits.data() + digits.size() && count >= 1;
    const char unit = alert_.last.empty() ? ' ' : alert_.last.back();
    const int days = unit == 'w' ? 7 : unit == 'm' ? 31 : 1;
    if (!is_number || count > days_max / days || (unit != 'd' && unit != 'w' && unit != 'm')) {
      return invalid("last is of whole days, weeks or months, up to a year: 7d, 4w, 3m", "last");
    }
    return Done{};
  }

  Result<Done> read_side() {
    TRY(const std::string said, text("side", "either"));
    const std::optional<Side> side = parse_name<Side>(said, side_names);
    if (!side) return invalid(fmt::format("\"{}\" is no side; there are {}", said, listed(side_names)), "side");
    alert_.side = *side;
    if (alert_.kind == Kind::threshold && alert_.side == Side::either) {
      return invalid("a threshold is above or below its bound", "side");
    }
    if (alert_.kind == Kind::goal) alert_.side = Side::below;
    return Done{};
  }

  Result<Done> read_bound() {
    TRY(const std::optional<double> bound, amount("bound"));
    TRY(alert_.clear, amount("clear"));
    if (alert_.kind == Kind::goal) {
      alert_.bound = bound.value_or(goal_bound);
    } else if (takes("bound")) {
      if (!bound) return invalid("bound is the number it is told beyond", "bound");
      alert_.bound = *bound;
    }
    for (const auto& [value, field] : {std::pair{std::optional(alert_.bound), "bound"}, {alert_.clear, "clear"}}) {
      if (value && !std::isfinite(*value)) return invalid(fmt::format("{} is a number", field), field);
    }
    if (alert_.kind == Kind::change && alert_.bound <= 0) {
      return invalid("the bound of a change is a share above 0: 0.2 is 20 %", "bound");
    }
    if (alert_.kind == Kind::goal && (alert_.bound <= 0 || alert_.bound >= 1)) {
      return invalid("the bound of a goal is a probability between 0 and 1", "bound");
    }
    if (!alert_.clear) return Done{};
    const bool is_wrong = is_up() ? *alert_.clear > alert_.bound : *alert_.clear < alert_.bound;
    if (is_wrong) return invalid("clear lies on the calm side of bound: there it is over again", "clear");
    return Done{};
  }
  // Whether it is told above its bound: a change by how great it is, whichever its direction.
  bool is_up() const { return alert_.kind == Kind::change || alert_.side == Side::above; }

  Result<Done> read_rest() {
    if (alert_.kind == Kind::change) {
      TRY(alert_.compare, text("compare", "previous"));
      if (alert_.compare != "previous" && alert_.compare != "year") {
        return invalid("compare is previous or year", "compare");
      }
    }
    TRY(alert_.goal, text("goal"));
    if (alert_.kind == Kind::goal && alert_.goal.empty()) return invalid("goal is the id of a goal", "goal");
    const Json* days = fields_.if_contains("days");
    if (alert_.kind == Kind::stale && (days == nullptr || days->is_null())) {
      return invalid("days is how long an account may bring nothing beyond what is usual", "days");
    }
    TRY(alert_.days, whole("days", 0, days_max));
    TRY(alert_.times, whole("for", 1, times_max));
    TRY(alert_.channel, text("channel"));
    if (alert_.channel.empty()) return invalid("channel names where it is sent to", "channel");
    TRY(const std::string quiet, text("quiet"));
    if (!quiet.empty()) {
      TRY(alert_.quiet, parse_quiet(quiet));
    }
    if (const Json* end = fields_.if_contains("recovery"); end != nullptr && !end->is_null()) {
      if (!end->is_bool()) return invalid("recovery is true or false", "recovery");
      alert_.tells_end = end->get_bool();
    }
    return Done{};
  }

  const JsonObject& fields_;
  const Catalog* catalog_;
  Alert alert_;
};

std::string window_words(const std::string& last) {
  const std::string count = last.substr(0, last.size() - 1);
  const char* unit = last.back() == 'd' ? "day" : last.back() == 'w' ? "week" : "month";
  return fmt::format("{} {}{}", count, unit, count == "1" ? "" : "s");
}

std::string in_a_row(const Alert& alert) {
  return alert.times == 1 ? "" : fmt::format(", {} days in a row", alert.times);
}

std::string share_text(double share) {
  return fmt::format("{:g} %", std::round(share * 1e4) / 100);
}

Json optional_json(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace

std::string_view name(Kind kind) {
  return kind_names[static_cast<size_t>(kind)];
}
std::string_view name(Side side) {
  return side_names[static_cast<size_t>(side)];
}

Result<Quiet> parse_quiet(std::string_view text) {
  const size_t dash = text.find('-');
  const auto from = minute_of(trimmed(text.substr(0, dash)));
  const auto to = dash == std::string_view::npos ? std::nullopt : minute_of(trimmed(text.substr(dash + 1)));
  if (!from || !to || *from % minutes_of_day == *to % minutes_of_day) {
    return invalid(fmt::format("\"{}\" are no quiet hours; write 22:00-07:00", text), "quiet");
  }
  return Quiet{*from % minutes_of_day, *to};
}

std::string quiet_text(const Quiet& quiet) {
  return minute_text(quiet.from) + "-" + minute_text(quiet.to);
}

bool is_quiet(const Quiet& quiet, Instant now, const Zone& zone) {
  const int64_t local = now.micros / 1'000'000 + zone.offset_seconds(now);
  const auto minute = static_cast<int>(((local % day_seconds + day_seconds) % day_seconds) / 60);
  if (quiet.from < quiet.to) return minute >= quiet.from && minute < quiet.to;
  return minute >= quiet.from || minute < quiet.to;
}

double clear_of(const Alert& alert) {
  if (alert.clear) return *alert.clear;
  if (alert.kind == Kind::goal) return std::min(alert.bound + 0.1, 0.95);
  const bool is_up = alert.kind == Kind::change || alert.side == Side::above;
  return alert.bound + (is_up ? -0.05 : 0.05) * std::abs(alert.bound);
}

bool has_level(Kind kind) {
  return kind == Kind::threshold || kind == Kind::change || kind == Kind::goal;
}

Result<Alert> alert_from_fields(const JsonObject& fields, const Catalog& catalog) {
  return Fields(fields, &catalog).read();
}

Result<Alert> alert_from_stored(const JsonObject& fields) {
  return Fields(fields, nullptr).read();
}

JsonObject alert_fields(const Alert& alert) {
  JsonObject json{{"name", alert.name}, {"kind", name(alert.kind)}};
  const auto& fields = taken()[static_cast<size_t>(alert.kind)].fields;
  const auto takes = [&](std::string_view field) { return std::ranges::find(fields, field) != fields.end(); };
  json["kpi"] = takes("kpi") && !alert.kpi.empty() ? Json(alert.kpi) : Json(nullptr);
  JsonObject filter;
  for (const auto& [dimension, members] : alert.filter) filter[dimension] = JsonArray(members.begin(), members.end());
  json["filter"] = takes("filter") ? Json(std::move(filter)) : Json(nullptr);
  json["last"] = takes("last") ? Json(alert.last) : Json(nullptr);
  json["side"] = takes("side") ? Json(name(alert.side)) : Json(nullptr);
  json["bound"] = takes("bound") ? Json(alert.bound) : Json(nullptr);
  json["clear"] = takes("clear") ? optional_json(clear_of(alert)) : Json(nullptr);
  json["compare"] = takes("compare") ? Json(alert.compare) : Json(nullptr);
  json["goal"] = takes("goal") ? Json(alert.goal) : Json(nullptr);
  json["days"] = takes("days") ? Json(alert.days) : Json(nullptr);
  json["for"] = takes("for") ? Json(alert.times) : Json(nullptr);
  json["channel"] = alert.channel;
  json["quiet"] = alert.quiet ? Json(quiet_text(*alert.quiet)) : Json(nullptr);
  json["recovery"] = alert.tells_end;
  return json;
}

Result<double> parse_amount(std::string_view text, std::string_view field) {
  std::string digits;
  std::string_view rest = trimmed(text);
  const bool is_percent = rest.ends_with('%');
  if (is_percent) rest = trimmed(rest.substr(0, rest.size() - 1));
  for (const char c : rest) {
    if (c != ',') digits += c;
  }
  double value = 0;
  const char* first = digits.data() + (digits.starts_with('+') ? 1 : 0);
  const auto [stop, error] = std::from_chars(first, digits.data() + digits.size(), value);
  if (error != std::errc() || stop != digits.data() + digits.size() || !std::isfinite(value)) {
    return invalid(fmt::format("\"{}\" is no number; write 20000, 0.02 or 2 %", text), std::string(field));
  }
  return is_percent ? value / 100 : value;
}

std::string scope_words(const Filter& filter, const Catalog& catalog) {
  std::string words, rest;
  for (const auto& [dimension, members] : filter) {
    std::vector<std::string> said;
    for (const std::string& member : members) {
      const catalog::Network* network = dimension == "network" ? catalog.network(member) : nullptr;
      said.push_back(network == nullptr ? member : network->name.english());
    }
    if (dimension == "network") {
      words = " on " + join(said, " or ");
    } else {
      rest += fmt::format("{}{} {}", rest.empty() ? " with " : ", ", dimension, join(said, " or "));
    }
  }
  return words + rest;
}

std::string kpi_words(std::string_view kpi, const Catalog& catalog) {
  const Result<catalog::KpiChoice> found = catalog.find_kpi(kpi);
  if (!found) return std::string(kpi);
  std::string words = found->kpi->name.english();
  const bool is_default = found->variant == &found->kpi->variants.front();
  if (!is_default) words += fmt::format(" ({})", found->variant->name.english());
  return words;
}

catalog::Unit unit_of(std::string_view kpi, const Catalog& catalog) {
  const Result<catalog::KpiChoice> found = catalog.find_kpi(kpi);
  return found ? found->variant->unit : catalog::Unit::count;
}

std::string words_of(const Alert& alert, const Catalog& catalog, std::string_view currency) {
  const std::string what = kpi_words(alert.kpi, catalog) + scope_words(alert.filter, catalog);
  const auto value = [&](double of) { return reports::value_text(of, unit_of(alert.kpi, catalog), currency); };
  switch (alert.kind) {
    case Kind::threshold:
      return fmt::format("{} of {} {} {}{}; over again from {}", what, window_words(alert.last), name(alert.side),
                         value(alert.bound), in_a_row(alert), value(clear_of(alert)));
    case Kind::change: {
      const char* how = alert.side == Side::above ? "rises" : alert.side == Side::below ? "falls" : "changes";
      return fmt::format("{} of {} {} by more than {} and more than noise against {}{}; over again within {}", what,
                         window_words(alert.last), how, share_text(alert.bound),
                         alert.compare == "year" ? "the year before" : "the days before", in_a_row(alert),
                         share_text(clear_of(alert)));
    }
    case Kind::anomaly:
      return fmt::format("{}: a day of the last {} that is out of the ordinary{}", what, window_words(alert.last),
                         alert.side == Side::either ? "" : fmt::format(", {} what is expected", name(alert.side)));
    case Kind::goal:
      return fmt::format("a goal is missed, or likely by less than {}{}; over again from {}", share_text(alert.bound),
                         in_a_row(alert), share_text(clear_of(alert)));
    case Kind::stale:
      return fmt::format("an own account{} brings nothing for {} day{} beyond what is usual of it",
                         scope_words(alert.filter, catalog), alert.days, alert.days == 1 ? "" : "s");
    case Kind::definitions:
      return fmt::format("what {} means changes",
                         alert.kpi.empty() ? "a measure or KPI" + scope_words(alert.filter, catalog) : what);
  }
  return what;
}

}  // namespace sociometer::alerts
