// Reads the catalog that was compiled in, as the last step of its build: exit status 1 and the reasons if it is broken.
#include <fmt/format.h>

#include "catalog/catalog.h"
#include "catalog/embedded.h"

int main() {
  auto loaded = sociometer::catalog::Catalog::load(sociometer::catalog::embedded_files());
  if (loaded) return 0;
  fmt::print(stderr, "The catalog is broken:\n{}\n", loaded.error().message);
  return 1;
}
