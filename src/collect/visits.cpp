#include "collect/visits.h"

#include <algorithm>

#include "base/text.h"

namespace sociometer::collect {

namespace {

bool holds_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != text.npos; });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char letter = static_cast<char>(c | 0x20);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    bool coded = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (coded) {
      plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return is_utf8(plain) ? plain : std::string(text);
}

std::string_view without_www(std::string_view host) {
  return host.starts_with("www.") ? host.substr(4) : host;
}

}  // namespace

std::string_view without_query(std::string_view address) {
  return address.substr(0, address.find_first_of("?#"));
}

std::string parameter(std::string_view address, std::string_view name) {
  size_t query = address.find('?');
  if (query == address.npos) return {};
  std::string_view parameters = address.substr(query + 1);
  for (std::string_view one : split(parameters.substr(0, parameters.find('#')), '&')) {
    if (one.starts_with(name) && one.substr(name.size()).starts_with("="))
      return percent_decoded(one.substr(name.size() + 1));
  }
  return {};
}

std::string_view click_id(std::string_view address) {
  for (std::string_view name : {"fbclid", "gclid", "msclkid", "ttclid", "twclid", "li_fat_id", "igshid", "epik"}) {
    if (!parameter(address, name).empty()) return name;
  }
  return {};
}

std::string_view host_of(std::string_view address) {
  size_t scheme = address.find("://");
  if (scheme != address.npos) address.remove_prefix(scheme + 3);
  return address.substr(0, address.find_first_of("/?#:"));
}

bool is_own(std::string_view referrer, std::string_view host) {
  return !host.empty() && without_www(host_of(referrer)) == without_www(host_of(host));
}

bool is_page(std::string_view path) {
  std::string_view plain = without_query(path);
  std::string name = lower(plain.substr(plain.find_last_of('/') + 1));
  size_t dot = name.rfind('.');
  if (name == "robots.txt") return false;
  if (dot == name.npos) return true;
  std::string_view ending = std::string_view(name).substr(dot + 1);
  for (std::string_view page : {"html", "htm", "xhtml", "php", "asp", "aspx", "jsp", "cgi", "shtml", "md"}) {
    if (ending == page) return true;
  }
  // "/v1.2" and "/some.name" are pages; what ends as files of programs do is none.
  return ending.size() > 5 || ending.find_first_not_of("0123456789") == ending.npos;
}

bool is_bot(std::string_view user_agent) {
  std::string name = lower(user_agent);
  return holds_any(name, {"bot",      "crawl",      "spider",   "slurp",     "facebookexternalhit",
                          "preview",  "monitor",    "curl/",    "wget",      "python-",
                          "java/",    "go-http",    "okhttp",   "feed",      "fetcher",
                          "headless", "prometheus", "scan",     "check",     "libwww",
                          "perl",     "ruby",       "archiver", "validator", "httpclient"});
}

std::string_view device_of(std::string_view user_agent) {
  if (user_agent.empty() || user_agent == "-") return {};
  if (holds_any(user_agent, {"iPad", "Tablet", "Kindle"})) return "tablet";
  bool android = holds_any(user_agent, {"Android"});
  if (android && !holds_any(user_agent, {"Mobile"})) return "tablet";
  if (android || holds_any(user_agent, {"iPhone", "iPod", "Mobile", "Phone"})) return "phone";
  return holds_any(user_agent, {"Windows", "Macintosh", "X11", "Linux", "CrOS"}) ? "desktop" : std::string_view();
}

}  // namespace sociometer::collect
