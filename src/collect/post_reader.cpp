// Posts, one per row: X post activity, Meta content, YouTube's videos, Sociometer's own posts, and many more.
#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"
#include "collect/file_name.h"
#include "collect/measure_row.h"
#include "collect/post_text.h"
#include "collect/rows.h"
#include "collect/totals.h"

namespace sociometer::collect {

namespace {

class PostReader : public RowReader {
 public:
  PostReader(const ReadingContext& context, const FoundTable& found)
      : context_(context),
        layout_(context.catalog, context.tables, found.table, found.header, found.descriptions),
        measures_(context_, layout_),
        totals_(context_, layout_),
        ids_(layout_.of("post_id")),
        times_(layout_.of("published_at")),
        links_(layout_.of("link")),
        handles_(layout_.of("handle")),
        account_ids_(layout_.of("account_id")),
        names_(layout_.of("account_name")),
        periods_(layout_.of("period")),
        zones_(layout_.of("zone")),
        networks_(layout_.of("network")),
        observed_(layout_.of("observed_at")),
        own_format_(context.format.is_own()),
        in_range_(layout_.table().window == "range") {
    zone_ = *Zone::find(context_.zone());
    row_zone_ = zone_;
    network_ = context.format.network.empty() ? layout_.network() : context.format.network;
    if (network_.empty()) network_ = context.options.network.empty() ? "meta" : context.options.network;
    if (own_format_) say_unknown_columns(context_, layout_);
    if (handles_.empty() && names_.empty() && account_ids_.empty()) handle_of_file_ = context_.statements.account;
  }

  void begin_reading() override {
    totals_.begin_reading();
    ids_of_texts_.clear();
  }

  Result<Done> first_reading_done() override {
    const std::string& said = context_.options.network;
    if (networks_.empty() && !said.empty() && said != network_) {
      return invalid(fmt::format("The file is of {}, but --network says {}: leave --network out.", network_, said));
    }
    measures_.find_contradictions(context_.warnings);
    totals_.check();
    if (in_range_ && !context_.statements.days && !periods_seen_) {
      context_.warn(
          "The file does not say which days its numbers are of: they were taken as counted since publishing. If they "
          "are of some days only, say --days FROM..TO.");
    }
    return Done{};
  }

  Result<Fate> take(const csv::Row& row, Intake& intake) override {
    if (layout_.is_header(row)) return Fate::ignored();
    if (totals_.is_totals(row)) {
      totals_.see(row);
      return Fate::ignored();
    }
    // What was uploaded and never posted: no link, no post.
    if (ids_.empty() && !links_.empty() && layout_.cell(row, links_).empty()) return Fate::ignored();
    if (auto fate = read(row)) return std::move(*fate);
    totals_.add(measures_.values());
    TRY_DONE(hand_over(row, intake));
    return Fate::accepted();
  }

 private:
  // Reads the row into the members below; a Fate if it is not to be taken.
  std::optional<Fate> read(const csv::Row& row) {
    post_ = {};
    find_id(row);
    if (std::string_view problem = id_problem(post_.post.id); !problem.empty()) {
      return reject(ids_.empty() ? links_ : ids_, post_.post.id, problem);
    }
    if (holds_more_than(row, layout_.columns())) {
      return Fate::rejected("", trimmed(row.cells[layout_.columns()]), too_many_cells);
    }
    if (auto fate = read_whose(row)) return fate;
    if (auto fate = read_when(row)) return fate;
    if (auto fate = read_period(row)) return fate;
    return measures_.read(row);
  }

  // Its own, else the one in its link; where a table has neither, one made of what the row says.
  void find_id(const csv::Row& row) {
    post_.post.id = layout_.cell(row, ids_);
    if (!post_.post.id.empty() || !ids_.empty()) return;
    if (!links_.empty()) {
      post_.post.id = post_id_in_link(layout_.cell(row, links_));
      return;
    }
    std::string text(layout_.cell(row, layout_.of("text")));
    text.append("\n").append(layout_.cell(row, layout_.of("tags"))).append("\n").append(layout_.cell(row, times_));
    Sha256 hash;
    hash.add(text);
    id_ = hash.hex().substr(0, 16);
    // Two posts of the same words are told apart by their order.
    if (int again = ids_of_texts_[id_]++; again > 0) id_ += fmt::format("-{}", again + 1);
    post_.post.id = id_;
  }

  std::optional<Fate> read_whose(const csv::Row& row) {
    row_network_ = network_;
    if (!networks_.empty()) {
      if (auto fate = own_network(layout_.cell(row, networks_))) return fate;
    }
    account_id_ = layout_.cell(row, account_ids_);
    handle_ = layout_.cell(row, handles_);
    std::string_view name = layout_.cell(row, names_);
    if (handle_.starts_with("'")) handle_.remove_prefix(1);
    if (name.starts_with("'")) name.remove_prefix(1);  // '@brand, so that no spreadsheet takes it for a formula
    if (handle_.empty() && names_.empty()) handle_ = account_in_link(row_network_, layout_.cell(row, links_));
    if (handle_.empty()) handle_ = name;
    if (handle_.empty()) handle_ = account_id_;
    if (handle_.empty()) handle_ = handle_of_file_;
    return std::nullopt;
  }

  std::optional<Fate> own_network(std::string_view written) {
    if (written.empty() && !context_.options.network.empty()) {
      row_network_ = context_.options.network;
      return std::nullopt;
    }
    const catalog::Network* known = written.empty() ? nullptr : context_.catalog.network(written);
    if (known == nullptr)
      return reject(networks_, written, written.empty() ? "the network is missing" : "no network of that name");
    row_network_ = known->key;
    if (!context_.options.network.empty() && known->key != context_.options.network) {
      return reject(networks_, written, "--network says another one");
    }
    return std::nullopt;
  }

  std::optional<Fate> read_when(const csv::Row& row) {
    if (std::string_view name = layout_.cell(row, zones_); !name.empty() && name != row_zone_.name()) {
      auto found = Zone::find(name);
      if (!found) return reject(zones_, name, "no time zone of that name");
      row_zone_ = *found;
    } else if (name.empty()) {
      row_zone_ = zone_;
    }
    post_.post.zone = row_zone_.name();
    std::string_view written = layout_.cell(row, times_);
    if (auto time = context_.writing.time(written)) {
      PlacedTime placed = place(*time, row_zone_);
      post_.post.published_at = placed.instant;
      post_.post.published_day = placed.day;
    } else if (auto date = context_.writing.month_day(written)) {
      place_without_year(*date);
    } else if (!written.empty() || needs_time()) {
      return reject(times_, written, written.empty() ? "the time of publishing is missing" : "not a date and time");
    }
    return read_observed_at(row);
  }

  bool needs_time() const {
    const auto& columns = layout_.table().columns;
    return !own_format_ && std::any_of(columns.begin(), columns.end(), [](const catalog::Column& column) {
      return column.role == "published_at" && column.required;
    });
  }

  // A TikTok video's id begins with the second it was made in; elsewhere the newest year that is not ahead.
  void place_without_year(MonthDay date) {
    if (auto made = network_ == "tiktok" ? time_in_tiktok_id(post_.post.id) : std::nullopt) {
      Day day = row_zone_.day_of(*made);
      auto named = latest_year_of(date, day + 1);  // the day people saw may be the next one of their zone
      if (named && day - *named <= 1) {
        post_.post.published_at = made;
        post_.post.published_day = day;
        return;
      }
    }
    post_.post.published_day =
        latest_year_of(date, Zone::utc().day_of(context_.options.observed_at.value_or(context_.now)));
  }

  std::optional<Fate> read_observed_at(const csv::Row& row) {
    std::string_view written = layout_.cell(row, observed_);
    if (written.empty()) return std::nullopt;
    auto time = context_.writing.time(written);
    if (!time && context_.writing.month_day(written)) return std::nullopt;  // TikTok's day of download, without a year
    if (!time) return reject(observed_, written, "not a date and time");
    PlacedTime placed = place(*time, Zone::utc());
    post_.post.observed_at = placed.instant.value_or(Zone::utc().start_of(placed.day));
    post_.observed_said = true;
    return std::nullopt;
  }

  std::optional<Fate> read_period(const csv::Row& row) {
    value_days_ =
        post_.post.published_day ? DayRange{*post_.post.published_day, *post_.post.published_day + 1} : DayRange{};
    window_ = facts::Window::lifetime;
    std::string_view written = layout_.cell(row, periods_);
    if (auto time = context_.writing.time(written)) {
      window_ = facts::Window::day;
      value_days_ = {time->day, time->day + 1};
      periods_seen_ = true;
    } else if (written.find_first_of("0123456789") != written.npos) {
      return reject(periods_, written, "neither a day nor a word for the whole life");
    }
    if (!in_range_ || !written.empty() || !context_.statements.days) return std::nullopt;
    // What was counted in some days is all there ever was of a post that came out in them.
    const DayRange& days = *context_.statements.days;
    if (post_.post.published_day && *post_.post.published_day >= days.first) return std::nullopt;
    window_ = facts::Window::range;
    value_days_ = days;
    return std::nullopt;
  }

  // Only a row that is taken makes its account one of the file's.
  Result<Done> hand_over(const csv::Row& row, Intake& intake) {
    post_.account = context_.accounts.see(row_network_, handle_);
    if (!account_id_.empty()) context_.accounts.add_alias(post_.account, account_id_);
    std::string_view text = layout_.cell(row, layout_.of("text"));
    if (text.empty()) text = layout_.cell(row, layout_.of("title"));
    std::string plain, words;
    if (intake.wants_text()) {
      if (row_network_ == "x" && text.find('&') != text.npos) {
        plain = without_entities(text);
        text = plain;
      }
      words = with_line_feeds(text);
      fill_in_words(row, words);
    }
    TRY_DONE(intake.take(post_));
    for (const MeasureRow::Value& value : measures_.values()) TRY_DONE(intake.take(value_fact(value)));
    return Done{};
  }

  void fill_in_words(const csv::Row& row, std::string_view text) {
    facts::Post& post = post_.post;
    post.text = text;
    post.hashtags = hashtags_of(text);
    post.mentions = mentions_of(text);
    post.link = layout_.cell(row, links_);
    post.campaign = layout_.cell(row, layout_.of("campaign"));
    std::string_view kind = layout_.cell(row, layout_.of("kind"));
    post.kind = layout_.kind_of(kind);
    if (post.kind.empty() && own_format_) {
      kind_ = lower_case(kind);
      post.kind = kind_;
    } else if (post.kind.empty()) {
      post.kind = row_network_ == "x" && text.starts_with("@") ? "reply" : row_network_ == "youtube" ? "video" : "post";
    }
    std::string tags(layout_.cell(row, layout_.of("tags")));
    for (char& c : tags) c = c == '|' ? ',' : c;
    for (std::string_view tag : split(tags, ',')) {
      if (!trimmed(tag).empty()) post.tags.push_back(lower_case(trimmed(tag)));
    }
  }

  ValueFact value_fact(const MeasureRow::Value& value) const {
    ValueFact fact;
    fact.account = post_.account;
    fact.observed_said = post_.observed_said;
    facts::Observation& o = fact.observation;
    o.subject = facts::Subject::post;
    o.subject_id = post_.post.id;
    o.measure = value.cells->measure->key == "reach" ? "post_reach" : std::string_view(value.cells->measure->key);
    o.promotion = value.cells->promotion;
    o.window = window_;
    o.days = value_days_;
    o.zone = post_.post.zone;
    o.value = value.value;
    o.currency = value.currency;
    o.dimension = value.cells->dimension;
    o.member = value.cells->member;
    o.observed_at = post_.post.observed_at;
    return fact;
  }

  Fate reject(const std::vector<size_t>& columns, std::string_view text, std::string_view reason) const {
    return Fate::rejected(columns.empty() ? std::string_view() : std::string_view(layout_.header(columns.front())),
                          text, reason);
  }

  ReadingContext context_;
  Layout layout_;
  MeasureRow measures_;
  TotalsCheck totals_;
  const std::vector<size_t>&ids_, &times_, &links_, &handles_, &account_ids_, &names_, &periods_, &zones_, &networks_,
      &observed_;
  bool own_format_, in_range_, periods_seen_ = false;
  std::unordered_map<std::string, int> ids_of_texts_;
  std::string handle_of_file_;
  Zone zone_ = Zone::utc(), row_zone_ = Zone::utc();
  std::string network_;

  // The row being read.
  PostFact post_;
  std::string_view row_network_, handle_, account_id_;
  std::string kind_, id_;
  facts::Window window_ = facts::Window::lifetime;
  DayRange value_days_;
};

}  // namespace

std::unique_ptr<RowReader> make_post_reader(const ReadingContext& context, const FoundTable& found) {
  return std::make_unique<PostReader>(context, found);
}

}  // namespace sociometer::collect
