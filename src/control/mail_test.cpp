#include "control/mail.h"

#include <gmock/gmock.h>

#include "control/control_fixture.h"

namespace sociometer::control {
namespace {

using testing::HasSubstr;

class MailTest : public ControlFixture {
 protected:
  Mail& mail() { return control_->mail(); }
  static MailServer server() {
    return {.host = "smtp.example.org",
            .port = 587,
            .user = "reports",
            .sender_name = "Zahlen & Fakten",
            .sender_address = "reports@example.org"};
  }
};

TEST_F(MailTest, IsKeptWithItsPasswordSealed) {
  EXPECT_FALSE(*mail().find());
  EXPECT_THAT(mail().opened().error().message, HasSubstr("sociometer mail set"));
  ASSERT_TRUE(mail().set(server(), "pass word", now));
  open();
  const auto kept = mail().find();
  ASSERT_TRUE(kept && *kept) << kept.error().message;
  EXPECT_EQ((*kept)->sender_name, "Zahlen & Fakten");
  EXPECT_TRUE((*kept)->has_password);
  EXPECT_EQ((*kept)->password, "");
  EXPECT_EQ(mail().opened()->password, "pass word");
}

TEST_F(MailTest, APasswordStaysWithItsServerAndUserAlone) {
  ASSERT_TRUE(mail().set(server(), "secret", now));
  MailServer renamed = server();
  renamed.sender_name = "Reports";
  EXPECT_TRUE(mail().set(renamed, std::nullopt, now)->has_password);
  EXPECT_EQ(mail().opened()->password, "secret");
  MailServer elsewhere = server();
  elsewhere.host = "smtp.example.com";
  EXPECT_FALSE(mail().set(elsewhere, std::nullopt, now)->has_password);
  EXPECT_EQ(mail().opened()->password, "");
  ASSERT_TRUE(mail().set(server(), std::nullopt, now));
  EXPECT_EQ(mail().opened()->password, "");
}

TEST_F(MailTest, SaysWhatIsWrong) {
  const auto field = [&](auto change, const char* password = nullptr) {
    MailServer wrong = server();
    change(wrong);
    const auto set = mail().set(wrong, password == nullptr ? std::nullopt : std::optional<std::string>(password), now);
    return set ? "" : set.error().field;
  };
  EXPECT_EQ(field([](MailServer& s) { s.host = ""; }), "host");
  EXPECT_EQ(field([](MailServer& s) { s.host = "smtp.example.org/x"; }), "host");
  EXPECT_EQ(field([](MailServer& s) { s.port = 70000; }), "port");
  EXPECT_EQ(field([](MailServer& s) { s.sender_address = "reports"; }), "sender");
  EXPECT_EQ(field([](MailServer& s) { s.sender_address = "a@b\r\nBcc: c@d"; }), "sender");
  EXPECT_EQ(field([](MailServer& s) { s.sender_name = "a\r\nBcc: c@d"; }), "name");
  EXPECT_EQ(field([](MailServer& s) { s.user = ""; }, "x"), "user");
  EXPECT_EQ(field([](MailServer& s) { s.security = MailSecurity::none; }, "x"), "security");
  const auto here = [](MailServer& s) {
    s.security = MailSecurity::none;
    s.host = "127.0.0.1";
  };
  EXPECT_EQ(field(here, "x"), "");
  ASSERT_TRUE(mail().remove());
  EXPECT_FALSE(*mail().find());
}

}  // namespace
}  // namespace sociometer::control
