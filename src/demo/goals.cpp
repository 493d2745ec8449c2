// What the brand wants to reach.
#include <fmt/format.h>

#include "demo/demo.h"

namespace sociometer::demo {

std::vector<GoalSetting> goals(Day last_day) {
  const auto said = [&](const char* what, int first, int due) {
    return fmt::format("{} from {} to {}", what, format_day(last_day + first), format_day(last_day + due));
  };
  return {
      {.sentence = said("Increase impressions by 12 %", -172, -83),
       .set = last_day - 172,
       .cadence = "monthly",
       .rationale = "the winter roast should be seen beyond those who buy it anyway",
       .check_ins = {{last_day - 140, "The tasting videos are shared far more than the pictures."},
                     {last_day - 84, "Done: most of it came from three videos."}},
       .to_dos = {{last_day - 140, last_day - 120, "Film two more tastings", true}}},
      {.sentence = said("Grow Instagram followers by 1,700", -60, 30),
       .set = last_day - 60,
       .cadence = "weekly",
       .rationale = "the shop in the harbour opens in summer",
       .check_ins = {{last_day - 40, "Slower than hoped after the holidays."},
                     {last_day - 3, "The opening day is announced: it picks up."}},
       .to_dos = {{last_day - 40, last_day - 20, "Ask the bakery next door for a joint post", true},
                  {last_day - 3, last_day + 6, "Announce the opening hours in a story"}}},
      {.sentence = said("Raise link clicks on X by 30 %", -27, 14),
       .set = last_day - 27,
       .cadence = "weekly",
       .rationale = "more people should get as far as the shop",
       .check_ins = {{last_day - 16, "Links in an answer below are hardly clicked; they go into the text now."}},
       .to_dos = {{last_day - 16, last_day - 2, "Compare posts with the link in the text and in an answer"}}},
      {.sentence = said("Improve engagement rate on Facebook by 10 %", -76, 15),
       .set = last_day - 76,
       .cadence = "weekly",
       .rationale = "fewer posts, and those worth answering",
       .check_ins = {{last_day - 60, "Half as many posts, and the rate is where it was."}},
       .to_dos = {}},
      {.sentence = said("Keep engagement rate on X above 0.2 % every month", -110, 70),
       .set = last_day - 110,
       .cadence = "",
       .rationale = "",
       .check_ins = {{last_day - 20, "Nothing to do."}},
       .to_dos = {}},
  };
}

}  // namespace sociometer::demo
