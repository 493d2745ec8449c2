// The rules behind Catalog::channel_of, as catalog/channels.yaml and catalog/hosts.yaml have them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace sociometer::catalog {

class ChannelRules {
 public:
  struct Rule {
    std::string channel;
    std::vector<std::string> kinds;     // of place
    std::vector<std::string> named;     // patterns of the source
    std::vector<std::string> medium;    // patterns
    std::vector<std::string> campaign;  // patterns
    bool paid = false;
  };
  struct Place {
    std::string kind, name;
  };
  struct ClickId {
    std::string source, medium;
  };

  int version = 1;
  std::vector<std::string> paid;  // patterns of the medium
  std::vector<Rule> rules;
  std::string referral, direct, unknown;  // where no rule fits
  std::map<std::string, Place> places;    // by host; a last label "*" stands for a country's ending
  std::map<std::string, Place> names;     // by name and synonym
  std::map<std::string, ClickId> click_ids;

  Channel decide(const Arrival& arrival) const;

 private:
  const Place* place_of(std::string_view source) const;
  const Place* place_of_host(std::string_view host) const;
};

// Whether `text` is the pattern, in which * stands for anything.
bool matches(std::string_view pattern, std::string_view text);
// "blog.example" of "https://www.blog.example/x?y"; a host alone is itself. Lower-case, without www.
std::string host_of(std::string_view url);

}  // namespace sociometer::catalog
