// English.
#include "insights/goal_words.h"

#include <array>

namespace sociometer::insights::goal_words {

namespace {

using enum Sense;

constexpr Verb all_verbs[] = {
    {"increase", up},
    {"increasing", up},
    {"increased", up},
    {"raise", up},
    {"raising", up},
    {"grow", up},
    {"growing", up},
    {"growth", up},
    {"lift", up},
    {"lifting", up},
    {"boost", up},
    {"boosting", up},
    {"rise", up},
    {"uplift", up},
    {"expand", up},
    {"expanding", up},
    {"gain", up},
    {"gaining", up},
    {"add", up},
    {"adding", up},
    {"win", up},
    {"winning", up},
    {"more", up},
    {"higher", up},
    {"climb", up},
    {"up", up},
    {"strengthen", up},
    {"extend", up},
    {"accelerate", up},
    {"scale up", up},
    {"extra", up},
    {"additional", up},
    {"further", up},
    {"jump", up},
    {"increment", up},
    {"lower", down},
    {"lowering", down},
    {"reduce", down},
    {"reducing", down},
    {"reduction", down},
    {"cut", down},
    {"cutting", down},
    {"decrease", down},
    {"shorten", down},
    {"shortening", down},
    {"decreasing", down},
    {"drop", down},
    {"shrink", down},
    {"minimise", down},
    {"minimize", down},
    {"lessen", down},
    {"trim", down},
    {"fewer", down},
    {"shorter", down},
    {"down", down},
    {"decline", down},
    {"less", down},
    {"slash", down},
    {"diminish", down},
    {"fall", down},
    {"faster", improve},
    {"better", improve},
    {"improve", improve},
    {"improving", improve},
    {"improvement", improve},
    {"optimise", improve},
    {"optimize", improve},
    {"enhance", improve},
    {"get", get},
    {"getting", get},
    {"reach", get},
    {"reaching", get},
    {"hit", get},
    {"hitting", get},
    {"achieve", get},
    {"achieving", get},
    {"attain", get},
    {"bring", get},
    {"bringing", get},
    {"take", get},
    {"move", get},
    {"push", get},
    {"drive", get},
    {"driving", get},
    {"generate", get},
    {"generating", get},
    {"make", get},
    {"have", get},
    {"earn", get},
    {"attract", get},
    {"acquire", get},
    {"collect", get},
    {"publish", get},
    {"create", get},
    {"deliver", get},
    {"secure", get},
    {"build", get},
    {"produce", get},
    {"obtain", get},
    {"receive", get},
    {"arrive at", get},
    {"exceed", get},
    {"surpass", get},
    {"see", get},
    {"post", get},
    {"come", get},
    {"keep", keep},
    {"keeping", keep},
    {"maintain", keep},
    {"maintaining", keep},
    {"hold", keep},
    {"holding", keep},
    {"stay", keep},
    {"staying", keep},
    {"remain", keep},
    {"remaining", keep},
    {"sustain", keep},
    {"preserve", keep},
    {"never let", limit},
    {"do not let", limit},
    {"don't let", limit},
    {"limit", limit},
    {"limiting", limit},
    {"cap", limit},
    {"double", times, 2},
    {"doubling", times, 2},
    {"triple", times, 3},
    {"quadruple", times, 4},
    {"treble", times, 3},
    {"halve", times, 0.5},
    {"halving", times, 0.5},
};

}  // namespace

std::span<const Verb> verbs() {
  return all_verbs;
}

std::span<const RelationWords> before_quantity() {
  using enum Relation;
  static constexpr RelationWords table[] = {
      {"by", by},
      {"by at least", by},
      {"by a minimum of", by},
      {"+", by},
      {"to", to},
      {"of", to},
      {"at", to},
      {"around", to},
      {"with", to},
      {"above", above},
      {"to above", above},
      {"over", above},
      {"to over", above},
      {"more than", above},
      {"to more than", above},
      {"greater than", above},
      {"higher than", above},
      {"exceed", above},
      {"exceeding", above},
      {"surpass", above},
      {"beyond", above},
      {"past", above},
      {">", above},
      {"of more than", above},
      {"at least", at_least},
      {"to at least", at_least},
      {"of at least", at_least},
      {"no less than", at_least},
      {"not less than", at_least},
      {"no lower than", at_least},
      {"no fewer than", at_least},
      {"not below", at_least},
      {"at or above", at_least},
      {"at or over", at_least},
      {"a minimum of", at_least},
      {"minimum", at_least},
      {"min", at_least},
      {">=", at_least},
      {"below", below},
      {"to below", below},
      {"under", below},
      {"to under", below},
      {"less than", below},
      {"to less than", below},
      {"lower than", below},
      {"fewer than", below},
      {"shorter than", below},
      {"<", below},
      {"at most", at_most},
      {"to at most", at_most},
      {"of at most", at_most},
      {"no more than", at_most},
      {"to no more than", at_most},
      {"not more than", at_most},
      {"no higher than", at_most},
      {"no longer than", at_most},
      {"not above", at_most},
      {"not over", at_most},
      {"at or below", at_most},
      {"at or under", at_most},
      {"up to", at_most},
      {"within", at_most},
      {"to within", at_most},
      {"inside", at_most},
      {"a maximum of", at_most},
      {"maximum", at_most},
      {"max", at_most},
      {"not exceed", at_most},
      {"not to exceed", at_most},
      {"from exceeding", at_most},
      {"<=", at_most},
      {"never exceed", at_most},
      {"never above", at_most},
      {"never over", at_most},
      {"never below", at_least},
      {"never under", at_least},
      {"not fall below", at_least},
      {"never fall below", at_least},
      {"from falling below", at_least},
      {"drop below", below},
      {"fall below", below},
  };
  return table;
}

std::span<const RelationWords> after_quantity() {
  using enum Relation;
  static constexpr RelationWords table[] = {
      {"or more", at_least},   {"or above", at_least}, {"or higher", at_least}, {"or over", at_least},
      {"and above", at_least}, {"or less", at_most},   {"or below", at_most},   {"or lower", at_most},
      {"or fewer", at_most},   {"or under", at_most},  {"or faster", at_most},  {"at most", at_most},
      {"at least", at_least},
  };
  return table;
}

std::span<const UnitWords> units() {
  using enum Scale;
  static constexpr UnitWords table[] = {
      {"%", percent},
      {"percent", percent},
      {"per cent", percent},
      {"pct", percent},
      {"percentage point", points},
      {"percent point", points},
      {"% point", points},
      {"point", points},
      {"pp", points},
      {"ppt", points},
      {"pt", points},
      {"second", Scale::second, 1},
      {"sec", Scale::second, 1},
      {"s", Scale::second, 1},
      {"minute", Scale::second, 60},
      {"min", Scale::second, 60},
      {"m", Scale::second, 60},
      {"hour", Scale::second, 3600},
      {"hr", Scale::second, 3600},
      {"h", Scale::second, 3600},
      {"day", Scale::second, 86400},
      {"week", Scale::second, 604800},
      {"a day", per_day, 1},
      {"per day", per_day, 1},
      {"a week", per_day, 7},
      {"per week", per_day, 7},
      {"€", currency, 1, "EUR"},
      {"eur", currency, 1, "EUR"},
      {"euro", currency, 1, "EUR"},
      {"$", currency, 1, "USD"},
      {"cent", currency, 0.01},
      {"usd", currency, 1, "USD"},
      {"dollar", currency, 1, "USD"},
      {"£", currency, 1, "GBP"},
      {"gbp", currency, 1, "GBP"},
      {"¥", currency, 1, "JPY"},
      {"jpy", currency, 1, "JPY"},
      {"chf", currency, 1, "CHF"},
      {"thb", currency, 1, "THB"},
      {"baht", currency, 1, "THB"},
      {"idr", currency, 1, "IDR"},
      {"brl", currency, 1, "BRL"},
      {"mxn", currency, 1, "MXN"},
      {"sek", currency, 1, "SEK"},
      {"pln", currency, 1, "PLN"},
      {"x", none},
      {"time", none},
      {"star", none},
  };
  return table;
}

std::span<const NumberWord> numbers() {
  static constexpr NumberWord table[] = {
      {"one", 1},
      {"two", 2},
      {"three", 3},
      {"four", 4},
      {"five", 5},
      {"six", 6},
      {"seven", 7},
      {"eight", 8},
      {"nine", 9},
      {"ten", 10},
      {"eleven", 11},
      {"twelve", 12},
      {"fifteen", 15},
      {"twenty", 20},
      {"thirty", 30},
      {"forty", 40},
      {"fifty", 50},
      {"sixty", 60},
      {"ninety", 90},
      {"hundred", 100},
      {"a hundred", 100},
      {"one hundred", 100},
      {"a thousand", 1000},
      {"one thousand", 1000},
      {"a million", 1e6},
      {"one million", 1e6},
      {"an", 1},
      {"a", 1},
      {"half an", 0.5},
      {"half a", 0.5},
  };
  return table;
}

std::span<const NumberWord> multipliers() {
  static constexpr NumberWord table[] = {
      {"k", 1e3},       {"thousand", 1e3}, {"m", 1e6},  {"mio", 1e6},     {"mn", 1e6},
      {"million", 1e6}, {"hundred", 100},  {"bn", 1e9}, {"billion", 1e9},
  };
  return table;
}

std::span<const NumberWord> parts() {
  static constexpr NumberWord table[] = {
      {"half", 50},    {"a half", 50},  {"a third", 33.33},   {"a quarter", 25},
      {"a fifth", 20}, {"a tenth", 10}, {"one third", 33.33}, {"one quarter", 25},
  };
  return table;
}

std::span<const MonthWord> months() {
  static constexpr MonthWord table[] = {
      {"january", 1},  {"jan", 1},    {"february", 2},  {"feb", 2},       {"march", 3},     {"mar", 3},
      {"april", 4},    {"apr", 4},    {"may", 5},       {"june", 6},      {"jun", 6},       {"july", 7},
      {"jul", 7},      {"august", 8}, {"aug", 8},       {"september", 9}, {"sep", 9},       {"sept", 9},
      {"october", 10}, {"oct", 10},   {"november", 11}, {"nov", 11},      {"december", 12}, {"dec", 12},
  };
  return table;
}

std::span<const SpanUnit> span_units() {
  static constexpr SpanUnit table[] = {{"day", Bucket::day},
                                       {"week", Bucket::week},
                                       {"month", Bucket::month},
                                       {"quarter", Bucket::quarter},
                                       {"year", Bucket::year}};
  return table;
}

std::span<const CadenceWords> cadences() {
  using enum Cadence;
  static constexpr CadenceWords table[] = {
      {"every day", daily},
      {"each day", daily},
      {"daily", daily},
      {"day by day", daily},
      {"every week", weekly},
      {"each week", weekly},
      {"weekly", weekly},
      {"week by week", weekly},
      {"every month", monthly},
      {"each month", monthly},
      {"monthly", monthly},
      {"month by month", monthly},
      {"every quarter", quarterly},
      {"each quarter", quarterly},
      {"quarterly", quarterly},
      {"every year", yearly},
      {"each year", yearly},
      {"yearly", yearly},
      {"annually", yearly},
      {"in every month", monthly},
      {"in every week", weekly},
      {"in every quarter", quarterly},
      {"in each month", monthly},
      {"in each week", weekly},
      {"in each quarter", quarterly},
      {"on every day", daily},
      {"per month", monthly},
      {"a month", monthly},
      {"per quarter", quarterly},
      {"per week", weekly},
      {"a week", weekly},
      {"per day", daily},
      {"a day", daily},
      {"per year", yearly},
      {"a year", yearly},
      {"a quarter", quarterly},
  };
  return table;
}

std::span<const OrdinalWord> ordinals() {
  static constexpr OrdinalWord table[] = {{"first", 1}, {"second", 2}, {"third", 3}, {"fourth", 4}, {"last", 0}};
  return table;
}

std::span<const Phrase> year_over_year() {
  static constexpr Phrase table[] = {
      {"year over year"},
      {"year on year"},
      {"year to year"},
      {"yoy"},
      {"y o y"},
      {"a year before"},
      {"the year before"},
      {"a year ago"},
      {"last year"},
      {"previous year"},
      {"the previous year"},
      {"prior year"},
      {"the prior year"},
      {"the same period last year"},
      {"the same period of last year"},
      {"the same period a year ago"},
      {"same period last year"},
      {"the same quarter last year"},
      {"the same month last year"},
      {"the same period of the previous year"},
      {"the same time last year"},
      {"this time last year"},
  };
  return table;
}

std::span<const Phrase> before_baseline() {
  static constexpr Phrase table[] = {
      {"compared to"},
      {"compared with"},
      {"in comparison to"},
      {"in comparison with"},
      {"versus"},
      {"vs"},
      {"v"},
      {"against"},
      {"relative to"},
      {"over"},
      {"than"},
      {"than in"},
      {"on"},
      {"from"},
      {"compared to the"},
      {"more than in"},
      {"measured against"},
  };
  return table;
}

std::span<const Phrase> before_due() {
  static constexpr Phrase table[] = {{"by"},      {"until"},         {"till"},
                                     {"through"}, {"no later than"}, {"not later than"},
                                     {"due"},     {"due by"},        {"at the latest by"},
                                     {"to"},      {"up to"},         {"on"},
                                     {"at"},      {"before"},        {"ahead of"},
                                     {"come"}};
  return table;
}

std::span<const Phrase> before_span() {
  static constexpr Phrase table[] = {{"in"},
                                     {"during"},
                                     {"within"},
                                     {"over"},
                                     {"for"},
                                     {"throughout"},
                                     {"across"},
                                     {"over the course of"},
                                     {"in the course of"}};
  return table;
}

std::span<const Phrase> before_start() {
  static constexpr Phrase table[] = {{"starting"},  {"starting in"},  {"starting on"},  {"starting from"},
                                     {"beginning"}, {"beginning in"}, {"beginning on"}, {"as of"},
                                     {"from"},      {"since"},        {"start"}};
  return table;
}

std::span<const Phrase> before_rationale() {
  static constexpr Phrase table[] = {{"because"},   {"so that"}, {"so we"},      {"in order to"}, {"in order that"},
                                     {"since our"}, {"as we"},   {"to support"}, {"to help"}};
  return table;
}

std::span<const Phrase> end_of() {
  static constexpr Phrase table[] = {{"end of"}, {"the end of"}, {"close of"}, {"the close of"}};
  return table;
}

namespace {

constexpr Phrase all_fillers[] = {
    {"the"},
    {"our"},
    {"a"},
    {"an"},
    {"my"},
    {"your"},
    {"their"},
    {"its"},
    {"his"},
    {"her"},
    {"this"},
    {"that"},
    {"these"},
    {"which"},
    {"we"},
    {"u"},
    {"us"},
    {"i"},
    {"i'd"},
    {"we'd"},
    {"want"},
    {"would"},
    {"like"},
    {"need"},
    {"aim"},
    {"goal"},
    {"target"},
    {"objective"},
    {"plan"},
    {"please"},
    {"must"},
    {"should"},
    {"shall"},
    {"will"},
    {"let"},
    {"to"},
    {"of"},
    {"on"},
    {"in"},
    {"for"},
    {"with"},
    {"and"},
    {"at"},
    {"from"},
    {"by"},
    {"is"},
    {"are"},
    {"be"},
    {"it"},
    {"all"},
    {"overall"},
    {"total"},
    {"number"},
    {"count"},
    {"amount"},
    {"volume"},
    {"figure"},
    {"level"},
    {"base"},
    {"rate"},
    {"post"},
    {"content"},
    {"publication"},
    {"account"},
    {"page"},
    {"profile"},
    {"brand"},
    {"company"},
    {"business"},
    {"team"},
    {"social"},
    {"media"},
    {"network"},
    {"platform"},
    {"website"},
    {"web"},
    {"site"},
    {"channel"},
    {"across"},
    {"through"},
    {"via"},
    {"own"},
    {"current"},
    {"currently"},
    {"steadily"},
    {"significantly"},
    {"consistently"},
    {"alway"},
    {"least"},
    {"within"},
    {"ensure"},
    {"ensuring"},
    {"sure"},
    {"try"},
    {"work"},
    {"strive"},
    {"toward"},
    {"support"},
    {"customer"},
    {"service"},
    {"marketing"},
    {"department"},
    {"only"},
    {"average"},
    {"mean"},
    {"score"},
    {"value"},
    {"result"},
    {"metric"},
    {"kpi"},
    {"organically"},
    {"online"},
    {"new"},
    {"tweet"},
    {"pin"},
    {"stat"},
    {"per"},
    {"when"},
    {"compared"},
    {"during"},
    {"then"},
    {"no"},
    {"later"},
    {"so"},
    {"ratio"},
    {"time"},
    {"now"},
    {"today"},
    {"next"},
    {"over"},
    {"as"},
    {"set"},
    {"desired"},
    {"reviewed"},
    {"tracked"},
    {"checked"},
    {"measured"},
    {"one"},
    {"feed"},
    {"people"},
    {"going"},
    {"back"},
    {"least"},
    {"under"},
    {"traffic"},
    {"from now"},
    {"or"},
    {"there"},
    {"was"},
    {"than"},
    {"has"},
    {"been"},
};

}  // namespace

std::span<const Phrase> fillers() {
  return all_fillers;
}

std::span<const Phrase> before_scope() {
  static constexpr Phrase table[] = {{"on"},      {"from"}, {"for"},  {"among"},  {"across"}, {"via"},
                                     {"through"}, {"in"},   {"with"}, {"within"}, {"under"}};
  return table;
}

std::span<const KpiName> kpi_names() {
  static constexpr KpiName table[] = {
      {"audience", "followers"},
      {"community", "followers"},
      {"following", "followers"},
      {"follower base", "followers"},
      {"fan base", "followers"},
      {"click rate", "click_through_rate"},
      {"ctr rate", "click_through_rate"},
      {"traffic", "sessions"},
      {"site traffic", "sessions"},
      {"website traffic", "sessions"},
      {"satisfaction", "csat"},
      {"csat score", "csat"},
      {"nps score", "nps"},
      {"churn", "churn_rate"},
      {"retention", "customer_retention_rate"},
      {"published post", "posts"},
      {"respond", "first_response_time"},
      {"responding", "first_response_time"},
      {"respond to customer", "first_response_time"},
      {"reply to customer", "first_response_time"},
      {"answer customer", "first_response_time"},
      {"posting", "posting_frequency"},
      {"sentiment", "net_sentiment"},
  };
  return table;
}

std::span<const ScopeWords> scopes() {
  static constexpr ScopeWords table[] = {
      {"organic", "promotion", "organic"},
      {"unpaid", "promotion", "organic"},
      {"paid", "promotion", "paid"},
      {"promoted", "promotion", "paid"},
      {"sponsored", "promotion", "paid"},
      {"boosted", "promotion", "paid"},
      {"reel", "post_kind", "reel"},
      {"video", "post_kind", "video"},
      {"story", "post_kind", "story"},
      {"carousel", "post_kind", "carousel"},
      {"image", "post_kind", "image"},
      {"photo", "post_kind", "image"},
      {"picture", "post_kind", "image"},
      {"text post", "post_kind", "text"},
      {"link post", "post_kind", "link"},
      {"short", "post_kind", "short"},
      {"competitor", "ownership", "competitor"},
      {"partner", "ownership", "partner"},
      {"smartphone", "device", "mobile"},
      {"mobile", "device", "mobile"},
      {"desktop", "device", "desktop"},
  };
  return table;
}

std::span<const ScopeWords> channels() {
  static constexpr ScopeWords table[] = {
      {"organic social", "channel", "organic_social"},
      {"organic social media", "channel", "organic_social"},
      {"paid social", "channel", "paid_social"},
      {"paid social media", "channel", "paid_social"},
      {"social", "channel", "organic_social|paid_social"},
      {"social media", "channel", "organic_social|paid_social"},
      {"social network", "channel", "organic_social|paid_social"},
      {"social channel", "channel", "organic_social|paid_social"},
      {"social traffic", "channel", "organic_social|paid_social"},
      {"social visit", "channel", "organic_social|paid_social"},
      {"email", "channel", "email"},
      {"e mail", "channel", "email"},
      {"newsletter", "channel", "email"},
      {"organic search", "channel", "organic_search"},
      {"paid search", "channel", "paid_search"},
      {"search", "channel", "organic_search|paid_search"},
      {"direct traffic", "channel", "direct"},
      {"referral", "channel", "referral"},
  };
  return table;
}

std::span<const std::string_view> multiples() {
  static constexpr std::string_view table[] = {"return_on_ad_spend", "clv_to_cac", "frequency", "mention_velocity"};
  return table;
}

}  // namespace sociometer::insights::goal_words
