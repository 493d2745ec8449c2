#include "insights/goal_kpi.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "insights/goal_words.h"

namespace sociometer::insights {
namespace {

using catalog::Catalog;
using catalog::Kpi;
using catalog::KpiChoice;
using catalog::Variant;

struct KpiPhrase {
  std::vector<std::string> words;
  KpiChoice choice;
  bool is_name = false;  // by which the catalog itself calls it
};

// Every way to name a KPI or a reading of one, by its first word, and the networks.
class Names {
 public:
  explicit Names(const Catalog& catalog) {
    for (const Kpi& kpi : catalog.kpis()) add_kpi(kpi);
    for (const catalog::Network& network : catalog.networks()) add_network(network);
    for (const auto& row : goal_words::kpi_names()) {
      if (const Kpi* kpi = catalog.kpi(row.kpi)) add_names(*kpi, std::string(row.words), false);
    }
  }

  struct OfNetwork {
    std::vector<std::string> words;
    const catalog::Network* network;
  };
  const std::vector<OfNetwork>& networks() const { return networks_; }
  const std::vector<KpiPhrase>* beginning_with(const std::string& word) const {
    const auto at = by_first_.find(word);
    return at == by_first_.end() ? nullptr : &at->second;
  }

 private:
  void add_kpi(const Kpi& kpi) {
    std::string spaced = kpi.key;
    std::ranges::replace(spaced, '_', ' ');
    add_names(kpi, kpi.name.english(), true);
    add_names(kpi, spaced, true);
    add(kpi, kpi.variants.front(), {plain_word(kpi.key)}, true);
    for (const Variant& variant : kpi.variants) {
      if (!variant.key.empty()) add(kpi, variant, {plain_word(kpi.key + ":" + variant.key)}, true);
    }
    for (const std::string& synonym : kpi.synonyms) add_names(kpi, synonym, false);
  }

  void add_names(const Kpi& kpi, const std::string& name, bool is_name) {
    const std::vector<std::string> words = plain_words(name);
    add(kpi, kpi.variants.front(), words, is_name);
    for (const Variant& variant : kpi.variants) {
      if (variant.key.empty()) continue;
      std::string spaced = variant.key;
      std::ranges::replace(spaced, '_', ' ');
      for (const std::string& of_variant : {variant.name.english(), spaced}) {
        const std::vector<std::string> more = plain_words(of_variant);
        std::vector<std::string> after = words, before = more;
        after.insert(after.end(), more.begin(), more.end());
        add(kpi, variant, std::move(after), is_name);
        if (more.size() != 1) continue;
        before.insert(before.end(), words.begin(), words.end());
        add(kpi, variant, std::move(before), false);
      }
    }
  }

  void add(const Kpi& kpi, const Variant& variant, std::vector<std::string> words, bool is_name) {
    if (words.empty()) return;
    by_first_[words.front()].push_back({std::move(words), {&kpi, &variant}, is_name});
  }

  void add_network(const catalog::Network& network) {
    std::vector<std::string> all = network.synonyms;
    all.push_back(network.key);
    all.push_back(network.name.english());
    for (const std::string& name : all) {
      std::vector<std::string> words = plain_words(name);
      if (!words.empty()) networks_.push_back({std::move(words), &network});
    }
  }

  std::map<std::string, std::vector<KpiPhrase>> by_first_;
  std::vector<OfNetwork> networks_;
};

std::shared_ptr<const Names> names_of(const Catalog& catalog) {
  // The built-in catalog stays as long as the program; a workspace's own goes with its question.
  static const std::shared_ptr<const Names> built_in = std::make_shared<Names>(*Catalog::built_in());
  if (&catalog == Catalog::built_in().get()) return built_in;
  return std::make_shared<Names>(catalog);
}

struct Candidate {
  size_t begin = 0, count = 0;
  std::vector<KpiChoice> choices;  // several where the words are those of several KPIs
};

bool has_words(const Tokens& tokens, size_t i, const std::vector<std::string>& words) {
  for (size_t n = 0; n < words.size(); ++n) {
    if (!tokens.is(i + n, words[n])) return false;
  }
  return true;
}

bool same(const KpiChoice& a, const KpiChoice& b) {
  return a.kpi == b.kpi && a.variant == b.variant;
}

// The longest name that begins at `i`; of equals those that are names before those that are synonyms.
Candidate candidate_at(const Tokens& tokens, size_t i, const Names& names) {
  Candidate best{.begin = i};
  const std::vector<KpiPhrase>* found = tokens.free(i) ? names.beginning_with(tokens[i].text) : nullptr;
  if (found == nullptr) return best;
  bool best_is_name = false;
  for (const KpiPhrase& phrase : *found) {
    const size_t count = phrase.words.size();
    if (count < best.count || !has_words(tokens, i, phrase.words)) continue;
    if (count > best.count || (phrase.is_name && !best_is_name)) {
      best.choices.clear();
      best.count = count;
      best_is_name = phrase.is_name;
    } else if (!phrase.is_name && best_is_name) {
      continue;
    }
    const bool known =
        std::ranges::any_of(best.choices, [&](const KpiChoice& one) { return same(one, phrase.choice); });
    if (!known) best.choices.push_back(phrase.choice);
  }
  return best;
}

size_t network_at(const Tokens& tokens, size_t i, const Names& names, const catalog::Network** network) {
  size_t best = 0;
  for (const auto& [words, each] : names.networks()) {
    if (words.size() <= best || !has_words(tokens, i, words)) continue;
    best = words.size();
    *network = each;
  }
  return best;
}

bool is_in(const Tokens& tokens, size_t i, std::span<const goal_words::Phrase> table) {
  return std::ranges::any_of(table, [&](const auto& row) { return tokens[i].text == row.words; });
}

// Whether what begins at `i` says what the number is of, "likes on Instagram POSTS".
bool is_in_scope(const Tokens& tokens, size_t i, const Names& names, bool after_another) {
  while (i-- > 0) {
    const Token& token = tokens[i];
    if (token.taken) return false;
    if (is_in(tokens, i, goal_words::before_scope()) || token.text == "per") return true;
    if (token.text == "of") return after_another;
    const catalog::Network* network = nullptr;
    const bool describes =
        token.kind == Token::Kind::handle || token.text == "the" || token.text == "our" || token.text == "a" ||
        token.text == "all" || token.text == "and" || token.text == "my" ||
        network_at(tokens, i, names, &network) > 0 ||
        std::ranges::any_of(goal_words::scopes(), [&](const auto& row) { return token.text == row.words; });
    if (!describes) return false;
  }
  return false;
}

std::string keys_of(const std::vector<KpiChoice>& choices) {
  std::vector<std::string> keys;
  for (const KpiChoice& choice : choices) {
    keys.push_back(choice.kpi->key + (choice.kpi->variants.size() > 1 ? ":" + choice.variant->key : ""));
  }
  return keys.size() == 2 ? keys[0] + " and " + keys[1] : join(keys, ", ");
}

std::string lower_first(std::string text) {
  // An abbreviation stays as it is.
  const bool is_word = text.size() > 1 && text[1] >= 'a' && text[1] <= 'z';
  if (is_word && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

const Variant* variant_called(const Kpi& kpi, std::string_view key) {
  for (const Variant& variant : kpi.variants) {
    if (variant.key == key) return &variant;
  }
  return nullptr;
}

class ScopeReader {
 public:
  ScopeReader(Tokens& tokens, const Catalog& catalog, KpiChoice& choice)
      : tokens_(tokens), catalog_(catalog), choice_(choice), names_(names_of(catalog)) {}

  Result<Filter> read() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_.free(i)) continue;
      TRY(const size_t count, take(i));
      tokens_.take(i, count);
    }
    return std::move(filter_);
  }

 private:
  Result<size_t> take(size_t i) {
    const Token& token = tokens_[i];
    if (token.kind == Token::Kind::handle) return add("account", {token.said}, 1);
    if (token.kind == Token::Kind::hashtag) return add("hashtag", {token.said}, 1);
    TRY(const size_t selector, take_selector(i));
    if (selector > 0) return selector;
    if (const size_t channel = take_channel(i)) return channel;
    // What is spent is spent on ads.
    const bool is_money = choice_.kpi != nullptr && choice_.kpi->family == "money";
    if (token.text == "ad" || token.text == "ads")
      return is_money ? Result<size_t>(size_t{1}) : add("promotion", {"paid"}, 1);
    size_t count = 0;
    if (const auto* row = tokens_.longest(i, goal_words::scopes(), &count)) {
      return add(row->dimension, {std::string(row->member)}, count);
    }
    const catalog::Network* network = nullptr;
    count = network_at(tokens_, i, *names_, &network);
    // The numbers of a website belong to no network.
    const bool is_letter_alone = count == 1 && token.text.size() == 1 && token.said != "X";
    if (count > 0 && network->key != "website" && !is_letter_alone) return add("network", {network->key}, count);
    return size_t{0};
  }

  Result<size_t> add(std::string_view dimension, const std::vector<std::string>& members, size_t count) {
    if (catalog_.dimension(dimension) == nullptr) return size_t{0};
    std::vector<std::string>& all = filter_[std::string(dimension)];
    for (const std::string& member : members) {
      if (std::ranges::find(all, member) == all.end()) all.push_back(member);
    }
    return count;
  }

  // country=DE, campaign="Spring sale", campaign "Spring sale".
  Result<size_t> take_selector(size_t i) {
    const Token& token = tokens_[i];
    if (token.kind != Token::Kind::word) return size_t{0};
    const bool quoted = i + 1 < tokens_.size() && tokens_[i + 1].kind == Token::Kind::quoted && tokens_.free(i + 1);
    const size_t equals = token.said.find('=');
    if (equals == std::string::npos || equals == 0) {
      const bool is_dimension = quoted && catalog_.dimension(token.text) != nullptr;
      return is_dimension ? add(token.text, {tokens_[i + 1].said}, 2) : Result<size_t>(size_t{0});
    }
    const std::string dimension = lower(token.said.substr(0, equals));
    if (catalog_.dimension(dimension) == nullptr) {
      std::vector<std::string_view> keys;
      for (const catalog::Dimension& each : catalog_.dimensions()) keys.push_back(each.key);
      const std::string_view near = nearest(dimension, keys);
      return invalid(fmt::format("there is no dimension \"{}\"{}{}{}", dimension,
                                 near.empty() ? "" : "; did you mean \"", near, near.empty() ? "" : "\"?"),
                     "filter");
    }
    const std::string member = token.said.substr(equals + 1);
    if (!member.empty()) {
      std::vector<std::string> members;
      for (std::string_view one : split(member, '|')) members.emplace_back(one);
      return add(dimension, members, 1);
    }
    if (!quoted) return invalid(fmt::format("{}= wants a member after it", dimension), "filter");
    return add(dimension, {tokens_[i + 1].said}, 2);
  }

  // "from social": the reading of the KPI that is of it, else the channel of what comes by channels.
  size_t take_channel(size_t i) {
    size_t count = 0;
    const auto* row = tokens_.longest(i, goal_words::channels(), &count);
    if (row == nullptr) return 0;
    const bool is_from = i > 0 && (tokens_[i - 1].text == "from" || tokens_[i - 1].text == "through" ||
                                   tokens_[i - 1].text == "via" || tokens_[i - 1].text == "of");
    // "Newsletter subscriptions" come from anywhere; "email sessions" by email.
    const bool may_describe = !row->words.starts_with("social") && row->words != "newsletter" && row->words != "search";
    if (!may_describe && !is_from) return 0;
    const Variant* of_social = choice_.kpi == nullptr ? nullptr : variant_called(*choice_.kpi, "social");
    if (row->words.starts_with("social") && of_social != nullptr) {
      choice_.variant = of_social;
      return count;
    }
    const bool comes_by_channels =
        choice_.kpi != nullptr && (choice_.kpi->family == "conversion" || choice_.kpi->family == "money");
    if (!comes_by_channels) return 0;
    std::vector<std::string>& all = filter_[std::string(row->dimension)];
    for (std::string_view member : split(row->member, '|')) all.emplace_back(member);
    return count;
  }

  Tokens& tokens_;
  const Catalog& catalog_;
  KpiChoice& choice_;
  std::shared_ptr<const Names> names_;
  Filter filter_;
};

std::string listed(const std::vector<std::string>& names) {
  if (names.size() < 2) return names.empty() ? "" : names[0];
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  }
  return text;
}

// The word a member is said by, empty where there is none.
std::string word_for(std::string_view dimension, std::string_view member) {
  for (const auto& row : goal_words::scopes()) {
    if (row.dimension == dimension && row.member == member) return std::string(row.words);
  }
  return {};
}

bool is_plain_member(std::string_view member) {
  return !member.empty() && std::ranges::all_of(member, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

Result<KpiChoice> take_kpi(Tokens& tokens, const Catalog& catalog, const std::vector<size_t>& verbs) {
  const std::shared_ptr<const Names> names = names_of(catalog);
  std::vector<Candidate> all;
  for (size_t i = 0; i < tokens.size();) {
    Candidate found = candidate_at(tokens, i, *names);
    i += std::max<size_t>(found.count, 1);
    if (found.count > 0) all.push_back(std::move(found));
  }
  // What may be a verb is one where something else may be the number: "Reach 10,000 followers".
  const auto is_verb = [&](const Candidate& one) {
    return one.count == 1 && std::ranges::find(verbs, one.begin) != verbs.end();
  };
  if (!std::ranges::all_of(all, is_verb)) std::erase_if(all, is_verb);
  std::vector<Candidate> meant;
  for (size_t n = 0; n < all.size(); ++n) {
    // "post impressions" are impressions.
    const bool describes_next = n + 1 < all.size() && all[n].begin + all[n].count == all[n + 1].begin;
    if (!describes_next && !is_in_scope(tokens, all[n].begin, *names, n > 0)) meant.push_back(all[n]);
  }
  if (meant.empty()) meant = all;
  if (meant.empty()) return KpiChoice{};
  std::vector<KpiChoice> choices;
  for (const Candidate& candidate : meant) {
    for (const KpiChoice& choice : candidate.choices) {
      if (std::ranges::none_of(choices, [&](const KpiChoice& one) { return same(one, choice); })) {
        choices.push_back(choice);
      }
    }
  }
  if (choices.size() > 1) {
    return invalid(fmt::format("the sentence may be about {}: a goal is about one number, so write one of them alone",
                               keys_of(choices)),
                   "kpi");
  }
  for (const Candidate& candidate : meant) tokens.take(candidate.begin, candidate.count);
  return choices.front();
}

Result<KpiChoice> kpi_of_text(std::string_view text, const Catalog& catalog) {
  Tokens tokens(text);
  const std::shared_ptr<const Names> names = names_of(catalog);
  const Candidate found = candidate_at(tokens, 0, *names);
  if (found.count > 0 && found.count == tokens.size()) {
    if (found.choices.size() == 1) return found.choices.front();
    return invalid(fmt::format("\"{}\" may be {}: write one of them", text, keys_of(found.choices)), "kpi");
  }
  std::string key = lower(trimmed(text));
  std::ranges::replace(key, ' ', '_');
  Result<KpiChoice> choice = catalog.find_kpi(key);
  if (!choice) return invalid(choice.error().message, "kpi");
  return choice;
}

Result<Filter> take_scope(Tokens& tokens, const Catalog& catalog, KpiChoice& choice) {
  return ScopeReader(tokens, catalog, choice).read();
}

std::string kpi_words(const KpiChoice& choice) {
  const std::string name = lower_first(choice.kpi->name.english());
  if (choice.variant == &choice.kpi->variants.front()) return name;
  return fmt::format("{} ({})", name, lower_first(choice.variant->name.english()));
}

std::string scope_words(const Filter& filter, const Catalog& catalog) {
  Filter rest = filter;
  auto taken = [&](const char* dimension) {
    const auto at = rest.find(dimension);
    std::vector<std::string> members;
    if (at != rest.end()) {
      members = at->second;
      rest.erase(at);
    }
    return members;
  };
  std::vector<std::string> words;
  bool of_posts = false;
  for (const char* dimension : {"promotion", "ownership"}) {
    const auto at = rest.find(dimension);
    if (at == rest.end() || at->second.size() != 1 || word_for(dimension, at->second[0]).empty()) continue;
    words.push_back(word_for(dimension, taken(dimension)[0]));
    of_posts = true;
  }
  std::vector<std::string> networks;
  for (const std::string& key : taken("network")) {
    const catalog::Network* network = catalog.network(key);
    networks.push_back(network == nullptr ? key : network->name.english());
  }
  if (!networks.empty()) words.push_back(listed(networks));
  std::string text;
  if (const auto kinds = rest.find("post_kind"); kinds != rest.end()) {
    std::vector<std::string> plural;
    for (const std::string& kind : kinds->second) {
      const std::string word = word_for("post_kind", kind);
      plural.push_back(word.ends_with('y') ? word.substr(0, word.size() - 1) + "ies" : word + "s");
      if (word.empty()) plural.clear();
      if (word.empty()) break;
    }
    if (!plural.empty()) {
      words.push_back(listed(plural));
      of_posts = false;
      rest.erase(kinds);
    }
  }
  if (of_posts) words.emplace_back("posts");
  if (!words.empty()) text += " on " + join(words, " ");
  for (const auto& [dimension, mark] : {std::pair<const char*, const char*>{"account", "@"}, {"hashtag", "#"}}) {
    const auto at = rest.find(dimension);
    if (at == rest.end() || !std::ranges::all_of(at->second, is_plain_member)) continue;
    std::vector<std::string> marked;
    for (const std::string& member : at->second) marked.push_back(mark + lower(member));
    if (std::ranges::any_of(at->second, [](const std::string& member) { return member != lower(member); })) continue;
    text += " with " + listed(marked);
    rest.erase(at);
  }
  for (const auto& [dimension, members] : rest) {
    if (std::ranges::all_of(members, is_plain_member)) {
      text += fmt::format(" with {}={}", dimension, join(members, "|"));
      continue;
    }
    for (const std::string& member : members) text += fmt::format(" with {}=\"{}\"", dimension, member);
  }
  return text;
}

}  // namespace sociometer::insights
