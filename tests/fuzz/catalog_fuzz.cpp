// Any text is a formula that reads back as it is printed, or a fault inside it; and any YAML adds to the catalog or
// says what is wrong, and then changes nothing.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "catalog/catalog.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sociometer;
  std::string text(reinterpret_cast<const char*>(data), size);
  if (auto formula = catalog::parse_formula(text)) {
    std::string printed = catalog::formula_text(*formula);
    auto again = catalog::parse_formula(printed);
    // Parentheses that printing adds may make it longer than a formula can be.
    if (again) CHECK(*again == *formula);
  } else {
    CHECK(!formula.error().message.empty());
  }
  static const catalog::Editions editions(catalog::Catalog::built_in(), {});
  const catalog::Editions::Change change = editions.add("fuzz.yaml", text, {});
  if (change.entries.empty()) return 0;
  CHECK(change.problems.empty());
  const catalog::Editions added(catalog::Catalog::built_in(), change.entries);
  CHECK(added.at(std::nullopt)->problems().empty());
  return 0;
}
