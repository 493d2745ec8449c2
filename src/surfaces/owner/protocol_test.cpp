#include "surfaces/owner/protocol.h"
#include "surfaces/json_parts.h"

#include <gmock/gmock.h>

namespace sociometer::surfaces {
namespace {

TEST(ProtocolTest, ErrorsTravelWhole) {
  const Error error = error_from(object_from(json_text(error_json(not_found("no file \"a\"", "path")))));
  EXPECT_EQ(error.kind, ErrorKind::not_found);
  EXPECT_EQ(error.message, "no file \"a\"");
  EXPECT_EQ(error.field, "path");
}

TEST(ProtocolTest, NonsenseIsHarmless) {
  EXPECT_EQ(error_from(object_from("{\"kind\":99}")).kind, ErrorKind::internal);
  EXPECT_TRUE(object_from("[1").empty());
  EXPECT_EQ(number_in(object_from("{\"status\":\"x\"}"), "status", 7), 7);
}

}  // namespace
}  // namespace sociometer::surfaces
