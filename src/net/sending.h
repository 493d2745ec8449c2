// Sending: a letter by mail, and a document to a hook. Part of net's front door.
//
//   TRY(const Outgoing to, outgoing("https://example.org/hook", rules));     // may it be talked to at all?
//   TRY(const HookAnswer answer, post({.to = to, .body = json, .stop = &stopping}));
//
//   TRY(const SentLetter sent, send_mail({.host = "smtp.example.org", .user = "reports", .password = password},
//                                        {.from = {"Reports", "reports@example.org"}, .to = {"ann@example.org"},
//                                         .subject = "Reach fell", .text = words, .message_id = mark}));
//
// Each call blocks until it is done, its time is over or `stop` becomes true, which is seen within a second.
//
// Threads: every function may be called from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::net {

// Where somebody else's words may lead this program: see `outgoing` in net.h.
struct Outgoing {
  std::string url, scheme, host;
  uint16_t port = 0;
  std::vector<std::string> addresses;
};

// --- To a hook

struct HookCall {
  Outgoing to;  // nothing but its addresses is connected to; no proxy is used, no redirect followed
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  int timeout_seconds = 20;
  const std::atomic<bool>* stop = nullptr;
};

struct HookAnswer {
  int status = 0;
  std::string body;         // its first 4 KB
  int64_t retry_after = 0;  // seconds, where the other end says when to come again
};

// unavailable: nobody answers there, not in time, or not as whom the address names. invalid: a header is none.
Result<HookAnswer> post(const HookCall& call);

// "v1=" and the HMAC-SHA256, in hexadecimal, of "TIMESTAMP.BODY": what a receiver compares.
std::string signature(std::string_view secret, std::string_view timestamp, std::string_view body);

// --- By mail

enum class SmtpSecurity { tls, starttls, none };

struct SmtpServer {
  std::string host;
  uint16_t port = 587;
  SmtpSecurity security = SmtpSecurity::starttls;
  std::string user, password;  // no user: nobody signs in
  int timeout_seconds = 60;
  const std::atomic<bool>* stop = nullptr;
};

struct MailAddress {
  std::string name, address;
};

struct MailFile {
  std::string name, media_type, bytes;
};

struct Letter {
  MailAddress from;
  std::vector<std::string> to;
  std::string subject;  // one line
  std::string text;     // plain
  std::string html;     // the same, for those who look at it so; empty: text alone
  std::vector<MailFile> files;
  std::string message_id;  // left of its @; a receiver that sees it twice may drop the second
  Instant at;              // its date
};

struct SentLetter {
  // Who was refused while others were not: the address and what the server said.
  std::vector<std::pair<std::string, std::string>> refused;
};

// unavailable: the server does not answer, does not encrypt, or takes nobody's mail just now, in its own words.
// invalid: an address or the subject is none, or would be more than one line.
Result<SentLetter> send_mail(const SmtpServer& server, const Letter& letter);

// A header's text as mail carries it: as it is where it is ASCII, else in encoded words (RFC 2047).
std::string header_text(std::string_view text);

}  // namespace sociometer::net
