// libcurl, and all that is known of it.
#include "net/sending.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/check.h"
#include "base/readable.h"
#include "base/text.h"
#include "net/addresses.h"

namespace sociometer::net {
namespace {

constexpr size_t answer_length_max = 4096;
constexpr long connect_seconds = 10;

struct CurlEnd {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};
using Handle = std::unique_ptr<CURL, CurlEnd>;
using Mime = std::unique_ptr<curl_mime, CurlEnd>;

class List {
 public:
  void add(const std::string& line) {
    curl_slist* longer = curl_slist_append(list_.get(), line.c_str());
    CHECK(longer != nullptr);
    static_cast<void>(list_.release());
    list_.reset(longer);
  }
  curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, CurlEnd> list_;
};

Handle new_handle() {
  static const CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(begun == CURLE_OK);
  Handle handle(curl_easy_init());
  CHECK(handle != nullptr);
  return handle;
}

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
  CHECK(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

int seen_to_stop(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

void limit(CURL* handle, int timeout_seconds, const std::atomic<bool>* stop) {
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_CONNECTTIMEOUT, std::min<long>(connect_seconds, timeout_seconds));
  set(handle, CURLOPT_TIMEOUT, static_cast<long>(timeout_seconds));
  // Another process's environment is not to say where messages go.
  set(handle, CURLOPT_PROXY, "");
  if (stop == nullptr) return;
  set(handle, CURLOPT_NOPROGRESS, 0L);
  set(handle, CURLOPT_XFERINFOFUNCTION, &seen_to_stop);
  set(handle, CURLOPT_XFERINFODATA, stop);
}

// What went wrong, for people; the library's own words are for its users.
std::string words_of(CURLcode code, std::string_view where, std::string_view said) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return fmt::format("the name {} leads nowhere", where);
    case CURLE_COULDNT_CONNECT:
      return fmt::format("nobody listens at {}", where);
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("{} did not answer in time", where);
    case CURLE_ABORTED_BY_CALLBACK:
      return "the program was stopped meanwhile";
    case CURLE_PEER_FAILED_VERIFICATION:
      return fmt::format("{} has no certificate that proves who it is", where);
    case CURLE_USE_SSL_FAILED:
      return fmt::format("{} does not encrypt (STARTTLS)", where);
    case CURLE_LOGIN_DENIED:
      return fmt::format("{} does not take the user and password{}{}", where, said.empty() ? "" : ": ", said);
    default:
      break;
  }
  if (!said.empty()) return fmt::format("{} said: {}", where, said);
  return fmt::format("sending to {} failed: {}", where, curl_easy_strerror(code));
}

// --- Hooks

struct Collected {
  std::string text;
  bool is_cut = false;
};

size_t collect(char* bytes, size_t size, size_t count, void* to) {
  auto& collected = *static_cast<Collected*>(to);
  const size_t room = answer_length_max - collected.text.size();
  collected.text.append(bytes, std::min(room, size * count));
  collected.is_cut = size * count > room;
  return collected.is_cut ? 0 : size * count;
}

std::string text_of(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text.data(), text.size());
  } else if (address.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text.data(), text.size());
  }
  return normal_address(text.data()).value_or("");
}

// The last word on where a connection goes, whatever a name means by now.
curl_socket_t open_checked(void* to, curlsocktype, curl_sockaddr* address) {
  const std::string wanted = text_of(address->addr);
  for (const std::string& each : static_cast<const Outgoing*>(to)->addresses) {
    if (!wanted.empty() && normal_address(each) == wanted) {
      return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }
  }
  return CURL_SOCKET_BAD;
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

// --- Mail

// Listens in on the conversation: what the server last said, and of whom it said no.
class Conversation {
 public:
  static int hear(CURL*, curl_infotype type, char* bytes, size_t size, void* to) {
    auto& self = *static_cast<Conversation*>(to);
    const std::string_view line(bytes, size);
    if (type == CURLINFO_HEADER_OUT) self.asked_ = std::string(trimmed(line));
    if (type == CURLINFO_HEADER_IN) self.heard(trimmed(line));
    return 0;
  }
  const std::string& last_no() const { return last_no_; }
  const std::vector<std::pair<std::string, std::string>>& refused() const { return refused_; }

 private:
  void heard(std::string_view line) {
    if (line.empty() || (line[0] != '4' && line[0] != '5')) return;
    last_no_ = readable(line.substr(0, 300));
    constexpr std::string_view to_whom = "RCPT TO:<";
    if (!asked_.starts_with(to_whom) || line.size() < 4 || line[3] == '-') return;
    const std::string address = asked_.substr(to_whom.size(), asked_.find('>') - to_whom.size());
    refused_.emplace_back(address, last_no_);
  }

  std::string asked_, last_no_;
  std::vector<std::pair<std::string, std::string>> refused_;
};

bool is_address(std::string_view text) {
  const size_t at = text.find('@');
  return at != text.npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == text.npos &&
         std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7F; }) &&
         text.find_first_of("<>()[],;:\\\"") == text.npos;
}

std::string quoted_name(std::string_view name) {
  const std::string encoded = header_text(name);
  if (encoded != name) return encoded;
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string date_text(Instant at) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::array<std::string_view, 7> weekdays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  const Zone utc = Zone::utc();
  const Day day = utc.day_of(at);
  const CalendarDate date = calendar_date(day);
  const int64_t seconds = (at.micros - utc.start_of(day).micros) / 1'000'000;
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", weekdays[static_cast<size_t>(weekday_of(day))], date.day,
                     months[date.month - 1], date.year, seconds / 3600, seconds / 60 % 60, seconds % 60);
}

// The line ends that mail has.
std::string mail_lines(std::string_view text) {
  std::string lines;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) lines += '\r';
    lines += text[i];
  }
  return lines;
}

// The name of a file as every mail program shows it.
std::string file_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '_' || c == '.' || c == ' ';
    plain += fits ? c : '_';
  }
  return plain;
}

void add_data(curl_mimepart* part, const std::string& bytes, const std::string& type, const char* encoder) {
  CHECK(curl_mime_data(part, bytes.data(), bytes.size()) == CURLE_OK);
  CHECK(curl_mime_type(part, type.c_str()) == CURLE_OK);
  CHECK(curl_mime_encoder(part, encoder) == CURLE_OK);
}

Mime body_of(CURL* handle, const Letter& letter) {
  Mime whole(curl_mime_init(handle));
  curl_mimepart* first = curl_mime_addpart(whole.get());
  if (letter.html.empty()) {
    add_data(first, mail_lines(letter.text), "text/plain; charset=utf-8", "quoted-printable");
  } else {
    curl_mime* both = curl_mime_init(handle);
    add_data(curl_mime_addpart(both), mail_lines(letter.text), "text/plain; charset=utf-8", "quoted-printable");
    add_data(curl_mime_addpart(both), mail_lines(letter.html), "text/html; charset=utf-8", "quoted-printable");
    CHECK(curl_mime_subparts(first, both) == CURLE_OK);
    CHECK(curl_mime_type(first, "multipart/alternative") == CURLE_OK);
  }
  for (const MailFile& file : letter.files) {
    curl_mimepart* part = curl_mime_addpart(whole.get());
    add_data(part, file.bytes, file.media_type, "base64");
    CHECK(curl_mime_filename(part, file_name(file.name).c_str()) == CURLE_OK);
  }
  return whole;
}

Result<Done> check_letter(const Letter& letter) {
  if (letter.to.empty()) return invalid("a letter is to somebody", "to");
  for (const std::string& each : letter.to) {
    if (!is_address(each)) return invalid(fmt::format("{} is no mail address", readable(each)), "to");
  }
  if (!is_address(letter.from.address)) {
    return invalid(fmt::format("{} is no mail address", readable(letter.from.address)), "from");
  }
  if (!is_one_line(letter.from.name) || !is_utf8(letter.from.name)) {
    return invalid("a sender's name is one line", "from");
  }
  if (!is_one_line(letter.subject) || !is_utf8(letter.subject)) return invalid("a subject is one line", "subject");
  const bool is_plain = std::ranges::all_of(letter.message_id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  if (letter.message_id.empty() || !is_plain) return invalid("a letter has a mark", "message_id");
  for (const MailFile& file : letter.files) {
    if (!is_one_line(file.media_type) || file.media_type.empty()) {
      return invalid("a file has a media type", "files");
    }
  }
  return Done{};
}

List headers_of(const Letter& letter) {
  List headers;
  const std::string& from = letter.from.address;
  headers.add("Date: " + date_text(letter.at));
  headers.add(letter.from.name.empty() ? fmt::format("From: <{}>", from)
                                       : fmt::format("From: {} <{}>", quoted_name(letter.from.name), from));
  std::vector<std::string> to;
  for (const std::string& each : letter.to) to.push_back("<" + each + ">");
  headers.add("To: " + join(to, ",\r\n "));
  headers.add("Subject: " + header_text(letter.subject));
  headers.add(fmt::format("Message-ID: <{}@{}>", letter.message_id, from.substr(from.find('@') + 1)));
  // Out-of-office answers are for people.
  headers.add("Auto-Submitted: auto-generated");
  return headers;
}

List tell_server(CURL* handle, const SmtpServer& server, const Letter& letter) {
  const bool is_v6 = server.host.find(':') != server.host.npos;
  const std::string url = fmt::format("{}://{}{}{}:{}/{}", server.security == SmtpSecurity::tls ? "smtps" : "smtp",
                                      is_v6 ? "[" : "", server.host, is_v6 ? "]" : "", server.port,
                                      letter.from.address.substr(letter.from.address.find('@') + 1));
  set(handle, CURLOPT_URL, url.c_str());
  set(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(handle, CURLOPT_USE_SSL,
      static_cast<long>(server.security == SmtpSecurity::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!server.user.empty()) {
    set(handle, CURLOPT_USERNAME, server.user.c_str());
    set(handle, CURLOPT_PASSWORD, server.password.c_str());
  }
  set(handle, CURLOPT_MAIL_FROM, ("<" + letter.from.address + ">").c_str());
  List to;
  for (const std::string& each : letter.to) to.add("<" + each + ">");
  set(handle, CURLOPT_MAIL_RCPT, to.get());
  // One address that is no more keeps the others from nothing.
  set(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  return to;
}

}  // namespace

Result<HookAnswer> post(const HookCall& call) {
  List headers;
  headers.add("Content-Type: " + call.content_type);
  headers.add("User-Agent: Sociometer/" SOCIOMETER_VERSION);
  headers.add("Expect:");
  for (const auto& [name, value] : call.headers) {
    if (!is_header_name(name) || !is_one_line(value)) return invalid("a header is a name and one line", "headers");
    headers.add(name + ": " + value);
  }
  const Handle handle = new_handle();
  limit(handle.get(), call.timeout_seconds, call.stop);
  set(handle.get(), CURLOPT_URL, call.to.url.c_str());
  set(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle.get(), CURLOPT_FOLLOWLOCATION, 0L);
  List resolved;
  resolved.add(fmt::format("{}:{}:{}", call.to.host, call.to.port, join(call.to.addresses, ",")));
  set(handle.get(), CURLOPT_RESOLVE, resolved.get());
  set(handle.get(), CURLOPT_OPENSOCKETFUNCTION, &open_checked);
  set(handle.get(), CURLOPT_OPENSOCKETDATA, &call.to);
  set(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
  set(handle.get(), CURLOPT_POSTFIELDS, call.body.c_str());
  set(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  Collected collected;
  set(handle.get(), CURLOPT_WRITEFUNCTION, &collect);
  set(handle.get(), CURLOPT_WRITEDATA, &collected);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && collected.is_cut)) {
    return unavailable(words_of(code, call.to.host, ""));
  }
  HookAnswer answer;
  long status = 0;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle.get(), CURLINFO_RETRY_AFTER, &retry_after);
  answer.status = static_cast<int>(status);
  answer.retry_after = retry_after;
  answer.body = std::move(collected.text);
  return answer;
}

std::string signature(std::string_view secret, std::string_view timestamp, std::string_view body) {
  const std::string text = fmt::format("{}.{}", timestamp, body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned size = 0;
  CHECK(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.data(), &size) != nullptr);
  std::string hex = "v1=";
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", code[i]);
  return hex;
}

Result<SentLetter> send_mail(const SmtpServer& server, const Letter& letter) {
  TRY_DONE(check_letter(letter));
  const Handle handle = new_handle();
  limit(handle.get(), server.timeout_seconds, server.stop);
  const List to = tell_server(handle.get(), server, letter);
  const List headers = headers_of(letter);
  set(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  const Mime body = body_of(handle.get(), letter);
  set(handle.get(), CURLOPT_MIMEPOST, body.get());
  Conversation conversation;
  set(handle.get(), CURLOPT_VERBOSE, 1L);
  set(handle.get(), CURLOPT_DEBUGFUNCTION, &Conversation::hear);
  set(handle.get(), CURLOPT_DEBUGDATA, &conversation);
  const CURLcode code = curl_easy_perform(handle.get());
  const std::string where = fmt::format("{}:{}", server.host, server.port);
  if (code != CURLE_OK) return unavailable(words_of(code, where, conversation.last_no()));
  return SentLetter{conversation.refused()};
}

}  // namespace sociometer::net
