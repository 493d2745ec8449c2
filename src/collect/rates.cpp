// Exchange rates from a table: one rate a row, or – as the European Central Bank publishes them – one currency a
// column.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collect/bytes.h"
#include "collect/collect.h"
#include "collect/csv.h"
#include "collect/report.h"
#include "collect/values.h"

namespace sociometer::collect {
namespace {

constexpr int64_t billionths = 1'000'000'000;
constexpr size_t head_size = 64 * 1024;
constexpr std::string_view euro = "EUR";

std::string upper(std::string_view text) {
  std::string result(trimmed(text));
  for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return result;
}

bool is_code(std::string_view text) {
  return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Which column says what.
struct Header {
  std::optional<size_t> date, from, to, rate;
  std::vector<std::pair<size_t, std::string>> currencies;  // of a wide table, which sets them against the euro

  bool is_long() const { return date && from && to && rate; }
  bool is_wide() const { return date && !from && !to && !rate && !currencies.empty(); }
};

Header header_of(const csv::Row& row) {
  Header header;
  for (size_t i = 0; i < row.cells.size(); ++i) {
    std::string name = upper(row.cells[i]);
    if (name.starts_with("\xEF\xBB\xBF")) name.erase(0, 3);
    const std::array<std::pair<std::string_view, std::optional<size_t>*>, 4> known = {
        {{"DATE", &header.date}, {"FROM", &header.from}, {"TO", &header.to}, {"RATE", &header.rate}}};
    auto found = std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.first == name; });
    if (found != known.end()) {
      *found->second = i;
    } else if (is_code(name)) {
      header.currencies.emplace_back(i, name);
    }
  }
  return header;
}

class RatesFile {
 public:
  RatesFile(facts::Store& store, std::string_view workspace, InputFile file, Instant now)
      : store_(store), workspace_(workspace), file_(std::move(file)), now_(now) {
    report_.path = file_.path;
    report_.format = "rates";
    report_.zone = "UTC";
    report_.observed_at = now;
  }

  Result<FileReport> read() {
    TRY(std::string head, head_of_file());
    Rejoined text(head, *file_.stream);
    csv::Reader rows(text, csv::detect_dialect(head));
    csv::Row row;
    TRY(bool any, rows.next(row));
    header_ = any ? header_of(row) : Header();
    if (!header_.is_long() && !header_.is_wide()) {
      return invalid(fmt::format("{} is no table of rates: its first line must name the columns date, from, to and "
                                 "rate, or date and a currency's code each",
                                 file_.path),
                     "file");
    }
    TRY(writer_, store_.begin(workspace_, {.source = report_.format, .path = file_.path, .zone = "UTC"}));
    while (true) {
      TRY(bool more, rows.next(row));
      if (!more) break;
      TRY_DONE(take(row));
    }
    if (report_.rows_accepted == 0) return nothing_taken();
    return store();
  }

 private:
  Result<std::string> head_of_file() {
    std::string head(head_size, '\0');
    size_t size = 0;
    while (size < head.size()) {
      TRY(size_t got, file_.stream->read(head.data() + size, head.size() - size));
      if (got == 0) break;
      size += got;
    }
    head.resize(size);
    return head;
  }

  Result<Done> take(const csv::Row& row) {
    ++report_.rows_read;
    if (row.blank()) {
      ++report_.rows_ignored;
      return Done{};
    }
    if (row.damage != csv::Damage::none) return reject(row, "", "", csv::sentence(row.damage));
    auto day = parse_day(trimmed(row.cell(*header_.date)));
    if (!day) return reject(row, "date", row.cell(*header_.date), "not a day such as 2026-01-31");
    return header_.is_long() ? take_one(row, *day) : take_each(row, *day);
  }

  Result<Done> take_one(const csv::Row& row, Day day) {
    std::string from = upper(row.cell(*header_.from)), to = upper(row.cell(*header_.to));
    if (!is_code(from)) return reject(row, "from", from, "not a currency's code such as EUR");
    if (!is_code(to)) return reject(row, "to", to, "not a currency's code such as USD");
    if (from == to) return reject(row, "to", to, "the same currency as in from");
    auto rate = rate_in(row.cell(*header_.rate));
    if (!rate) return reject(row, "rate", row.cell(*header_.rate), "not a number above zero");
    ++report_.rows_accepted;
    return add(day, from, to, *rate);
  }

  // A cell without a number is a currency that had no rate that day.
  Result<Done> take_each(const csv::Row& row, Day day) {
    int64_t taken = 0;
    for (const auto& [column, currency] : header_.currencies) {
      std::string_view cell = trimmed(row.cell(column));
      if (says_nothing(cell) || upper(cell) == "N/A") continue;
      auto rate = rate_in(cell);
      if (!rate) return reject(row, currency, cell, "not a number above zero");
      ++taken;
    }
    if (taken == 0) {
      ++report_.rows_ignored;
      return Done{};
    }
    ++report_.rows_accepted;
    for (const auto& [column, currency] : header_.currencies) {
      auto rate = rate_in(row.cell(column));
      if (rate && currency != euro) TRY_DONE(add(day, std::string(euro), currency, *rate));
    }
    return Done{};
  }

  static std::optional<int64_t> rate_in(std::string_view cell) {
    CellNumber number = parse_number(trimmed(cell), billionths, Fraction::allowed, DecimalMark::unknown);
    // 1,234 of a rate has a decimal comma: no rate is written with thousands set apart.
    if (number.proof == Proof::either) {
      number = parse_number(trimmed(cell), billionths, Fraction::allowed,
                            cell.find(',') == cell.npos ? DecimalMark::point : DecimalMark::comma);
    }
    if (number.state != CellNumber::State::value || number.value <= 0) return std::nullopt;
    return number.value;
  }

  Result<Done> add(Day day, const std::string& from, const std::string& to, int64_t rate) {
    report_.first_day = report_.first_day ? std::min(*report_.first_day, day) : day;
    report_.last_day = report_.last_day ? std::max(*report_.last_day, day) : day;
    ++report_.observations;
    facts::Rate fact;
    fact.happened_at = Zone::utc().start_of(day);
    fact.from_currency = from;
    fact.to_currency = to;
    fact.rate = rate;
    fact.observed_at = fact.happened_at;  // the same file is the same statement; of two the later one counts
    return writer_->add(fact);
  }

  Result<Done> reject(const csv::Row& row, std::string_view column, std::string_view text, std::string_view reason) {
    ++report_.rows_rejected;
    if (report_.rejects.size() < most_rejects) {
      report_.rejects.push_back({row.line, std::string(column), std::string(text), std::string(reason)});
    }
    return Done{};
  }

  FileReport nothing_taken() {
    report_.error = Error{ErrorKind::invalid, "it holds no rate that could be read", "file"};
    report_.format.clear();
    return std::move(report_);
  }

  Result<FileReport> store() {
    TRY(facts::BatchReceipt receipt, writer_->commit({.observed_at = now_,
                                                      .range = DayRange{*report_.first_day, *report_.last_day + 1},
                                                      .events = {facts::EventTable::rates},
                                                      .rows_read = report_.rows_read,
                                                      .rows_accepted = report_.rows_accepted,
                                                      .rows_rejected = report_.rows_rejected,
                                                      .rows_ignored = report_.rows_ignored,
                                                      .rejects = report_.rejects}));
    report_.batch = receipt.id;
    report_.already_known = receipt.already_known;
    return std::move(report_);
  }

  facts::Store& store_;
  std::string workspace_;
  InputFile file_;
  Instant now_;
  Header header_;
  FileReport report_;
  std::unique_ptr<facts::BatchWriter> writer_;
};

}  // namespace

Result<FileReport> Importer::add_rates(std::string_view workspace, InputFile file,
                                       const std::shared_ptr<const Clock>& clock) {
  return RatesFile(store_, workspace, std::move(file), (clock ? *clock : *clock_).now()).read();
}

}  // namespace sociometer::collect
