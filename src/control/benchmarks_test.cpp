#include "control/benchmarks.h"

#include <gmock/gmock.h>

#include "control/control_fixture.h"

namespace sociometer::control {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class BenchmarksTest : public ControlFixture {};

TEST_F(BenchmarksTest, KeepWhatWasSaidInItsOrder) {
  ASSERT_TRUE(control_->benchmarks().add("default", {{"a", "first", now}, {"b", "other", now}}));
  ASSERT_TRUE(control_->benchmarks().add("default", {{"a", "", later(day)}}));
  open();
  const auto said = control_->benchmarks().history("default");
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_THAT(*said, ElementsAre(Field(&KeptBenchmarkSet::yaml, "first"), Field(&KeptBenchmarkSet::yaml, "other"),
                                 Field(&KeptBenchmarkSet::yaml, "")));
  EXPECT_EQ((*said)[2].recorded_at, later(day));
}

TEST_F(BenchmarksTest, AreTheirWorkspacesAlone) {
  ASSERT_TRUE(control_->add_workspace("other", {}));
  ASSERT_TRUE(control_->benchmarks().add("default", {{"a", "first", now}}));
  EXPECT_THAT(*control_->benchmarks().history("other"), IsEmpty());
  EXPECT_EQ(control_->benchmarks().add("nobody", {{"a", "first", now}}).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace sociometer::control
