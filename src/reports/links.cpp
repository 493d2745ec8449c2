// Addresses of explanations, in the web's own form (web/src/questions).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/grid.h"

namespace sociometer::reports {
namespace {

// What the web takes as filters of a page; others narrow the explanation alone.
constexpr std::array<std::string_view, 6> page_filters{"network",  "account", "ownership",
                                                       "campaign", "tag",     "promotion"};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_.~").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

class Address {
 public:
  explicit Address(std::string base) : text_(std::move(base)) {}
  void add(std::string_view name, std::string_view value) {
    text_ += fmt::format("{}{}={}", has_any_ ? "&" : "?", name, escaped(value));
    has_any_ = true;
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
  bool has_any_ = false;
};

std::string compare_of(const metrics::Question& question) {
  switch (question.compare.kind) {
    case metrics::Compare::Kind::none:
      return "none";
    case metrics::Compare::Kind::previous:
      return "previous";
    case metrics::Compare::Kind::year:
      return "year";
    case metrics::Compare::Kind::range:
      return format_day(question.compare.days.first) + ".." + format_day(question.compare.days.end - 1);
  }
  return "none";
}

}  // namespace

std::string explain_link(const Asked& asked, const metrics::Cell& cell) {
  if (asked.base.empty()) return {};
  Address address(asked.base + "/overview");
  if (asked.workspace != "default") address.add("workspace", asked.workspace);
  const metrics::Question& question = asked.question;
  if (question.days) {
    address.add("from", format_day(question.days->first));
    address.add("to", format_day(question.days->end - 1));
  } else {
    address.add("last", "all");
  }
  const std::string compare = compare_of(question);
  if (compare != "previous") address.add("compare", compare);
  for (const auto& [dimension, members] : question.filter) {
    if (std::ranges::find(page_filters, dimension) == page_filters.end()) {
      if (members.size() != 1) return {};
      continue;
    }
    for (const std::string& member : members) address.add(dimension, member);
  }
  address.add("as_of", format_instant(asked.as_of));
  address.add("explain", cell.asked.empty() ? kpi_label(cell) : cell.asked);
  for (size_t i = 0; i < question.by.size(); ++i) address.add("cell", question.by[i] + "~" + cell.by[i]);
  for (const auto& [dimension, members] : question.filter) {
    if (std::ranges::find(page_filters, dimension) == page_filters.end()) {
      address.add("only", dimension + "~" + members.front());
    }
  }
  return std::move(address).text();
}

std::string explain_link(const Report& report, const AnsweredTile& tile, const metrics::Cell& cell) {
  const bool is_sum = std::ranges::find(cell.by, others_member) != cell.by.end();
  return is_sum ? std::string() : explain_link({report.base, report.workspace, tile.question, report.as_of}, cell);
}

}  // namespace sociometer::reports
