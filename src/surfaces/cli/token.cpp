#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/api/people_json.h"
#include "surfaces/api/rights.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/table.h"

namespace sociometer::surfaces {
namespace {

using control::Token;

struct TokenWords {
  std::string verb, name = "unnamed", id;
  std::vector<std::string> scopes;
  int64_t days = 0;
  bool everywhere = false;
};

std::string known_scopes() {
  std::vector<std::string> names;
  for (Right right : scopes()) names.emplace_back(name(right));
  return join(names, ", ");
}

Result<Exit> list_tokens(Call& call) {
  TRY(const std::vector<Token> tokens, call.house.control->people().tokens(""));
  Table table;
  for (const char* title : {"token", "name", "of", "workspace", "scopes", "expires", "last used", ""}) {
    table.column(title, Table::Align::left, Table::Fit::flexible);
  }
  JsonArray documents;
  const auto day = [](const std::optional<Instant>& at) {
    return at ? format_instant(*at).substr(0, 10) : std::string();
  };
  for (const Token& token : tokens) {
    JsonObject document = token_json(token, call.house).get_object();
    const Json& person = document.at("person");
    table.row({token.id, token.name, person.is_string() ? std::string(person.get_string()) : "the operator",
               token.workspace.empty() ? "every" : token.workspace, join(token.scopes, " "), day(token.expires_at),
               day(token.used_at), token.revoked_at ? "revoked" : ""});
    documents.push_back(std::move(document));
  }
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"tokens", std::move(documents)}});
  } else {
    call.print(table.empty() ? "no tokens yet\n" : table.text(call.terminal.look()));
  }
  return Exit::done;
}

Result<Exit> create(Call& call, const TokenWords& words) {
  control::TokenStart start{.name = words.name, .workspace = words.everywhere ? "" : call.globals.workspace};
  for (const std::string& given : words.scopes) {
    for (std::string_view scope : split(given, ',')) start.scopes.emplace_back(trimmed(scope));
  }
  if (start.scopes.empty()) start.scopes.emplace_back("read");
  for (const std::string& scope : start.scopes) {
    if (parse_scope(scope)) continue;
    return invalid(fmt::format("there is no scope \"{}\"; there are {}", scope, known_scopes()), "scope");
  }
  if (words.days < 0) return invalid("--days must be 1 or more", "days");
  if (words.days > 0) start.expires_at = Instant{call.clock->now().micros + words.days * day_micros};
  TRY(const control::MadeToken made, call.house.control->people().make_token(start, call.clock->now()));
  TRY_DONE(record(call, start.workspace, "token.create", made.token.id, "scopes " + join(start.scopes, " ")));
  if (call.globals.output == Output::json) {
    call.print_json(made_token_json(made, call.house));
    return Exit::done;
  }
  call.terminal.error("the token, shown now and never again; send it as \"Authorization: Bearer …\":\n");
  call.print(made.proof + "\n");
  return Exit::done;
}

Result<Exit> revoke(Call& call, const TokenWords& words) {
  TRY(const Token token, call.house.control->people().token(words.id));
  TRY_DONE(call.house.control->people().revoke_token(words.id, call.clock->now()));
  TRY_DONE(record(call, token.workspace, "token.revoke", words.id));
  return list_tokens(call);
}

Run declare_token(Options options) {
  auto words = std::make_shared<TokenWords>();
  Options of_create = options.verb("create", "prints a new token for a program", &words->verb);
  of_create.text("--name", "NAME", "what it is for (unnamed)", &words->name);
  of_create.texts("--scope", "RIGHT,…", "what it may do (read): " + known_scopes(), &words->scopes);
  of_create.number("--days", "N", "how long it is valid (until revoked)", &words->days);
  of_create.flag("--everywhere", "in every workspace, not only in --workspace", &words->everywhere);
  Options of_revoke = options.verb("revoke", "makes a token worthless", &words->verb);
  of_revoke.word("TOKEN", "as `sociometer token` lists it", &words->id);
  return [words](Call& call) {
    if (words->verb == "create") return create(call, *words);
    if (words->verb == "revoke") return revoke(call, *words);
    return list_tokens(call);
  };
}

}  // namespace

const Command token_command{"token", "tokens: what programs sign in with",
                            "sociometer token create --name nightly --scope read --scope write_data --days 90",
                            Needs::data, declare_token};

}  // namespace sociometer::surfaces
