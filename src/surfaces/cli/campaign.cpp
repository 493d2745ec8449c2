// Campaigns: which posts belong to one, and what it came to.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "surfaces/cli/answer_text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/table.h"
#include "surfaces/labels.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct CampaignLine {
  CampaignWords said;
  std::string verb, name;
};

std::string money(double amount, std::string_view currency) {
  return value_text(amount, catalog::Unit::money, currency);
}

std::string rules_text(const control::KeptCampaign& campaign) {
  std::vector<std::string> rules;
  for (const control::KeptRule& rule : campaign.rules) rules.push_back(rule.of + "=" + rule.value);
  return join(rules, " or ");
}

std::string count_text(const std::optional<double>& value) {
  return value ? value_text(*value, catalog::Unit::count, "") : "–";
}

std::string campaigns_table(const std::vector<SeenCampaign>& all, const Look& look) {
  Table table;
  for (const char* title : {"campaign", "from", "to"}) table.column(title);
  for (const char* title : {"posts", "impressions", "engagements", "budget"}) table.column(title, Table::Align::right);
  table.column("posts of", Table::Align::left, Table::Fit::flexible);
  for (const SeenCampaign& seen : all) {
    const auto& kept = seen.kept;
    table.row({seen.name, kept ? format_day(kept->days.first) : "", kept ? format_day(kept->days.end - 1) : "",
               count_text(seen.posts), count_text(seen.impressions), count_text(seen.engagements),
               kept && kept->budget ? money(static_cast<double>(*kept->budget) / 1e6, kept->currency) : "",
               kept ? rules_text(*kept) : "named by exports"});
  }
  return table.empty() ? "no campaigns yet: sociometer campaign add Spring --from 2026-03-01 --to 2026-03-31 --rule "
                         "hashtag=spring\n"
                       : table.text(look);
}

// --- The page -------------------------------------------------------------------------------------------------------

class PageText {
 public:
  PageText(const CampaignPage& page, const Look& look) : page_(page), look_(look) {}

  std::string text() const { return head() + parts() + periods() + costs() + goals(); }

 private:
  std::string head() const {
    const control::KeptCampaign& campaign = page_.campaign;
    std::string text =
        fmt::format("{}, {} – {}", campaign.name, format_day(campaign.days.first), format_day(campaign.days.end - 1));
    if (campaign.rules.empty()) return text + "\n  posts that exports name so\n";
    return text + fmt::format("\n  posts of {}, and those that exports name so\n", rules_text(campaign));
  }

  std::string cell(const metrics::Cell& cell) const {
    return cell_text(cell, unit_of(*page_.catalog, cell.kpi, cell.variant), page_.currency);
  }

  std::string parts() const {
    Table table;
    table.column("its posts");
    for (const CampaignPage::Part& part : page_.parts) table.column(part.part, Table::Align::right);
    const size_t rows = page_.parts.front().answer.question.kpis.size();
    for (size_t row = 0; row < rows; ++row) {
      const std::string& asked = page_.parts.front().answer.question.kpis[row];
      std::vector<std::string> cells{asked};
      bool any = false;
      for (const CampaignPage::Part& part : page_.parts) {
        const metrics::Cell* found = nullptr;
        for (const metrics::Cell& one : part.answer.rows) found = one.asked == asked ? &one : found;
        any = any || (found != nullptr && (found->value || found->interval));
        cells.push_back(found == nullptr ? "–" : cell(*found));
      }
      if (any) table.row(std::move(cells));
    }
    return "\n" + (table.empty() ? "it has no posts in its days\n" : table.text(look_));
  }

  static const metrics::Cell* cell_of(const CampaignPage::Period& period, const std::string& asked) {
    if (!period.answer) return nullptr;
    for (const metrics::Cell& one : period.answer->rows) {
      if (one.asked == asked) return &one;
    }
    return nullptr;
  }

  std::string periods() const {
    Table table;
    table.column("all own activity");
    std::vector<std::string> asked;
    for (const CampaignPage::Period& period : page_.periods) {
      table.column(period.period, Table::Align::right);
      if (period.period != "before") table.column("", Table::Align::right);
      if (period.answer) asked = period.answer->question.kpis;
    }
    for (const std::string& kpi : asked) table.row(period_row(kpi));
    std::string text = asked.empty() ? "" : "\n" + table.text(look_);
    for (const CampaignPage::Period& period : page_.periods) {
      text += fmt::format("  {}: {} – {}{}\n", period.period, format_day(period.days.first),
                          format_day(period.days.end - 1),
                          period.over     ? ""
                          : period.answer ? ", of which the days so far; not set against anything yet"
                                          : ", not begun");
    }
    return text;
  }

  std::vector<std::string> period_row(const std::string& kpi) const {
    std::vector<std::string> cells{kpi};
    for (const CampaignPage::Period& period : page_.periods) {
      const metrics::Cell* one = cell_of(period, kpi);
      cells.push_back(one == nullptr ? "" : cell(*one));
      if (period.period == "before") continue;
      std::string change = one == nullptr ? "" : change_text(*one, unit_of(*page_.catalog, one->kpi, one->variant));
      if (one != nullptr && one->evidence && !one->evidence->change) change += " (may be chance)";
      cells.push_back(std::move(change));
    }
    return cells;
  }

  std::string costs() const {
    std::string text = "\n";
    if (!page_.cost) return text + "cost: not known; say a budget, or import what was spent\n";
    text += fmt::format("cost {}, {}", money(*page_.cost, page_.cost_currency),
                        page_.cost_from == "stored" ? "as it was spent" : "the budget: nothing spent is stored");
    if (page_.stored_cost && page_.budget)
      text += fmt::format("; budget {}", money(*page_.budget, page_.campaign.currency));
    text += "\n";
    Table table;
    table.column("result");
    table.column("number", Table::Align::right);
    table.column("cost of one", Table::Align::right);
    for (const CampaignPage::PerResult& one : page_.per_result) {
      table.row({one.kpi, one.result ? count_text(one.result) : "– " + reason_words(one.reason),
                 one.cost ? cost_text(*one.cost) : "–"});
    }
    return text + table.text(look_);
  }

  // Of an impression it is a part of a cent.
  std::string cost_text(double cost) const {
    const int digits = cost != 0 && cost < 0.1 ? 4 : 2;
    return fmt::format("{:.{}f}{}{}", cost, digits, page_.cost_currency.empty() ? "" : " ", page_.cost_currency);
  }

  std::string goals() const {
    if (page_.goals.empty()) return "";
    Table table;
    table.column("goal in that time", Table::Align::left, Table::Fit::flexible);
    table.column("status");
    table.column("progress", Table::Align::right);
    for (const SeenGoal& seen : page_.goals) {
      std::string status = seen.standing.status;
      std::replace(status.begin(), status.end(), '_', ' ');
      table.row({seen.kept.sentence, status,
                 seen.standing.progress ? fmt::format("{:.0f} %", *seen.standing.progress * 100) : "–"});
    }
    return "\n" + table.text(look_);
  }

  const CampaignPage& page_;
  const Look& look_;
};

// --- Commands -------------------------------------------------------------------------------------------------------

Result<Exit> list_campaigns(Call& call) {
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const std::vector<SeenCampaign> all, campaigns_of(call.house, scope));
  if (call.globals.output == Output::json) {
    JsonArray shown;
    for (const SeenCampaign& seen : all) shown.push_back(campaign_json(seen));
    call.print_json(JsonObject{{"campaigns", std::move(shown)}});
  } else {
    call.print(campaigns_table(all, call.terminal.look()));
  }
  return Exit::done;
}

Result<Exit> add_campaign_words(Call& call, const CampaignLine& words) {
  TRY(const control::Workspace workspace, call.house.control->workspace(call.globals.workspace));
  TRY(const control::KeptCampaign added, add_campaign(call.house, workspace, words.said, "", call.clock->now()));
  TRY_DONE(record(call, workspace.key, "campaign.add", added.name));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"campaign", campaign_json(added)}});
    return Exit::done;
  }
  TRY(const metrics::Scope scope, scope_of(call.house, workspace.key, *call.clock));
  TRY(std::vector<SeenCampaign> all, campaigns_of(call.house, scope));
  std::erase_if(all, [&](const SeenCampaign& one) { return one.name != added.name; });
  call.print(campaigns_table(all, call.terminal.look()));
  return Exit::done;
}

Result<Exit> show_campaign(Call& call, const std::string& name) {
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const control::KeptCampaign campaign, call.house.control->campaigns().find(scope.workspace, name));
  TRY(const CampaignPage page, campaign_page(call.house, scope, campaign, *call.clock));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"campaign", campaign_page_json(page)}});
  } else {
    call.print(PageText(page, call.terminal.look()).text());
  }
  return Exit::done;
}

Result<Exit> remove_campaign(Call& call, const std::string& name) {
  TRY(const control::KeptCampaign gone,
      call.house.control->campaigns().remove(call.globals.workspace, name, call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "campaign.remove", gone.name));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"campaign", campaign_json(gone)}});
  } else {
    call.print(fmt::format("{} is removed; its posts belong to what their exports say\n", gone.name));
  }
  return Exit::done;
}

Result<Exit> run_campaign(Call& call, const CampaignLine& words) {
  if (words.verb == "add") return add_campaign_words(call, words);
  if (words.verb == "remove") return remove_campaign(call, words.said.name);
  return words.name.empty() ? list_campaigns(call) : show_campaign(call, words.name);
}

Run declare_campaign(Options options) {
  auto words = std::make_shared<CampaignLine>();
  options.word("NAME", "of a campaign, as `sociometer campaigns` lists them", &words->name, Presence::optional);
  Options add = options.verb("add", "sets a campaign", &words->verb);
  add.word("NAME", "what it is called", &words->said.name);
  add.text("--from", "DAY", "its first day", &words->said.from);
  add.text("--to", "DAY", "its last day, inclusive", &words->said.to);
  add.text("--budget", "AMOUNT", "what may be spent on it, 1500.50", &words->said.budget);
  add.text("--currency", "CODE", "of the budget; the workspace's if left out", &words->said.currency);
  add.texts("--rule", "WHAT=VALUE",
            "posts of its days that belong to it: hashtag, text, link, account or tag; again for more",
            &words->said.rules);
  Options remove = options.verb("remove", "takes a campaign away; as of earlier it stays known", &words->verb);
  remove.word("NAME", "of the campaign", &words->said.name);
  return [words](Call& call) { return run_campaign(call, *words); };
}

Run declare_campaigns(Options) {
  return [](Call& call) { return list_campaigns(call); };
}

}  // namespace

const Command campaign_command{
    "campaign", "sets a campaign, and says on one page what it came to",
    "sociometer campaign add Spring --from 2026-03-01 --to 2026-03-31 --budget 1500 --rule hashtag=spring", Needs::data,
    declare_campaign};
const Command campaigns_command{"campaigns", "the campaigns, those set and those that exports name",
                                "sociometer campaigns", Needs::data, declare_campaigns};

}  // namespace sociometer::surfaces
