#include "collect/values.h"

#include <gtest/gtest.h>

namespace sociometer::collect {
namespace {

constexpr auto whole_only = Fraction::whole_only;
constexpr auto with_fraction = Fraction::allowed;

int64_t number(std::string_view text, int64_t scale = 1, Fraction fraction = whole_only,
               DecimalMark mark = DecimalMark::unknown) {
  CellNumber cell = parse_number(text, scale, fraction, mark);
  EXPECT_EQ(cell.state, CellNumber::State::value) << text << ": " << cell.reason;
  return cell.value;
}

std::string_view wrong(std::string_view text, int64_t scale = 1, Fraction fraction = whole_only,
                       DecimalMark mark = DecimalMark::unknown) {
  CellNumber cell = parse_number(text, scale, fraction, mark);
  EXPECT_EQ(cell.state, CellNumber::State::wrong) << text << " gave " << cell.value;
  return cell.reason;
}

TEST(Number, WholeThings) {
  EXPECT_EQ(number("312.0"), 312);
  EXPECT_EQ(number("0"), 0);
  EXPECT_EQ(number(" 42 "), 42);
  EXPECT_EQ(number("-28"), -28);
  EXPECT_EQ(number("25,881"), 25881);
  EXPECT_EQ(number("1,234,567.00"), 1234567);
  EXPECT_EQ(number("1.234.567"), 1234567);
  EXPECT_EQ(number("12 345\xC2\xA0"
                   "678"),
            12345678);
  EXPECT_EQ(number("1'234'567"), 1234567);
  EXPECT_EQ(number("123456789012345678"), 123456789012345678);
}

TEST(Number, NothingReportedIsNotZero) {
  for (auto text : {"", "-", "--", " -- ", "\xE2\x80\x93", "  "}) {
    EXPECT_EQ(parse_number(text, 1, whole_only).state, CellNumber::State::not_reported) << text;
  }
}

TEST(Number, RefusesWhatIsNone) {
  EXPECT_EQ(wrong("n/a"), "not a number");
  EXPECT_EQ(wrong("12a"), "not a number");
  EXPECT_EQ(wrong("1,23"), "not a whole number");
  EXPECT_EQ(wrong("1,2345,678"), "not a number");
  EXPECT_EQ(wrong("3.апр"), number_made_a_date);
  EXPECT_EQ(wrong("."), "not a number");
  EXPECT_EQ(wrong("-"
                  "x"),
            "not a number");
  EXPECT_EQ(wrong("312.5"), "not a whole number");
  EXPECT_TRUE(wrong("6.49E+17").find("exponent") != std::string_view::npos);
  EXPECT_EQ(wrong("99999999999999999999"), "too large to be kept exactly");
  EXPECT_EQ(wrong("9223372036854775807", 1000), "too large to be kept exactly");
  EXPECT_EQ(wrong("inf"), "not a number");
}

TEST(Number, FractionsAreExact) {
  EXPECT_EQ(number("0.009287925696594427", 1'000'000, with_fraction), 9288);
  EXPECT_EQ(number("0.1", 1'000'000, with_fraction), 100'000);
  EXPECT_EQ(number("12.345678", 1'000'000, with_fraction), 12'345'678);
  EXPECT_EQ(number("0.0000005", 1'000'000, with_fraction), 1);
  EXPECT_EQ(number("0.00000049999999", 1'000'000, with_fraction), 0);
  EXPECT_EQ(number("-0.0000005", 1'000'000, with_fraction), -1);
  EXPECT_EQ(number("4.88%", 1'000'000, with_fraction), 48'800);
  EXPECT_EQ(number("150%", 1'000'000, with_fraction), 1'500'000);
  EXPECT_EQ(number("1,5", 1000, with_fraction), 1500);
  EXPECT_EQ(number(".5", 1000, with_fraction), 500);
  EXPECT_EQ(number("9007199254740993", 1, with_fraction), 9007199254740993);
}

Proof proof(std::string_view text, Fraction fraction) {
  return parse_number(text, 1'000'000, fraction).proof;
}

TEST(Number, ShowsWhatItProvesOfTheFile) {
  EXPECT_EQ(proof("1234", with_fraction), Proof::nothing);
  EXPECT_EQ(proof("12.5", with_fraction), Proof::first);
  EXPECT_EQ(proof("12,5", with_fraction), Proof::second);
  EXPECT_EQ(proof("1,234.5", with_fraction), Proof::first);
  EXPECT_EQ(proof("1.234,5", with_fraction), Proof::second);
  EXPECT_EQ(proof("1,234", with_fraction), Proof::either);
  EXPECT_EQ(proof("1.234", with_fraction), Proof::either);
  EXPECT_EQ(proof("1,234", whole_only), Proof::first);
  EXPECT_EQ(proof("1.234", whole_only), Proof::second);
  EXPECT_EQ(proof("1.000", whole_only), Proof::either);
}

TEST(Number, ExcelsDatesAreNoNumbers) {
  for (auto text : {"3.апр", "1.юни", "1-Jun", "4.Mär"}) EXPECT_EQ(wrong(text), number_made_a_date) << text;
  EXPECT_TRUE(says_nothing("undefined"));
  EXPECT_TRUE(says_nothing("NAN"));
  EXPECT_TRUE(says_nothing("< 1%"));
  EXPECT_FALSE(says_nothing("n/a"));
}

TEST(Number, DurationsAndAmounts) {
  EXPECT_EQ(parse_duration("0:03:54"), 234'000);
  EXPECT_EQ(parse_duration("3:54"), 234'000);
  EXPECT_EQ(parse_duration("PT10M5S"), 605'000);
  EXPECT_EQ(parse_duration("3:5"), std::nullopt);
  std::string currency;
  EXPECT_EQ(without_currency("US$1,234.50", currency), "1,234.50");
  EXPECT_EQ(currency, "USD");
  EXPECT_EQ(without_currency("-€5", currency), "-5");
  EXPECT_EQ(currency, "EUR");
  EXPECT_EQ(without_currency("12.50 INR", currency), "12.50");
  EXPECT_EQ(currency, "INR");
  currency.clear();
  EXPECT_EQ(without_currency("$5", currency), "5");
  EXPECT_EQ(currency, "");
}

TEST(Number, DoubtfulSeparatorsNeedALocale) {
  EXPECT_EQ(number("1,234", 1'000'000, with_fraction, DecimalMark::comma), 1'234'000);
  EXPECT_EQ(number("1,234", 1'000'000, with_fraction, DecimalMark::point), 1'234'000'000);
  EXPECT_EQ(wrong("1.234", 1, whole_only, DecimalMark::point), "not a whole number");
  EXPECT_EQ(number("1.234", 1, whole_only, DecimalMark::comma), 1234);
  EXPECT_EQ(number("1.234,5", 1000, with_fraction), 1'234'500);
  EXPECT_EQ(number("0,123", 1000, with_fraction), 123);
}

TEST(Number, LocaleSaysTheDecimalMark) {
  EXPECT_EQ(decimal_mark_of("de"), DecimalMark::comma);
  EXPECT_EQ(decimal_mark_of("pt-BR"), DecimalMark::comma);
  EXPECT_EQ(decimal_mark_of("en_US.UTF-8"), DecimalMark::point);
  EXPECT_EQ(decimal_mark_of("de-CH"), DecimalMark::point);
  EXPECT_EQ(decimal_mark_of(""), DecimalMark::unknown);
}

std::string time_of(std::string_view text, const Zone& zone = Zone::utc()) {
  auto time = parse_time(text);
  if (!time) return "none";
  PlacedTime placed = place(*time, zone);
  return format_day(placed.day) + (placed.instant ? " " + format_instant(*placed.instant) : "");
}

TEST(Time, ShapesOfTheFormats) {
  EXPECT_EQ(time_of("2019-01-31"), "2019-01-31");
  EXPECT_EQ(time_of("2019-01-31 22:08 +0000"), "2019-01-31 2019-01-31T22:08:00Z");
  EXPECT_EQ(time_of("2016-01-22 3:29:41"), "2016-01-22 2016-01-22T03:29:41Z");
  EXPECT_EQ(time_of("2025-05-25T00:00:00"), "2025-05-25 2025-05-25T00:00:00Z");
  EXPECT_EQ(time_of("2026-01-03T10:00:00Z"), "2026-01-03 2026-01-03T10:00:00Z");
  EXPECT_EQ(time_of("2026-01-03T10:00:00.250+02:00"), "2026-01-03 2026-01-03T08:00:00Z");
  EXPECT_EQ(time_of("2025-04-01 17:18:52 -0700"), "2025-04-02 2025-04-02T00:18:52Z");
  EXPECT_EQ(time_of("Tue, Aug 26, 2025"), "2025-08-26");
  EXPECT_EQ(time_of("Mon Feb 03 2025"), "2025-02-03");
  EXPECT_EQ(time_of("Sep 2, 2019"), "2019-09-02");
  EXPECT_EQ(time_of("26 August 2025"), "2025-08-26");
  EXPECT_EQ(time_of("2025/10/31 18:19:10"), "2025-10-31 2025-10-31T18:19:10Z");
  EXPECT_EQ(time_of("12/30/2025 9:40 am"), "2025-12-30 2025-12-30T09:40:00Z");
  EXPECT_EQ(time_of("12/30/2025 12:05 AM"), "2025-12-30 2025-12-30T00:05:00Z");
}

TEST(Time, WallClocksArePlacedInTheirZone) {
  Zone pacific = *Zone::find("America/Los_Angeles");
  EXPECT_EQ(time_of("05/26/2026 10:23", pacific), "2026-05-26 2026-05-26T17:23:00Z");
  EXPECT_EQ(time_of("05/26/2026 23:30", pacific), "2026-05-26 2026-05-27T06:30:00Z");
  EXPECT_EQ(time_of("01/30/25", pacific), "2025-01-30");
  EXPECT_EQ(time_of("31.12.24", pacific), "none");
  EXPECT_EQ(time_of("2026-05-27T06:30:00Z", pacific), "2026-05-26 2026-05-27T06:30:00Z");
}

TEST(Time, RefusesWhatIsNoDate) {
  for (auto text :
       {"", "Lifetime", "31/13/2025", "2025-02-30", "13/45/2025", "2025", "1.юни", "2025-01-01T", "2025-01-01 25:00",
        "0001-01-01", "2025-01-01 10:00 XYZ", "Total", "20251301", "2025-01-01 10:00 +9900", "Mon Foo 03 2025"}) {
    EXPECT_EQ(time_of(text), "none") << text;
  }
}

TEST(Id, SpreadsheetDamageIsSeen) {
  EXPECT_TRUE(id_problem("812369747765362688").empty());
  EXPECT_TRUE(id_problem("-aBc_dEf12").empty());
  EXPECT_TRUE(id_problem("123_456").empty());
  EXPECT_FALSE(id_problem("6.49E+17").empty());
  EXPECT_FALSE(id_problem("649000000000000000.0").empty());
  EXPECT_FALSE(id_problem("").empty());
  EXPECT_FALSE(id_problem("Total clicks").empty());
}

}  // namespace
}  // namespace sociometer::collect
