// Wiring: the only place that sees every module.
#include <csignal>
#include <cstdlib>

#include "surfaces/surfaces.h"

namespace sociometer {
namespace {

// Everything a data directory opens to, in the order in which it may be used and closed.
struct Stores {
  std::shared_ptr<const catalog::Catalog> catalog = catalog::Catalog::built_in();
  std::unique_ptr<control::Control> control;
  std::unique_ptr<facts::Store> facts;
  std::shared_ptr<surfaces::Catalogs> catalogs;
  std::unique_ptr<collect::Importer> importer;
  std::unique_ptr<metrics::Engine> engine;
  std::unique_ptr<upkeep::Upkeep> upkeep;
};

Result<surfaces::House> open(const std::string& directory, std::shared_ptr<const Clock> clock) {
  auto stores = std::make_shared<Stores>();
  const char* key_file = std::getenv("SOCIOMETER_KEY_FILE");
  TRY(stores->control, control::open_sqlite(directory + "/control.sqlite", key_file == nullptr ? "" : key_file));
  TRY(stores->facts, facts::open_duckdb(directory, clock));
  stores->catalogs = std::make_shared<surfaces::Catalogs>(stores->catalog, *stores->control);
  const auto catalog_of =
      [catalogs = stores->catalogs](std::string_view workspace) -> Result<std::shared_ptr<const catalog::Catalog>> {
    TRY(const auto editions, catalogs->of(workspace));
    return editions->at(std::nullopt);
  };
  stores->importer =
      std::make_unique<collect::Importer>(stores->catalog, *stores->control, *stores->facts, clock, catalog_of);
  stores->engine = std::make_unique<metrics::Engine>(stores->catalog, *stores->facts);
  stores->upkeep = std::make_unique<upkeep::Upkeep>(directory, *stores->control, *stores->facts, clock);
  return surfaces::House{stores->catalog,
                         stores->control.get(),
                         stores->importer.get(),
                         stores->engine.get(),
                         std::move(clock),
                         stores->upkeep.get(),
                         stores,
                         stores->catalogs};
}

}  // namespace
}  // namespace sociometer

int main(int argc, char** argv) {
  // A full disk and a reader that went away are answers of write(), not ends of the program.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  return sociometer::surfaces::run({sociometer::open, sociometer::system_clock()}, argc, argv);
}
