#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "collect/file_import.h"
#include "collect/rows.h"

namespace sociometer::collect {

namespace {

Error unknown_format(const catalog::Catalog& catalog, const std::string& key) {
  std::vector<std::string> keys;
  for (const catalog::Format& format : catalog.formats()) keys.push_back(format.key);
  return invalid(fmt::format("There is no format {}; there are {}.", key, join(keys, ", ")), "format");
}

Result<Done> check_network(const catalog::Catalog& catalog, std::string& network, const catalog::Format* format) {
  if (network.empty()) return Done{};
  const catalog::Network* known = catalog.network(network);
  if (known == nullptr) {
    std::vector<std::string_view> keys;
    for (const catalog::Network& one : catalog.networks()) keys.push_back(one.key);
    std::string_view near = nearest(network, keys);
    return invalid(
        fmt::format("There is no network {}{}.", network, near.empty() ? "" : fmt::format("; did you mean {}?", near)),
        "network");
  }
  network = known->key;
  if (format != nullptr && !may_be_of(*format, network)) {
    return invalid(fmt::format("{} is of {}, not of {}.", format->name.english(), format->network, network), "network");
  }
  return Done{};
}

// The options with their names in the catalog's spelling.
Result<ImportOptions> checked(const catalog::Catalog& catalog, ImportOptions options) {
  const catalog::Format* format = options.format.empty() ? nullptr : catalog.format(options.format);
  if (!options.format.empty() && format == nullptr) return unknown_format(catalog, options.format);
  if (!options.format.empty() && !options.map.empty()) {
    return invalid("--map says what the columns mean, so --format has nothing to say: leave one out.", "format");
  }
  TRY_DONE(check_network(catalog, options.network, format));
  if (!options.zone.empty()) TRY_DONE(Zone::find(options.zone));
  if (!options.account.empty() && control::normal_handle(options.account).empty()) {
    return invalid("--account needs a handle.", "account");
  }
  for (char& c : options.currency) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  bool letters =
      std::all_of(options.currency.begin(), options.currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!options.currency.empty() && (options.currency.size() != 3 || !letters)) {
    return invalid(fmt::format("{} is not a currency as in EUR.", options.currency), "currency");
  }
  return options;
}

}  // namespace

Result<DayRange> parse_day_range(std::string_view text) {
  size_t dots = text.find("..");
  auto first = parse_day(text.substr(0, dots));
  auto last = dots == text.npos ? first : parse_day(text.substr(dots + 2));
  if (!first || !last || *last < *first) {
    return invalid(fmt::format("{} are no days as in 2026-01-01..2026-01-31.", text), "days");
  }
  return DayRange{*first, *last + 1};
}

Importer::Importer(std::shared_ptr<const catalog::Catalog> catalog, control::Control& control, facts::Store& store,
                   std::shared_ptr<const Clock> clock, CatalogOf catalog_of)
    : catalog_(std::move(catalog)),
      control_(control),
      store_(store),
      clock_(std::move(clock)),
      catalog_of_(std::move(catalog_of)) {}

Importer::~Importer() = default;

std::shared_ptr<const KnownTables> Importer::known_tables(const std::vector<const catalog::Format*>& formats) {
  std::lock_guard lock(tables_mutex_);
  if (tables_ == nullptr) tables_ = std::make_shared<const KnownTables>(formats);
  return tables_;
}

Result<ImportReport> Importer::import(std::string_view workspace, Input& input, const ImportOptions& options,
                                      const ProgressCallback& progress, std::shared_ptr<const Clock> clock) {
  std::shared_ptr<const catalog::Catalog> catalog = catalog_;
  if (catalog_of_) {
    TRY(catalog, catalog_of_(workspace));
  }
  TRY(ImportOptions said, checked(*catalog, options));
  TRY(control::Workspace home, control_.workspace(workspace));
  std::optional<catalog::Format> mapped;
  if (!said.map.empty()) {
    TRY(mapped, catalog::read_map(*catalog, "--map", said.map));
  }
  std::vector<const catalog::Format*> formats;
  if (mapped) formats.push_back(&*mapped);
  if (!mapped) {
    for (const catalog::Format& format : catalog->formats()) formats.push_back(&format);
  }
  // A workspace with measures of its own has formats of its own.
  bool is_shared = !mapped && catalog == catalog_;
  std::shared_ptr<const KnownTables> tables =
      is_shared ? known_tables(formats) : std::make_shared<const KnownTables>(formats);
  ImportReport report;
  ProgressTeller teller(progress, input.total_bytes());
  ImportRun run{std::move(home),
                *catalog,
                std::move(tables),
                std::move(formats),
                control_,
                store_,
                said,
                (clock ? clock : clock_)->now(),
                teller,
                report.files};
  while (!teller.cancelled()) {
    Input::Next next = input.next();
    if (next.done) break;
    if (!next.file) {
      FileReport refused;
      refused.path = next.path;
      refused.error = next.file.error();
      report.files.push_back(std::move(refused));
      continue;
    }
    teller.begin_file(next.path, next.file->bytes);
    import_file(run, std::move(*next.file));
    teller.end_file();
  }
  return report;
}

Result<std::vector<facts::Batch>> Importer::imports(std::string_view workspace, size_t limit, std::string_view before) {
  return store_.batches(workspace, limit, before);
}

Result<facts::Batch> Importer::find_import(std::string_view workspace, std::string_view batch) {
  return store_.batch(workspace, batch);
}

Result<Done> Importer::undo(std::string_view workspace, std::string_view batch) {
  return store_.undo(workspace, batch);
}

Result<facts::BatchReceipt> Importer::assign(std::string_view workspace, std::string_view batch,
                                             std::string_view account) {
  std::string handle = control::normal_handle(account);
  if (handle.empty()) return invalid("Which account? Give its handle.", "account");
  TRY(facts::Batch moved, store_.batch(workspace, batch));
  if (moved.start.network.empty()) {
    return invalid("This import is of several networks; it cannot move to one account as a whole.", "account");
  }
  TRY(auto known, control_.find_account(workspace, moved.start.network, handle));
  if (known) handle = known->handle;
  TRY(facts::BatchReceipt receipt, store_.reassign(workspace, batch, handle));
  TRY_DONE(control_.see_account(workspace, moved.start.network, handle, {}));
  return receipt;
}

Result<std::vector<Importer::KnownAccount>> Importer::accounts(std::string_view workspace) {
  TRY(auto registered, control_.accounts(workspace));
  TRY(auto activities, store_.activity(workspace));
  std::map<std::pair<std::string, std::string>, KnownAccount> known;
  for (control::Account& account : registered) {
    auto key = std::pair(account.network, account.handle);
    KnownAccount entry{std::move(account), {}};
    entry.activity.network = key.first;
    entry.activity.account = key.second;
    known.emplace(std::move(key), std::move(entry));
  }
  for (facts::Store::Activity& activity : activities) {
    KnownAccount& entry = known[{activity.network, activity.account}];
    entry.account.network = activity.network;
    entry.account.handle = activity.account;
    entry.activity = std::move(activity);
  }
  std::vector<KnownAccount> result;
  for (auto& [key, entry] : known) result.push_back(std::move(entry));
  return result;
}

}  // namespace sociometer::collect
