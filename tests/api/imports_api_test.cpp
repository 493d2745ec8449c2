// Files over HTTP, with what is said of them in the address.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "world.h"

namespace sociometer::api_test {
namespace {

TEST(ImportsApiTest, AMapAndItsDaysComeWithTheTable) {
  World world;
  const auto import = [&](const std::string& days) {
    const std::string map =
        "{rows: values, network: x, columns: [{names: [Tag], role: day, required: true}, {names: [Gesehen], measure: "
        "impressions, required: true}]}";
    return world.ask({"POST", "/imports?workspace=ours&filename=t.csv&account=brand&days=" + days + "&map=" + map,
                      "Tag,Gesehen\n2026-05-02,17\n"},
                     world.ours.at("owner"));
  };
  const net::Response read = import("2026-05-01..2026-05-03");
  EXPECT_EQ(read.status, 200) << read.body;
  EXPECT_THAT(read.body, testing::HasSubstr("\"format\":\"map\""));
  EXPECT_THAT(read.body, testing::HasSubstr("\"rows_accepted\":1"));
  EXPECT_THAT(import("soon").body, testing::HasSubstr("soon are no days"));
}

}  // namespace
}  // namespace sociometer::api_test
