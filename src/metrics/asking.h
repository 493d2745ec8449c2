// Asking: a question made ready – its plans, windows and facts – and its cells, one by one. The engine's answers, its
// explanations and the content table are three ways to walk through the same Asking.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/evaluate.h"
#include "metrics/event_frame.h"
#include "metrics/frame.h"
#include "metrics/plan.h"
#include "metrics/windows.h"

namespace sociometer::metrics {

struct Memories;

// What rows share besides their window: the members of the dimensions asked for, and the units that have them.
struct Group {
  std::vector<std::string> members;  // in the order of Asking::dimensions, empty at time dimensions
  std::vector<int32_t> accounts;
  int32_t member = 0;  // of the breakdown
  std::string kind_of_engagement;
  std::vector<std::vector<uint32_t>> posts, days;                    // by window
  std::vector<std::vector<uint32_t>> compared_posts, compared_days;  // by window, of what it is compared with
};

class Asking {
 public:
  struct Extras {
    bool ids = false;            // post ids for explanations
    bool post_columns = false;   // the content table: attributes, hashtags, tags, ids
    Memories* memory = nullptr;  // what is known already; null: everything is read
  };

  // invalid, not_found: the question names what is not there.
  static Result<std::unique_ptr<Asking>> prepare(const catalog::Catalog& catalog, facts::Store& store,
                                                 const Dialect& dialect, const Scope& scope, const Question& question,
                                                 const Extras& extras);

  const Question& question() const { return question_; }  // with its days filled in
  const Frame& frame() const { return frame_; }
  const std::vector<Plan>& plans() const { return plans_; }
  const std::vector<TimeWindow>& windows() const { return windows_; }
  std::vector<Group>& groups() { return groups_; }

  std::vector<std::string> members_of(const Group& group, const TimeWindow& window) const;
  CellScope scope_of(size_t plan, const Group& group, size_t window, Side side) const;
  Cell cell(size_t plan, const Group& group, size_t window) const;
  Estimate estimate(size_t plan, const Group& group, size_t window, CellScope::Detail detail) const;
  // What was wanted of the store; for reading the rows behind a cell.
  const FrameWants& wants() const { return wants_; }
  const EventFrame& events() const { return events_; }
  const EventWants& event_wants() const { return event_wants_; }

 private:
  Asking(const catalog::Catalog& catalog, const Scope& scope, Question question)
      : catalog_(catalog), scope_(scope), question_(std::move(question)) {}
  Result<Done> check_dimensions();
  Result<Done> check_filter(const std::string& dimension, const std::vector<std::string>& members);
  Result<Done> check_without(const std::string& dimension, const std::vector<std::string>& members);
  bool applies(const Plan& plan) const;
  void want_events();
  Result<Done> load_event_frame(facts::Store& store, const Dialect& dialect);
  Result<Done> plan(facts::Store& store, const Dialect& dialect);
  void want(const Extras& extras);
  void want_filters(const Plan& plan);
  void want_replaced_parts();
  void make_windows(DayRange range);
  void choose_bases();
  AccountBasis basis_of(const Plan& plan, int32_t account, bool has_posts) const;
  bool posts_needed(const Frame& frame) const;
  bool posts_tell(int32_t account, const std::string& measure) const;
  void make_groups();
  void add_accounts();
  void make_unit_groups(const Units& table, bool posts);
  void add_units(const Units& table, bool posts, bool asked);
  void add_quiet_accounts(bool asked);
  bool told_in_period(int32_t account) const;
  bool has_stock(int32_t account) const;
  void add_breakdown_stocks();
  std::string account_member(const AccountInfo& info) const;
  std::optional<std::vector<std::string>> account_members(int32_t account) const;
  std::vector<std::vector<std::string>> unit_members(const Units& table, size_t row, bool posts) const;
  Group& group_for(const std::vector<std::string>& members);
  DayRange told_days(const Estimate& estimate, DayRange window) const;
  void note_time(const Plan& plan, const Group& group, const TimeWindow& window, DayRange told, Cell& cell) const;
  double coverage(const Plan& plan, const Group& group, DayRange days) const;
  bool broken_between(const Plan& plan, const Group& group, DayRange days) const;
  static void add_note(Cell& cell, const char* note);

  const catalog::Catalog& catalog_;
  const Scope& scope_;
  Question question_;
  std::vector<Plan> plans_;
  FrameWants wants_;
  struct {
    bool attributes = false, hashtags = false, tags = false, ids = false;
  } filters_;  // what the formulas' filters look at
  Frame frame_;
  EventWants event_wants_;
  EventFrame events_;
  std::vector<bool> applies_;  // by plan: the question's dimensions make sense for it
  std::vector<TimeWindow> windows_;
  std::vector<std::vector<AccountBasis>> bases_;  // by plan, account
  std::vector<Group> groups_;
  std::map<std::vector<std::string>, size_t> group_index_;
  mutable std::map<std::string, std::vector<bool>> tellers_;  // by measure, which accounts' posts tell of it
  std::optional<Bucket> bucket_;
  std::string breakdown_;
  std::string foreign_;         // a dimension that no account or post has anything to do with
  std::string foreign_filter_;  // likewise, of the filter
  bool by_day_ = false;
  bool by_posts_ = false;
  bool about_posts_ = false;
  Day today_;
};

}  // namespace sociometer::metrics
