// A small world to attack: two workspaces with data, people in every role, tokens of every scope, and the API over
// them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "surfaces/api/api.h"

namespace sociometer::api_test {

// By what a request proves who sends it.
struct As {
  std::string name;  // for messages
  std::string cookie, bearer;
};

struct Asked {
  std::string method = "GET";
  std::string path;  // with its query, not escaped: "/imports?workspace=ours"
  std::string body;
  std::map<std::string, std::string> headers = {};  // over what a browser or program would send
};

// "x=1; Path=/; …" → "x=1"
std::string cookie_in(const net::Response& response);
std::string header_in(const net::Response& response, std::string_view name);

class World {
 public:
  static constexpr std::string_view password = "a passphrase of this test";
  static constexpr std::string_view secret_text = "the other client's words";  // a post's text in `theirs`

  World();
  ~World();
  World(const World&) = delete;
  // Takes its files away without closing them, for the very end of a program: the engine's library cannot close a store
  // any more once the program has begun to end.
  void leave_behind();

  net::Response ask(const Asked& asked, const As& who);
  surfaces::Api& api() { return *api_; }
  control::Control& control() { return *house_.control; }
  control::People& people() { return house_.control->people(); }
  Instant now() const;
  void advance(int64_t seconds);

  // Somebody new, signed in.
  control::Person add_person(const std::string& name, std::optional<control::Role> everywhere = {});
  As signed_in(const control::Person& person);
  As with_token(const control::TokenStart& start);
  // The first object of its kind in a workspace, made by somebody else than whoever asks.
  std::string batch_of(const std::string& workspace);

  // In `ours`: one person of each role, by its name.
  std::map<std::string, As> ours;
  std::map<std::string, control::Person> people_of_ours;
  As nobody{"nobody", "", ""};
  As stranger;  // an owner of `theirs` alone
  As owner_of_all;
  control::Person member_of_theirs;
  std::string session_of_theirs;

 private:
  class MovingClock;
  void import(const std::string& workspace, const std::string& text);

  std::filesystem::path folder_;
  std::shared_ptr<MovingClock> clock_;
  surfaces::House house_;
  std::unique_ptr<surfaces::Api> api_;
};

}  // namespace sociometer::api_test
