#include "metrics/brands.h"

#include <gtest/gtest.h>

namespace sociometer::metrics {
namespace {

TEST(Brands, AreWhatRulesAndAccountsSay) {
  Scope scope;
  scope.ownership = {{"x/acme", "own"}, {"instagram/rival_inc", "competitor"}};
  scope.rules.brands = {{"friend", "partner"}};
  BrandBook book = brand_book({"Acme", "Rival Inc.", "FRIEND", "Stranger"}, scope);
  EXPECT_EQ(book.at("Acme"), "own");
  EXPECT_EQ(book.at("Rival Inc."), "competitor");
  EXPECT_EQ(book.at("FRIEND"), "partner");
  EXPECT_EQ(book.at("Stranger"), "competitor");
}

TEST(Brands, RulesCountBeforeAccounts) {
  Scope scope;
  scope.ownership = {{"x/acme", "own"}};
  scope.rules.brands = {{"acme", "competitor"}};
  EXPECT_EQ(brand_book({"acme"}, scope).at("acme"), "competitor");
}

TEST(Brands, WhereNobodySaidAnythingAllAreOwn) {
  Scope scope;
  scope.ownership = {{"x/something", "own"}, {"x/rival", "competitor"}};
  BrandBook book = brand_book({"Acme", "Rival"}, scope);
  EXPECT_EQ(book.at("Acme"), "own");
  EXPECT_EQ(book.at("Rival"), "competitor");
}

}  // namespace
}  // namespace sociometer::metrics
