#include "control/totp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/proofs.h"

namespace sociometer::control {
namespace {

// RFC 6238, appendix B: the ASCII secret "12345678901234567890", the last six of its eight digits.
constexpr std::string_view rfc_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

TEST(Totp, GivesTheCodesOfTheStandard) {
  for (const auto& [seconds, code] : {std::pair{int64_t{59}, "287082"},
                                      {1111111109, "081804"},
                                      {1111111111, "050471"},
                                      {1234567890, "005924"},
                                      {2000000000, "279037"},
                                      {20000000000, "353130"}}) {
    EXPECT_EQ(totp_code(rfc_secret, totp_step({seconds * 1'000'000})), code) << seconds;
  }
}

TEST(Totp, TakesNeighbouringStepsAndEachOnce) {
  const Instant now{1111111109'000000};
  const int64_t step = totp_step(now);
  EXPECT_EQ(matching_step(rfc_secret, "081804", now, 0), step);
  EXPECT_EQ(matching_step(rfc_secret, "081 804", now, 0), step);
  EXPECT_EQ(matching_step(rfc_secret, totp_code(rfc_secret, step + 1), now, 0), step + 1);
  EXPECT_EQ(matching_step(rfc_secret, totp_code(rfc_secret, step - 1), now, 0), step - 1);
  EXPECT_EQ(matching_step(rfc_secret, totp_code(rfc_secret, step + 2), now, 0), std::nullopt);
  EXPECT_EQ(matching_step(rfc_secret, "081804", now, step), std::nullopt) << "a code works once";
  for (const char* wrong : {"", "08180", "0818044", "abcdef", "081805"}) {
    EXPECT_EQ(matching_step(rfc_secret, wrong, now, 0), std::nullopt) << wrong;
  }
}

TEST(Totp, TellsAppsWhatTheyNeed) {
  EXPECT_EQ(totp_uri("ABC", "ann+x@example.org", "Sociometer & Co"),
            "otpauth://totp/Sociometer%20%26%20Co:ann%2Bx%40example.org?secret=ABC&issuer=Sociometer%20%26%20Co");
  EXPECT_EQ(make_totp_secret().size(), 32U);
  EXPECT_NE(make_totp_secret(), make_totp_secret());
}

TEST(Proofs, AreRandomAndTyped) {
  EXPECT_EQ(make_proof().size(), 43U);
  EXPECT_NE(make_proof(), make_proof());
  EXPECT_EQ(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string code = make_recovery_code();
  EXPECT_THAT(code, testing::MatchesRegex("[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}"));
  EXPECT_EQ(normal_recovery_code(code), code);
  EXPECT_EQ(normal_recovery_code(" ABCD efgh-OIL1 2345 "), "abcd-efgh-0111-2345");
}

}  // namespace
}  // namespace sociometer::control
