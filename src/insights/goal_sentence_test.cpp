#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "insights/goal_fixture.h"
#include "insights/goal_tokens.h"
#include "insights/goal_words.h"
#include "insights/goals.h"

namespace sociometer::insights {
namespace {

using testing::HasSubstr;

// A goal on one line.
std::string summary(const Goal& goal) {
  std::string filter;
  for (const auto& [dimension, members] : goal.filter) {
    filter += fmt::format(" {}=", dimension);
    for (size_t i = 0; i < members.size(); ++i) filter += (i == 0 ? "" : "|") + members[i];
  }
  return fmt::format(
      "{}{}{} {} {} {}{}{} {}..{} from {}..{}{} {}", goal.kpi, goal.variant.empty() ? "" : ":" + goal.variant, filter,
      name(goal.direction), name(goal.target.kind), goal.target.value,
      goal.target.upto ? fmt::format("-{}", *goal.target.upto) : "", goal.target.inclusive ? "" : " strictly",
      format_day(goal.days.first), format_day(goal.days.end - 1), format_day(goal.baseline.days.first),
      format_day(goal.baseline.days.end - 1),
      goal.baseline.stated ? fmt::format(" stated {}", *goal.baseline.stated) : "", name(goal.cadence));
}

struct Said {
  const char* sentence;
  const char* goal;
  const char* written;
};

// Said on 22 June 2026, a Monday, where money is in EUR.
const std::vector<Said> understood_sentences = {
    {"Increase engagement rate on organic Instagram posts by 12 % in Q3",
     "engagement_rate:per_post network=instagram promotion=organic up relative 0.12 2026-07-01..2026-09-30 from "
     "2026-04-01..2026-06-30 weekly",
     "Increase engagement rate on organic Instagram posts by 12 % in Q3 2026"},
    {"Lower average first response time by 10 % year over year",
     "average_response_time:answered down relative 0.1 2026-06-22..2026-12-31 from 2025-06-22..2025-12-31 weekly",
     "Lower average response time by 10 % year over year by 31 December 2026"},
    {"Grow the Instagram follower count by 500 in the next month",
     "followers network=instagram up change 500 2026-06-22..2026-07-21 from 2026-05-23..2026-06-21 weekly",
     "Increase followers on Instagram by 500 by 21 July 2026"},
    {"Raise our click-through rate by 20 % by the end of the year",
     "click_through_rate:by_impressions up relative 0.2 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase click-through rate by 20 % by 31 December 2026"},
    {"Get NPS above 40 by December 2026",
     "nps up absolute 0.4 strictly 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase net promoter score to above 40 by 31 December 2026"},
    {"Keep the bounce rate from social below 45 % every month",
     "bounce_rate:social down keep 0.45 strictly 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 monthly",
     "Keep bounce rate (of social sessions) below 45 % every month until 31 December 2026"},
    {"Increase reach by 10 percent this quarter",
     "reach up relative 0.1 2026-04-01..2026-06-30 from 2026-01-01..2026-03-31 weekly",
     "Increase reach by 10 % in Q2 2026"},
    {"Reach 10,000 followers on TikTok by December 31",
     "followers network=tiktok up absolute 10000 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase followers on TikTok to 10,000 by 31 December 2026"},
    {"Reduce first response time to 30 minutes by the end of Q4",
     "first_response_time:median down absolute 1800 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Lower first response time to 30 minutes by 31 December 2026"},
    {"Bring the median first response time down to under 1 hour by September",
     "first_response_time:median down absolute 3600 strictly 2026-06-22..2026-09-30 from 2026-03-13..2026-06-21 "
     "weekly",
     "Lower first response time to below 1 hour by 30 September 2026"},
    {"Double our LinkedIn followers by the end of next year",
     "followers network=linkedin up relative 1 2026-06-22..2027-12-31 from 2024-12-11..2026-06-21 weekly",
     "Increase followers on LinkedIn by 100 % by 31 December 2027"},
    {"Halve the average response time in H2",
     "average_response_time:answered down relative 0.5 2026-07-01..2026-12-31 from 2026-01-01..2026-06-30 weekly",
     "Lower average response time by 50 % in H2 2026"},
    {"Improve customer satisfaction to 90% by 2026-12-31",
     "csat:top_boxes up absolute 0.9 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase customer satisfaction to 90 % by 31 December 2026"},
    {"Improve customer satisfaction by 5 percentage points in the next 90 days",
     "csat:top_boxes up change 0.05 2026-06-22..2026-09-19 from 2026-03-24..2026-06-21 weekly",
     "Increase customer satisfaction by 5 percentage points by 19 September 2026"},
    {"Gain 500 followers on Instagram in July",
     "followers network=instagram up change 500 2026-07-01..2026-07-31 from 2026-06-01..2026-06-30 weekly",
     "Increase followers on Instagram by 500 in July 2026"},
    {"Get 1,000 leads in Q3", "leads up absolute 1000 2026-07-01..2026-09-30 from 2026-04-01..2026-06-30 weekly",
     "Increase leads to 1,000 in Q3 2026"},
    {"Generate 200 leads from social media by the end of the quarter",
     "leads channel=organic_social|paid_social up absolute 200 2026-06-22..2026-06-30 from 2026-06-13..2026-06-21 "
     "weekly",
     "Increase leads with channel=organic_social|paid_social to 200 by 30 June 2026"},
    {"Achieve a 12% increase in engagement rate over the next 6 months",
     "engagement_rate:per_post up relative 0.12 2026-06-22..2026-12-21 from 2025-12-21..2026-06-21 weekly",
     "Increase engagement rate by 12 % by 21 December 2026"},
    {"Keep engagement rate by reach at least 4 % every week",
     "engagement_rate:by_reach up keep 0.04 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Keep engagement rate (by reach) at least 4 % every week until 31 December 2026"},
    {"Maintain an NPS of at least 50", "nps up keep 0.5 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Keep net promoter score at least 50 every week until 31 December 2026"},
    {"Keep first response time within 30 minutes",
     "first_response_time:median down keep 1800 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Keep first response time at most 30 minutes every week until 31 December 2026"},
    {"Keep response rate between 90 and 95 % every month",
     "response_rate range keep 0.9-0.95 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 monthly",
     "Keep response rate between 90 % and 95 % every month until 31 December 2026"},
    {"Cut cost per click by €0.20 by year end",
     "cost_per_click:all down change 0.2 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Lower cost per click by 0.2 EUR by 31 December 2026"},
    {"Reduce customer acquisition cost to below €50 by Q4 2026",
     "customer_acquisition_cost down absolute 50 strictly 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Lower customer acquisition cost to below 50 EUR by 31 December 2026"},
    {"Increase revenue from social by 10k by the end of the year",
     "revenue:social up change 10000 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase revenue (from social media) by 10,000 EUR by 31 December 2026"},
    {"Grow revenue to 1.5m in 2027",
     "revenue:net up absolute 1500000 2027-01-01..2027-12-31 from 2026-01-01..2026-12-31 weekly",
     "Increase revenue to 1,500,000 EUR in 2027"},
    {"Boost likes on Instagram reels by 25% in August compared to last quarter",
     "likes network=instagram post_kind=reel up relative 0.25 2026-08-01..2026-08-31 from 2026-01-01..2026-03-31 "
     "weekly",
     "Increase likes on Instagram reels by 25 % in August 2026 compared to Q1 2026"},
    {"Lift video views of @brand on YouTube to 45,000 in July 2026",
     "video_views account=brand network=youtube up absolute 45000 2026-07-01..2026-07-31 from "
     "2026-06-01..2026-06-30 weekly",
     "Increase video views on YouTube with @brand to 45,000 in July 2026"},
    {"Increase mentions with #summer by 30% by the end of August",
     "mentions:all hashtag=summer up relative 0.3 2026-06-22..2026-08-31 from 2026-04-12..2026-06-21 weekly",
     "Increase mentions with #summer by 30 % by 31 August 2026"},
    {"Publish 3 posts per day in July",
     "posting_frequency up absolute 3 2026-07-01..2026-07-31 from 2026-06-01..2026-06-30 weekly",
     "Increase posting frequency to 3 a day in July 2026"},
    {"Post 30 reels on Instagram in Q3",
     "posts network=instagram post_kind=reel up absolute 30 2026-07-01..2026-09-30 from 2026-04-01..2026-06-30 "
     "weekly",
     "Increase posts on Instagram reels to 30 in Q3 2026"},
    {"Increase posting frequency to 2 a day by August",
     "posting_frequency up absolute 2 2026-06-22..2026-08-31 from 2026-04-12..2026-06-21 weekly",
     "Increase posting frequency to 2 a day by 31 August 2026"},
    {"Lower churn rate to 2 % by the end of 2026",
     "churn_rate down absolute 0.02 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Lower churn rate to 2 % by 31 December 2026"},
    {"Increase engagement rate from 2 % to 3 % by December 2026",
     "engagement_rate:per_post up absolute 0.03 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 stated 0.02 "
     "weekly",
     "Increase engagement rate from 2 % to 3 % by 31 December 2026"},
    {"Get at least 50 leads per month", "leads up keep 50 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 monthly",
     "Keep leads at least 50 every month until 31 December 2026"},
    {"Improve bounce rate by 10 %",
     "bounce_rate:single_page down relative 0.1 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Lower bounce rate by 10 % by 31 December 2026"},
    {"Shorten resolution time by 2 hours by October 15th",
     "resolution_time:first down change 7200 2026-06-22..2026-10-15 from 2026-02-26..2026-06-21 weekly",
     "Lower resolution time by 2 hours by 15 October 2026"},
    {"Increase the number of comments on Facebook by 15 % from 1 July to 30 September",
     "comments network=facebook up relative 0.15 2026-07-01..2026-09-30 from 2026-04-01..2026-06-30 weekly",
     "Increase comments on Facebook by 15 % in Q3 2026"},
    {"Increase conversions by 20 percent year-over-year in Q4",
     "conversions up relative 0.2 2026-10-01..2026-12-31 from 2025-10-01..2025-12-31 weekly",
     "Increase conversions by 20 % year over year in Q4 2026"},
    {"Increase the share of voice by 5 points by year-end",
     "share_of_voice:by_mentions up change 0.05 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase share of voice by 5 percentage points by 31 December 2026"},
    {"We want to increase our website traffic by 20% by the end of the year because we launch a shop",
     "sessions up relative 0.2 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase sessions by 20 % by 31 December 2026"},
    {"Increase ROAS to 4 by December",
     "return_on_ad_spend:attributed up absolute 4 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase return on ad spend to 4 by 31 December 2026"},
    {"Keep ROAS above 3x every month",
     "return_on_ad_spend:attributed up keep 3 strictly 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 monthly",
     "Keep return on ad spend above 3 every month until 31 December 2026"},
    {"Raise average rating to 4.5 stars by the end of the year",
     "rating up absolute 4.5 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase rating to 4.5 by 31 December 2026"},
    {"Increase average rating by 0.3 points by the end of the year",
     "rating up change 0.3 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase rating by 0.3 by 31 December 2026"},
    {"Limit negative mentions to 10 % every week",
     "negative_share:classified down keep 0.1 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Keep negative mentions at most 10 % every week until 31 December 2026"},
    {"By the end of Q3, increase followers on X to 20k",
     "followers network=x up absolute 20000 2026-06-22..2026-09-30 from 2026-03-13..2026-06-21 weekly",
     "Increase followers on X to 20,000 by 30 September 2026"},
    {"In Q4 2026, lower cost per lead by 15 %",
     "cost_per_lead:ad_spend down relative 0.15 2026-10-01..2026-12-31 from 2026-07-01..2026-09-30 weekly",
     "Lower cost per lead by 15 % in Q4 2026"},
    {"Increase Instagram followers from 10,000 to 12,000 by 31 December 2026",
     "followers network=instagram up absolute 12000 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 stated "
     "10000 weekly",
     "Increase followers on Instagram from 10,000 to 12,000 by 31 December 2026"},
    {"Increase the conversion rate per session by 0.4 percentage points until 30 September",
     "conversion_rate:per_session up change 0.004 2026-06-22..2026-09-30 from 2026-03-13..2026-06-21 weekly",
     "Increase conversion rate (by sessions) by 0.4 percentage points by 30 September 2026"},
    {"Increase monthly sessions by 20 % by the end of the year",
     "sessions up relative 0.2 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 monthly",
     "Increase sessions by 20 % by 31 December 2026, reviewed monthly"},
    {"Respond to customers within 1 hour",
     "first_response_time:median down absolute 3600 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Lower first response time to 1 hour by 31 December 2026"},
    {"Grow followers 12% by December",
     "followers up relative 0.12 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase followers by 12 % by 31 December 2026"},
    {"12% more followers by December",
     "followers up relative 0.12 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase followers by 12 % by 31 December 2026"},
    {"Engagement rate of 5% by September",
     "engagement_rate:per_post up absolute 0.05 2026-06-22..2026-09-30 from 2026-03-13..2026-06-21 weekly",
     "Increase engagement rate to 5 % by 30 September 2026"},
    {"Increase organic reach on Facebook and Instagram by 8% in the second half of 2026",
     "reach network=facebook|instagram promotion=organic up relative 0.08 2026-07-01..2026-12-31 from "
     "2026-01-01..2026-06-30 weekly",
     "Increase reach on organic Facebook and Instagram posts by 8 % in H2 2026"},
    {"Increase saves with campaign=\"Spring sale\" by 100 in Q3",
     "saves campaign=Spring sale up change 100 2026-07-01..2026-09-30 from 2026-04-01..2026-06-30 weekly",
     "Increase saves with campaign=\"Spring sale\" by 100 in Q3 2026"},
    {"Reduce average first response time on Facebook from 2 hours to 45 minutes by end of September 2026",
     "average_response_time:answered network=facebook down absolute 2700 2026-06-22..2026-09-30 from "
     "2026-03-13..2026-06-21 stated 7200 weekly",
     "Lower average response time on Facebook from 2 hours to 45 minutes by 30 September 2026"},
    {"Ensure that the response rate stays above 90% through December",
     "response_rate up keep 0.9 strictly 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Keep response rate above 90 % every week until 31 December 2026"},
    {"Don't let response time exceed 2 hours",
     "reply_time:mean down keep 7200 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Keep reply time at most 2 hours every week until 31 December 2026"},
    {"Increase engagement rate by 12% in Q3 by posting more reels",
     "engagement_rate:per_post up relative 0.12 2026-07-01..2026-09-30 from 2026-04-01..2026-06-30 weekly",
     "Increase engagement rate by 12 % in Q3 2026"},
    {"Increase LinkedIn impressions by 50% by 31.12.2026",
     "impressions network=linkedin up relative 0.5 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase impressions on LinkedIn by 50 % by 31 December 2026"},
    {"Boost engagement by a third in the next three months",
     "engagements:all up relative 0.3333 2026-06-22..2026-09-21 from 2026-03-22..2026-06-21 weekly",
     "Increase engagements by 33.33 % by 21 September 2026"},
    {"Reach an engagement rate of 4.5% on TikTok by the end of September",
     "engagement_rate:per_post network=tiktok up absolute 0.045 2026-06-22..2026-09-30 from "
     "2026-03-13..2026-06-21 weekly",
     "Increase engagement rate on TikTok to 4.5 % by 30 September 2026"},
    {"Grow net follower growth on Instagram to 300 in August",
     "net_follower_growth:stock network=instagram up absolute 300 2026-08-01..2026-08-31 from "
     "2026-07-01..2026-07-31 weekly",
     "Increase net follower growth on Instagram to 300 in August 2026"},
    {"Hit 1 million impressions in 2026",
     "impressions up absolute 1000000 2026-01-01..2026-12-31 from 2025-01-01..2025-12-31 weekly",
     "Increase impressions to 1,000,000 in 2026"},
    {"Increase email sessions by 5% in Q3",
     "sessions channel=email up relative 0.05 2026-07-01..2026-09-30 from 2026-04-01..2026-06-30 weekly",
     "Increase sessions with channel=email by 5 % in Q3 2026"},
    {"Increase sessions from email by 5% in Q3",
     "sessions channel=email up relative 0.05 2026-07-01..2026-09-30 from 2026-04-01..2026-06-30 weekly",
     "Increase sessions with channel=email by 5 % in Q3 2026"},
    {"Lower the average response time to 2 h by end of year",
     "average_response_time:answered down absolute 7200 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Lower average response time to 2 hours by 31 December 2026"},
    {"Attract 250 new followers on Facebook next month",
     "new_followers network=facebook up absolute 250 2026-07-01..2026-07-31 from 2026-06-01..2026-06-30 weekly",
     "Increase new followers on Facebook to 250 in July 2026"},
    {"Decrease our customer churn by 1 percentage point in the next quarter",
     "churn_rate down change 0.01 2026-07-01..2026-09-30 from 2026-04-01..2026-06-30 weekly",
     "Lower churn rate by 1 percentage point in Q3 2026"},
    {"Stay under 1 % negative sentiment? ",
     "negative_share:classified down keep 0.01 strictly 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Keep negative mentions below 1 % every week until 31 December 2026"},
    {"Keep NPS over 30 each quarter until the end of 2027",
     "nps up keep 0.3 strictly 2026-06-22..2027-12-31 from 2024-12-11..2026-06-21 quarterly",
     "Keep net promoter score above 30 every quarter until 31 December 2027"},
    {"Increase share of social traffic to 25 percent within six months",
     "social_traffic_share up absolute 0.25 2026-06-22..2026-12-21 from 2025-12-21..2026-06-21 weekly",
     "Increase share of social traffic to 25 % by 21 December 2026"},
    {"Increase engagement_rate:by_impressions on network=instagram|facebook by 5 %",
     "engagement_rate:by_impressions network=instagram|facebook up relative 0.05 2026-06-22..2026-12-31 from "
     "2025-12-11..2026-06-21 weekly",
     "Increase engagement rate (by impressions) on Instagram and Facebook by 5 % by 31 December 2026"},
    {"Bring backlog under 20 by 1 November 2026",
     "backlog down absolute 20 strictly 2026-06-22..2026-11-01 from 2026-02-09..2026-06-21 weekly",
     "Lower backlog to below 20 by 1 November 2026"},
    {"Lower the bounce rate (as Google Analytics 4 counts) to 40 %",
     "bounce_rate:ga4 down absolute 0.4 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Lower bounce rate (as Google Analytics 4 counts) to 40 % by 31 December 2026"},
    {"Raise LinkedIn impressions by a quarter in the first half of next year",
     "impressions network=linkedin up relative 0.25 2027-01-01..2027-06-30 from 2026-07-01..2026-12-31 weekly",
     "Increase impressions on LinkedIn by 25 % in H1 2027"},
    {"Increase impressions in H1 2027 vs H1 2026 by 12,5 %",
     "impressions up relative 0.125 2027-01-01..2027-06-30 from 2026-01-01..2026-06-30 weekly",
     "Increase impressions by 12.5 % year over year in H1 2027"},
    {"Increase page views between 1 September and 30 November 2026 by 10%",
     "page_views up relative 0.1 2026-09-01..2026-11-30 from 2026-06-01..2026-08-31 weekly",
     "Increase page views by 10 % from 1 September 2026 to 30 November 2026"},
    {"Cut resolution time from 3 days to 36 hours by the end of this year",
     "resolution_time:first down absolute 129600 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 stated 259200 "
     "weekly",
     "Lower resolution time from 3 days to 36 hours by 31 December 2026"},
    {"Increase orders by 10% starting in August until the end of October",
     "purchases:all up relative 0.1 2026-08-01..2026-10-31 from 2026-05-01..2026-07-31 weekly",
     "Increase purchases by 10 % from 1 August 2026 to 31 October 2026"},
    {"Increase orders by 10% in the last quarter of 2026",
     "purchases:all up relative 0.1 2026-10-01..2026-12-31 from 2026-07-01..2026-09-30 weekly",
     "Increase purchases by 10 % in Q4 2026"},
    {"Keep the NPS at or above 35 in Q4", "nps up keep 0.35 2026-10-01..2026-12-31 from 2026-07-01..2026-09-30 weekly",
     "Keep net promoter score at least 35 every week in Q4 2026"},
    {"Keep posts between 3 and 5 every week",
     "posts range keep 3-5 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Keep posts between 3 and 5 every week until 31 December 2026"},
    {"Win 20 % more leads from LinkedIn in July",
     "leads network=linkedin up relative 0.2 2026-07-01..2026-07-31 from 2026-06-01..2026-06-30 weekly",
     "Increase leads on LinkedIn by 20 % in July 2026"},
    {"Increase average order value to €75 by December",
     "average_order_value:all up absolute 75 2026-06-22..2026-12-31 from 2025-12-11..2026-06-21 weekly",
     "Increase average order value to 75 EUR by 31 December 2026"},
    {"Raise the click rate by half a percentage point by September",
     "click_through_rate:by_impressions up change 0.005 2026-06-22..2026-09-30 from 2026-03-13..2026-06-21 weekly",
     "Increase click-through rate by 0.5 percentage points by 30 September 2026"},
    {"Improve share of voice to over 25% within the next year",
     "share_of_voice:by_mentions up absolute 0.25 strictly 2026-06-22..2027-06-21 from 2025-06-22..2026-06-21 weekly",
     "Increase share of voice to above 25 % by 21 June 2027"},
    {"We aim to have 2,500 newsletter sign-ups by the end of July",
     "subscriptions up absolute 2500 2026-06-22..2026-07-31 from 2026-05-13..2026-06-21 weekly",
     "Increase subscriptions to 2,500 by 31 July 2026"},
    {"Reduce cost per mille on paid TikTok videos by 8 % in Q3, reviewed monthly",
     "cost_per_mille:by_impressions network=tiktok post_kind=video promotion=paid down relative 0.08 "
     "2026-07-01..2026-09-30 from 2026-04-01..2026-06-30 monthly",
     "Lower cost per mille on paid TikTok videos by 8 % in Q3 2026, reviewed monthly"},
};

// More of the same, by what it comes to alone.
const std::vector<std::pair<const char*, const char*>> understood_as{
    {"Increase the average engagement rate per post on Facebook by 0.5 percentage points this year",
     "Increase average engagement rate on Facebook by 0.5 percentage points in 2026"},
    {"Grow our newsletter subscriptions by 200 in September 2026", "Increase subscriptions by 200 in September 2026"},
    {"Raise profile visits to 20 000 in July", "Increase profile visits to 20,000 in July 2026"},
    {"Increase the CTR of our ads by 5 %", "Increase click-through rate on paid posts by 5 % by 31 December 2026"},
    {"Spend less than €5,000 on ads every month", "Keep ad spend below 5,000 EUR every month until 31 December 2026"},
    {"Generate 300 leads per month from LinkedIn",
     "Keep leads on LinkedIn at least 300 every month until 31 December 2026"},
    {"Raise share of voice from 20% to 30% in H2 2026", "Increase share of voice from 20 % to 30 % in H2 2026"},
    {"Increase website traffic from social media by 25% by December 31st, 2026",
     "Increase sessions with channel=organic_social|paid_social by 25 % by 31 December 2026"},
    {"Keep the response rate at 95 % or more every week",
     "Keep response rate at least 95 % every week until 31 December 2026"},
    {"Bring the bounce rate from social down by 10% by September 30, 2026",
     "Lower bounce rate (of social sessions) by 10 % by 30 September 2026"},
    {"increase ctr by 20% eoy", "Increase click-through rate by 20 % by 31 December 2026"},
    {"Increase purchases from social by 20% in November and December",
     "Increase purchases (from social media) by 20 % from 1 November 2026 to 31 December 2026"},
    {"Reduce the time to first response by 15 minutes by October",
     "Lower first response time by 15 minutes by 31 October 2026"},
    {"Lift our average order value above €60 within 90 days",
     "Increase average order value to above 60 EUR by 19 September 2026"},
};

struct Refused {
  const char* sentence;
  const char* because;  // field and message
};

const std::vector<Refused> refused_sentences = {
    {"Raise our Instagram audience by 10 % by Christmas",
     "sentence: \"Christmas\" is not understood: leave it out, or say what it is about as dimension=member, such "
     "as campaign=\"Christmas\""},
    {"Increase engagement rate in Q3",
     "target: the sentence names no target: say by how much or to which value, as in \"increase it by 12 %\" or "
     "\"increase it to 4 %\""},
    {"Increase by 12 % in Q3",
     "kpi: the sentence names no KPI: say which number is meant, as in \"Increase engagement rate by 12 % in "
     "Q3\"; `sociometer catalog` lists them"},
    {"Increase egagement rate by 12 %", "kpi: there is no KPI \"egagement_rate\"; did you mean \"engagement_rate\"?"},
    {"Improve happiness by 12 % in Q3", "kpi: there is no KPI \"happiness\"; `sociometer catalog` lists them"},
    {"Increase followers and likes by 10 %",
     "kpi: the sentence may be about followers and likes: a goal is about one number, so write one of them alone"},
    {"Increase engagement rate on Myspace by 10 %",
     "sentence: \"Myspace\" is not understood: leave it out, or say what it is about as dimension=member, such as "
     "campaign=\"Myspace\""},
    {"Increase engagement rate by 2", "target: \"by 2\" may be 2 % of what it is or 2 percentage points: say which"},
    {"Increase followers to 40 %", "target: followers is not a percentage: say a value, or a change \"by 40 %\""},
    {"Increase response time to under 30", "target: \"30\" of what? Say seconds, minutes, hours or days"},
    {"Hello", "kpi: there is no KPI \"hello\"; `sociometer catalog` lists them"},
    {"Increase followers by 2 % every month",
     "target: a change in every period is not a goal that can be judged: say it for the whole time, \"by 24 % by "
     "the end of the year\", or a value to keep, \"keep it above 1,000 every month\""},
    {"Increase clicks by 10 % by January 2020",
     "due: the goal would be due on 2020-01-31, before it starts on 2026-06-22: say a later day"},
    {"Reach 10,000 monthly visitors by December",
     "target: a value that is monthly may be reached once or kept: say \"keep it at least … every month\", or the "
     "value of the whole time"},
    {"Keep complaints below 5", "kpi: there is no KPI \"complaints\"; `sociometer catalog` lists them"},
    {"Raise the click rate by half a percentage point by autumn",
     "sentence: \"autumn\" is not understood: leave it out, or say what it is about as dimension=member, such as "
     "campaign=\"autumn\""},
    {"Increase sign-ups by 30 per cent before Christmas ",
     "sentence: \"before Christmas\" is not understood: leave it out, or say what it is about as "
     "dimension=member, such as campaign=\"before Christmas\""},
    {"Increase video completion rate to more than 60 percent by 30/09/2026",
     "target: the sentence has more than one target: say one goal at a time"},
    {"Lower or raise reach by 10 %",
     "direction: the sentence says both up and down: say one of them, as in \"Increase reach by 10 % in Q3\""},
    {"Increase average order value to $75 by December",
     "target: the workspace counts in EUR, not in USD: say the amount in EUR"},
    {"Increase impressions by 500 to 1000 in July",
     "target: the sentence has more than one target: say one goal at a time"},
};

TEST(GoalSentenceTest, UnderstandsWhatPeopleSay) {
  for (const Said& said : understood_sentences) {
    const Result<Understood> found = understand(said.sentence, world());
    ASSERT_TRUE(found) << said.sentence << ": " << found.error().message;
    EXPECT_EQ(summary(found->goal), said.goal) << said.sentence;
    EXPECT_EQ(written(found->goal, world()), said.written);
  }
}

TEST(GoalSentenceTest, WritesItBackInOneWay) {
  for (const auto& [sentence, expected] : understood_as) {
    const Result<Understood> found = understand(sentence, world());
    ASSERT_TRUE(found) << sentence << ": " << found.error().message;
    EXPECT_EQ(written(found->goal, world()), expected) << sentence;
    const Result<Understood> again = understand(expected, world());
    ASSERT_TRUE(again) << expected << ": " << again.error().message;
    EXPECT_TRUE(again->goal == found->goal) << sentence;
  }
}

TEST(GoalSentenceTest, SaysWhatIsMissingOrNotUnderstood) {
  for (const Refused& said : refused_sentences) {
    const Result<Understood> found = understand(said.sentence, world());
    ASSERT_FALSE(found) << said.sentence << " was understood as " << summary(found->goal);
    EXPECT_EQ(found.error().field + ": " + found.error().message, said.because) << said.sentence;
    EXPECT_EQ(found.error().kind, ErrorKind::invalid);
  }
  EXPECT_EQ(understand("  ", world()).error().field, "sentence");
  EXPECT_EQ(understand(std::string(2000, 'a'), world()).error().field, "sentence");
  EXPECT_EQ(understand("Increase \xff by 2 %", world()).error().field, "sentence");
}

TEST(GoalSentenceTest, UnderstandsWhatItWrites) {
  for (const Said& said : understood_sentences) {
    const Result<Understood> first = understand(said.sentence, world());
    ASSERT_TRUE(first) << said.sentence;
    const Result<Understood> second = understand(written(first->goal, world()), world());
    ASSERT_TRUE(second) << written(first->goal, world()) << ": " << second.error().message;
    EXPECT_EQ(summary(second->goal), summary(first->goal)) << written(first->goal, world());
    EXPECT_TRUE(second->goal == first->goal) << said.sentence;
  }
}

template <typename Value>
const Value& one_of(std::mt19937& random, const std::vector<Value>& all) {
  return all[random() % all.size()];
}

double random_value(std::mt19937& random, const catalog::KpiChoice& choice) {
  const auto whole = static_cast<double>(random() % 900 + 2);
  switch (choice.variant->unit) {
    case catalog::Unit::ratio:
      return whole / 1000;
    case catalog::Unit::seconds:
      return whole * (random() % 2 == 0 ? 1 : 60);
    case catalog::Unit::score:
    case catalog::Unit::money:
    case catalog::Unit::per_day:
      return whole / 4;
    default:
      return whole * 10;
  }
}

DayRange random_days(std::mt19937& random, Day today) {
  const Day first = random() % 3 == 0 ? today : today + static_cast<int>(random() % 500);
  if (random() % 2 == 0) return {first, first + static_cast<int>(random() % 500 + 1)};
  const Bucket bucket = one_of(random, std::vector{Bucket::month, Bucket::quarter, Bucket::year});
  return bucket_of(first, bucket, Weekday::monday);
}

Goal random_goal(std::mt19937& random, const catalog::KpiChoice& choice) {
  Goal goal;
  goal.kpi = choice.kpi->key;
  goal.variant = choice.variant->key;
  const std::vector<std::pair<std::string, std::vector<std::string>>> scopes{
      {"network", {"instagram"}},
      {"network", {"x", "youtube"}},
      {"promotion", {"organic"}},
      {"promotion", {"paid"}},
      {"post_kind", {"reel", "video"}},
      {"account", {"brand"}},
      {"hashtag", {"summer"}},
      {"campaign", {"Spring sale 2026"}},
      {"country", {"DE"}},
      {"country", {"DE", "AT"}},
      {"channel", {"email"}},
      {"ownership", {"competitor"}},
  };
  for (int n = static_cast<int>(random() % 3); n > 0; --n) goal.filter.insert(one_of(random, scopes));
  goal.direction = random() % 2 == 0 ? Direction::up : Direction::down;
  goal.target.kind = static_cast<TargetKind>(random() % 4);
  goal.target.value = goal.target.kind == TargetKind::relative ? static_cast<double>(random() % 300 + 1) / 1000
                                                               : random_value(random, choice);
  const bool sided = goal.target.kind == TargetKind::absolute || goal.target.kind == TargetKind::keep;
  if (sided) goal.target.inclusive = random() % 2 == 0;
  if (goal.target.kind == TargetKind::keep && random() % 4 == 0) {
    goal.direction = Direction::range;
    goal.target.inclusive = true;
    goal.target.upto = goal.target.value * 2;
  }
  goal.days = random_days(random, world().today);
  if (goal.days.end <= world().today) goal.days = {world().today, world().today + 9};
  goal.cadence = static_cast<Cadence>(random() % 5);
  goal.baseline.days = one_of(random, std::vector{period_before(goal.days), year_before(goal.days),
                                                  DayRange{make_day(2026, 1, 1), make_day(2026, 4, 1)},
                                                  DayRange{make_day(2026, 1, 3), make_day(2026, 4, 7)}});
  if (goal.target.kind == TargetKind::absolute && random() % 4 == 0)
    goal.baseline.stated = random_value(random, choice);
  return goal;
}

// Every KPI and reading of the catalog, and goals of all shapes.
TEST(GoalSentenceTest, UnderstandsEveryGoalItCanWrite) {
  std::mt19937 random(20260622);
  for (const catalog::Kpi& kpi : world().catalog.kpis()) {
    for (const catalog::Variant& variant : kpi.variants) {
      for (int n = 0; n < 5; ++n) {
        const Goal goal = random_goal(random, {&kpi, &variant});
        const std::string sentence = written(goal, world());
        const Result<Understood> found = understand(sentence, world());
        ASSERT_TRUE(found) << sentence << ": " << found.error().message << "\n" << summary(goal);
        ASSERT_EQ(summary(found->goal), summary(goal)) << sentence;
        ASSERT_TRUE(found->goal == goal) << sentence;
      }
    }
  }
}

TEST(GoalSentenceTest, FieldsSayTheSameGoal) {
  std::mt19937 random(7);
  for (const catalog::Kpi& kpi : world().catalog.kpis()) {
    Goal goal = random_goal(random, {&kpi, &kpi.variants.front()});
    const JsonObject fields = goal_fields(goal);
    const Result<Goal> stored = goal_from_stored(fields);
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_TRUE(*stored == goal) << json_text(fields);
    const Result<Understood> said = goal_from_fields(fields, world());
    ASSERT_TRUE(said) << said.error().message << json_text(fields);
    EXPECT_TRUE(said->goal == goal) << json_text(fields) << "\n" << summary(said->goal);
  }
}

TEST(GoalSentenceTest, FieldsAreBlamedByName) {
  const std::vector<std::pair<const char*, const char*>> wrong{
      {R"({})", "kpi"},
      {R"({"kpi": "nothing", "target": "by 12 %"})", "kpi"},
      {R"({"kpi": "engagement_rate", "variant": "by_moon", "target": "by 12 %"})", "variant"},
      {R"({"kpi": "engagement_rate"})", "target"},
      {R"({"kpi": "engagement_rate", "target": 12})", "target"},
      {R"({"kpi": "engagement_rate", "target": {"kind": "better", "value": 1}})", "target"},
      {R"({"kpi": "engagement_rate", "target": {"kind": "relative", "value": -0.1}})", "target"},
      {R"({"kpi": "engagement_rate", "target": {"kind": "relative", "value": 0.1}, "direction": "sideways"})",
       "direction"},
      {R"({"kpi": "posts", "target": {"kind": "relative", "value": 0.1}})", "direction"},
      {R"({"kpi": "engagement_rate", "target": "by 12 %", "filter": {"moon": "full"}})", "filter"},
      {R"({"kpi": "engagement_rate", "target": "by 12 %", "due": "soon"})", "due"},
      {R"({"kpi": "engagement_rate", "target": "by 12 %", "due": "2020-01-01"})", "due"},
      {R"({"kpi": "engagement_rate", "target": "by 12 %", "baseline": "once"})", "baseline"},
      {R"({"kpi": "engagement_rate", "target": "by 12 %", "cadence": "hourly"})", "cadence"},
      {R"({"kpi": "engagement_rate", "target": "by 12 %", "owners": "me"})", "owners"},
      {R"({"sentence": "Increase reach by 12 %", "kpi": "reach"})", "kpi"},
      {R"({"sentence": "Increase by 12 %"})", "kpi"},
  };
  for (const auto& [text, field] : wrong) {
    const Result<Json> fields = parse_json(text);
    ASSERT_TRUE(fields) << text;
    const Result<Understood> found = goal_from_fields(fields->as_object(), world());
    ASSERT_FALSE(found) << text;
    EXPECT_EQ(found.error().field, field) << text << ": " << found.error().message;
  }
}

TEST(GoalSentenceTest, FieldsTakeWords) {
  const Result<Json> fields = parse_json(R"({"kpi": "Engagement rate", "filter": {"network": ["instagram", "x"]},
      "target": "by 12 %", "start": "Q3 2026", "due": "Q3 2026", "baseline": "Q1 2026", "cadence": "monthly",
      "rationale": "a new format"})");
  const Result<Understood> found = goal_from_fields(fields->as_object(), world());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(summary(found->goal),
            "engagement_rate:per_post network=instagram|x up relative 0.12 2026-07-01..2026-09-30 from "
            "2026-01-01..2026-03-31 monthly");
  EXPECT_EQ(found->rationale, "a new format");
}

TEST(GoalSentenceTest, WhyAndHowAreKept) {
  EXPECT_EQ(understand("Increase reach by 12 % in Q3 because we open a shop", world())->rationale,
            "because we open a shop");
  EXPECT_EQ(understand("Increase reach by 12 % in Q3 by posting twice a day", world())->rationale,
            "by posting twice a day");
}

// The same sentence on another day.
TEST(GoalSentenceTest, ADayWithoutAYearIsTheNextOne) {
  auto on = [](Day today, const char* sentence) {
    GoalWorld then = world();
    then.today = today;
    const Result<Understood> found = understand(sentence, then);
    return found ? format_day(found->goal.days.first) + " " + format_day(found->goal.days.end - 1)
                 : found.error().message;
  };
  const char* in_q3 = "Increase reach by 12 % in Q3";
  EXPECT_EQ(on(make_day(2026, 6, 22), in_q3), "2026-07-01 2026-09-30");
  EXPECT_EQ(on(make_day(2026, 9, 30), in_q3), "2026-07-01 2026-09-30");
  EXPECT_EQ(on(make_day(2026, 10, 1), in_q3), "2027-07-01 2027-09-30");
  const char* in_november = "Increase reach by 12 % in November";
  EXPECT_EQ(on(make_day(2026, 11, 30), in_november), "2026-11-01 2026-11-30");
  EXPECT_EQ(on(make_day(2026, 12, 1), in_november), "2027-11-01 2027-11-30");
  const char* by_may = "Increase reach by 12 % by May";
  EXPECT_EQ(on(make_day(2026, 6, 22), by_may), "2026-06-22 2027-05-31");
  const char* by_february = "Increase reach by 12 % by the end of February 2028";
  EXPECT_EQ(on(make_day(2028, 1, 31), by_february), "2028-01-31 2028-02-29");
  EXPECT_EQ(on(make_day(2028, 1, 31), "Increase reach by 12 % in the next month"), "2028-01-31 2028-02-28");
}

// The words of the grammar are compared as plain_word has them.
TEST(GoalWordsTest, AreWrittenPlain) {
  auto check = [](const auto& table) {
    for (const auto& row : table) {
      std::string plain;
      for (const std::string& word : plain_words(row.words)) plain += (plain.empty() ? "" : " ") + word;
      EXPECT_EQ(plain, row.words);
    }
  };
  check(goal_words::verbs());
  check(goal_words::before_quantity());
  check(goal_words::after_quantity());
  check(goal_words::units());
  check(goal_words::numbers());
  check(goal_words::multipliers());
  check(goal_words::parts());
  check(goal_words::months());
  check(goal_words::span_units());
  check(goal_words::cadences());
  check(goal_words::ordinals());
  check(goal_words::year_over_year());
  check(goal_words::before_baseline());
  check(goal_words::before_due());
  check(goal_words::before_span());
  check(goal_words::before_start());
  check(goal_words::before_rationale());
  check(goal_words::end_of());
  check(goal_words::fillers());
  check(goal_words::before_scope());
  check(goal_words::kpi_names());
  check(goal_words::scopes());
  check(goal_words::channels());
  for (const auto& row : goal_words::kpi_names()) {
    EXPECT_NE(world().catalog.kpi(row.kpi), nullptr) << row.kpi;
    EXPECT_EQ(world().catalog.kpi_called(row.words), nullptr) << row.words << " is in the catalog already";
  }
}

TEST(GoalPeriodTest, ThePeriodBeforeIsOfTheSameKind) {
  auto range = [](Day first, Day end) { return DayRange{first, end}; };
  EXPECT_EQ(period_before(range(make_day(2026, 7, 1), make_day(2026, 10, 1))),
            range(make_day(2026, 4, 1), make_day(2026, 7, 1)));
  EXPECT_EQ(period_before(range(make_day(2026, 3, 1), make_day(2026, 4, 1))),
            range(make_day(2026, 2, 1), make_day(2026, 3, 1)));
  EXPECT_EQ(period_before(range(make_day(2026, 7, 3), make_day(2026, 7, 10))),
            range(make_day(2026, 6, 26), make_day(2026, 7, 3)));
  EXPECT_EQ(year_before(range(make_day(2024, 2, 1), make_day(2024, 3, 1))),
            range(make_day(2023, 2, 1), make_day(2023, 3, 1)));
  EXPECT_EQ(year_before(range(make_day(2026, 6, 22), make_day(2027, 1, 1))),
            range(make_day(2025, 6, 22), make_day(2026, 1, 1)));
}

}  // namespace
}  // namespace sociometer::insights
