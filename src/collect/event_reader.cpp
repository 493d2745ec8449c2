// Events, told row by row: orders and their lines, answers to surveys, messages and conversations, clicks of short
// links, requests of a website. Which of a row's cells say what is in the catalog; how rows become events is here.
#include <fmt/format.h>

#include <unordered_map>

#include "base/id.h"
#include "base/text.h"
#include "collect/rows.h"
#include "collect/visits.h"

namespace sociometer::collect {

namespace {

std::string fingerprint(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return hash.hex().substr(0, 16);
}

class EventReader : public RowReader {
 public:
  EventReader(const ReadingContext& context, const FoundTable& found)
      : context_(context),
        layout_(context.catalog, context.tables, found.table, found.header, found.descriptions),
        zone_(*Zone::find(context.zone())) {}

  Result<Fate> take(const csv::Row& row, Intake& intake) override {
    if (layout_.is_header(row)) return Fate::ignored();
    if (holds_more_than(row, layout_.columns())) {
      return Fate::rejected("", trimmed(row.cells[layout_.columns()]), too_many_cells);
    }
    sign_currency_.clear();
    return take_row(row, intake);
  }

 protected:
  virtual Result<Fate> take_row(const csv::Row& row, Intake& intake) = 0;

  std::string_view cell(const csv::Row& row, std::string_view role) const {
    return layout_.cell(row, layout_.of(role));
  }
  Fate reject(std::string_view role, std::string_view text, std::string_view reason) const {
    auto column = layout_.find(role);
    return Fate::rejected(column ? std::string_view(layout_.header(*column)) : role, text, reason);
  }

  // A moment; of a day alone its beginning.
  std::optional<Instant> moment(std::string_view written) {
    auto time = context_.writing.time(written);
    if (!time) return std::nullopt;
    PlacedTime placed = place(*time, zone_);
    return placed.instant.value_or(zone_.start_of(placed.day));
  }
  std::optional<Fate> read_moment(const csv::Row& row, std::string_view role, Instant& at, Intake& intake) {
    std::string_view written = cell(row, role);
    auto read = moment(written);
    if (!read) return reject(role, written, written.empty() ? "the time is missing" : "not a date and time");
    if (*read < Instant{}) return reject(role, written, "a time before 1970");
    at = *read;
    Day day = zone_.day_of(at);
    intake.see_days({day, day + 1});
    return std::nullopt;
  }

  // A number that may be missing.
  std::optional<Fate> read_number(const csv::Row& row, std::string_view role, int64_t scale,
                                  std::optional<int64_t>& value) {
    std::string_view written = cell(row, role);
    std::string plain = without_currency(written, sign_currency_);
    CellNumber number = context_.writing.number(plain, scale, scale == 1 ? Fraction::whole_only : Fraction::allowed);
    if (number.state == CellNumber::State::wrong) return reject(role, written, number.reason);
    value = number.state == CellNumber::State::value ? std::optional(number.value) : std::nullopt;
    return std::nullopt;
  }

  ReadingContext context_;
  Layout layout_;
  Zone zone_;
  std::string sign_currency_;
};

constexpr int64_t micros = 1'000'000;

// Orders: a row per order; or, as shops write it, a row per line of which the first alone tells of the whole; or a row
// per line with quantity and price, where those below zero are taken back.
class OrderReader : public EventReader {
 public:
  using EventReader::EventReader;

  void begin_reading() override {
    pending_.reset();
    lines_.clear();
  }
  Result<Done> end_reading(Intake& intake) override { return flush(intake); }

 private:
  struct Pending {
    EventFact fact;
    std::string id, customer, currency, product, country;
    int64_t value = 0, refunded = 0, quantity = 0, lines = 0;
    Instant at;
    bool cancelled = false;
  };

  Result<Fate> take_row(const csv::Row& row, Intake& intake) override {
    std::string_view id = cell(row, "order_id");
    if (std::string_view problem = id_problem(id); !problem.empty()) return reject("order_id", id, problem);
    bool whole = layout_.has("amount");
    if (whole && pending_ && pending_->id == id && cell(row, "amount").empty()) return take_further_line(row);
    TRY_DONE(flush(intake));
    Pending order;
    order.id = id;
    if (auto fate = read_moment(row, "happened_at", order.at, intake)) return std::move(*fate);
    std::optional<int64_t> quantity, amount, refunded;
    if (auto fate = read_number(row, "quantity", 1, quantity)) return std::move(*fate);
    if (auto fate = read_number(row, whole ? "amount" : "unit_price", micros, amount)) return std::move(*fate);
    if (auto fate = read_number(row, "refunded", micros, refunded)) return std::move(*fate);
    if (!amount) return reject(whole ? "amount" : "unit_price", "", "the amount is missing");
    if (auto fate = find_currency(row, order)) return std::move(*fate);
    order.customer = kept_name(cell(row, "customer"));
    order.product = cell(row, "product");
    order.country = cell(row, "country");
    order.cancelled = !cell(row, "cancelled_at").empty();
    order.quantity = quantity.value_or(1);
    order.refunded = refunded.value_or(0);
    order.value = *amount;
    order.lines = 1;
    if (whole) {
      pending_ = std::move(order);
      return Fate::accepted();
    }
    return take_line(order, intake);
  }

  Result<Fate> take_further_line(const csv::Row& row) {
    std::optional<int64_t> quantity;
    if (auto fate = read_number(row, "quantity", 1, quantity)) return std::move(*fate);
    pending_->quantity += quantity.value_or(1);
    if (pending_->product != cell(row, "product")) pending_->product.clear();
    ++pending_->lines;
    return Fate::accepted();
  }

  // The line's number tells two lines of the same article apart.
  Result<Fate> take_line(Pending& order, Intake& intake) {
    __extension__ using Wide = __int128;
    Wide value = static_cast<Wide>(order.value) * order.quantity;
    if (value > INT64_MAX || value < INT64_MIN) return Fate::rejected("", "", "too large to be kept exactly");
    order.value = static_cast<int64_t>(value);
    constexpr size_t most_orders = 200'000;  // lines of an order stand together, or nearly so
    if (lines_.size() > most_orders) lines_.clear();
    std::string line = fmt::format("{}", ++lines_[order.id]);
    TRY_DONE(intake.take(EventFact{fact_of(order, order.value < 0 ? "refund" : "sale", line, std::abs(order.value))}));
    return Fate::accepted();
  }

  Result<Done> flush(Intake& intake) {
    if (!pending_) return Done{};
    Pending order = std::move(*pending_);
    pending_.reset();
    if (order.value < 0) return intake.take(EventFact{fact_of(order, "refund", "refund", -order.value)});
    TRY_DONE(intake.take(EventFact{fact_of(order, "sale", "", order.value)}));
    if (order.refunded <= 0) return Done{};
    return intake.take(EventFact{fact_of(order, "refund", "refund", order.refunded)});
  }

  static facts::Order fact_of(const Pending& order, std::string_view kind, std::string_view line, int64_t value) {
    facts::Order fact;
    fact.happened_at = order.at;
    fact.order_id = order.id;
    fact.kind = kind;
    fact.line = line;
    fact.customer = order.customer;
    fact.value = value;
    fact.currency = order.currency;
    fact.quantity = std::abs(order.quantity);
    fact.product = order.product;
    fact.country = order.country;
    fact.deleted = order.cancelled;
    return fact;
  }

  std::optional<Fate> find_currency(const csv::Row& row, Pending& order) {
    order.currency = cell(row, "currency");
    if (order.currency.size() != 3) order.currency.clear();
    for (std::string_view code : {std::string_view(sign_currency_), std::string_view(context_.options.currency),
                                  std::string_view(context_.workspace.currency)}) {
      if (order.currency.empty()) order.currency = code;
    }
    if (!order.currency.empty()) return std::nullopt;
    return Fate::rejected("currency", "", "in which currency? Say --currency, or set the workspace's");
  }

  std::optional<Pending> pending_;
  std::unordered_map<std::string, int> lines_;  // read of each order
};

// Answers: a row per respondent or review, a column per question. Scores have the scale of their kind.
struct ScoreColumn {
  std::string_view role;
  int64_t low, high;
};
constexpr ScoreColumn score_columns[] = {{"nps", 0, 10}, {"csat", 1, 5}, {"ces", 1, 7}, {"rating", 1, 5}};

class AnswerReader : public EventReader {
 public:
  AnswerReader(const ReadingContext& context, const FoundTable& found) : EventReader(context, found) {
    std::string_view path = context.path;
    path = path.substr(path.find_last_of("/\\") + 1);
    survey_ = path.substr(0, path.rfind('.'));
  }

  void begin_reading() override { same_.clear(); }

  Result<Done> first_reading_done() override {
    if (!layout_.has("happened_at")) {
      context_.warn(
          "The answers have no date: they were taken as given when the file was downloaded. Say --observed-at with "
          "that "
          "day.");
    }
    return Done{};
  }

 private:
  Result<Fate> take_row(const csv::Row& row, Intake& intake) override {
    EventFact fact;
    facts::SurveyAnswer answer;
    answer.kind = "answered";
    fact.moment_unknown = !layout_.has("happened_at");
    if (!fact.moment_unknown) {
      if (auto fate = read_moment(row, "happened_at", answer.happened_at, intake)) return std::move(*fate);
    }
    std::string respondent = kept_name(cell(row, "respondent")), id = id_of(row);
    const std::string words = with_line_feeds(cell(row, "text"));
    answer.survey = survey_;
    answer.respondent = respondent;
    answer.text = words;
    answer.agent = cell(row, "agent");
    answer.team = cell(row, "team");
    answer.conversation = cell(row, "conversation");
    answer.order_id = cell(row, "order_id");
    answer.product = cell(row, "product");
    answer.country = cell(row, "country");
    std::vector<Scored> scores;
    for (const ScoreColumn& column : score_columns) {
      if (auto fate = read_score(row, column, scores)) return std::move(*fate);
    }
    for (const Scored& score : scores) {
      std::string own_id = id + "/" + std::string(score.column->role);
      answer.id = own_id;
      answer.type = score.column->role;
      answer.scale_low = score.column->low;
      answer.scale_high = score.column->high;
      answer.score = score.value;
      fact.event = answer;
      TRY_DONE(intake.take(fact));
    }
    TRY_DONE(take_texts(row, id, answer, fact, intake));
    bool nothing = scores.empty() && answer.text.empty() && !layout_.has("answer");
    return nothing ? reject("nps", "", "neither a score nor a text") : Fate::accepted();
  }

  struct Scored {
    const ScoreColumn* column;
    int64_t value;
  };
  std::optional<Fate> read_score(const csv::Row& row, const ScoreColumn& column, std::vector<Scored>& scores) {
    if (!layout_.has(column.role)) return std::nullopt;
    std::optional<int64_t> value;
    if (auto fate = read_number(row, column.role, micros, value)) return fate;
    if (!value) return std::nullopt;
    if (*value < column.low * micros || *value > column.high * micros) {
      return reject(column.role, cell(row, column.role), fmt::format("not between {} and {}", column.low, column.high));
    }
    scores.push_back({&column, *value});
    return std::nullopt;
  }

  bool is_score(size_t column) const {
    return std::any_of(std::begin(score_columns), std::end(score_columns), [&](const ScoreColumn& score) {
      const std::vector<size_t>& columns = layout_.of(score.role);
      return std::find(columns.begin(), columns.end(), column) != columns.end();
    });
  }

  // Questions whose answers are words.
  Result<Done> take_texts(const csv::Row& row, const std::string& id, facts::SurveyAnswer answer, EventFact& fact,
                          Intake& intake) {
    answer.score.reset();
    answer.scale_low = answer.scale_high = 0;
    answer.type = "text";
    for (size_t column : layout_.of("answer")) {
      const std::string words = with_line_feeds(trimmed(row.cell(column)));
      answer.text = words;
      if (answer.text.empty() || is_score(column)) continue;
      std::string own_id = id + "/" + fingerprint(layout_.header(column));
      answer.id = own_id;
      answer.topic = layout_.header(column);
      fact.event = answer;
      TRY_DONE(intake.take(fact));
    }
    return Done{};
  }

  // Its own, else who answered, else what it says.
  std::string id_of(const csv::Row& row) {
    std::string id(cell(row, "event_id"));
    if (id.empty()) id = kept_name(cell(row, "respondent"));
    if (!id.empty() && layout_.has("event_id")) return id;
    if (id.empty()) {
      std::string text;
      for (std::string_view one : row.cells) text.append(one).append("\n");
      id = fingerprint(text);
    }
    if (int again = same_[id]++; again > 0) id += fmt::format("-{}", again + 1);
    return id;
  }

  std::string survey_;
  std::unordered_map<std::string, int> same_;
};

// Conversations: a row per message, which says what it answers; or a row per conversation with its moments.
class ConversationReader : public EventReader {
 public:
  using EventReader::EventReader;

  Result<Done> first_reading_done() override {
    first_ = false;
    return Done{};
  }

 private:
  Result<Fate> take_row(const csv::Row& row, Intake& intake) override {
    std::string_view id = cell(row, "event_id");
    if (std::string_view problem = id_problem(id); !problem.empty()) return reject("event_id", id, problem);
    return layout_.has("replies_to") ? take_message(row, id, intake) : take_conversation(row, id, intake);
  }

  // "True", "inbound"; nothing where it is neither.
  static std::optional<bool> says_inbound(std::string_view word) {
    std::string normal = lower(word);
    if (normal == "true" || normal == "1" || normal == "inbound" || normal == "incoming") return true;
    if (normal == "false" || normal == "0" || normal == "outbound" || normal == "outgoing") return false;
    return std::nullopt;
  }

  Result<Fate> take_message(const csv::Row& row, std::string_view id, Intake& intake) {
    facts::ConversationEvent event;
    if (auto fate = read_moment(row, "happened_at", event.happened_at, intake)) return std::move(*fate);
    auto inbound = says_inbound(cell(row, "inbound"));
    if (!inbound) return reject("inbound", cell(row, "inbound"), "neither true nor false");
    std::string_view parent = cell(row, "replies_to");
    if (first_ && !parent.empty()) parents_[std::string(id)] = parent;
    std::string conversation = first_ ? std::string() : root_of(id);
    event.id = id;
    event.conversation = conversation;
    event.kind = *inbound ? "inbound" : "reply";
    event.network = context_.network();
    const std::string words = with_line_feeds(cell(row, "text"));
    event.text = words;
    std::string_view author = cell(row, "author");
    (*inbound ? event.author : event.agent) = author;
    if (*inbound) event.customer = author;
    TRY_DONE(intake.take(EventFact{event}));
    return Fate::accepted();
  }

  // The first message of a thread names the conversation.
  std::string root_of(std::string_view id) const {
    std::string root(id);
    constexpr size_t longest_thread = 10'000;
    for (size_t steps = 0; steps < longest_thread; ++steps) {
      auto parent = parents_.find(root);
      if (parent == parents_.end()) break;
      root = parent->second;
    }
    return root;
  }

  Result<Fate> take_conversation(const csv::Row& row, std::string_view id, Intake& intake) {
    facts::ConversationEvent event;
    Instant began;
    if (auto fate = read_moment(row, "happened_at", began, intake)) return std::move(*fate);
    std::optional<int64_t> handled;
    if (auto fate = read_number(row, "handled", 1000, handled)) return std::move(*fate);
    bool inbound = says_inbound(cell(row, "inbound")).value_or(true);
    event.conversation = id;
    event.team = cell(row, "team");
    event.topic = cell(row, "topic");
    std::string_view agent = cell(row, "agent");
    auto tell = [&](std::string_view kind, Instant at, std::string_view who) -> Result<Done> {
      std::string own_id = fmt::format("{}/{}", id, kind);
      facts::ConversationEvent one = event;
      one.id = own_id;
      one.kind = kind;
      one.happened_at = at;
      one.agent = who;
      if (kind == "resolve") one.handled = handled;
      return intake.take(EventFact{one});
    };
    TRY_DONE(tell(inbound ? "inbound" : "reply", began, inbound ? std::string_view() : agent));
    for (auto [role, kind] : {std::pair("assigned_at", "assign"), {"answered_at", "reply"}, {"closed_at", "resolve"}}) {
      std::string_view written = cell(row, role);
      if (written.empty() || (!inbound && std::string_view(kind) == "reply")) continue;
      auto at = moment(written);
      if (!at) return reject(role, written, "not a date and time");
      TRY_DONE(tell(kind, *at, agent));
    }
    return Fate::accepted();
  }

  bool first_ = true;
  std::unordered_map<std::string, std::string> parents_;
};

// Clicks of short links, one row each.
class ClickReader : public EventReader {
 public:
  using EventReader::EventReader;

 private:
  Result<Fate> take_row(const csv::Row& row, Intake& intake) override {
    facts::WebEvent event;
    if (auto fate = read_moment(row, "happened_at", event.happened_at, intake)) return std::move(*fate);
    event.kind = "click";
    event.link = cell(row, "link");
    event.referrer = without_query(cell(row, "referrer"));
    event.country = cell(row, "country");
    std::string bot = lower(cell(row, "bot"));
    std::string_view agent = cell(row, "user_agent");
    event.verdict = bot == "true" || bot == "1" || is_bot(agent) ? "bot"
                    : bot.empty() && agent.empty()               ? "unknown"
                                                                 : "human";
    event.device = device_of(agent);
    catalog::Channel channel = context_.catalog.channel_of({.referrer = cell(row, "referrer")});
    event.channel = channel.key;
    event.source = channel.source;
    event.medium = channel.medium;
    TRY_DONE(intake.take(EventFact{event}));
    return Fate::accepted();
  }
};

// Requests of a website, as its server logs them: pages that people opened, joined to sessions.
class RequestReader : public EventReader {
 public:
  using EventReader::EventReader;

  void begin_reading() override { visits_.clear(); }

 private:
  Result<Fate> take_row(const csv::Row& row, Intake& intake) override {
    facts::WebEvent event;
    if (auto fate = read_moment(row, "happened_at", event.happened_at, intake)) return std::move(*fate);
    std::string_view method = cell(row, "method"), status = cell(row, "status"), path = cell(row, "page");
    // Only pages count that were asked for and given: no pictures, no redirections, no errors.
    bool given = (method.empty() || method == "GET") && (status.starts_with("2") || status == "304");
    if (!given || !is_page(path)) return Fate::ignored();
    std::string_view agent = cell(row, "user_agent"), referrer = cell(row, "referrer"), host = cell(row, "host");
    if (referrer == "-") referrer = {};
    std::string visitor = fingerprint(fmt::format("{}\n{}", cell(row, "client"), agent));
    Visit& visit = visits_[visitor];
    if (visit.session.empty() || event.happened_at.micros - visit.last.micros > session_silence) {
      begin_visit(visit, visitor, event.happened_at, path, is_own(referrer, host) ? std::string_view() : referrer);
    }
    // Servers write requests when they are answered, so they may stand a little out of order.
    event.happened_at = std::max(event.happened_at, visit.began);
    visit.last = std::max(visit.last, event.happened_at);
    Instant now = event.happened_at;
    event.visitor = visitor;
    event.session = visit.session;
    event.session_at = visit.began;
    event.kind = "page_view";
    event.page = without_query(path);
    event.landing_page = visit.landing_page;
    event.referrer = visit.referrer;
    event.source = visit.channel.source;
    event.medium = visit.channel.medium;
    event.campaign = visit.campaign;
    event.channel = visit.channel.key;
    event.network = visit.channel.network;
    event.verdict = is_bot(agent) ? "bot" : "human";
    event.device = device_of(agent);
    TRY_DONE(intake.take(EventFact{event}));
    forget_the_gone(now);
    return Fate::accepted();
  }

  // Whoever was silent for long begins anew, so need not be remembered.
  void forget_the_gone(Instant now) {
    constexpr size_t most_visitors = 100'000;
    if (visits_.size() <= most_visitors) return;
    std::erase_if(visits_, [&](const auto& one) { return now.micros - one.second.last.micros > session_silence; });
    if (visits_.size() > most_visitors) visits_.clear();
  }

  struct Visit {
    std::string session, landing_page, referrer, campaign;
    catalog::Channel channel;
    Instant began, last;
  };
  void begin_visit(Visit& visit, const std::string& visitor, Instant at, std::string_view path,
                   std::string_view referrer) {
    visit.session = fingerprint(fmt::format("{} {}", visitor, format_instant(at)));
    visit.began = visit.last = at;
    visit.landing_page = without_query(path);
    visit.referrer = without_query(referrer);
    visit.campaign = parameter(path, "utm_campaign");
    std::string source = parameter(path, "utm_source"), medium = parameter(path, "utm_medium");
    visit.channel = context_.catalog.channel_of({.source = source,
                                                 .medium = medium,
                                                 .campaign = visit.campaign,
                                                 .referrer = referrer,
                                                 .click_id = click_id(path)});
  }

  std::unordered_map<std::string, Visit> visits_;
};

template <typename Reader>
std::unique_ptr<RowReader> made(const ReadingContext& context, const FoundTable& found) {
  return std::make_unique<Reader>(context, found);
}

}  // namespace

std::unique_ptr<RowReader> make_order_reader(const ReadingContext& context, const FoundTable& found) {
  return made<OrderReader>(context, found);
}
std::unique_ptr<RowReader> make_answer_reader(const ReadingContext& context, const FoundTable& found) {
  return made<AnswerReader>(context, found);
}
std::unique_ptr<RowReader> make_conversation_reader(const ReadingContext& context, const FoundTable& found) {
  return made<ConversationReader>(context, found);
}
std::unique_ptr<RowReader> make_click_reader(const ReadingContext& context, const FoundTable& found) {
  return made<ClickReader>(context, found);
}
std::unique_ptr<RowReader> make_request_reader(const ReadingContext& context, const FoundTable& found) {
  return made<RequestReader>(context, found);
}

std::string kept_name(std::string_view person) {
  person = trimmed(person);
  return person.find('@') == person.npos && !person.starts_with('+') ? std::string(person) : fingerprint(lower(person));
}

}  // namespace sociometer::collect
