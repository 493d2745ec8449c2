// Reads the catalog that was compiled in, as the last step of its build: exit status 1 and the reasons if it is broken.
#include <fmt/format.h>

#include "catalog/catalog.h"
#include "catalog/embedded.h"
#include "catalog/norms.h"

int main() {
  auto loaded = sociometer::catalog::Catalog::load(sociometer::catalog::embedded_files());
  if (!loaded) {
    fmt::print(stderr, "The catalog is broken:\n{}\n", loaded.error().message);
    return 1;
  }
  auto norms = sociometer::catalog::load_norms(**loaded, sociometer::catalog::embedded_files());
  if (norms) return 0;
  fmt::print(stderr, "The catalog's norms are broken:\n{}\n", norms.error().message);
  return 1;
}
