#include "reports/charts.h"

#include <gmock/gmock.h>

#include "base/markup.h"
#include "reports/scales.h"
#include "reports/writing.h"

namespace sociometer::reports {
namespace {

using catalog::Unit;
using testing::DoubleNear;
using testing::ElementsAre;

TEST(Scales, EndAtRoundNumbers) {
  EXPECT_THAT(scale_for(0, 870, Base::zero, Unit::count).ticks, ElementsAre(0, 250, 500, 750, 1000));
  EXPECT_THAT(scale_for(100, 130, Base::free, Unit::count).low, 100);
  EXPECT_THAT(scale_for(10, 130, Base::free, Unit::count).low, 0);
  EXPECT_THAT(scale_for(100, 130, Base::zero, Unit::count).low, 0);
  EXPECT_THAT(scale_for(0, 7200, Base::zero, Unit::seconds).ticks, ElementsAre(0, 1800, 3600, 5400, 7200));
  EXPECT_THAT(scale_for(-40, 60, Base::zero, Unit::count).share(0), DoubleNear(0.4, 0.1));
}

TEST(Scales, HoldFlatAndEmptyNumbers) {
  for (const double value : {0.0, 5.0, -5.0, 1e-9, 1e12}) {
    for (const Base base : {Base::zero, Base::free}) {
      const Scale scale = scale_for(value, value, base, Unit::count);
      EXPECT_LT(scale.low, scale.high) << value;
      EXPECT_GE(scale.share(value), 0) << value;
      EXPECT_LE(scale.share(value), 1) << value;
      EXPECT_LT(scale.ticks.size(), 12U) << value;
    }
  }
}

TEST(Scales, AreShortInWords) {
  EXPECT_EQ(short_text(1'234'567, Unit::count, ""), "1.2 M");
  EXPECT_EQ(short_text(12'300, Unit::people, ""), "12.3 k");
  EXPECT_EQ(short_text(9'999, Unit::count, ""), "9,999");
  EXPECT_EQ(short_text(0.0341, Unit::ratio, ""), "3.41 %");
  EXPECT_EQ(short_text(0.4, Unit::ratio, ""), "40 %");
  EXPECT_EQ(short_text(5400, Unit::seconds, ""), "1.5 h");
  EXPECT_EQ(short_text(0, Unit::count, ""), "0");
}

TEST(Printing, DatesGiveWayToTheReportsOwn) {
  const std::string one = "%PDF-1.4 /CreationDate (D:20260101000000+00'00')\n/ModDate (D:20260101000000+00'00')";
  const std::string two = "%PDF-1.4 /CreationDate (D:20271231235959+00'00')\n/ModDate (D:20271231235959+00'00')";
  const Instant as_of = *parse_instant("2026-06-22T12:34:56Z");
  EXPECT_EQ(with_fixed_dates(one, as_of), with_fixed_dates(two, as_of));
  EXPECT_THAT(with_fixed_dates(one, as_of), testing::HasSubstr("/ModDate (D:20260622123456+00'00')"));
  EXPECT_EQ(with_fixed_dates(one, as_of).size(), one.size());
}

TEST(Printing, DestinationsAreFoundOnTheirPages) {
  const std::string pdf =
      "2 0 obj\n<</Type /Page\n/Parent 9 0 R>>\nendobj\n7 0 obj\n<</Type /Page\n>>\nendobj\n9 0 obj\n<</Type /Pages\n"
      "/Kids [2 0 R 7 0 R]>>\n13 0 obj\n<</tile-1 [7 0 R /XYZ 6 826.1 0]\n/definitions [2 0 R /XYZ 1 2 0]>>";
  EXPECT_THAT(pages_of(pdf), ElementsAre(testing::Pair("definitions", 1), testing::Pair("tile-1", 2)));
}

TEST(Xml, NothingOfATextBecomesMarkup) {
  EXPECT_EQ(xml_escaped("<a href=\"x\">'&'\x01</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

}  // namespace
}  // namespace sociometer::reports
