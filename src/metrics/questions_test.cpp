// Runs tests/questions/*.test: facts, questions, and the rows they must give; see tests/questions/README.md.
// UPDATE_GOLDEN=1 writes the rows that came out; read the difference before committing it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/scratch_folder.h"
#include "base/text.h"
#include "metrics/dialect.h"
#include "metrics/metrics.h"
#include "metrics/settable_clock.h"

namespace sociometer::metrics {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> settings_of(const std::vector<std::string>& words, size_t from) {
  std::map<std::string, std::string> settings;
  for (size_t i = from; i < words.size(); ++i) {
    size_t equals = words[i].find('=');
    if (equals != std::string::npos) settings[words[i].substr(0, equals)] = words[i].substr(equals + 1);
  }
  return settings;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::vector<std::string> list_of(const std::string& text) {
  std::vector<std::string> list;
  if (text.empty()) return list;
  for (std::string_view part : split(text, ',')) list.emplace_back(part);
  return list;
}

std::string number_text(const std::optional<double>& value) {
  return value ? fmt::format("{:.6g}", *value) : std::string("-");
}

class QuestionFile {
 public:
  explicit QuestionFile(fs::path file) : file_(std::move(file)) {
    directory_ = *make_scratch_folder("questions");
    scope_.workspace = "default";
    scope_.now = *parse_instant("2030-01-01T12:00:00Z");
    clock_ = std::make_shared<SettableClock>();
    clock_->instant = *parse_instant("2026-07-01T00:00:00Z");
    auto store = facts::open_duckdb(directory_.string(), clock_);
    EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
    if (store) store_ = std::move(*store);
  }
  ~QuestionFile() {
    store_.reset();
    fs::remove_all(directory_);
  }

  // The file with the rows that came out in place of those written there.
  std::string run() {
    std::ifstream in(file_);
    std::string line;
    bool skipping = false;
    while (std::getline(in, line)) {
      if (skipping && !line.empty() && line[0] == ' ') continue;
      skipping = false;
      out_ += line + "\n";
      std::vector<std::string> words = words_of(line);
      if (words.empty() || words[0][0] == '#') continue;
      skipping = step(words, line);
    }
    return out_;
  }

 private:
  // True where rows follow that are to be replaced.
  bool step(const std::vector<std::string>& words, const std::string& line) {
    const std::string& verb = words[0];
    if (verb == "batch") {
      batch(settings_of(words, 1));
    } else if (verb == "end") {
      end_batch();
    } else if (verb == "post") {
      post(words);
    } else if (verb == "day" || verb == "instant" || verb == "window") {
      observe(words);
    } else if (verb == "web") {
      web(words);
    } else if (verb == "sale" || verb == "refund") {
      order(words);
    } else if (verb == "rate") {
      rate(words);
    } else if (verb == "talk") {
      talk(words);
    } else if (verb == "survey") {
      survey(words);
    } else if (verb == "mention") {
      mention(words);
    } else if (verb == "scope") {
      set_scope(settings_of(words, 1));
    } else if (verb == "own") {
      own(words);
    } else if (verb == "campaign") {
      campaign(words);
    } else if (verb == "tag" || verb == "untag") {
      tag(words);
    } else if (verb == "undo") {
      undo(words);
    } else if (verb == "changes") {
      changes(words);
      return true;
    } else if (verb == "ask") {
      ask(words);
      return true;
    } else if (verb == "with") {
      std::string select = line.substr(std::string_view("with ").size() + words[1].size());
      named_ += fmt::format("{} {} AS ({})", named_.empty() ? "WITH" : ",", words[1], select);
    } else if (verb == "sql") {
      compare_with_sql(named_ + " " + line.substr(4));
    } else {
      ADD_FAILURE() << file_ << ": what is " << verb << "?";
    }
    return false;
  }

  void set_scope(const std::map<std::string, std::string>& settings) {
    std::string rules = "{}";
    for (const auto& [key, value] : settings) {
      if (key == "zone") {
        scope_.zone = *Zone::find(value);
      } else if (key == "now") {
        scope_.now = *parse_instant(value);
      } else if (key == "currency") {
        scope_.currency = value;
      } else if (key == "week_start") {
        scope_.week_start = *parse_weekday(value);
      } else if (key == "rules") {
        rules = value;
      } else {
        scope_.ownership[key] = value;
      }
    }
    scope_.rules = *rules_from_json(*parse_json(rules), scope_.zone);
  }

  static std::optional<LabelRule> rule_in(const std::string& word) {
    size_t colon = word.find(':');
    if (colon == std::string::npos) return std::nullopt;
    return *parse_label_rule(word.substr(0, colon), word.substr(colon + 1));
  }

  static Instant moment_in(std::map<std::string, std::string> settings, const char* key) {
    return settings.contains(key) ? *parse_instant(settings[key]) : Instant{0};
  }

  // campaign NAME from=DAY to=DAY [set=T] [removed=T] OF:VALUE…
  void campaign(const std::vector<std::string>& words) {
    auto settings = settings_of(words, 2);
    CampaignLabel label{words[1], *parse_days(settings["from"], settings["to"]), {}, moment_in(settings, "set"), {}};
    if (settings.contains("removed")) label.removed_at = moment_in(settings, "removed");
    for (size_t i = 2; i < words.size(); ++i) {
      if (words[i].find('=') != std::string::npos) continue;
      if (auto rule = rule_in(words[i])) label.rules.push_back(*rule);
    }
    labels_.campaigns.push_back(label);
    scope_.labels = std::make_shared<Labels>(labels_);
  }

  // tag|untag TAG OF:VALUE|NETWORK/ACCOUNT/POST [said=T]
  void tag(const std::vector<std::string>& words) {
    TagLabel label{.tag = words[1], .rule = rule_in(words[2])};
    if (!label.rule) {
      auto parts = split(words[2], '/');
      label.network = parts.at(0);
      label.account = parts.at(1);
      label.post = parts.at(2);
    }
    label.kind = words[0] == "tag" ? TagLabel::Kind::given : TagLabel::Kind::taken_away;
    label.said_at = moment_in(settings_of(words, 3), "said");
    labels_.tags.push_back(label);
    scope_.labels = std::make_shared<Labels>(labels_);
  }

  // own KEY CLASS UNIT FORMULA: a KPI of the workspace's own.
  void own(const std::vector<std::string>& words) {
    std::string formula;
    constexpr std::string_view recorded = "recorded=";
    bool dated = words[4].starts_with(recorded);
    Instant when = dated ? *parse_instant(words[4].substr(recorded.size())) : Instant{};
    for (size_t i = dated ? 5 : 4; i < words.size(); ++i) formula += (formula.empty() ? "" : " ") + words[i];
    std::string yaml =
        fmt::format("kpis: {{{}: {{name: N, class: {}, unit: {}, good: up, interval: false, formula: '{}'}}}}",
                    words[1], words[2], words[3], formula);
    auto before = std::count_if(own_.begin(), own_.end(), [&](const auto& entry) { return entry.key == words[1]; });
    own_.push_back({"kpi", words[1], static_cast<int>(before) + 1, yaml, when});
    scope_.editions = std::make_shared<catalog::Editions>(catalog::Catalog::built_in(), own_);
    for (const catalog::Problem& problem : scope_.editions->at(std::nullopt)->problems()) {
      ADD_FAILURE() << problem.text();
    }
  }

  void batch(std::map<std::string, std::string> settings) {
    facts::BatchStart start;
    start.source = settings.contains("source") ? settings["source"] : "sociometer_observations";
    if (settings["tier"] == "network_api") start.tier = facts::Tier::network_api;
    if (settings["tier"] == "third_party") start.tier = facts::Tier::third_party;
    start.zone = zone_ = settings.contains("zone") ? settings["zone"] : "UTC";
    start.path = fmt::format("file{}.csv", ++batches_);
    start.said = start.path;
    if (settings.contains("recorded")) clock_->instant = *parse_instant(settings["recorded"]);
    observed_ = *parse_instant(settings.contains("observed") ? settings["observed"] : "2026-06-30");
    estimated_ = settings.contains("estimated");
    end_ = {};
    end_.observed_at = observed_;
    if (settings.contains("from")) end_.range = *parse_days(settings["from"], settings["to"]);
    for (const std::string& told : list_of(settings["tells"])) {
      for (facts::EventTable table : facts::event_tables) {
        if (facts::name(table) == told) end_.events.push_back(table);
      }
    }
    auto writer = store_->begin(scope_.workspace, start);
    ASSERT_TRUE(writer.ok()) << writer.error().message;
    writer_ = std::move(*writer);
  }

  void end_batch() {
    auto receipt = writer_->commit(end_);
    ASSERT_TRUE(receipt.ok()) << receipt.error().message;
    writer_.reset();
    stored_.push_back(receipt->id);
  }

  // undo N [recorded=T]: takes the Nth batch back.
  void undo(const std::vector<std::string>& words) {
    auto settings = settings_of(words, 2);
    if (settings.contains("recorded")) clock_->instant = *parse_instant(settings["recorded"]);
    auto done = store_->undo(scope_.workspace, stored_.at(static_cast<size_t>(std::stoi(words[1])) - 1));
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  void add(const std::string& name, facts::Observation observation, const std::map<std::string, std::string>& values) {
    size_t slash = name.find('/');
    std::string network = name.substr(0, slash), account = name.substr(slash + 1);
    observation.network = network;
    observation.account = account;
    observation.zone = zone_;
    observation.observed_at = observed_;
    observation.observed_estimated = estimated_;
    if (auto currency = values.find("@currency"); currency != values.end()) observation.currency = currency->second;
    for (const auto& [key, value] : values) {
      if (key.starts_with("@")) continue;
      size_t dot = key.find('.');
      std::string measure = key.substr(0, dot);
      observation.measure = measure;
      observation.promotion =
          dot == std::string::npos ? facts::Promotion::all : *facts::parse_promotion(key.substr(dot + 1));
      observation.value = std::stoll(value);
      auto done = writer_->add(observation);
      ASSERT_TRUE(done.ok()) << done.error().message;
    }
  }

  // post NETWORK/ACCOUNT ID DAY[THH:MM] [@kind=…] [@hashtags=a,b] [@campaign=…] measure[.promotion]=value…
  void post(const std::vector<std::string>& words) {
    auto settings = settings_of(words, 4);
    size_t slash = words[1].find('/');
    std::string network = words[1].substr(0, slash), account = words[1].substr(slash + 1);
    facts::Post post;
    post.network = network;
    post.account = account;
    post.id = words[2];
    Day day = *parse_day(words[3].substr(0, 10));
    post.published_day = day;
    if (words[3].size() > 10) post.published_at = *parse_instant(words[3] + "Z");
    post.zone = zone_;
    post.kind = settings["@kind"];
    post.campaign = settings["@campaign"];
    post.hashtags = list_of(settings["@hashtags"]);
    post.observed_at = observed_;
    auto done = writer_->add(post);
    ASSERT_TRUE(done.ok()) << done.error().message;
    facts::Observation observation;
    observation.subject = facts::Subject::post;
    observation.subject_id = words[2];
    observation.window = facts::Window::lifetime;
    observation.days = {day, day + 1};
    add(words[1], observation, settings);
  }

  // day|instant NETWORK/ACCOUNT DAY[..DAY] measure=value…    window NETWORK/ACCOUNT KIND FROM TO measure=value…
  // A range of days repeats the row for each of them.
  void observe(const std::vector<std::string>& words) {
    facts::Observation observation;
    auto settings = settings_of(words, 3);
    std::string dimension = settings["@dimension"], member = settings["@member"];
    observation.dimension = dimension;
    observation.member = member;
    if (words[0] == "window") {
      observation.window = *facts::parse_window(words[2]);
      observation.days = *parse_days(words[3], words[4]);
      add(words[1], observation, settings);
      return;
    }
    observation.window = words[0] == "day" ? facts::Window::day : facts::Window::instant;
    size_t dots = words[2].find("..");
    Day first = *parse_day(words[2].substr(0, 10));
    Day last = dots == std::string::npos ? first : *parse_day(words[2].substr(dots + 2));
    for (Day day = first; day <= last; day = day + 1) {
      observation.days = {day, day + 1};
      add(words[1], observation, settings);
    }
  }

  // What stands behind key=value: texts as they are, lists with commas, money and scores in units, times in seconds.
  class Members {
   public:
    explicit Members(const std::vector<std::string>& words, size_t from) : settings_(settings_of(words, from)) {}
    void text(const char* key, std::string_view& to) { texts_.emplace(key, &to); }
    void number(const char* key, int64_t& to, int64_t scale = 1) {
      if (auto value = take(key)) to = scaled(*value, scale);
    }
    void number(const char* key, std::optional<int64_t>& to, int64_t scale = 1) {
      if (auto value = take(key)) to = scaled(*value, scale);
    }
    void flag(const char* key, bool& to) {
      if (auto value = take(key)) to = *value == "yes";
    }
    void flag(const char* key, std::optional<bool>& to) {
      if (auto value = take(key)) to = *value == "yes";
    }
    void list(const char* key, std::vector<std::string>& to) {
      if (auto value = take(key)) to = list_of(*value);
    }
    void instant(const char* key, Instant& to) {
      if (auto value = take(key)) to = *parse_instant(*value + "Z");
    }
    // What all of them have, once their own members are named.
    template <typename Event>
    void finish(Event& event) {
      text("network", event.network);
      text("account", event.account);
      text("post", event.post);
      text("campaign", event.campaign);
      text("language", event.language);
      text("properties", event.properties);
      for (auto& [key, value] : settings_) {
        auto known = texts_.find(key);
        ASSERT_NE(known, texts_.end()) << "what is " << key << "?";
        *known->second = value;
      }
    }

   private:
    std::optional<std::string> take(const char* key) {
      auto found = settings_.find(key);
      if (found == settings_.end()) return std::nullopt;
      std::string value = found->second;
      settings_.erase(found);
      return value;
    }
    static int64_t scaled(const std::string& value, int64_t scale) {
      return std::llround(std::stod(value) * static_cast<double>(scale));
    }
    std::map<std::string, std::string> settings_;
    std::map<std::string, std::string_view*> texts_;
  };

  template <typename Event>
  void add_event(Members& members, Event& event) {
    members.finish(event);
    auto done = writer_->add(event);
    ASSERT_TRUE(done.ok()) << file_ << ": " << done.error().message;
  }

  // A visit's ways in, which web events and orders share.
  template <typename Event>
  static void came_by(Members& members, Event& event) {
    members.text("landing_page", event.landing_page);
    members.text("referrer", event.referrer);
    members.text("source", event.source);
    members.text("medium", event.medium);
    members.text("channel", event.channel);
    members.text("link", event.link);
    members.text("click", event.click);
    members.text("customer", event.customer);
    members.text("visitor", event.visitor);
    members.text("country", event.country);
    members.text("device", event.device);
    members.text("currency", event.currency);
  }

  // web T KIND [session=…] [visitor=…] … ; a session begins with its first event unless begun=T says when.
  void web(const std::vector<std::string>& words) {
    facts::WebEvent event;
    Members members(words, 3);
    event.happened_at = *parse_instant(words[1] + "Z");
    event.kind = words[2];
    event.verdict = "human";
    members.instant("begun", event.session_at);
    members.number("value", event.value, 1'000'000);
    members.number("engaged", event.engaged, 1'000);
    members.text("session", event.session);
    members.text("name", event.name);
    members.text("page", event.page);
    members.text("verdict", event.verdict);
    came_by(members, event);
    for (const auto& [key, value] : settings_of(words, 3)) {
      if (key != "session" || event.session_at.micros != 0) continue;
      event.session_at = sessions_.emplace(value, event.happened_at).first->second;
    }
    add_event(members, event);
  }

  // sale|refund T ORDER value=…
  void order(const std::vector<std::string>& words) {
    facts::Order order;
    Members members(words, 3);
    order.kind = words[0];
    order.happened_at = *parse_instant(words[1] + "Z");
    order.order_id = words[2];
    order.observed_at = observed_;
    members.number("value", order.value, 1'000'000);
    members.number("cost", order.cost, 1'000'000);
    members.number("quantity", order.quantity);
    members.flag("deleted", order.deleted);
    members.text("line", order.line);
    members.text("product", order.product);
    came_by(members, order);
    add_event(members, order);
  }

  // rate DAY FROM TO NUMBER
  void rate(const std::vector<std::string>& words) {
    facts::Rate rate;
    rate.happened_at = Zone::utc().start_of(*parse_day(words[1]));
    rate.from_currency = words[2];
    rate.to_currency = words[3];
    rate.rate = std::llround(std::stod(words[4]) * 1e9);
    rate.observed_at = observed_;
    auto done = writer_->add(rate);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  // talk T CONVERSATION ID KIND …
  void talk(const std::vector<std::string>& words) {
    facts::ConversationEvent event;
    Members members(words, 5);
    event.happened_at = *parse_instant(words[1] + "Z");
    event.conversation = words[2];
    event.id = words[3];
    event.kind = words[4];
    event.observed_at = observed_;
    members.flag("by_bot", event.by_bot);
    members.flag("deleted", event.deleted);
    members.number("handled", event.handled, 1'000);
    members.text("author", event.author);
    members.text("agent", event.agent);
    members.text("team", event.team);
    members.text("assigned_by", event.assigned_by);
    members.text("text", event.text);
    members.text("tag", event.tag);
    members.text("topic", event.topic);
    members.text("sentiment", event.sentiment);
    members.text("customer", event.customer);
    add_event(members, event);
  }

  // survey T ID KIND type=…
  void survey(const std::vector<std::string>& words) {
    facts::SurveyAnswer answer;
    Members members(words, 4);
    answer.happened_at = *parse_instant(words[1] + "Z");
    answer.id = words[2];
    answer.kind = words[3];
    answer.observed_at = observed_;
    members.number("scale_low", answer.scale_low);
    members.number("scale_high", answer.scale_high);
    members.number("score", answer.score, 1'000'000);
    members.flag("deleted", answer.deleted);
    members.text("survey", answer.survey);
    members.text("type", answer.type);
    members.text("text", answer.text);
    members.text("topic", answer.topic);
    members.text("sentiment", answer.sentiment);
    members.text("respondent", answer.respondent);
    members.text("agent", answer.agent);
    members.text("team", answer.team);
    members.text("conversation", answer.conversation);
    members.text("order_id", answer.order_id);
    members.text("product", answer.product);
    members.text("brand", answer.brand);
    members.text("country", answer.country);
    add_event(members, answer);
  }

  // mention T ID …
  void mention(const std::vector<std::string>& words) {
    facts::Mention mention;
    Members members(words, 3);
    mention.happened_at = *parse_instant(words[1] + "Z");
    mention.id = words[2];
    mention.observed_at = observed_;
    members.number("followers", mention.followers);
    members.number("engagement", mention.engagement);
    members.number("reach", mention.reach);
    members.flag("author_follows", mention.author_follows);
    members.flag("deleted", mention.deleted);
    members.list("queries", mention.queries);
    members.list("brands", mention.brands);
    members.list("topics", mention.topics);
    members.text("kind", mention.kind);
    members.text("author", mention.author);
    members.text("text", mention.text);
    members.text("link", mention.link);
    members.text("country", mention.country);
    members.text("sentiment", mention.sentiment);
    add_event(members, mention);
  }

  Question question_of(const std::vector<std::string>& words) {
    Question question;
    auto settings = settings_of(words, 1);
    for (size_t i = 1; i < words.size(); ++i) {
      if (words[i].find('=') == std::string::npos) question.kpis.push_back(words[i]);
    }
    question.by = list_of(settings["by"]);
    if (settings.contains("from")) question.days = *parse_days(settings["from"], settings["to"]);
    if (settings.contains("last")) {
      question.last = settings["last"];
      question.days = *parse_last(question.last, scope_);
    }
    question.compare = *parse_compare(settings["compare"]);
    question.basis = *parse_basis(settings["basis"]);
    question.because = settings["because"];
    if (settings.contains("as_of")) question.as_of = *parse_instant(settings["as_of"]);
    for (const std::string& version : list_of(settings["versions"])) {
      size_t colon = version.find(':');
      question.versions[version.substr(0, colon)] = std::stoi(version.substr(colon + 1));
    }
    for (const auto& [key, value] : settings) {
      if (key.starts_with("filter.")) question.filter[key.substr(7)] = list_of(value);
      if (key.starts_with("without.")) question.without[key.substr(8)] = list_of(value);
    }
    return question;
  }

  void ask(const std::vector<std::string>& words) {
    Engine engine(catalog::Catalog::built_in(), *store_);
    auto answer = engine.ask(scope_, question_of(words));
    rows_.clear();
    if (!answer) {
      out_ += "  error: " + answer.error().message + "\n";
      return;
    }
    for (const Cell& cell : answer->rows) {
      std::string line = " ";
      for (const std::string& member : cell.by) line += " " + (member.empty() ? std::string("·") : member);
      line += fmt::format(" {} = {}", cell.asked, cell.value ? number_text(cell.value) : cell.reason);
      if (cell.interval) {
        line += fmt::format(" [{}, {}] {}", number_text(cell.interval->low), number_text(cell.interval->high),
                            cell.interval->method);
      }
      if (cell.compared) line += fmt::format(" vs {} ({})", number_text(cell.compared), number_text(cell.change));
      if (cell.evidence) {
        line += fmt::format(" p={:.3g}{}", cell.evidence->p_adjusted, cell.evidence->change ? " changed" : "");
      }
      line += fmt::format(" | {} n={} coverage={:.3g}", cell.basis.empty() ? "-" : cell.basis, cell.n, cell.coverage);
      if (!cell.notes.empty()) line += " " + join(cell.notes, ",");
      out_ += line + "\n";
      rows_.push_back(cell);
    }
    if (answer->rows.empty()) out_ += "  no rows\n";
    for (const std::string& note : answer->notes) out_ += "  note: " + note + "\n";
  }

  // changes KPI… since=T […]: what the question's answers said then and say now.
  void changes(const std::vector<std::string>& words) {
    Engine engine(catalog::Catalog::built_in(), *store_);
    ChangesQuestion question;
    question.selectors = question_of(words);
    question.since = *parse_instant(settings_of(words, 1)["since"]);
    auto answer = engine.changes(scope_, question);
    if (!answer) {
      out_ += "  error: " + answer.error().message + "\n";
      return;
    }
    auto number_of = [&](const std::string& batch) {
      return std::to_string(std::find(stored_.begin(), stored_.end(), batch) - stored_.begin() + 1);
    };
    auto side = [](const Cell& cell) {
      return cell.value ? number_text(cell.value) : cell.interval ? "bounds" : cell.reason;
    };
    for (const ChangedRow& row : answer->rows) {
      std::string line = " ";
      for (const std::string& member : row.after.by) line += " " + (member.empty() ? std::string("·") : member);
      line += fmt::format(" {} = {} -> {} | by", row.after.asked, side(row.before), side(row.after));
      for (const std::string& batch : row.batches) line += " " + number_of(batch);
      out_ += line + "\n";
    }
    out_ += fmt::format("  {} as before;", answer->unchanged);
    for (const BatchDeed& deed : answer->batches) {
      out_ +=
          fmt::format(" {} {} {}", number_of(deed.batch), deed.undone ? "undone" : "recorded", format_instant(deed.at));
    }
    out_ += "\n";
  }

  // A hand-written SELECT whose one column must be the values of the answer before it, in order.
  void compare_with_sql(const std::string& sql) {
    std::vector<std::optional<double>> values;
    auto done = store_->select(sql, [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        values.push_back(chunk.is_null(0, row) ? std::nullopt : std::optional(chunk.real(0, row)));
      }
      return true;
    });
    ASSERT_TRUE(done.ok()) << done.error().message;
    ASSERT_EQ(values.size(), rows_.size()) << file_ << ": " << sql;
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(values[i].has_value(), rows_[i].value.has_value()) << file_ << " row " << i << ": " << sql;
      if (values[i]) {
        ASSERT_NEAR(*values[i], *rows_[i].value, 1e-9 * std::max(1.0, std::abs(*values[i]))) << file_ << " row " << i;
      }
    }
  }

  fs::path file_, directory_;
  Scope scope_;
  Labels labels_;
  std::vector<catalog::OwnEntry> own_;
  std::shared_ptr<SettableClock> clock_;
  std::unique_ptr<facts::Store> store_;
  std::unique_ptr<facts::BatchWriter> writer_;
  std::vector<std::string> stored_;  // ids of batches
  facts::BatchEnd end_;
  Instant observed_;
  bool estimated_ = false;
  std::string zone_ = "UTC";
  int batches_ = 0;
  std::map<std::string, Instant> sessions_;  // when each began
  std::vector<Cell> rows_;
  std::string named_;  // SELECTs that those after them may read from
  std::string out_;
};

class Questions : public testing::TestWithParam<std::string> {};

TEST_P(Questions, GiveTheirRows) {
  fs::path file = fs::path(SOURCE_DIR) / "tests/questions" / (GetParam() + ".test");
  std::ifstream in(file);
  std::string written((std::istreambuf_iterator<char>(in)), {});
  std::string came = QuestionFile(file).run();
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(file) << came;
    return;
  }
  EXPECT_EQ(came, written) << "UPDATE_GOLDEN=1 writes what came out";
}

std::vector<std::string> question_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / "tests/questions")) {
    if (entry.path().extension() == ".test") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, Questions, testing::ValuesIn(question_names()),
                         [](const testing::TestParamInfo<std::string>& one) { return one.param; });

// Every reading of every KPI is asked somewhere. Families named here must be whole; of the others the test says what is
// missing.
TEST(QuestionsCover, EveryKeyAndVariant) {
  const std::set<std::string> whole = {"reach", "engagement", "customer_care", "voice_of_the_customer", "money"};
  std::set<std::string> asked;
  for (const std::string& name : question_names()) {
    std::ifstream in(fs::path(SOURCE_DIR) / "tests/questions" / (name + ".test"));
    for (std::string line; std::getline(in, line);) {
      std::vector<std::string> words = words_of(line);
      if (words.empty() || words[0] != "ask") continue;
      asked.insert(words.begin() + 1, words.end());
    }
  }
  std::vector<std::string> missing;
  for (const catalog::Kpi& kpi : catalog::Catalog::built_in()->kpis()) {
    for (const catalog::Variant& variant : kpi.variants) {
      bool is_default = &variant == &kpi.variants.front();
      std::string full = variant.key.empty() ? kpi.key : kpi.key + ":" + variant.key;
      if (asked.contains(full) || (is_default && asked.contains(kpi.key))) continue;
      missing.push_back(full);
      EXPECT_FALSE(whole.contains(kpi.family)) << full << " is asked in no question";
    }
  }
  if (!missing.empty()) fmt::print("not asked yet: {}\n", join(missing, " "));
}

TEST(Dialect, LintKnowsWhatOneEngineLacks) {
  EXPECT_FALSE(lint_sql("SELECT a FROM (SELECT b FROM c JOIN d ON 1 = 1) JOIN e ON 2 = 2").has_value());
  EXPECT_TRUE(lint_sql("SELECT a FROM b JOIN c ON 1 = 1 JOIN d ON 2 = 2").has_value());
  EXPECT_TRUE(lint_sql("WITH t AS (SELECT 1) SELECT * FROM t").has_value());
  EXPECT_TRUE(lint_sql("SELECT sum(a) OVER (PARTITION BY b) FROM c").has_value());
  EXPECT_TRUE(lint_sql("SELECT sum(a) FILTER (WHERE b) FROM c").has_value());
  EXPECT_TRUE(lint_sql("SELECT 1 WHERE EXISTS (SELECT 1)").has_value());
  EXPECT_FALSE(lint_sql("SELECT 'JOIN JOIN WITH' FROM a JOIN b ON 1 = 1").has_value());
}

TEST(Dialect, LiteralsStayLiterals) {
  EXPECT_EQ(duckdb_dialect().text("O'Brien's"), "'O''Brien''s'");
}

}  // namespace
}  // namespace sociometer::metrics
