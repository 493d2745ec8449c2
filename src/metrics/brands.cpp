#include "metrics/brands.h"

#include <algorithm>

#include "base/text.h"

namespace sociometer::metrics {
namespace {

// "Rival Inc." and "rival_inc" are one name. Letters beyond ASCII are kept as they are.
std::string bare(std::string_view name) {
  std::string kept;
  for (char c : folded(name)) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (plain) kept += c;
  }
  return kept;
}

// Of accounts of one name on several networks the own one counts first.
std::map<std::string, std::string> by_handle(const Scope& scope) {
  std::map<std::string, std::string> owners;
  for (const auto& [account, ownership] : scope.ownership) {
    std::string handle = bare(std::string_view(account).substr(account.find('/') + 1));
    auto [known, inserted] = owners.emplace(handle, ownership);
    if (!inserted && ownership == "own") known->second = ownership;
  }
  owners.erase("");
  return owners;
}

}  // namespace

BrandBook brand_book(const std::vector<std::string>& seen, const Scope& scope) {
  std::map<std::string, std::string> owners = by_handle(scope);
  BrandBook book;
  std::vector<std::string> unknown;
  bool any_own = false;
  for (const std::string& brand : seen) {
    auto said = scope.rules.brands.find(folded(trimmed(brand)));
    auto account = owners.find(bare(brand));
    if (said != scope.rules.brands.end()) {
      book[brand] = said->second;
    } else if (account != owners.end()) {
      book[brand] = account->second;
    } else {
      unknown.push_back(brand);
      continue;
    }
    any_own = any_own || book[brand] == "own";
  }
  for (const std::string& brand : unknown) book[brand] = any_own ? "competitor" : "own";
  return book;
}

}  // namespace sociometer::metrics
