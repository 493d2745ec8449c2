// Questions as people and programs write them: parsing, and writing back as JSON and as a command line.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {
namespace {

std::string shell_word(std::string_view text) {
  bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.,:/=@+").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(text);
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string_view basis_name(Basis basis) {
  return basis == Basis::published ? "published" : basis == Basis::occurred ? "occurred" : "auto";
}

std::string compare_text(const Compare& compare) {
  switch (compare.kind) {
    case Compare::Kind::none:
      return "";
    case Compare::Kind::previous:
      return "previous";
    case Compare::Kind::year:
      return "year";
    case Compare::Kind::range:
      return format_day(compare.days.first) + ".." + format_day(compare.days.end - 1);
  }
  return "";
}

Result<std::vector<std::string>> words_of(const Json& json, std::string_view field) {
  std::vector<std::string> words;
  auto wrong = [&] { return invalid(fmt::format("{} must be a word or a list of words", field), std::string(field)); };
  auto take = [&](const Json& word) {
    if (word.is_string()) words.emplace_back(word.get_string().data(), word.get_string().size());
    return word.is_string();
  };
  if (json.is_array()) {
    for (const Json& word : json.get_array()) {
      if (!take(word)) return wrong();
    }
  } else if (!json.is_null() && !take(json)) {
    return wrong();
  }
  return words;
}

using Filter = std::map<std::string, std::vector<std::string>>;

// Of `name`, "filter" or "without": {"network": ["x", "instagram"]}
Result<Filter> read_filter(const JsonObject& object, const std::string& name) {
  Filter filter;
  const Json* json = object.if_contains(name);
  if (json == nullptr || json->is_null()) return filter;
  if (!json->is_object()) return invalid(name + " must be an object of dimension to members", name);
  for (const auto& member : json->get_object()) {
    std::string dimension(member.key().data(), member.key().size());
    TRY(filter[dimension], words_of(member.value(), name + "." + dimension));
  }
  return filter;
}

Json filter_json(const Filter& filter) {
  JsonObject object;
  for (const auto& [dimension, members] : filter) object[dimension] = JsonArray(members.begin(), members.end());
  return object;
}

// {"reply_share": 1}
Result<Done> read_versions(const Json& json, Question& question) {
  if (json.is_null()) return Done{};
  if (!json.is_object()) return invalid("versions must be an object of key and definition, a whole number", "versions");
  for (const auto& member : json.get_object()) {
    const Json& number = member.value();
    if (!number.is_int64() || number.get_int64() < 1 || number.get_int64() > INT32_MAX) {
      return invalid("versions must be an object of key and definition, a whole number", "versions");
    }
    question.versions[std::string(member.key().data(), member.key().size())] = static_cast<int>(number.get_int64());
  }
  return Done{};
}

Result<Done> read_days(const JsonObject& object, Question& question, const Scope& scope) {
  TRY(std::string from, json_string(object, "from"));
  TRY(std::string to, json_string(object, "to"));
  TRY(std::string last, json_string(object, "last"));
  if (!last.empty()) {
    if (!from.empty() || !to.empty()) return invalid("last stands instead of from and to, not beside them", "last");
    TRY(question.days, parse_last(last, scope));
    question.last = last;
  } else if (!from.empty() || !to.empty()) {
    TRY(question.days, parse_days(from, to));
  }
  return Done{};
}

}  // namespace

Result<DayRange> parse_days(std::string_view from, std::string_view to) {
  if (from.empty() || to.empty()) {
    return invalid("a period needs both its first and its last day (from, to)", from.empty() ? "from" : "to");
  }
  auto first = parse_day(from);
  if (!first) return invalid(first.error().message, "from");
  auto last = parse_day(to);
  if (!last) return invalid(last.error().message, "to");
  if (*last < *first) return invalid(fmt::format("the period ends ({}) before it begins ({})", to, from), "to");
  return DayRange{*first, *last + 1};
}

Result<DayRange> parse_last(std::string_view text, const Scope& scope) {
  Day today = scope.zone.day_of(scope.now);
  if (text == "month" || text == "quarter" || text == "year") {
    TRY(Bucket bucket, parse_bucket(text));
    return DayRange{bucket_of(today, bucket, scope.week_start).first, today + 1};
  }
  int count = 0;
  bool digits = text.size() >= 2 && text.size() <= 5;
  for (size_t i = 0; digits && i + 1 < text.size(); ++i) {
    digits = text[i] >= '0' && text[i] <= '9';
    count = count * 10 + (text[i] - '0');
  }
  char unit = text.empty() ? ' ' : text.back();
  if (!digits || count < 1 || (unit != 'd' && unit != 'w' && unit != 'm')) {
    return invalid(fmt::format("\"{}\" is not a period; write 90d, 4w, 3m, month, quarter or year", text), "last");
  }
  if (unit == 'm') return DayRange{add_months(today, -count), today};
  return DayRange{today - count * (unit == 'w' ? 7 : 1), today};
}

Result<Compare> parse_compare(std::string_view text) {
  if (text.empty() || text == "none") return Compare{};
  if (text == "previous") return Compare{Compare::Kind::previous, {}};
  if (text == "year") return Compare{Compare::Kind::year, {}};
  size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return invalid(fmt::format("\"{}\" is not a comparison; write previous, year or 2025-01-01..2025-03-31", text),
                   "compare");
  }
  auto days = parse_days(text.substr(0, dots), text.substr(dots + 2));
  if (!days) return invalid(days.error().message, "compare");
  return Compare{Compare::Kind::range, *days};
}

Result<Basis> parse_basis(std::string_view text) {
  if (text.empty() || text == "auto") return Basis::automatic;
  if (text == "published") return Basis::published;
  if (text == "occurred") return Basis::occurred;
  return invalid(fmt::format("\"{}\" is not a basis; there are auto, published and occurred", text), "basis");
}

Result<Question> question_from_json(const Json& json, const Scope& scope) {
  if (!json.is_object()) return invalid("a question is a JSON object");
  const JsonObject& object = json.get_object();
  static const std::vector<std::string_view> known = {"kpis",   "by",      "from",     "to",      "last",   "compare",
                                                      "filter", "against", "basis",    "as_of",   "zone",   "cell",
                                                      "limit",  "cursor",  "versions", "without", "because"};
  for (const auto& member : object) {
    std::string_view key(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return invalid(fmt::format("a question has no member \"{}\"", key), std::string(key));
    }
  }
  Question question;
  auto words = [&](const char* key) -> Result<std::vector<std::string>> {
    const Json* member = object.if_contains(key);
    if (member == nullptr) return std::vector<std::string>();
    return words_of(*member, key);
  };
  TRY(question.kpis, words("kpis"));
  TRY(question.by, words("by"));
  if (question.kpis.empty()) return invalid("the question names no KPI", "kpis");
  TRY_DONE(read_days(object, question, scope));
  TRY(question.filter, read_filter(object, "filter"));
  TRY(question.without, read_filter(object, "without"));
  TRY(question.because, json_string(object, "because"));
  if (const Json* versions = object.if_contains("versions")) TRY_DONE(read_versions(*versions, question));
  if (const Json* against = object.if_contains("against"); against != nullptr && !against->is_null()) {
    if (!against->is_object()) return invalid("against must be an object of dimension to member", "against");
    for (const auto& member : against->get_object()) {
      if (!member.value().is_string()) return invalid("against must be an object of dimension to member", "against");
      question.against[std::string(member.key().data(), member.key().size())] =
          std::string(member.value().get_string().data(), member.value().get_string().size());
    }
  }
  TRY(std::string compare, json_string(object, "compare"));
  TRY(question.compare, parse_compare(compare));
  TRY(std::string basis, json_string(object, "basis"));
  TRY(question.basis, parse_basis(basis));
  TRY(std::string as_of, json_string(object, "as_of"));
  if (!as_of.empty()) {
    auto instant = parse_instant(as_of);
    if (!instant) return invalid(instant.error().message, "as_of");
    question.as_of = *instant;
  }
  return question;
}

Json to_json(const Question& question, std::string_view zone) {
  JsonObject object;
  object["kpis"] = JsonArray(question.kpis.begin(), question.kpis.end());
  object["by"] = JsonArray(question.by.begin(), question.by.end());
  object["from"] = question.days ? Json(format_day(question.days->first)) : Json(nullptr);
  object["to"] = question.days ? Json(format_day(question.days->end - 1)) : Json(nullptr);
  if (!question.last.empty()) object["last"] = question.last;
  object["zone"] = boost::json::string_view(zone.data(), zone.size());
  std::string compare = compare_text(question.compare);
  object["compare"] = compare.empty() ? Json(nullptr) : Json(compare);
  if (!question.against.empty()) {
    JsonObject against;
    for (const auto& [dimension, member] : question.against) against[dimension] = member;
    object["against"] = against;
  }
  if (!question.filter.empty()) object["filter"] = filter_json(question.filter);
  if (!question.without.empty()) {
    object["without"] = filter_json(question.without);
    object["because"] = question.because;
  }
  std::string_view basis = basis_name(question.basis);
  object["basis"] = boost::json::string_view(basis.data(), basis.size());
  object["as_of"] = question.as_of ? Json(format_instant(*question.as_of)) : Json(nullptr);
  if (!question.versions.empty()) {
    JsonObject versions;
    for (const auto& [key, definition] : question.versions) versions[key] = definition;
    object["versions"] = versions;
  }
  return object;
}

std::string command_line(const Question& question, std::string_view command) {
  std::string line = fmt::format("sociometer {}", command);
  for (const std::string& kpi : question.kpis) line += " " + shell_word(kpi);
  if (!question.by.empty()) line += " --by " + shell_word(join(question.by, ","));
  if (!question.last.empty()) {
    line += " --last " + shell_word(question.last);
  } else if (question.days) {
    line += fmt::format(" --from {} --to {}", format_day(question.days->first), format_day(question.days->end - 1));
  }
  std::string compare = compare_text(question.compare);
  if (!compare.empty()) line += " --compare " + compare;
  for (const auto& [dimension, member] : question.against) line += " --against " + shell_word(dimension + "=" + member);
  for (const auto& [dimension, members] : question.filter) {
    for (const std::string& member : members) line += " --filter " + shell_word(dimension + "=" + member);
  }
  for (const auto& [dimension, members] : question.without) {
    for (const std::string& member : members) line += " --without " + shell_word(dimension + "=" + member);
  }
  if (!question.because.empty()) line += " --because " + shell_word(question.because);
  if (question.basis != Basis::automatic) line += fmt::format(" --basis {}", basis_name(question.basis));
  if (question.as_of) line += " --as-of " + format_instant(*question.as_of);
  for (const auto& [key, definition] : question.versions) line += fmt::format(" --versions {}={}", key, definition);
  return line;
}

}  // namespace sociometer::metrics
