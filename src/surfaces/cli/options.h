// What one command takes on its line: a thin dress over CLI11, so that one file knows that library.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace sociometer::surfaces {

enum class Presence { optional, required };

class Options {
 public:
  explicit Options(CLI::App& app) : app_(&app) {}

  // --name VALUE. `to` must live until the command has run.
  void text(const std::string& name, const std::string& value, const std::string& help, std::string* to,
            Presence presence = Presence::optional);
  // The same where an empty text is something else than none.
  void text(const std::string& name, const std::string& value, const std::string& help, std::optional<std::string>* to);
  // --name VALUE, again and again.
  void texts(const std::string& name, const std::string& value, const std::string& help, std::vector<std::string>* to);
  void number(const std::string& name, const std::string& value, const std::string& help, int64_t* to);
  void flag(const std::string& name, const std::string& help, bool* to);
  // VALUE and VALUE…, without a name.
  void word(const std::string& value, const std::string& help, std::string* to, Presence presence = Presence::required);
  void words(const std::string& value, const std::string& help, std::vector<std::string>* to,
             Presence presence = Presence::required);
  // `imports undo`: a word that has options of its own. `chosen` becomes its name when it is on the line.
  Options verb(const std::string& name, const std::string& help, std::string* chosen);

 private:
  CLI::App* app_;
};

}  // namespace sociometer::surfaces
