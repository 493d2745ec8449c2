// Surfaces: everything people and programs read – the command line, the HTTP API and the web – as tables of commands
// and routes over collect and metrics. Nothing below this module formats a number for people.
//
//   int main(int argc, char** argv) { return surfaces::run(wiring, argc, argv); }
//
// The stores are opened by main.cpp, which alone sees everything; surfaces receives them through `Wiring`.
//
// One owner: the data directory has a lock (flock on DIR/owner.lock). Whoever holds it listens on DIR/owner.sock until
// done; a command that finds the lock taken hands its words, its input files and its `--now` to that process and prints
// what comes back, so every command works with the server up or down.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "collect/collect.h"
#include "control/control.h"
#include "metrics/metrics.h"
#include "surfaces/catalogs.h"
#include "upkeep/upkeep.h"

namespace sociometer::surfaces {

// What a command or a route works with: the opened data directory.
struct House {
  std::shared_ptr<const catalog::Catalog> catalog;
  control::Control* control = nullptr;
  collect::Importer* importer = nullptr;
  metrics::Engine* engine = nullptr;
  std::shared_ptr<const Clock> clock;
  upkeep::Upkeep* upkeep = nullptr;
  std::shared_ptr<void> keep;          // owns all of the above
  std::shared_ptr<Catalogs> catalogs;  // each workspace's
};

struct Wiring {
  // Opens (or creates) a data directory; the caller holds its lock.
  std::function<Result<House>(const std::string& directory, std::shared_ptr<const Clock> clock)> open;
  std::shared_ptr<const Clock> wall_clock;  // what `--now` replaces
};

// Runs the command line and returns the exit status (docs: interface).
int run(const Wiring& wiring, int argc, char** argv);

}  // namespace sociometer::surfaces
