// The digest: what changed in the last seven settled days by more than noise. Part of the front door of alerts.
//
//   TRY(Digest digest, digest_of(world, digest_kpis(catalog)));
//   digest_text(digest);   // sentences that say no more than the tests allow
//
// Every KPI of every network is set against the seven days before and, where it can be, tested: what has an interval by
// the difference of the two, what adds up by what is usual from week to week (period_change.h). All p-values together
// are adjusted (Benjamini–Hochberg): of what is called a change at most one in twenty is none.
//
// Threads: may be called from several at once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "alerts/look.h"

namespace sociometer::alerts {

struct DigestChange {
  metrics::Cell cell;
  std::string network;  // empty: of all, where the KPI is not told by network
  metrics::Evidence evidence;
  std::string good;   // better, worse, or empty where no way is the good one
  std::string words;  // "Engagement rate on Instagram rose from 3.10 % to 3.90 % (…)"
  std::string link;
};

// What is told beside the numbers, each a sentence and where it is seen.
struct DigestLine {
  std::string words, link;
};

struct Digest {
  DayRange days, compared;  // empty: nothing came in lately
  std::string zone;
  int numbers = 0, tested = 0;
  std::map<std::string, int> untested;  // why, and how many
  std::vector<DigestChange> changes;    // the least likely by chance first
  std::vector<DigestLine> goals, alerts;
};

// The KPIs that are looked at unless a workspace names its own; those that a catalog knows.
std::vector<std::string> digest_kpis(const catalog::Catalog& catalog);

// not_found: a KPI that is none.
Result<Digest> digest_of(const World& world, const std::vector<std::string>& kpis);

std::string digest_subject(const Digest& digest);
std::string digest_text(const Digest& digest);
// The part that both the text and programs have in words: why how many numbers were not tested.
std::vector<std::string> digest_notes(const Digest& digest);

}  // namespace sociometer::alerts
