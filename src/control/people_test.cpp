#include "control/people.h"

#include <gmock/gmock.h>

#include "control/control_fixture.h"
#include "control/passwords.h"
#include "control/totp.h"

namespace sociometer::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr const char* password = "correct horse battery staple";
const From home{"192.0.2.7", "Browser 1.0"};

class PeopleTest : public ControlFixture {
 protected:
  Person add(const std::string& name, std::optional<Role> everywhere = {}) {
    auto added = people().add({name + "@example.org", name, password, everywhere}, now);
    EXPECT_TRUE(added) << added.error().message;
    return *added;
  }
  Proof outcome(const std::string& email, const std::string& word, const std::string& code = "", Instant at = now) {
    auto proved = people().prove({email, word, code}, at);
    EXPECT_TRUE(proved);
    return proved->outcome;
  }
  // The secret and the recovery codes.
  std::pair<std::string, std::vector<std::string>> add_second_factor(const Person& person) {
    const std::string secret = people().begin_second_factor(person.id, now)->secret;
    auto codes = people().confirm_second_factor(person.id, totp_code(secret, totp_step(now)), now);
    EXPECT_TRUE(codes) << codes.error().message;
    return {secret, *codes};
  }
};

TEST_F(PeopleTest, AreAddedOnce) {
  EXPECT_FALSE(*people().is_anyone_there());
  auto ann = people().add({" Ann@Example.ORG", " Ann ", password}, now);
  ASSERT_TRUE(ann) << ann.error().message;
  EXPECT_EQ(ann->email, "ann@example.org");
  EXPECT_EQ(ann->name, "Ann");
  EXPECT_TRUE(*people().is_anyone_there());
  EXPECT_EQ(people().add({"ann@example.org", "Anna", password}, now).error().kind, ErrorKind::conflict);
  EXPECT_EQ(people().person_by_email("ANN@example.org")->id, ann->id);
  EXPECT_EQ(people().person("nobody").error().kind, ErrorKind::not_found);
  for (const char* email : {"", "ann", "@x", "ann@", "a@b@c", "a b@c", "a\n@b", "<a>@b"}) {
    EXPECT_EQ(people().add({email, "Name", password}, now).error().field, "email") << email;
  }
  for (const char* name : {"", "  ", "a\nb"}) {
    EXPECT_EQ(people().add({"b@example.org", name, password}, now).error().field, "name");
  }
  EXPECT_EQ(people().add({"b@example.org", "B", "short"}, now).error().field, "password");
}

TEST_F(PeopleTest, ProveWhoTheyAre) {
  const Person ann = add("ann");
  EXPECT_EQ(outcome("Ann@example.org", password), Proof::right);
  EXPECT_EQ(outcome("ann@example.org", "something else"), Proof::wrong);
  const int64_t before = password_checks();
  EXPECT_EQ(outcome("nobody@example.org", password), Proof::wrong);
  EXPECT_EQ(password_checks(), before + 1) << "an unknown address costs as much";
  ASSERT_TRUE(people().disable(ann.id, now));
  EXPECT_EQ(outcome("ann@example.org", password), Proof::wrong);
  ASSERT_TRUE(people().enable(ann.id));
  EXPECT_EQ(outcome("ann@example.org", password), Proof::right);
  ASSERT_TRUE(people().add({"new@example.org", "New", ""}, now));
  EXPECT_EQ(outcome("new@example.org", ""), Proof::wrong) << "no password is not an empty one";
}

TEST_F(PeopleTest, SecondFactorsAreAskedForAndWorkOnce) {
  const Person ann = add("ann");
  const auto [secret, codes] = add_second_factor(ann);
  EXPECT_EQ(codes.size(), 10U);
  EXPECT_EQ(outcome("ann@example.org", password), Proof::code_wanted);
  EXPECT_EQ(outcome("ann@example.org", "wrong", "000000"), Proof::wrong) << "the code is not spoken of";
  const std::string used = totp_code(secret, totp_step(now));
  EXPECT_EQ(outcome("ann@example.org", password, used), Proof::code_wrong) << "confirming used it";
  const std::string next = totp_code(secret, totp_step(later(minute)));
  EXPECT_EQ(outcome("ann@example.org", password, next, later(minute)), Proof::right);
  EXPECT_EQ(outcome("ann@example.org", password, next, later(minute)), Proof::code_wrong);

  EXPECT_EQ(outcome("ann@example.org", password, codes[3]), Proof::right);
  EXPECT_EQ(outcome("ann@example.org", password, codes[3]), Proof::code_wrong);
  EXPECT_EQ(*people().recovery_codes_left(ann.id), 9);

  EXPECT_EQ(people().begin_second_factor(ann.id, now).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(people().remove_second_factor(ann.id));
  EXPECT_EQ(outcome("ann@example.org", password), Proof::right);
  const std::string fresh = people().begin_second_factor(ann.id, now)->secret;
  EXPECT_NE(fresh, secret);
  EXPECT_EQ(people().confirm_second_factor(ann.id, "123", now).error().kind, ErrorKind::invalid);
  EXPECT_EQ(outcome("ann@example.org", password), Proof::right) << "begun is not confirmed";
}

TEST_F(PeopleTest, SessionsAreRecognisedUntilTheyAreOver) {
  const Person ann = add("ann");
  const Opened opened = *people().open_session(ann.id, home, now);
  auto known = people().recognise(opened.proof, home, later(minute));
  ASSERT_TRUE(known && *known);
  EXPECT_EQ((*known)->person.id, ann.id);
  EXPECT_EQ((*known)->session.id, opened.session.id);
  EXPECT_FALSE(*people().recognise("something", home, now));
  EXPECT_FALSE(*people().recognise("", home, now));
  EXPECT_FALSE(*people().recognise(opened.session.id, home, now)) << "the id is no proof";
  EXPECT_FALSE(*people().recognise(opened.proof, home, later(15 * day))) << "unused for two weeks";
  ASSERT_TRUE(people().end_session(ann.id, opened.session.id));
  EXPECT_FALSE(*people().recognise(opened.proof, home, now));
  EXPECT_EQ(people().end_session(ann.id, opened.session.id).error().kind, ErrorKind::not_found);
}

TEST_F(PeopleTest, SessionsEndAfterNinetyDaysHoweverMuchTheyAreUsed) {
  const Person ann = add("ann");
  std::string proof = people().open_session(ann.id, home, now)->proof;
  for (int days = 1; days < 90; ++days) {
    auto known = people().recognise(proof, home, later(days * day));
    ASSERT_TRUE(known && *known) << days;
    if (!(*known)->renewed.empty()) proof = (*known)->renewed;
  }
  EXPECT_FALSE(*people().recognise(proof, home, later(91 * day)));
}

TEST_F(PeopleTest, SessionsGetANewProofAndKeepTheOldForAMoment) {
  const Person ann = add("ann");
  const std::string old = people().open_session(ann.id, home, now)->proof;
  const Instant then = later(day + minute);
  const std::string renewed = (*people().recognise(old, home, then))->renewed;
  ASSERT_FALSE(renewed.empty());
  EXPECT_NE(renewed, old);
  auto straggler = people().recognise(old, home, {then.micros + 30'000'000});
  ASSERT_TRUE(straggler && *straggler);
  EXPECT_EQ((*straggler)->renewed, "") << "the old proof earns no new one";
  EXPECT_FALSE(*people().recognise(old, home, {then.micros + 2 * minute}));
  EXPECT_TRUE(*people().recognise(renewed, home, {then.micros + 2 * minute}));
}

TEST_F(PeopleTest, APasswordsChangeEndsTheOtherSessions) {
  const Person ann = add("ann");
  const Opened here = *people().open_session(ann.id, home, now);
  const Opened there = *people().open_session(ann.id, {"198.51.100.1", "Phone"}, later(minute));
  EXPECT_EQ(people().sessions(ann.id, later(minute))->front().agent, "Phone");
  ASSERT_TRUE(people().set_password(ann.id, "another long passphrase", here.session.id));
  EXPECT_TRUE(*people().recognise(here.proof, home, now));
  EXPECT_FALSE(*people().recognise(there.proof, home, now));
  EXPECT_EQ(outcome("ann@example.org", password), Proof::wrong);
  EXPECT_EQ(outcome("ann@example.org", "another long passphrase"), Proof::right);
  EXPECT_EQ(people().set_password(ann.id, "short", "").error().field, "password");
}

TEST_F(PeopleTest, RolesAreOfAWorkspaceOrEverywhere) {
  ASSERT_TRUE(control_->add_workspace("client", {}));
  const Person boss = add("boss", Role::owner);
  const Person ann = add("ann");
  EXPECT_THAT(*people().roles(boss.id),
              UnorderedElementsAre(Pair("default", Role::owner), Pair("client", Role::owner)));
  EXPECT_THAT(*people().roles(ann.id), IsEmpty());
  ASSERT_TRUE(people().set_role("client", ann.id, Role::viewer, now));
  EXPECT_THAT(*people().roles(ann.id), ElementsAre(Pair("client", Role::viewer)));
  ASSERT_TRUE(people().set_everywhere(ann.id, Role::agent));
  EXPECT_THAT(*people().roles(ann.id), UnorderedElementsAre(Pair("default", Role::agent), Pair("client", Role::agent)));
  const auto members = *people().members("client");
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].person.name, "ann");
  EXPECT_EQ(members[0].role, Role::agent);
  EXPECT_EQ(people().set_role("nowhere", ann.id, Role::viewer, now).error().kind, ErrorKind::not_found);
  EXPECT_EQ(people().set_role("client", "nobody", Role::viewer, now).error().kind, ErrorKind::not_found);
}

TEST_F(PeopleTest, AWorkspaceKeepsAnOwner) {
  const Person ann = add("ann"), ben = add("ben");
  ASSERT_TRUE(people().set_role("default", ann.id, Role::owner, now));
  EXPECT_EQ(people().set_role("default", ann.id, Role::admin, now).error().kind, ErrorKind::conflict);
  EXPECT_EQ(people().remove_member("default", ann.id).error().kind, ErrorKind::conflict);
  EXPECT_EQ(people().roles(ann.id)->at("default"), Role::owner) << "the refused change left nothing behind";
  ASSERT_TRUE(people().set_role("default", ben.id, Role::owner, now));
  ASSERT_TRUE(people().remove_member("default", ann.id));
  EXPECT_EQ(people().remove_member("default", ann.id).error().kind, ErrorKind::not_found);
  const Person boss = add("boss", Role::owner);
  EXPECT_EQ(people().set_everywhere(boss.id, std::nullopt).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(people().set_everywhere(ben.id, Role::owner));
  ASSERT_TRUE(people().set_everywhere(boss.id, std::nullopt));
}

TEST_F(PeopleTest, ErasedOnesLeaveNothing) {
  const Person ann = add("ann");
  add_second_factor(ann);
  ASSERT_TRUE(people().set_role("default", ann.id, Role::viewer, now));
  const Opened opened = *people().open_session(ann.id, home, now);
  const MadeToken token = *people().make_token({"mine", ann.id, "default", {"read"}}, now);
  ASSERT_TRUE(people().erase(ann.id));
  EXPECT_FALSE(*people().recognise(opened.proof, home, now));
  EXPECT_FALSE(*people().recognise_token(token.proof, home, now));
  EXPECT_EQ(people().person(ann.id).error().kind, ErrorKind::not_found);
  EXPECT_FALSE(*control_->secrets().find("", "second-factor/" + ann.id));
  EXPECT_TRUE(control_->check()->empty());
}

TEST_F(PeopleTest, TokensAreRecognisedWithinTheirBounds) {
  ASSERT_TRUE(control_->add_workspace("client", {}));
  const MadeToken all = *people().make_token({"nightly", "", "", {"read", "write_data"}}, now);
  auto known = people().recognise_token(all.proof, home, later(minute));
  ASSERT_TRUE(known && *known);
  EXPECT_THAT((*known)->token.scopes, ElementsAre("read", "write_data"));
  EXPECT_EQ((*known)->roles.size(), 2U);
  EXPECT_EQ(people().token(all.token.id)->used_from, home.address);

  const MadeToken one = *people().make_token({"one", "", "client", {"read"}, later(day)}, now);
  EXPECT_THAT((*people().recognise_token(one.proof, home, now))->roles, ElementsAre(Pair("client", Role::owner)));
  EXPECT_FALSE(*people().recognise_token(one.proof, home, later(day))) << "expired";
  EXPECT_EQ(people().tokens("default")->size(), 1U);
  EXPECT_EQ(people().tokens("client")->size(), 2U);
  EXPECT_EQ(people().tokens("")->size(), 2U);

  ASSERT_TRUE(people().revoke_token(all.token.id, now));
  EXPECT_FALSE(*people().recognise_token(all.proof, home, now));
  EXPECT_EQ(people().revoke_token(all.token.id, now).error().kind, ErrorKind::conflict);
  for (const char* wrong : {"", "sociometer_", "sociometer_abc", "Bearer"}) {
    EXPECT_FALSE(*people().recognise_token(wrong, home, now)) << wrong;
  }
  EXPECT_EQ(people().make_token({"", "", "", {"read"}}, now).error().field, "name");
  EXPECT_EQ(people().make_token({"x", "", "", {}}, now).error().field, "scopes");
  EXPECT_EQ(people().make_token({"x", "", "nowhere", {"read"}}, now).error().kind, ErrorKind::not_found);
}

TEST_F(PeopleTest, ATokenIsNoMoreThanItsPerson) {
  const Person ann = add("ann");
  ASSERT_TRUE(people().set_role("default", ann.id, Role::viewer, now));
  const MadeToken token = *people().make_token({"mine", ann.id, "", {"read", "write_data"}}, now);
  EXPECT_THAT((*people().recognise_token(token.proof, home, now))->roles, ElementsAre(Pair("default", Role::viewer)));
  ASSERT_TRUE(people().disable(ann.id, now));
  EXPECT_FALSE(*people().recognise_token(token.proof, home, now));
}

TEST_F(PeopleTest, TheFirstOwnerComesByALink) {
  const MadeLink old = *people().make_link({.kind = Link::Kind::setup}, 3600, now);
  const MadeLink made = *people().make_link({.kind = Link::Kind::setup}, 3600, now);
  EXPECT_EQ(people().link(old.proof, now).error().kind, ErrorKind::not_found) << "the newer one replaced it";
  EXPECT_EQ(people().link(made.proof, later(61 * minute)).error().kind, ErrorKind::not_found);
  EXPECT_EQ(people().accept_setup(made.proof, {"a@example.org", "Ann", "short"}, now).error().field, "password");
  auto owner = people().accept_setup(made.proof, {"a@example.org", "Ann", password}, now);
  ASSERT_TRUE(owner) << owner.error().message;
  EXPECT_EQ(owner->everywhere, Role::owner);
  EXPECT_EQ(people().accept_setup(made.proof, {"b@example.org", "Ben", password}, now).error().kind,
            ErrorKind::not_found);
}

TEST_F(PeopleTest, InvitationsMakeMembers) {
  const Link start{
      .kind = Link::Kind::invitation, .email = "Ann@example.org", .workspace = "default", .role = Role::analyst};
  const MadeLink made = *people().make_link(start, 3600, now);
  EXPECT_EQ(people().invitations("default", now)->size(), 1U);
  EXPECT_EQ(people().link(made.proof, now)->email, "ann@example.org");
  auto ann = people().accept_invitation(made.proof, {"other@example.org", "Ann", password}, now);
  ASSERT_TRUE(ann) << ann.error().message;
  EXPECT_EQ(ann->email, "ann@example.org") << "the address is whom it was for";
  EXPECT_EQ(people().roles(ann->id)->at("default"), Role::analyst);
  EXPECT_TRUE(people().invitations("default", now)->empty());

  // For somebody who is here already: they accept as who they are, and nothing is taken from them.
  const MadeLink lower = *people().make_link(
      {.kind = Link::Kind::invitation, .email = "ann@example.org", .workspace = "default"}, 3600, now);
  EXPECT_EQ(people().accept_invitation(lower.proof, {"", "Ann", password}, now).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(people().accept_invitation_as(lower.proof, ann->id, now));
  EXPECT_EQ(people().roles(ann->id)->at("default"), Role::analyst);

  const MadeLink revoked = *people().make_link(
      {.kind = Link::Kind::invitation, .email = "b@example.org", .workspace = "default"}, 3600, now);
  EXPECT_EQ(people().revoke_link("client", revoked.link.id).error().kind, ErrorKind::not_found);
  ASSERT_TRUE(people().revoke_link("default", revoked.link.id));
  EXPECT_EQ(people().link(revoked.proof, now).error().kind, ErrorKind::not_found);
  EXPECT_EQ(people().make_link({.kind = Link::Kind::invitation, .email = "nonsense"}, 3600, now).error().field,
            "email");
}

TEST_F(PeopleTest, ALinkDoesWhatItIsForAndNothingElse) {
  const Person ann = add("ann");
  const Opened opened = *people().open_session(ann.id, home, now);
  const MadeLink reset = *people().make_link({.kind = Link::Kind::reset, .person = ann.id}, 3600, now);
  EXPECT_FALSE(people().accept_sign_in(reset.proof, now));
  EXPECT_FALSE(people().accept_setup(reset.proof, {"x@example.org", "X", password}, now));
  EXPECT_FALSE(people().accept_invitation(reset.proof, {"x@example.org", "X", password}, now));
  EXPECT_FALSE(people().accept_invitation_as(reset.proof, ann.id, now));
  ASSERT_TRUE(people().accept_reset(reset.proof, "another long passphrase", now));
  EXPECT_FALSE(people().accept_reset(reset.proof, "another long passphrase", now));
  EXPECT_FALSE(*people().recognise(opened.proof, home, now)) << "whoever resets may have lost a device";
  EXPECT_EQ(outcome("ann@example.org", "another long passphrase"), Proof::right);

  const MadeLink sign_in = *people().make_link({.kind = Link::Kind::sign_in, .person = ann.id}, 3600, now);
  EXPECT_EQ(people().accept_sign_in(sign_in.proof, now)->id, ann.id);
  EXPECT_FALSE(people().accept_sign_in(sign_in.proof, now));
}

TEST_F(PeopleTest, WhatIsOverIsTidiedAway) {
  const Person ann = add("ann");
  ASSERT_TRUE(people().open_session(ann.id, home, now));
  ASSERT_TRUE(people().make_link({.kind = Link::Kind::sign_in, .person = ann.id}, 60, now));
  ASSERT_TRUE(people().tidy(later(20 * day)));
  EXPECT_TRUE(people().sessions(ann.id, now)->empty());
}

}  // namespace
}  // namespace sociometer::control
