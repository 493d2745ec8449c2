#include <fmt/format.h>

#include "surfaces/api/people_json.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/table.h"

namespace sociometer::surfaces {
namespace {

using control::Link;
using control::Person;
using control::Role;

struct UserWords {
  std::string verb, email, role = "viewer";
  bool everywhere = false, without_second_factor = false;
};

Result<Role> role_of(const UserWords& words) {
  const std::optional<Role> role = control::parse_role(words.role);
  if (role) return *role;
  return invalid(fmt::format("\"{}\" is no role; it is owner, admin, analyst, agent or viewer", words.role), "role");
}

std::string date_of(const std::optional<Instant>& instant) {
  return instant ? format_instant(*instant).substr(0, 10) : std::string();
}

Result<Exit> list_people(Call& call) {
  control::People& people = call.house.control->people();
  TRY(const std::vector<Person> all, people.all());
  Table table;
  for (const char* title : {"address", "name", "roles", "second factor", "since", "disabled"}) {
    table.column(title, Table::Align::left, Table::Fit::flexible);
  }
  JsonArray documents;
  for (const Person& person : all) {
    TRY(const auto roles, people.roles(person.id));
    std::string words = person.everywhere ? fmt::format("{} everywhere", control::name(*person.everywhere)) : "";
    JsonObject by_workspace;
    for (const auto& [workspace, role] : roles) {
      by_workspace[workspace] = control::name(role);
      if (person.everywhere == role) continue;
      words += fmt::format("{}{} of {}", words.empty() ? "" : ", ", control::name(role), workspace);
    }
    table.row({person.email, person.name, words, person.has_second_factor ? "yes" : "", date_of(person.created_at),
               date_of(person.disabled_at)});
    JsonObject document = person_json(person).get_object();
    document["roles"] = std::move(by_workspace);
    documents.push_back(std::move(document));
  }
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"people", std::move(documents)}});
  } else {
    call.print(table.empty() ? "nobody yet; sociometer user setup makes a link for the first owner\n"
                             : table.text(call.terminal.look()));
  }
  return Exit::done;
}

// A link, alone on standard output so that it can be piped; what it is for goes to the person who reads.
Result<Exit> print_link(Call& call, Link link, int64_t seconds, const std::string& what) {
  TRY(const control::MadeLink made,
      call.house.control->people().make_link(std::move(link), seconds, call.clock->now()));
  const std::string address = link_address(base_address(call), made);
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"link", address}, {"expires_at", format_instant(made.link.expires_at)}});
    return Exit::done;
  }
  call.terminal.error(fmt::format("{}, once, until {}:\n", what, format_instant(made.link.expires_at)));
  call.print(address + "\n");
  return Exit::done;
}

Result<Exit> setup(Call& call, const UserWords&) {
  TRY_DONE(record(call, "", "user.setup", ""));
  return print_link(call, {.kind = Link::Kind::setup}, day_seconds, "this link makes an owner of everything");
}

Result<Exit> add_person(Call& call, const UserWords& words) {
  TRY(const Role role, role_of(words));
  const std::string workspace = words.everywhere ? "" : call.globals.workspace;
  TRY_DONE(call.house.control->workspace(call.globals.workspace));
  TRY_DONE(record(call, workspace, "member.invite", "", fmt::format("role {}", control::name(role))));
  return print_link(call, {.kind = Link::Kind::invitation, .email = words.email, .workspace = workspace, .role = role},
                    7 * day_seconds, fmt::format("this link lets {} in as {}", words.email, control::name(role)));
}

Result<Exit> link(Call& call, const UserWords& words) {
  TRY(const Person person, call.house.control->people().person_by_email(words.email));
  TRY_DONE(record(call, "", "user.link", person.id));
  return print_link(call, {.kind = Link::Kind::sign_in, .person = person.id}, day_seconds,
                    fmt::format("this link signs {} in", person.email));
}

Result<Exit> reset(Call& call, const UserWords& words) {
  control::People& people = call.house.control->people();
  TRY(const Person person, people.person_by_email(words.email));
  if (words.without_second_factor) TRY_DONE(people.remove_second_factor(person.id));
  TRY_DONE(record(call, "", "user.reset", person.id, words.without_second_factor ? "second factor removed" : ""));
  return print_link(call, {.kind = Link::Kind::reset, .person = person.id}, day_seconds,
                    fmt::format("with this link {} chooses a new password", person.email));
}

Result<Exit> set_person(Call& call, const UserWords& words) {
  TRY(const Role role, role_of(words));
  control::People& people = call.house.control->people();
  TRY(const Person person, people.person_by_email(words.email));
  if (words.everywhere) {
    TRY_DONE(people.set_everywhere(person.id, role));
  } else {
    TRY_DONE(people.set_role(call.globals.workspace, person.id, role, call.clock->now()));
  }
  TRY_DONE(record(call, words.everywhere ? "" : call.globals.workspace, "member.set", person.id,
                  fmt::format("role {}", control::name(role))));
  return list_people(call);
}

Result<Exit> remove_person(Call& call, const UserWords& words) {
  control::People& people = call.house.control->people();
  TRY(const Person person, people.person_by_email(words.email));
  if (words.everywhere) {
    TRY_DONE(people.set_everywhere(person.id, std::nullopt));
  } else {
    TRY_DONE(people.remove_member(call.globals.workspace, person.id));
  }
  TRY_DONE(record(call, words.everywhere ? "" : call.globals.workspace, "member.remove", person.id));
  return list_people(call);
}

Result<Exit> disable(Call& call, const UserWords& words) {
  control::People& people = call.house.control->people();
  TRY(const Person person, people.person_by_email(words.email));
  TRY_DONE(people.disable(person.id, call.clock->now()));
  TRY_DONE(record(call, "", "user.disable", person.id));
  return list_people(call);
}

Result<Exit> enable(Call& call, const UserWords& words) {
  control::People& people = call.house.control->people();
  TRY(const Person person, people.person_by_email(words.email));
  TRY_DONE(people.enable(person.id));
  TRY_DONE(record(call, "", "user.enable", person.id));
  return list_people(call);
}

Result<Exit> erase_person(Call& call, const UserWords& words) {
  control::People& people = call.house.control->people();
  TRY(const Person person, people.person_by_email(words.email));
  TRY_DONE(people.erase(person.id));
  TRY_DONE(record(call, "", "user.erase", person.id));
  return list_people(call);
}

struct Verb {
  const char* name;
  const char* help;
  Result<Exit> (*run)(Call& call, const UserWords& words);
  bool takes_email, takes_role, takes_everywhere;
};

constexpr Verb verbs[] = {
    {"setup", "prints a one-time link that makes an owner of everything", setup, false, false, false},
    {"add", "prints a one-time link that lets somebody in", add_person, true, true, true},
    {"set", "gives somebody a role", set_person, true, true, true},
    {"remove", "takes somebody's role away", remove_person, true, false, true},
    {"reset", "prints a one-time link for a new password", reset, true, false, false},
    {"link", "prints a one-time link that signs somebody in", link, true, false, false},
    {"disable", "keeps somebody out and ends their sessions and tokens", disable, true, false, false},
    {"enable", "lets somebody in again", enable, true, false, false},
    {"erase", "takes out all that is known of somebody; their deeds stay in the audit log, without a name",
     erase_person, true, false, false},
};

Run declare_user(Options options) {
  auto words = std::make_shared<UserWords>();
  for (const Verb& verb : verbs) {
    Options of_verb = options.verb(verb.name, verb.help, &words->verb);
    if (verb.takes_email) of_verb.word("ADDRESS", "the person's mail address", &words->email);
    if (verb.takes_role)
      of_verb.text("--role", "ROLE", "owner, admin, analyst, agent or viewer (viewer)", &words->role);
    if (verb.takes_everywhere)
      of_verb.flag("--everywhere", "in every workspace, not only in --workspace", &words->everywhere);
    if (verb.run == reset) {
      of_verb.flag("--without-second-factor", "for somebody who lost theirs", &words->without_second_factor);
    }
  }
  return [words](Call& call) -> Result<Exit> {
    for (const Verb& verb : verbs) {
      if (words->verb == verb.name) return verb.run(call, *words);
    }
    return list_people(call);
  };
}

}  // namespace

const Command user_command{"user", "people: who may come in, and as what",
                           "sociometer user add ann@example.org --role analyst", Needs::data, declare_user};

}  // namespace sociometer::surfaces
