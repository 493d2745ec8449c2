// File names: what a network writes into the names of its downloads. Never used to recognise a format, only as evidence
// of what the rows do not say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sociometer::collect {

struct NamedDays {
  Day first;
  Day last;           // as named
  DayRange declared;  // what it means: X names the day after the last one, Meta the last one itself
};

// The range in "…_20161201_20170101_en.csv" or "May-25-2026_Jun-21-2026_149….csv", if there is one.
std::optional<NamedDays> days_in_name(std::string_view path);

// The account in "daily_tweet_activity_metrics_LisaDeBruine_20210101_…", as written; empty if there is none.
std::string account_in_name(std::string_view path);

}  // namespace sociometer::collect
