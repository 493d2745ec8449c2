// The outbox: where messages of a workspace go – channels – and the messages that are on their way – parcels. Part of
// control's front door.
//
//   TRY(const NewChannel ops, control->outbox().add_channel("default", {.name = "ops", .kind = ChannelKind::webhook,
//                                                                       .targets = {"https://example.org/hook"}},
//                                                                       now));
//   TRY(const Accepted put, control->outbox().put("default", {.key = "alert/reach/2026-06-01", .channel = "ops",
//                                                             .subject = "Reach fell", .text = words}, now));
//
// Whoever has something to say puts a parcel and is done; a job of `serve` delivers it, now or when the other end is
// there again. The key says what the parcel is about: for a workspace and a channel's name it is accepted once, for
// ever, so that who is not sure whether a message was put before puts it again.
//
// Once, late rather than never: a parcel is `sending` in the database before the first byte goes out, and `delivered`
// once the other end has taken it. A crash between the two leaves it `sending`; `resume` makes it due again when the
// program is back, and the other end may see it twice, with the same `mark`: it is the Message-ID of a mail and the
// Idempotency-Key of a hook, derived from the channel and the key alone, so that a receiver can drop the second.
//
// A hook's address and signing secret are kept sealed: whoever knows the address of a chat's hook can write there.
//
// Threads: every function may be called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;
class Secrets;

enum class ChannelKind { mail, webhook, slack };
std::string_view name(ChannelKind kind);
std::optional<ChannelKind> parse_channel_kind(std::string_view text);

struct MessageChannel {
  std::string id;
  std::string name;  // lower-case letters, digits and dashes; one of a name at a time
  ChannelKind kind = ChannelKind::mail;
  std::vector<std::string> targets;  // addresses of mail; of a hook its URL where it is to be used, else its host alone
  std::string made_by;
  Instant made_at;
  std::optional<Instant> succeeded_at, failed_at;  // the last of each
  std::string failure;                             // why the last failed; empty once one succeeded whole
};

struct NewChannel {
  MessageChannel channel;
  std::string secret;  // to check signatures of a webhook with: to be shown once. Empty of other kinds
};

struct Attachment {
  std::string name;        // "report.pdf"
  std::string media_type;  // "application/pdf"
  std::string bytes;
};

struct Parcel {
  std::string key;                      // what it is about, at most 255 bytes: "alert/NAME/2026-06-01T08:00:00Z"
  std::string channel;                  // a channel's name
  std::string subject;                  // one line
  std::string text;                     // plain, what everybody can read
  std::string html;                     // the same for mail; empty: text alone
  std::string json;                     // an object for programs, sent as "data" of a webhook; empty: none
  std::string link;                     // where more is to be seen; empty: nowhere
  std::vector<Attachment> attachments;  // for mail; others get the link
};

struct Accepted {
  int64_t number = 0;
  bool is_new = true;  // false: that key was put before, and nothing was done
};

// dropped: its channel was removed. given_up: it was tried for days.
enum class ParcelState { waiting, sending, delivered, given_up, dropped };
std::string_view name(ParcelState state);

struct KeptParcel {
  int64_t number = 0;  // of the installation
  std::string workspace;
  Parcel parcel;  // in a list without text, html, json and attachments
  ParcelState state = ParcelState::waiting;
  Instant put_at, next_try;
  int tries = 0;
  std::optional<Instant> ended_at;  // delivered, given up or dropped
  std::string failure;              // of the last try
  std::string mark;                 // 32 letters and digits, the same whenever it is sent
};

class Outbox {
 public:
  Outbox(Database& database, Secrets& secrets) : database_(database), secrets_(secrets) {}

  // conflict: there is one of that name. invalid: no name, no address of mail or none of a hook.
  Result<NewChannel> add_channel(std::string_view workspace, MessageChannel channel, Instant now);
  // By name, without the addresses of hooks.
  Result<std::vector<MessageChannel>> channels(std::string_view workspace);
  // The same of one. not_found, with those there are.
  Result<MessageChannel> channel(std::string_view workspace, std::string_view name);
  // What is on its way to it is dropped.
  Result<MessageChannel> remove_channel(std::string_view workspace, std::string_view name, Instant now);
  // A channel as it is used: with the hook's address and its secret. Only for sending.
  Result<NewChannel> opened(std::string_view workspace, std::string_view name);

  // not_found: there is no such channel. invalid: no key, subject or text, or one that is too long.
  Result<Accepted> put(std::string_view workspace, const Parcel& parcel, Instant now);

  // The same, and whoever calls sends it at once. conflict: that key was put before.
  Result<KeptParcel> begin(std::string_view workspace, const Parcel& parcel, Instant now);

  // What is to be sent by now, whole: of each channel of which nothing is being sent the one that has waited longest,
  // so that a channel that does not answer keeps no other one waiting.
  Result<std::vector<KeptParcel>> due(Instant now, int limit);
  // When the next parcel is due; nothing while none waits.
  Result<std::optional<Instant>> next_due();
  // Says that it is going out. conflict: it is not waiting any more.
  Result<Done> sending(int64_t number);
  // `remark`: what else is to be known of it, such as who of several was refused.
  Result<Done> delivered(int64_t number, std::string_view remark, Instant now);
  // `next_try` nothing: it is given up.
  Result<Done> failed(int64_t number, std::string_view why, std::optional<Instant> next_try, Instant now);
  // What was being sent when the program ended is due again; how many. For the owner of the data, before it delivers.
  Result<int64_t> resume(Instant now);
  // Makes one that was given up or waits for its next try due now. not_found, conflict: it was delivered or dropped.
  Result<KeptParcel> retry(std::string_view workspace, int64_t number, Instant now);

  // Ranges of addresses that hooks may lead to although they are not public; of the installation.
  Result<std::vector<std::string>> allowed();
  Result<Done> allow(const std::vector<std::string>& ranges);

  // Newest first, without contents.
  Result<std::vector<KeptParcel>> list(std::string_view workspace, int limit);
  // Forgets the contents of what ended before `before`, and keeps its keys. How many there were.
  Result<int64_t> empty(Instant before);

 private:
  Database& database_;
  Secrets& secrets_;
};

}  // namespace sociometer::control
