#include "world.h"

#include <fmt/format.h>

#include <atomic>

#include "base/check.h"
#include "base/log.h"
#include "base/scratch_folder.h"
#include "base/text.h"
#include "facts/facts.h"
#include "surfaces/catalogs.h"
#include "surfaces/streams.h"

namespace sociometer::api_test {
namespace {

namespace fs = std::filesystem;

struct Stores {
  std::shared_ptr<const catalog::Catalog> catalog = catalog::Catalog::built_in();
  std::unique_ptr<control::Control> control;
  std::unique_ptr<facts::Store> facts;
  std::unique_ptr<collect::Importer> importer;
  std::unique_ptr<metrics::Engine> engine;
};

template <typename T>
T must(Result<T> result) {
  if (!result) fmt::print(stderr, "{}\n", result.error().message);
  CHECK(result.ok());
  return std::move(*result);
}

std::string post_csv(std::string_view text) {
  return fmt::format(
      "network,account,post_id,published_at,zone,kind,text,link,campaign,tags,impressions,likes\n"
      "x,brand,1001,2026-05-04T10:00:00Z,UTC,post,{},,,,120,7\n",
      text);
}

net::Request request_of(const Asked& asked) {
  net::Request request{.method = asked.method};
  const size_t question = asked.path.find('?');
  request.path = "/api/v1" + asked.path.substr(0, question);
  if (question != std::string::npos) {
    for (std::string_view pair : split(std::string_view(asked.path).substr(question + 1), '&')) {
      const size_t equals = pair.find('=');
      request.query[std::string(pair.substr(0, equals))] = equals == pair.npos ? "" : pair.substr(equals + 1);
    }
  }
  request.body = asked.body;
  request.client = "192.0.2.10";
  request.id = "0123456789abcdef";
  return request;
}

}  // namespace

class World::MovingClock final : public Clock {
 public:
  Instant now() const override { return {micros_}; }
  void advance(int64_t seconds) { micros_ += seconds * 1'000'000; }

 private:
  std::atomic<int64_t> micros_ = parse_instant("2026-06-22T12:00:00Z")->micros;
};

std::string header_in(const net::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

std::string cookie_in(const net::Response& response) {
  const std::string header = header_in(response, "Set-Cookie");
  return header.substr(0, header.find(';'));
}

World::World() : folder_(must(make_scratch_folder("api"))), clock_(std::make_shared<MovingClock>()) {
  spdlog::set_level(spdlog::level::warn);
  auto stores = std::make_shared<Stores>();
  stores->control = must(control::open_sqlite((folder_ / "control.sqlite").string()));
  stores->facts = must(facts::open_duckdb(folder_.string(), clock_));
  auto catalogs = std::make_shared<surfaces::Catalogs>(stores->catalog, *stores->control);
  auto catalog_of = [catalogs](std::string_view workspace) -> Result<std::shared_ptr<const catalog::Catalog>> {
    TRY(const auto editions, catalogs->of(workspace));
    return editions->at(std::nullopt);
  };
  stores->importer =
      std::make_unique<collect::Importer>(stores->catalog, *stores->control, *stores->facts, clock_, catalog_of);
  stores->engine = std::make_unique<metrics::Engine>(stores->catalog, *stores->facts);
  house_ = {
      stores->catalog, stores->control.get(), stores->importer.get(), stores->engine.get(), clock_, nullptr, stores,
      catalogs};
  api_ = std::make_unique<surfaces::Api>(house_, surfaces::ApiOptions{folder_.string(), "127.0.0.1", {}});

  for (const char* key : {"ours", "theirs"}) must(control().add_workspace(key, {}));
  import("ours", post_csv("our own words"));
  import("theirs", post_csv(secret_text));
  for (control::Role role : control::all_roles) {
    const std::string name(control::name(role));
    const control::Person person = add_person(name);
    must(people().set_role("ours", person.id, role, now()));
    people_of_ours[name] = person;
    ours[name] = signed_in(person);
  }
  member_of_theirs = add_person("stranger");
  must(people().set_role("theirs", member_of_theirs.id, control::Role::owner, now()));
  stranger = signed_in(member_of_theirs);
  session_of_theirs = must(people().sessions(member_of_theirs.id, now())).front().id;
  owner_of_all = signed_in(add_person("boss", control::Role::owner));
}

World::~World() {
  api_.reset();
  house_ = {};
  fs::remove_all(folder_);
}

void World::leave_behind() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Instant World::now() const {
  return clock_->now();
}

void World::advance(int64_t seconds) {
  clock_->advance(seconds);
}

void World::import(const std::string& workspace, const std::string& text) {
  const auto input = collect::single_input(
      {.path = "posts.csv", .bytes = static_cast<int64_t>(text.size()), .stream = surfaces::memory_stream(text)});
  const collect::ImportReport report = must(house_.importer->import(workspace, *input, {}, {}));
  CHECK(report.exit_status() == 0);
}

std::string World::batch_of(const std::string& workspace) {
  const auto batches = must(house_.importer->imports(workspace, 1, {}));
  CHECK(!batches.empty());
  return batches.front().id;
}

control::Person World::add_person(const std::string& name, std::optional<control::Role> everywhere) {
  return must(people().add({name + "@example.org", name, std::string(password), everywhere}, now()));
}

As World::signed_in(const control::Person& person) {
  const control::Opened opened = must(people().open_session(person.id, {"192.0.2.10", "test"}, now()));
  net::Request request;
  const std::string cookie = must(api_->callers().session_cookie(request, opened.proof));
  return {person.name, cookie.substr(0, cookie.find(';')), ""};
}

As World::with_token(const control::TokenStart& start) {
  return {"token " + start.name, "", must(people().make_token(start, now())).proof};
}

net::Response World::ask(const Asked& asked, const As& who) {
  net::Request request = request_of(asked);
  request.headers["host"] = "localhost:8321";
  if (!who.cookie.empty()) {
    request.headers["cookie"] = who.cookie;
    request.headers["origin"] = "http://localhost:8321";
    request.headers["sec-fetch-site"] = "same-origin";
  }
  if (!who.bearer.empty()) request.headers["authorization"] = "Bearer " + who.bearer;
  for (const auto& [name, value] : asked.headers) {
    request.headers.erase(name);
    if (!value.empty()) request.headers[name] = value;
  }
  return api_->answer(request);
}

}  // namespace sociometer::api_test
