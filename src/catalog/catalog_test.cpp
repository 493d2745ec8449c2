#include "catalog/catalog.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/text.h"
#include "catalog/embedded.h"

namespace sociometer::catalog {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

const Catalog& built_in() {
  return *Catalog::built_in();
}

// Every key of the Reach and Engagement tables with all its readings, the default first.
struct Expected {
  std::string_view key;
  std::string_view variants;  // comma-separated, empty for one reading
  std::string_view formula;   // of the default
  Class additivity;
  bool interval;
};
const std::vector<Expected> expected = {
    {"impressions", "", "impressions", Class::flow, false},
    {"views", "", "views", Class::flow, false},
    {"reach", "", "reach", Class::unique, false},
    {"average_post_reach", "mean,median", "mean(post_reach)", Class::ratio, true},
    {"frequency", "", "impressions / reach", Class::ratio, false},
    {"reach_rate", "per_post,per_period", "mean(post_reach) / followers", Class::ratio, true},
    {"followers", "", "last(followers)", Class::stock, false},
    {"new_followers", "", "new_followers", Class::flow, false},
    {"lost_followers", "", "lost_followers", Class::flow, false},
    {"net_follower_growth", "stock,gained_minus_lost", "change(followers)", Class::flow, false},
    {"audience_growth_rate", "by_end,by_start,monthly_compound", "change(followers) / last(followers)", Class::ratio,
     false},
    {"audience_share", "", "share(audience)", Class::ratio, false},
    {"online_followers", "", "average(online_followers)", Class::stock, false},
    {"profile_visits", "", "profile_visits", Class::flow, false},
    {"profile_actions", "", "profile_actions", Class::flow, false},
    {"mentions", "all,tagged,untagged,by_non_followers", "mentions", Class::flow, false},
    {"mention_velocity", "", "watched_mentions / usual_mentions", Class::ratio, true},
    {"share_of_voice", "by_mentions,by_authors,by_engagement,by_reach,fractional",
     "brand_mentions / brand_mentions{ownership=any}", Class::ratio, true},
    {"posts", "", "posts", Class::flow, false},
    {"posting_frequency", "", "posts / days", Class::ratio, false},
    {"video_views", "", "video_views", Class::flow, false},
    {"hashtag_uses", "all,own,others", "hashtag_uses", Class::flow, false},
    {"likes", "", "likes", Class::flow, false},
    {"comments", "", "comments", Class::flow, false},
    {"shares", "", "shares", Class::flow, false},
    {"saves", "", "saves", Class::flow, false},
    {"clicks", "", "clicks", Class::flow, false},
    {"link_clicks", "", "link_clicks", Class::flow, false},
    {"engagements", "all,core,with_clicks,broad,network", "likes + comments + shares + saves", Class::flow, false},
    {"engagement_rate", "per_post,by_reach,by_impressions,per_period,network", "engagements / (posts × followers)",
     Class::ratio, true},
    {"average_engagement_rate", "by_followers,by_reach,by_impressions,median,current_followers",
     "mean(engagements / at_post(followers))", Class::ratio, true},
    {"engagement_mix", "", "engagements_of_kind / engagements:with_clicks", Class::ratio, true},
    {"amplification_rate", "by_followers,per_period,per_post", "shares / (posts × followers)", Class::ratio, true},
    {"applause_rate", "by_followers,per_period,per_post", "likes / (posts × followers)", Class::ratio, true},
    {"conversation_rate", "by_followers,per_period,per_post", "comments / (posts × followers)", Class::ratio, true},
    {"virality_rate", "by_impressions,by_reach", "shares / impressions", Class::ratio, true},
    {"save_rate", "by_impressions,by_reach", "saves / impressions", Class::ratio, true},
    {"average_comment_length", "characters,words,sentences,paragraphs", "comment_characters / comments_read",
     Class::ratio, true},
    {"average_watch_time", "", "watch_time / video_views", Class::ratio, false},
    {"video_completion_rate", "", "completed_video_views / video_views", Class::ratio, true},
};

const std::vector<Expected> expected_of_care = {
    {"conversations", "", "conversations", Class::flow, false},
    {"average_response_time", "answered,business_hours", "mean(time_to_first_response)", Class::duration, true},
    {"first_response_time", "median,p90,business_hours", "median(time_to_first_response)", Class::duration, true},
    {"reply_time", "mean,median,p90,business_hours", "mean(time_to_reply)", Class::duration, true},
    {"response_rate", "", "responses_in_window / responses_due", Class::ratio, true},
    {"resolved_issues", "", "resolved_conversations", Class::flow, false},
    {"resolution_time", "first,last,business_hours,p90", "mean(time_to_resolution)", Class::duration, true},
    {"first_contact_resolution_rate", "by_first_agent,without_return",
     "first_contact_resolutions / attributed_resolutions", Class::ratio, true},
    {"bot_resolution_rate", "", "unaided_resolutions / resolved_conversations", Class::ratio, true},
    {"handle_time", "", "mean(handling_time)", Class::duration, true},
    {"backlog", "", "open_conversations", Class::stock, false},
    {"reopen_rate", "", "reopened_conversations / resolved_conversations", Class::ratio, true},
    {"sla_met_rate", "", "promises_kept / promises_due", Class::ratio, true},
    {"csat", "top_boxes,mean", "csat_satisfied / csat_answers", Class::ratio, true},
    {"nps", "", "(nps_promoters - nps_detractors) / nps_answers", Class::index, true},
    {"promoter_share", "", "nps_promoters / nps_answers", Class::ratio, true},
    {"passive_share", "", "nps_passives / nps_answers", Class::ratio, true},
    {"detractor_share", "", "nps_detractors / nps_answers", Class::ratio, true},
    {"ces", "mean,top", "mean(ces_scores)", Class::index, true},
    {"rating", "", "mean(ratings)", Class::index, true},
    {"reviews", "", "reviews", Class::flow, false},
    {"survey_responses", "", "survey_responses", Class::flow, false},
    {"survey_response_rate", "", "survey_questions_answered / survey_questions", Class::ratio, true},
    {"positive_share", "classified,corrected", "positive_mentions / classified_mentions", Class::ratio, true},
    {"neutral_share", "classified,corrected", "neutral_mentions / classified_mentions", Class::ratio, true},
    {"negative_share", "classified,corrected", "negative_mentions / classified_mentions", Class::ratio, true},
    {"net_sentiment", "of_classified,of_polar", "(positive_mentions - negative_mentions) / classified_mentions",
     Class::index, true},
    {"advocates", "", "advocates", Class::unique, false},
};

const std::vector<Expected> expected_of_money = {
    {"spend", "", "spend", Class::flow, false},
    {"cost", "", "cost", Class::flow, false},
    {"budget_pacing", "", "cost / budget", Class::ratio, false},
    {"cost_per_click", "all,link", "spend / paid_clicks", Class::ratio, true},
    {"cost_per_mille", "by_impressions,by_reach", "1000 × spend / paid_impressions", Class::ratio, true},
    {"cost_per_engagement", "", "spend / paid_engagements", Class::ratio, true},
    {"cost_per_lead", "ad_spend,full_cost", "spend / paid_leads", Class::ratio, true},
    {"cost_per_acquisition", "ad_spend,full_cost", "spend / paid_conversions", Class::ratio, true},
    {"return_on_ad_spend", "attributed,platform", "paid_revenue / spend", Class::ratio, false},
    {"return_on_investment", "revenue,with_assigned_value,value_ratio",
     "(attributed_revenue_last_non_direct - cost) / cost", Class::ratio, false},
    {"revenue", "net,gross,social", "revenue", Class::flow, false},
    {"purchases", "all,social", "purchases", Class::flow, false},
    {"average_order_value", "all,social", "revenue / purchases", Class::ratio, true},
    {"customers", "all,new,returning", "customers", Class::unique, false},
    {"purchase_frequency", "", "customer_purchases / customers", Class::ratio, false},
    {"repeat_purchase_rate", "", "repeat_customers / customers", Class::ratio, true},
    {"customer_retention_rate", "", "retained_customers / previous_customers", Class::ratio, true},
    {"churn_rate", "", "lost_customers / previous_customers", Class::ratio, true},
    {"customer_lifespan", "", "customer_lifespan", Class::duration, true},
    {"revenue_per_customer", "", "customer_revenue / customers", Class::ratio, true},
    {"customer_acquisition_cost", "", "cost / new_customers", Class::ratio, false},
    {"profit_margin", "", "(costed_revenue - cost_of_goods) / costed_revenue", Class::ratio, false},
    {"customer_lifetime_value", "simple,margin,social,bg_nbd",
     "average_order_value × purchase_frequency × customer_lifespan_in_periods", Class::index, true},
    {"clv_to_cac", "", "customer_lifetime_value / customer_acquisition_cost", Class::ratio, false},
    {"attributed_conversions", "last_non_direct,first,last,linear,position,time_decay,markov,shapley",
     "attributed_conversions_last_non_direct", Class::modelled, false},
    {"attributed_revenue", "last_non_direct,first,last,linear,position,time_decay,markov,shapley",
     "attributed_revenue_last_non_direct", Class::modelled, false},
};

TEST(Catalog, HasEveryKpiOfCareVoiceAndMoney) {
  std::vector<Expected> all = expected_of_care;
  all.insert(all.end(), expected_of_money.begin(), expected_of_money.end());
  for (const Expected& one : all) {
    const Kpi* kpi = built_in().kpi(one.key);
    ASSERT_NE(kpi, nullptr) << one.key;
    std::vector<std::string> variants;
    for (const Variant& variant : kpi->variants) variants.push_back(variant.key);
    EXPECT_EQ(join(variants, ","), one.variants) << one.key;
    EXPECT_EQ(kpi->variants.front().formula_text, one.formula) << one.key;
    EXPECT_EQ(kpi->additivity, one.additivity) << one.key;
    EXPECT_EQ(kpi->interval, one.interval) << one.key;
    EXPECT_FALSE(kpi->serves.empty()) << one.key;
    EXPECT_GE(kpi->synonyms.size(), 2U) << one.key;
  }
}

TEST(Catalog, HasEveryKpiOfReachAndEngagement) {
  for (const Expected& one : expected) {
    const Kpi* kpi = built_in().kpi(one.key);
    ASSERT_NE(kpi, nullptr) << one.key;
    std::vector<std::string> variants;
    for (const Variant& variant : kpi->variants) variants.push_back(variant.key);
    EXPECT_EQ(join(variants, ","), one.variants) << one.key;
    EXPECT_EQ(kpi->variants.front().formula_text, one.formula) << one.key;
    EXPECT_EQ(kpi->additivity, one.additivity) << one.key;
    EXPECT_EQ(kpi->interval, one.interval) << one.key;
    EXPECT_FALSE(kpi->serves.empty()) << one.key;
    EXPECT_FALSE(kpi->source.empty()) << one.key;
    EXPECT_GE(kpi->synonyms.size(), 2U) << one.key;
    EXPECT_GT(kpi->description.english().size(), 80U) << one.key;
  }
  auto families = [](const Kpi& kpi) { return kpi.family == "reach" || kpi.family == "engagement"; };
  EXPECT_EQ(static_cast<size_t>(std::count_if(built_in().kpis().begin(), built_in().kpis().end(), families)),
            expected.size());
}

TEST(Catalog, FindsAKpiByKeyAndVariant) {
  auto choice = built_in().find_kpi("engagement_rate:by_reach");
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->variant->formula_source, "engagements / post_reach");
  EXPECT_EQ(choice->variant->formula, *parse_formula("engagements / post_reach"));
  EXPECT_EQ(built_in().find_kpi("engagement_rate")->variant->key, "per_post");
  EXPECT_EQ(built_in().find_kpi("likes")->variant->key, "");
}

TEST(Catalog, SuggestsWhatWasMeant) {
  auto message = [](std::string_view text) { return built_in().find_kpi(text).error().message; };
  EXPECT_THAT(message("engagment_rate"), HasSubstr("did you mean \"engagement_rate\"?"));
  EXPECT_THAT(message("Retweets"), HasSubstr("it is called \"shares\""));
  EXPECT_THAT(message("saham"), HasSubstr("it is called \"shares\""));
  EXPECT_THAT(message("การเข้าถึง"), HasSubstr("it is called \"reach\""));
  EXPECT_THAT(message("engagement_rate:by_moon"), HasSubstr("per_post, by_reach, by_impressions, per_period, network"));
  EXPECT_THAT(message("likes:by_reach"), HasSubstr("one reading"));
  EXPECT_EQ(built_in().find_kpi("nothing_like_it_at_all").error().kind, ErrorKind::not_found);
  EXPECT_FALSE(built_in().find_kpi(""));
  EXPECT_FALSE(built_in().find_kpi("likes:"));
}

TEST(Catalog, KnowsNetworksByTheirOtherNames) {
  ASSERT_NE(built_in().network("Twitter"), nullptr);
  EXPECT_EQ(built_in().network("Twitter")->key, "x");
  EXPECT_EQ(built_in().network("X")->zone, "UTC");
  EXPECT_EQ(built_in().network("instagram")->zone, "America/Los_Angeles");
  EXPECT_EQ(built_in().network("myspace"), nullptr);
  EXPECT_THAT(built_in().network("x")->formats,
              UnorderedElementsAre("x_post_activity", "x_daily_activity", "x_account_overview", "x_content",
                                   "x_video_overview", "x_support"));
  EXPECT_THAT(built_in().network("instagram")->formats,
              ElementsAre("meta_content", "meta_daily_series", "meta_audience"));
}

TEST(Catalog, KnowsWhenDefinitionsChanged) {
  auto breaks_of = [](std::string_view network) {
    std::vector<std::string> days;
    for (const DefinitionBreak& one : built_in().network(network)->breaks)
      days.push_back(one.measure + " " + format_day(one.day));
    return days;
  };
  EXPECT_THAT(breaks_of("youtube"), Contains("views 2025-03-31"));
  EXPECT_THAT(breaks_of("instagram"), Contains("impressions 2025-04-21"));
  EXPECT_THAT(breaks_of("facebook"), Contains("impressions 2025-11-15"));
  ASSERT_FALSE(built_in().network("facebook")->replacements.empty());
  EXPECT_EQ(built_in().network("facebook")->replacements.front().by, "views");
}

// --- formats ---

// The format a header is of: all its required columns are there, and no other's table knows more of them. Several where
// two know as many.
std::vector<std::string> recognised(const std::vector<std::string>& headers) {
  std::set<std::string> there;
  for (const std::string& header : headers) there.insert(normalised_header(header));
  std::vector<std::string> keys;
  size_t most = 0;
  for (const Format& format : built_in().formats()) {
    for (const Table& table : format.tables) {
      bool all = true;
      std::set<std::string> known;
      for (const Column& column : table.columns) {
        bool any = false;
        for (const std::string& name : column.names) {
          if (!there.contains(normalised_header(name))) continue;
          any = true;
          known.insert(normalised_header(name));
        }
        all = all && (any || !column.required);
      }
      if (!all || known.size() < most) continue;
      if (known.size() > most) keys.clear();
      most = known.size();
      keys.push_back(format.key);
    }
  }
  return keys;
}

std::vector<std::string> cells(std::string_view line) {
  std::vector<std::string> found;
  for (std::string_view cell : split(line, ';')) found.emplace_back(cell);
  return found;
}

// "role", or "measure:promotion" of each column a header stands in.
std::vector<std::string> meanings(std::string_view format, std::string_view header) {
  std::vector<std::string> found;
  for (const Table& table : built_in().format(format)->tables) {
    for (const Column& column : table.columns) {
      for (const std::string& name : column.names) {
        if (normalised_header(name) != normalised_header(header)) continue;
        found.push_back(column.role == "measure" ? column.measure + ":" + column.promotion : column.role);
      }
    }
  }
  return found;
}

const std::string x_activity =
    "impressions;engagements;engagement rate;retweets;replies;likes;user profile clicks;url clicks;hashtag clicks;"
    "detail expands;permalink clicks;app opens;app installs;follows;email tweet;dial phone;media views;media "
    "engagements;"
    "promoted impressions;promoted engagements;promoted engagement rate;promoted retweets;promoted replies;"
    "promoted likes;promoted user profile clicks;promoted url clicks;promoted hashtag clicks;promoted detail expands;"
    "promoted permalink clicks;promoted app opens;promoted app installs;promoted follows;promoted email tweet;"
    "promoted dial phone;promoted media views;promoted media engagements";
const std::string instagram =
    "Post ID;Account ID;Account username;Account name;Description;Duration (sec);Publish time;Permalink;Post type;"
    "Data comment;Date;Views;Reach;Likes;Shares;Follows;Comments;Saves";
const std::string facebook =
    "Post ID;Page ID;Page name;Title;Description;Duration (secs);Publish time;Caption type;Permalink;Is crosspost;"
    "Is share;Post type;Languages;Custom labels;Funded content status;Data comment;Date;IMPRESSION:UNIQUE_USERS;Reach;"
    "Impressions;Reactions, comments and shares;Reactions;Comments;Shares;Total clicks;Link Clicks;Other Clicks;"
    "Matched Audience Targeting Consumption (Photo Click);Seconds viewed;Average Seconds viewed;"
    "3-second video views;Estimated earnings (USD);Ad impressions";

TEST(Formats, RecogniseTheirHeaders) {
  EXPECT_THAT(recognised(cells("Tweet id;Tweet permalink;Tweet text;time;" + x_activity)),
              ElementsAre("x_post_activity"));
  EXPECT_THAT(recognised(cells("Date;Tweets published;" + x_activity)), ElementsAre("x_daily_activity"));
  EXPECT_THAT(
      recognised(cells("Date;Impressions;Likes;Engagements;Bookmarks;Shares;New follows;Unfollows;Replies;Reposts;"
                       "Profile visits;Create Post;Video views;Media views")),
      ElementsAre("x_account_overview"));
  EXPECT_THAT(recognised(cells(instagram)), ElementsAre("meta_content"));
  EXPECT_THAT(recognised(cells(facebook)), ElementsAre("meta_content"));
  EXPECT_THAT(
      recognised(cells("Identificação da publicação;Identificação da conta;Horário de publicação;Link permanente;"
                       "Tipo de publicação;Visualizações;Alcance;Curtidas;Salvamentos")),
      ElementsAre("meta_content"));
  EXPECT_THAT(recognised(cells("Publicerings-id;Konto-id;Publiceringstid;Permalänk;Visningar;Räckvidd")),
              ElementsAre("meta_content"));
  EXPECT_THAT(
      recognised(cells("network;account;ownership;subject;post_id;measure;promotion;breakdown;member;window;start;"
                       "end;zone;value;currency;observed_at")),
      ElementsAre("sociometer_observations"));
  EXPECT_THAT(recognised(cells("network;account;post_id;published_at;zone;kind;text;link;campaign;tags;likes;views")),
              ElementsAre("sociometer_posts"));
}

TEST(Formats, LeaveAloneWhatTheyDoNotRead) {
  EXPECT_THAT(recognised(cells("Name;Street;City;Country")), IsEmpty());
  EXPECT_THAT(recognised(cells("Date;Temperature;Rain")), IsEmpty());
}

TEST(Formats, KnowEveryColumnOfTheirFiles) {
  for (const std::string& header : cells("Tweet id;Tweet permalink;Tweet text;time;" + x_activity)) {
    EXPECT_THAT(meanings("x_post_activity", header), Not(IsEmpty())) << header;
  }
  for (const std::string& header : cells("Date;Tweets published;" + x_activity)) {
    EXPECT_THAT(meanings("x_daily_activity", header), Not(IsEmpty())) << header;
  }
  for (const std::string& header : cells(instagram))
    EXPECT_THAT(meanings("meta_content", header), Not(IsEmpty())) << header;
  for (const std::string& header : cells(facebook))
    EXPECT_THAT(meanings("meta_content", header), Not(IsEmpty())) << header;
}

TEST(Formats, MapColumnsToMeasures) {
  EXPECT_THAT(meanings("x_post_activity", "retweets"), ElementsAre("shares:all"));
  EXPECT_THAT(meanings("x_post_activity", "favorites"), ElementsAre("likes:all"));
  EXPECT_THAT(meanings("x_post_activity", "URL clicks"), ElementsAre("link_clicks:all", "clicks:all"));
  EXPECT_THAT(meanings("x_post_activity", "promoted impressions"), ElementsAre("impressions:paid"));
  EXPECT_THAT(meanings("meta_content", "IMPRESSION:UNIQUE_USERS"), ElementsAre("post_reach:all"));
  EXPECT_THAT(meanings("meta_content", "Curtidas"), ElementsAre("likes:all"));
  EXPECT_THAT(meanings("meta_content", "Reach from Boosted posts"), ElementsAre("post_reach:paid"));
  EXPECT_THAT(meanings("sociometer_posts", "watch_time"), ElementsAre("watch_time:all"));
  for (const Measure& measure : built_in().measures()) {
    if (!measure.from.empty()) continue;  // computed from events: no column could bring it
    EXPECT_THAT(meanings("sociometer_posts", measure.key), ElementsAre(measure.key + ":all"));
  }
}

TEST(Formats, SayWhoseABlockIs) {
  auto series = [](std::string_view title) -> std::string {
    for (const Format::Block& one : built_in().format("meta_daily_series")->blocks) {
      for (const std::string& known : one.titles) {
        if (normalised_header(known) == normalised_header(title)) return one.network + " " + one.measure;
      }
    }
    return "unknown";
  };
  EXPECT_EQ(series("Facebook reach"), "facebook reach");
  EXPECT_EQ(series("Reach"), " reach");
  EXPECT_EQ(series("Alcance"), " reach");
  EXPECT_EQ(series("Instagram profile visits"), "instagram profile_visits");
  EXPECT_EQ(series("Facebook visits"), "facebook profile_visits");
  EXPECT_EQ(series("Content interactions"), " network_engagements");
  EXPECT_EQ(series("Instagram follows"), "instagram new_followers");
  EXPECT_EQ(series("Follows"), " new_followers");
  EXPECT_EQ(series("Seguidores no Instagram"), "instagram new_followers");
  EXPECT_EQ(series("Cliques no link do Instagram"), "instagram link_clicks");
  EXPECT_EQ(series("Views"), " views");
  EXPECT_EQ(series("Viewers"), " viewers");
}

TEST(Formats, TellPostKinds) {
  for (const Column& column : built_in().format("meta_content")->tables.front().columns) {
    if (column.role != "kind") continue;
    EXPECT_EQ(column.values.at("ig carousel"), "carousel");
    EXPECT_EQ(column.values.at("photos"), "image");
    EXPECT_EQ(column.values.at("reels"), "reel");
  }
}

TEST(Formats, CompareHeadersAsPeopleReadThem) {
  EXPECT_EQ(normalised_header("\xEF\xBB\xBFPost ID "), "post id");
  EXPECT_EQ(normalised_header("Vi\u00ADdeo\u00ADti\u00ADtel"), "videotitel");
  EXPECT_EQ(normalised_header("Phone \xC2\xA0 number\tclicks "), "phone number clicks");
  EXPECT_EQ(normalised_header("J’aime"), normalised_header("j'AIME"));
  EXPECT_EQ(normalised_header("STRASSE"), normalised_header("Straße"));
}

// --- the real files ---

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Headers have no escaped quotes in these formats.
std::vector<std::string> csv_cells(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::vector<std::string> found(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      found.emplace_back();
    } else {
      found.back() += c;
    }
  }
  return found;
}

TEST(RealFiles, HaveHeadersTheCatalogKnows) {
  std::filesystem::path exports = std::filesystem::path(SHARED_DATA) / "exports";
  if (!std::filesystem::exists(exports)) GTEST_SKIP() << "the real exports are not here: " << exports;
  std::set<std::string> seen;
  for (std::string_view folder : {"x-analytics", "meta-business-suite"}) {
    for (const auto& file : std::filesystem::directory_iterator(exports / folder)) {
      std::vector<std::string> headers = csv_cells(first_line(file.path()));
      for (const std::string& key : recognised(headers)) {
        seen.insert(key);
        for (const std::string& header : headers) {
          EXPECT_THAT(meanings(key, header), Not(IsEmpty())) << file.path().filename() << ": " << header;
        }
      }
    }
  }
  EXPECT_THAT(seen,
              ElementsAre("meta_content", "x_account_overview", "x_content", "x_daily_activity", "x_post_activity"));
}

// --- JSON ---

TEST(CatalogJson, ShowsAKpiAsTheApiPromises) {
  auto entry = built_in().entry_json("engagement_rate", "en");
  ASSERT_TRUE(entry);
  const JsonObject& kpi = entry->as_object();
  EXPECT_EQ(kpi.at("formula").as_string(), "engagements / (posts × followers)");
  EXPECT_EQ(kpi.at("kind").as_string(), "leading");
  EXPECT_EQ(kpi.at("class").as_string(), "ratio");
  EXPECT_TRUE(kpi.at("interval").as_bool());
  EXPECT_EQ(kpi.at("definition").as_int64(), 1);
  const JsonArray& variants = kpi.at("variants").as_array();
  ASSERT_EQ(variants.size(), 5U);
  EXPECT_TRUE(variants[0].as_object().at("default").as_bool());
  EXPECT_FALSE(variants[1].as_object().at("default").as_bool());
  EXPECT_EQ(variants[1].as_object().at("key").as_string(), "by_reach");
  EXPECT_FALSE(variants[1].as_object().at("note").as_string().empty());
}

TEST(CatalogJson, FindsEntriesOfEveryKind) {
  auto kind = [](std::string_view key) -> std::string {
    auto entry = built_in().entry_json(key, "en");
    if (!entry) return entry.error().message;
    return std::string(entry->as_object().at("entry").as_string());
  };
  EXPECT_EQ(kind("likes"), "kpi");
  EXPECT_EQ(kind("post_reach"), "measure");
  EXPECT_EQ(kind("hashtag"), "dimension");
  EXPECT_EQ(kind("twitter"), "network");
  EXPECT_EQ(kind("meta_content"), "format");
  EXPECT_EQ(kind("engagement_rate:by_reach"), "kpi");
  EXPECT_THAT(kind("engagement_rat"), HasSubstr("did you mean \"engagement_rate\"?"));
  EXPECT_THAT(kind("repins"), HasSubstr("saves"));
}

TEST(CatalogJson, HasEverything) {
  Json all = built_in().to_json("de");  // no German yet: English stands in
  const JsonObject& object = all.as_object();
  EXPECT_EQ(object.at("kpis").as_array().size(), built_in().kpis().size());
  EXPECT_EQ(object.at("networks").as_array().size(), built_in().networks().size());
  EXPECT_EQ(object.at("kpis").as_array()[0].as_object().at("name").as_string(), built_in().kpis()[0].name.english());
  EXPECT_EQ(object.at("measures").as_array().size(), built_in().measures().size());
  for (const Json& format : object.at("formats").as_array()) {
    EXPECT_GT(format.as_object().at("how_to_get").as_string().size(), 20U);
  }
}

// --- what the schema refuses ---

// A small sound catalog to break.
std::map<std::string, std::string> small() {
  return {
      {"measures.yaml", R"(measures:
  likes: {name: {en: Likes}, description: {en: Likes.}, unit: count, class: flow, good: up, synonyms: [hearts]}
  fans: {name: {en: Fans}, description: {en: Fans.}, unit: people, class: stock, good: up}
)"},
      {"dimensions.yaml", "dimensions:\n  network: {kind: subject, name: {en: Network}, description: {en: Where.}}\n"},
      {"kpis/own.yaml", R"(family: own
kpis:
  rate:
    name: {en: Rate}
    description: {en: A rate.}
    unit: ratio
    class: ratio
    good: up
    kind: leading
    serves: [awareness]
    source: here
    variants:
      one: {name: {en: One}, formula: likes / last(fans)}
      two: {name: {en: Two}, formula: "likes{network=x} / posts"}
)"},
      {"networks/x.yaml", "key: x\nname: {en: X}\nzone: UTC\n"},
      {"formats/x.yaml", R"(formats:
  posts_of_x:
    network: x
    name: {en: F}
    description: {en: F.}
    how_to_get: {en: There.}
    zone: UTC
    tier: own_export
    rows: posts
    columns:
      - {names: [Id], role: post_id, required: true}
      - {names: [Likes], measure: likes}
)"}};
}

// The complaint after replacing `from` by `to` in a file of the small catalog.
std::string complaint(const std::string& file, const std::string& from, const std::string& to) {
  auto files = small();
  std::string& text = files[file];
  size_t at = text.find(from);
  if (at == std::string::npos) return "the test is wrong";
  text.replace(at, from.size(), to);
  auto loaded = Catalog::load(files);
  return loaded ? "" : loaded.error().message;
}

TEST(Schema, TakesTheSmallCatalog) {
  auto loaded = Catalog::load(small());
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ((*loaded)->find_kpi("rate:two")->variant->formula_text, "likes{network=x} / posts");
}

TEST(Schema, NamesFileLineAndMember) {
  EXPECT_THAT(complaint("kpis/own.yaml", "source: here", "sauce: here"),
              HasSubstr("kpis/own.yaml:11:12: rate: nobody knows the member \"sauce\"; did you mean \"source\"?"));
  EXPECT_THAT(complaint("kpis/own.yaml", "    source: here\n", ""),
              HasSubstr("kpis/own.yaml:4:5: rate: \"source\" is missing"));
  EXPECT_THAT(complaint("measures.yaml", "good: up", "good: upp"),
              HasSubstr("measures.yaml:2:89: likes.good: \"upp\" is none of up, down, none"));
  EXPECT_THAT(complaint("measures.yaml", "class: stock", "class: stack"), HasSubstr("is none of flow, stock"));
  EXPECT_THAT(complaint("measures.yaml", "unit: people", "unit: persons"), HasSubstr("is none of count, people"));
  EXPECT_THAT(complaint("kpis/own.yaml", "serves: [awareness]", "serves: [fame]"),
              HasSubstr("\"fame\" is none of awareness"));
}

TEST(Schema, WantsEnglish) {
  EXPECT_THAT(complaint("measures.yaml", "{en: Fans}", "{de: Fans}"),
              HasSubstr("fans.name: the English words (en) are missing"));
  EXPECT_THAT(complaint("measures.yaml", "{en: Fans}", "Fans"), HasSubstr("expected words by language"));
  EXPECT_THAT(complaint("measures.yaml", "{en: Fans}", "{en: ''}"), HasSubstr("no language with words"));
}

TEST(Schema, RefusesDoubleKeysAndSynonyms) {
  EXPECT_THAT(complaint("measures.yaml", "  fans:", "  likes:"), HasSubstr("measures.yaml:3:3: likes: stands twice"));
  EXPECT_THAT(complaint("measures.yaml", "good: up}", "good: up, good: up}"), HasSubstr("\"good\" stands twice"));
  EXPECT_THAT(complaint("measures.yaml", "good: up}", "good: up, synonyms: [HEARTS]}"),
              HasSubstr("belongs to likes already"));
  EXPECT_THAT(complaint("kpis/own.yaml", "  rate:", "  network:"), HasSubstr("of that key"));
  EXPECT_THAT(complaint("formats/x.yaml", "names: [Likes]", "names: [ID]"),
              HasSubstr("the header \"ID\" stands twice"));
  EXPECT_THAT(complaint("formats/x.yaml", "names: [Likes]", "names: [Likes, likes]"), HasSubstr("stands twice"));
}

TEST(Schema, RefusesNamesNobodyDefines) {
  EXPECT_THAT(complaint("kpis/own.yaml", "likes / last", "loves / last"),
              HasSubstr("rate.one.formula: nobody defines \"loves\""));
  EXPECT_THAT(complaint("kpis/own.yaml", "likes / last", "lieks / last"), HasSubstr("did you mean \"likes\"?"));
  EXPECT_THAT(complaint("kpis/own.yaml", "{network=x}", "{net=x}"), HasSubstr("there is no dimension \"net\""));
  EXPECT_THAT(complaint("kpis/own.yaml", "/ posts", "/ rate:three"), HasSubstr("rate has no variant \"three\""));
  EXPECT_THAT(complaint("kpis/own.yaml", "last(fans)", "lost(fans)"), HasSubstr("there is no \"lost(…)\""));
  EXPECT_THAT(complaint("kpis/own.yaml", "last(fans)", "last(likes)"), HasSubstr("takes a measure of class stock"));
  EXPECT_THAT(complaint("kpis/own.yaml", "last(fans)", "at_post(fans)"), HasSubstr("only inside mean"));
  EXPECT_THAT(complaint("kpis/own.yaml", "likes / last", "likes + / last"), HasSubstr("at character 9"));
  EXPECT_THAT(complaint("formats/x.yaml", "measure: likes", "measure: loves"),
              HasSubstr("there is no measure \"loves\""));
  EXPECT_THAT(complaint("formats/x.yaml", "measure: likes", "role: loves"), HasSubstr("is none of measure, ignored"));
  EXPECT_THAT(complaint("formats/x.yaml", "network: x", "network: y"), HasSubstr("there is no network \"y\""));
  EXPECT_THAT(complaint("formats/x.yaml", ", required: true", ""), HasSubstr("no column is required"));
  EXPECT_THAT(complaint("networks/x.yaml", "zone: UTC", "zone: Mars/Olympus"), HasSubstr("Mars/Olympus"));
  EXPECT_THAT(complaint("networks/x.yaml", "key: x", "key: z"), HasSubstr("is not the file's name"));
}

TEST(Schema, RefusesAKpiThatNeedsItself) {
  EXPECT_THAT(complaint("kpis/own.yaml", "likes / last(fans)", "likes / rate:two + rate:one"),
              HasSubstr("rate:one → rate:one"));
}

TEST(Schema, RefusesWhatIsNotACatalog) {
  EXPECT_THAT(complaint("networks/x.yaml", "key: x", "key: [x"), HasSubstr("networks/x.yaml:"));
  EXPECT_THAT(complaint("networks/x.yaml", "key: x\nname: {en: X}\nzone: UTC\n", "- x"),
              HasSubstr("expected members with names"));
  auto files = small();
  files["verses.yaml"] = "a: b";
  EXPECT_THAT(Catalog::load(files).error().message, HasSubstr("no such file belongs to a catalog"));
  files = small();
  files.erase("measures.yaml");
  EXPECT_THAT(Catalog::load(files).error().message, HasSubstr("measures.yaml: the file is missing"));
}

TEST(Schema, ReportsEveryMistakeAtOnce) {
  auto files = small();
  files["networks/x.yaml"] = "key: x\nname: {en: X}\nzone: Nowhere\nsettlement_days: -1\nmoons: 2\n";
  std::string message = Catalog::load(files).error().message;
  EXPECT_THAT(message, HasSubstr("settlement_days"));
  EXPECT_THAT(message, HasSubstr("moons"));
  EXPECT_THAT(message, HasSubstr("Nowhere"));
}

}  // namespace
}  // namespace sociometer::catalog
