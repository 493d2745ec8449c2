// What stands in for the stores while bytes are fuzzed: they keep nothing and check what they are given.
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/scratch_folder.h"
#include "base/text.h"
#include "collect/bytes.h"

namespace sociometer::fuzz {

// A store that only checks what it is given.
class CheckingWriter : public facts::BatchWriter {
 public:
  Result<Done> add(const facts::Observation& o) override {
    CHECK(!o.network.empty() && !o.account.empty() && !o.measure.empty() && !o.zone.empty());
    CHECK(!o.days.empty() && is_utf8(o.subject_id) && is_utf8(o.member));
    CHECK((o.subject == facts::Subject::account) == o.subject_id.empty());
    ++receipt_.observations;
    return Done{};
  }
  Result<Done> add(const facts::Post& post) override {
    CHECK(!post.network.empty() && !post.account.empty() && !post.id.empty() && is_utf8(post.text) &&
          is_utf8(post.link));
    for (const std::string& tag : post.hashtags) CHECK(!tag.empty() && is_utf8(tag));
    ++receipt_.posts;
    return Done{};
  }
  Result<Done> add(const facts::WebEvent& event) override { return add_event(event.happened_at, event.kind); }
  Result<Done> add(const facts::Order& order) override { return add_event(order.happened_at, order.order_id); }
  Result<Done> add(const facts::ConversationEvent& event) override { return add_event(event.happened_at, event.id); }
  Result<Done> add(const facts::SurveyAnswer& answer) override { return add_event(answer.happened_at, answer.id); }
  Result<Done> add(const facts::Mention& mention) override { return add_event(mention.happened_at, mention.id); }
  Result<Done> add(const facts::Rate& rate) override { return add_event(rate.happened_at, rate.from_currency); }
  Result<facts::BatchReceipt> commit(const facts::BatchEnd& end) override {
    CHECK(end.rows_read == end.rows_accepted + end.rows_rejected + end.rows_ignored);
    CHECK(end.rows_accepted > 0 && (!end.range || !end.range->empty()));
    for (const facts::Reject& reject : end.rejects) CHECK(is_utf8(reject.text) && is_utf8(reject.column));
    receipt_.id = "batch";
    return receipt_;
  }

 private:
  Result<Done> add_event(Instant at, std::string_view id) {
    CHECK(at.micros > 0 && !id.empty() && is_utf8(id));
    ++receipt_.events;
    return Done{};
  }

  facts::BatchReceipt receipt_;
};

class CheckingStore : public facts::Store {
 public:
  Result<std::unique_ptr<facts::BatchWriter>> begin(std::string_view, const facts::BatchStart&) override {
    return std::unique_ptr<facts::BatchWriter>(new CheckingWriter);
  }
  Result<std::vector<facts::Batch>> batches(std::string_view, size_t, std::string_view) override {
    return std::vector<facts::Batch>();
  }
  Result<facts::Batch> batch(std::string_view, std::string_view) override { return not_found("none"); }
  Result<Done> undo(std::string_view, std::string_view) override { return not_found("none"); }
  Result<facts::BatchReceipt> reassign(std::string_view, std::string_view, std::string_view) override {
    return not_found("none");
  }
  Result<facts::Erased> erase(std::string_view, const facts::Erasure&, Erasing) override { return facts::Erased{}; }
  Result<facts::Agreement> agreement(std::string_view, std::string_view, std::string_view,
                                     std::span<const facts::Observation> days, Day) override {
    for (const facts::Observation& day : days) CHECK(day.days.days() == 1 && !day.measure.empty());
    return facts::Agreement{};
  }
  Result<std::vector<Activity>> activity(std::string_view) override { return std::vector<Activity>(); }
  std::optional<uint64_t> content_state() const override { return 0; }
  Result<Done> select(std::string_view, const std::function<bool(const facts::Chunk&)>&, Rows) override {
    return Done{};
  }
  class Nowhere : public Original {
   public:
    Result<Done> add(std::string_view) override { return Done{}; }
    Result<std::string> finish() override { return std::string("hash"); }
  };
  Result<std::unique_ptr<Original>> keep_original(std::string_view) override {
    return std::unique_ptr<Original>(new Nowhere);
  }
  Result<std::string> original(std::string_view, std::string_view) override { return not_found("none"); }
  Result<Done> read_original(std::string_view, std::string_view,
                             const std::function<Result<Done>(std::string_view)>&) override {
    return not_found("none");
  }
  Result<facts::ExportedFacts> export_facts(std::string_view, const std::string&,
                                            const facts::TransferProgress&) override {
    return unsupported("not here");
  }
  Result<facts::RestoredFacts> restore_facts(std::string_view, const std::string&,
                                             const facts::TransferProgress&) override {
    return unsupported("not here");
  }
  Result<std::vector<std::string>> check() override { return std::vector<std::string>(); }
};

struct ControlOfNobody {
  std::filesystem::path folder = *make_scratch_folder("fuzz");
  std::unique_ptr<control::Control> control = *control::open_sqlite((folder / "control.sqlite").string());
  ~ControlOfNobody() {
    control.reset();
    std::filesystem::remove_all(folder);
  }
};

class EmptyControl : public control::Control {
 public:
  Result<std::vector<control::Workspace>> workspaces() override { return std::vector<control::Workspace>(); }
  Result<control::Workspace> workspace(std::string_view key) override {
    return control::Workspace{.key = std::string(key)};
  }
  Result<control::Workspace> add_workspace(std::string_view key, const control::WorkspaceChange&) override {
    return workspace(key);
  }
  Result<control::Workspace> set_workspace(std::string_view key, const control::WorkspaceChange&) override {
    return workspace(key);
  }
  Result<std::vector<control::Account>> accounts(std::string_view) override { return std::vector<control::Account>(); }
  Result<std::optional<control::Account>> find_account(std::string_view, std::string_view, std::string_view) override {
    return std::optional<control::Account>();
  }
  Result<control::Account> see_account(std::string_view, std::string_view network, std::string_view handle,
                                       const std::vector<std::string>&) override {
    CHECK(!handle.empty());
    return control::Account{std::string(network), std::string(handle), {}, {}};
  }
  Result<control::Account> set_account(std::string_view workspace, std::string_view network, std::string_view handle,
                                       std::optional<control::Ownership>,
                                       const std::vector<std::string>& aliases) override {
    return see_account(workspace, network, handle, aliases);
  }
  Result<std::vector<control::CatalogEntry>> catalog_entries(std::string_view) override {
    return std::vector<control::CatalogEntry>();
  }
  Result<Done> add_catalog_entries(std::string_view, const std::vector<control::CatalogEntry>&) override {
    return Done{};
  }
  Result<std::optional<std::string>> setting(std::string_view, std::string_view) override {
    return std::optional<std::string>();
  }
  Result<Done> set_setting(std::string_view, std::string_view, std::string_view) override { return Done{}; }
  // An import has to do with neither people nor secrets.
  control::People& people() override { std::abort(); }
  control::Secrets& secrets() override { std::abort(); }
  control::Audit& audit() override { std::abort(); }
  // Those of a whole export: no workspace is there, so none is kept.
  control::Goals& goals() override { return of_nobody().goals(); }
  static control::Control& of_nobody() {
    static ControlOfNobody nobody;
    return *nobody.control;
  }
  control::Benchmarks& benchmarks() override { return of_nobody().benchmarks(); }
  control::Alerts& alerts() override { return of_nobody().alerts(); }
  control::Campaigns& campaigns() override { return of_nobody().campaigns(); }
  control::Dashboards& dashboards() override { return of_nobody().dashboards(); }
  control::Schedules& schedules() override { return of_nobody().schedules(); }
  control::Outbox& outbox() override { return of_nobody().outbox(); }
  control::Mail& mail() override { return of_nobody().mail(); }
  Result<std::string> installation() override { return std::string(); }
  Result<Done> copy_to(const std::string&) override { return Done{}; }
  Result<std::vector<std::string>> check() override { return std::vector<std::string>(); }
  Result<int> form() override { return 0; }
};

// Imports the bytes as a file of that name, which must be told of whole, whatever they are.
inline void import_bytes(const std::string& name, std::string bytes, const collect::ImportOptions& options) {
  static auto clock = fixed_clock(*parse_instant("2026-06-22T12:00:00Z"));
  static CheckingStore store;
  static EmptyControl accounts;
  static collect::Importer importer(catalog::Catalog::built_in(), accounts, store, clock);
  const auto size = static_cast<int64_t>(bytes.size());
  auto input = collect::single_input({name, size, std::make_unique<collect::MemoryStream>(std::move(bytes))});
  auto report = importer.import("default", *input, options, {});
  CHECK(report.ok());
  for (const collect::FileReport& file : report->files) {
    CHECK(file.rows_read == file.rows_accepted + file.rows_rejected + file.rows_ignored);
    if (file.error) CHECK(!file.error->message.empty() && is_utf8(file.error->message));
    CHECK(!json_text(collect::to_json(file)).empty());
  }
}

}  // namespace sociometer::fuzz
