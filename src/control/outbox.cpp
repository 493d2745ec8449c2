#include "control/outbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "control/database.h"
#include "control/proofs.h"
#include "control/secrets.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr size_t channel_name_length_max = 63, parcel_key_length_max = 255, subject_length_max = 500,
                 parcel_text_length_max = 1 << 20;
constexpr size_t targets_max = 50, address_length_max = 254, url_length_max = 2048;
constexpr size_t files_length_max = 25 << 20;  // what mail servers take
constexpr std::array<std::string_view, 3> kind_names{"mail", "webhook", "slack"};
constexpr std::array<std::string_view, 5> state_names{"waiting", "sending", "delivered", "given_up", "dropped"};

std::string address_place(const MessageChannel& channel) {
  return fmt::format("channel/{}/address", channel.id);
}
std::string secret_place(const MessageChannel& channel) {
  return fmt::format("channel/{}/secret", channel.id);
}

// --- Channels

Result<Done> check_channel_name(std::string_view name) {
  const bool fits =
      !name.empty() && name.size() <= channel_name_length_max && name.front() != '-' && name.back() != '-' &&
      std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (fits) return Done{};
  return invalid("a channel's name is lower-case letters, digits and dashes, such as team-mail", "channel");
}

Result<std::string> checked_address(std::string_view text) {
  const std::string_view address = trimmed(text);
  const size_t at = address.find('@');
  const bool fits = at != address.npos && at > 0 && at + 1 < address.size() &&
                    address.find('@', at + 1) == address.npos && address.size() <= address_length_max &&
                    std::ranges::all_of(address, [](unsigned char c) { return c > 0x20 && c < 0x7F; }) &&
                    address.find_first_of("<>()[],;:\\\"") == address.npos;
  if (fits) return std::string(address);
  return invalid(fmt::format("\"{}\" is no mail address; write it like ann@example.org", text.substr(0, 100)), "to");
}

// Where it leads to is looked at by whoever sends.
Result<std::string> checked_url(std::string_view text) {
  const std::string_view url = trimmed(text);
  const bool fits = (url.starts_with("https://") || url.starts_with("http://")) && url.size() <= url_length_max &&
                    std::ranges::all_of(url, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (fits) return std::string(url);
  return invalid("a hook is an address such as https://example.org/hook", "url");
}

// What of a hook's address may be shown.
std::string host_of(std::string_view url) {
  const size_t begin = url.find("://") + 3;
  const size_t end = url.find_first_of("/?#", begin);
  return std::string(url.substr(0, end)) + "/…";
}

std::string targets_text(const std::vector<std::string>& targets) {
  return json_text(JsonArray(targets.begin(), targets.end()));
}

std::vector<std::string> targets_in(const std::string& text) {
  std::vector<std::string> targets;
  const Result<Json> list = parse_json(text);
  if (!list || !list->is_array()) return targets;
  for (const Json& each : list->get_array()) {
    if (each.is_string()) targets.emplace_back(each.get_string());
  }
  return targets;
}

std::vector<MessageChannel> channels_of(session& sql, const std::string& key) {
  std::vector<MessageChannel> found;
  MessageChannel row;
  std::string kind, target;
  long long made_at = 0, succeeded_at = 0, failed_at = 0;
  soci::statement statement =
      (sql.prepare << "SELECT channel, name, kind, target, made_by, made_at, succeeded_at, failed_at, failure FROM "
                      "channels WHERE workspace = :workspace AND removed_at = 0 ORDER BY name",
       into(row.id), into(row.name), into(kind), into(target), into(row.made_by), into(made_at), into(succeeded_at),
       into(failed_at), into(row.failure), use(key));
  statement.execute();
  while (statement.fetch()) {
    MessageChannel& one = found.emplace_back(row);
    one.kind = parse_channel_kind(kind).value_or(ChannelKind::mail);
    one.targets = targets_in(target);
    one.made_at = {made_at};
    one.succeeded_at = instant_of(succeeded_at);
    one.failed_at = instant_of(failed_at);
  }
  return found;
}

Result<MessageChannel> need_channel(session& sql, const std::string& key, std::string_view name) {
  TRY_DONE(need_workspace(sql, key));
  std::vector<std::string> known;
  for (MessageChannel& one : channels_of(sql, key)) {
    if (one.name == name) return std::move(one);
    known.push_back(one.name);
  }
  return not_found(fmt::format("there is no channel \"{}\"; {}", name,
                               known.empty() ? "`sociometer channel add` makes one"
                                             : fmt::format("there are {}", join(known, ", "))),
                   "channel");
}

// The targets as they are used, and as they are shown.
Result<std::vector<std::string>> checked_targets(const MessageChannel& channel) {
  std::vector<std::string> targets;
  if (channel.kind != ChannelKind::mail) {
    if (channel.targets.size() != 1) return invalid("a hook has one address: --url https://example.org/hook", "url");
    TRY(std::string url, checked_url(channel.targets.front()));
    targets.push_back(std::move(url));
    return targets;
  }
  if (channel.targets.empty()) return invalid("who gets it? --to ann@example.org, again for more", "to");
  if (channel.targets.size() > targets_max) {
    return invalid(fmt::format("a channel has at most {} addresses; make a mailing list", targets_max), "to");
  }
  for (const std::string& each : channel.targets) {
    TRY(std::string address, checked_address(each));
    if (std::ranges::find(targets, address) == targets.end()) targets.push_back(std::move(address));
  }
  return targets;
}

// --- Parcels

struct ParcelRow {
  KeptParcel kept;
  std::string channel_id, state;
  long long put_at = 0, next_try = 0, ended_at = 0, number = 0;
};

constexpr std::string_view parcel_columns =
    "number, workspace, channel, name, parcel_key, subject, link, state, put_at, next_try, tries, ended_at, failure";

#define INTO_PARCEL(row)                                                                                             \
  into((row).number), into((row).kept.workspace), into((row).channel_id), into((row).kept.parcel.channel),           \
      into((row).kept.parcel.key), into((row).kept.parcel.subject), into((row).kept.parcel.link), into((row).state), \
      into((row).put_at), into((row).next_try), into((row).kept.tries), into((row).ended_at), into((row).kept.failure)

// A channel's id is of this installation alone, so no other one makes the same.
std::string mark_of(const std::string& channel_id, const std::string& key) {
  return hash_of(channel_id + "\n" + key).substr(0, 32);
}

KeptParcel parcel_of(const ParcelRow& row) {
  KeptParcel kept = row.kept;
  kept.number = row.number;
  const auto state = std::ranges::find(state_names, row.state);
  kept.state = static_cast<ParcelState>(state - state_names.begin());
  kept.put_at = {row.put_at};
  kept.next_try = {row.next_try};
  kept.ended_at = instant_of(row.ended_at);
  kept.mark = mark_of(row.channel_id, kept.parcel.key);
  return kept;
}

Result<KeptParcel> whole_parcel(session& sql, long long number) {
  ParcelRow row;
  sql << fmt::format("SELECT {} FROM parcels WHERE number = :number", parcel_columns), INTO_PARCEL(row), use(number);
  KeptParcel kept = parcel_of(row);
  sql << "SELECT text, html, json FROM parcels WHERE number = :number", into(kept.parcel.text), into(kept.parcel.html),
      into(kept.parcel.json), use(number);
  Attachment file;
  std::string text;
  soci::statement statement =
      (sql.prepare << "SELECT name, media_type, bytes FROM parcel_files WHERE parcel = :number ORDER BY place",
       into(file.name), into(file.media_type), into(text), use(number));
  statement.execute();
  while (statement.fetch()) {
    std::optional<std::string> bytes = from_base64(text);
    if (!bytes) return internal(fmt::format("a file of message {} is damaged", number));
    kept.parcel.attachments.push_back({file.name, file.media_type, std::move(*bytes)});
  }
  return kept;
}

Result<Done> check_parcel(const Parcel& parcel) {
  const auto check = [](std::string_view text, size_t longest, const char* field) -> Result<Done> {
    if (!is_utf8(text)) return invalid(fmt::format("the {} of a message must be text in UTF-8", field), field);
    if (text.size() > longest) {
      return invalid(fmt::format("the {} of a message is at most {} bytes long", field, longest), field);
    }
    return Done{};
  };
  TRY_DONE(check(parcel.key, parcel_key_length_max, "key"));
  TRY_DONE(check(parcel.subject, subject_length_max, "subject"));
  TRY_DONE(check(parcel.text, parcel_text_length_max, "text"));
  TRY_DONE(check(parcel.html, parcel_text_length_max, "html"));
  TRY_DONE(check(parcel.json, parcel_text_length_max, "json"));
  TRY_DONE(check(parcel.link, url_length_max, "link"));
  if (parcel.key.empty()) return invalid("a message has a key", "key");
  if (parcel.subject.empty() || parcel.subject.find_first_of("\r\n") != parcel.subject.npos) {
    return invalid("a message has a subject of one line", "subject");
  }
  if (parcel.text.empty()) return invalid("a message says something", "text");
  if (!parcel.json.empty()) {
    TRY(const Json data, parse_json(parcel.json));
    if (!data.is_object()) return invalid("what a message tells programs is a JSON object", "json");
  }
  size_t total = 0;
  for (const Attachment& file : parcel.attachments) total += file.bytes.size();
  if (total <= files_length_max) return Done{};
  return invalid(fmt::format("the files of a message are at most {} bytes together", files_length_max), "attachments");
}

void insert_parcel(session& sql, const std::string& key, const MessageChannel& channel, const Parcel& parcel,
                   long long number, Instant now) {
  const long long at = now.micros;
  sql << "INSERT INTO parcels (number, workspace, channel, name, parcel_key, subject, text, html, json, link, state, "
         "put_at, next_try, tries, ended_at, failure) VALUES (:number, :workspace, :channel, :name, :key, :subject, "
         ":text, :html, :json, :link, 'waiting', :put_at, :next_try, 0, 0, '')",
      use(number), use(key), use(channel.id), use(channel.name), use(parcel.key), use(parcel.subject), use(parcel.text),
      use(parcel.html), use(parcel.json), use(parcel.link), use(at), use(at);
  int place = 0;
  for (const Attachment& file : parcel.attachments) {
    const std::string bytes = to_base64(file.bytes);
    sql << "INSERT INTO parcel_files (parcel, place, name, media_type, bytes) VALUES (:parcel, :place, :name, :type, "
           ":bytes)",
        use(number), use(place), use(file.name), use(file.media_type), use(bytes);
    ++place;
  }
}

Result<Accepted> put_parcel(session& sql, const std::string& key, const Parcel& parcel, Instant now) {
  TRY(const MessageChannel channel, need_channel(sql, key, parcel.channel));
  long long number = 0;
  sql << "SELECT number FROM parcels WHERE workspace = :workspace AND name = :name AND parcel_key = :key", into(number),
      use(key), use(channel.name), use(parcel.key);
  if (sql.got_data()) return Accepted{number, false};
  sql << "SELECT coalesce(max(number), 0) + 1 FROM parcels", into(number);
  insert_parcel(sql, key, channel, parcel, number, now);
  return Accepted{number, true};
}

// The state of a parcel and the channel it goes to.
Result<std::pair<std::string, std::string>> state_of(session& sql, long long number) {
  std::string state, channel;
  sql << "SELECT state, channel FROM parcels WHERE number = :number", into(state), into(channel), use(number);
  if (!sql.got_data()) return not_found(fmt::format("there is no message {}", number), "message");
  return std::pair(state, channel);
}

Result<std::string> need_sending(session& sql, long long number) {
  TRY(const auto found, state_of(sql, number));
  if (found.first == "sending") return found.second;
  return conflict(fmt::format("message {} is not being sent: it is {}", number, found.first));
}

}  // namespace

std::string_view name(ChannelKind kind) {
  return kind_names[static_cast<size_t>(kind)];
}

std::optional<ChannelKind> parse_channel_kind(std::string_view text) {
  const auto place = std::ranges::find(kind_names, text);
  if (place == kind_names.end()) return std::nullopt;
  return static_cast<ChannelKind>(place - kind_names.begin());
}

std::string_view name(ParcelState state) {
  return state_names[static_cast<size_t>(state)];
}

Result<NewChannel> Outbox::add_channel(std::string_view workspace, MessageChannel channel, Instant now) {
  TRY_DONE(check_channel_name(channel.name));
  TRY(const std::vector<std::string> targets, checked_targets(channel));
  const bool is_mail = channel.kind == ChannelKind::mail;
  channel.id = make_id(now);
  channel.made_at = now;
  channel.targets = is_mail ? targets : std::vector{host_of(targets.front())};
  NewChannel made{channel, channel.kind == ChannelKind::webhook ? make_proof() : ""};
  // Before the channel is there: without one, they belong to nothing.
  if (!is_mail) TRY_DONE(secrets_.set(workspace, address_place(channel), targets.front(), now));
  if (!made.secret.empty()) TRY_DONE(secrets_.set(workspace, secret_place(channel), made.secret, now));
  Result<NewChannel> added = database_.attempt(Access::write, [&](session& sql) -> Result<NewChannel> {
    const std::string key(workspace), kind(control::name(channel.kind)), target = targets_text(channel.targets);
    TRY_DONE(need_workspace(sql, key));
    if (need_channel(sql, key, channel.name)) {
      return conflict(fmt::format("there is a channel \"{}\" already: give this one another name", channel.name));
    }
    const long long made_at = now.micros;
    sql << "INSERT INTO channels (channel, workspace, name, kind, target, made_by, made_at, removed_at, succeeded_at, "
           "failed_at, failure) VALUES (:channel, :workspace, :name, :kind, :target, :made_by, :made_at, 0, 0, 0, '')",
        use(channel.id), use(key), use(channel.name), use(kind), use(target), use(channel.made_by), use(made_at);
    return made;
  });
  if (!added) {
    TRY_DONE(secrets_.remove(workspace, address_place(channel)));
    TRY_DONE(secrets_.remove(workspace, secret_place(channel)));
  }
  return added;
}

Result<std::vector<MessageChannel>> Outbox::channels(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<MessageChannel>> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    return channels_of(sql, key);
  });
}

Result<MessageChannel> Outbox::channel(std::string_view workspace, std::string_view name) {
  return database_.attempt(Access::read, [&](session& sql) { return need_channel(sql, std::string(workspace), name); });
}

Result<MessageChannel> Outbox::remove_channel(std::string_view workspace, std::string_view name, Instant now) {
  TRY(const MessageChannel gone, database_.attempt(Access::write, [&](session& sql) -> Result<MessageChannel> {
    TRY(MessageChannel found, need_channel(sql, std::string(workspace), name));
    const long long at = now.micros;
    sql << "UPDATE channels SET removed_at = :at WHERE channel = :channel", use(at), use(found.id);
    sql << "UPDATE parcels SET state = 'dropped', ended_at = :at WHERE channel = :channel AND state = 'waiting'",
        use(at), use(found.id);
    return found;
  }));
  TRY_DONE(secrets_.remove(workspace, address_place(gone)));
  TRY_DONE(secrets_.remove(workspace, secret_place(gone)));
  return gone;
}

Result<NewChannel> Outbox::opened(std::string_view workspace, std::string_view name) {
  TRY(MessageChannel found, channel(workspace, name));
  if (found.kind == ChannelKind::mail) return NewChannel{std::move(found), ""};
  TRY(const std::optional<std::string> address, secrets_.find(workspace, address_place(found)));
  TRY(const std::optional<std::string> secret, secrets_.find(workspace, secret_place(found)));
  if (!address) return internal(fmt::format("the address of the channel \"{}\" is gone: make it anew", name));
  found.targets = {*address};
  return NewChannel{std::move(found), secret.value_or("")};
}

Result<Accepted> Outbox::put(std::string_view workspace, const Parcel& parcel, Instant now) {
  TRY_DONE(check_parcel(parcel));
  return database_.attempt(Access::write, [&](session& sql) -> Result<Accepted> {
    return put_parcel(sql, std::string(workspace), parcel, now);
  });
}

Result<KeptParcel> Outbox::begin(std::string_view workspace, const Parcel& parcel, Instant now) {
  TRY_DONE(check_parcel(parcel));
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptParcel> {
    TRY(const Accepted put, put_parcel(sql, std::string(workspace), parcel, now));
    if (!put.is_new) return conflict(fmt::format("message {} says that already", put.number));
    const long long number = put.number;
    sql << "UPDATE parcels SET state = 'sending', tries = 1 WHERE number = :number", use(number);
    return whole_parcel(sql, number);
  });
}

Result<std::vector<KeptParcel>> Outbox::due(Instant now, int limit) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<KeptParcel>> {
    const long long at = now.micros;
    long long number = 0, waits_since = 0;
    std::vector<long long> numbers;
    soci::statement statement =
        (sql.prepare << "SELECT min(number), min(next_try) AS since FROM parcels WHERE state = 'waiting' AND next_try "
                        "<= :at AND channel NOT IN (SELECT channel FROM parcels WHERE state = 'sending') GROUP BY "
                        "channel ORDER BY since LIMIT :most",
         into(number), into(waits_since), use(at), use(limit));
    statement.execute();
    while (statement.fetch()) numbers.push_back(number);
    std::vector<KeptParcel> found;
    for (const long long each : numbers) {
      TRY(KeptParcel parcel, whole_parcel(sql, each));
      found.push_back(std::move(parcel));
    }
    return found;
  });
}

Result<std::optional<Instant>> Outbox::next_due() {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::optional<Instant>> {
    long long at = 0;
    sql << "SELECT coalesce(min(next_try), 0) FROM parcels WHERE state = 'waiting'", into(at);
    return instant_of(at);
  });
}

Result<Done> Outbox::sending(int64_t number) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    const long long of = number;
    TRY(const auto found, state_of(sql, of));
    if (found.first != "waiting") return conflict(fmt::format("message {} is {} already", number, found.first));
    sql << "UPDATE parcels SET state = 'sending', tries = tries + 1 WHERE number = :number", use(of);
    return Done{};
  });
}

Result<Done> Outbox::delivered(int64_t number, std::string_view remark, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    const long long of = number, at = now.micros;
    const std::string failure(remark);
    TRY(const std::string channel, need_sending(sql, of));
    sql << "UPDATE parcels SET state = 'delivered', ended_at = :at, failure = :failure WHERE number = :number", use(at),
        use(failure), use(of);
    sql << "UPDATE channels SET succeeded_at = :at, failure = :failure WHERE channel = :channel", use(at), use(failure),
        use(channel);
    return Done{};
  });
}

Result<Done> Outbox::failed(int64_t number, std::string_view why, std::optional<Instant> next_try, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    const long long of = number, at = now.micros;
    const std::string failure(why);
    TRY(const std::string channel, need_sending(sql, of));
    long long removed_at = 0;
    sql << "SELECT removed_at FROM channels WHERE channel = :channel", into(removed_at), use(channel);
    const bool goes_on = next_try && removed_at == 0;
    const std::string state = goes_on ? "waiting" : removed_at != 0 ? "dropped" : "given_up";
    const long long next = goes_on ? next_try->micros : at, ended_at = goes_on ? 0 : at;
    sql << "UPDATE parcels SET state = :state, next_try = :next, ended_at = :ended_at, failure = :failure WHERE number "
           "= :number",
        use(state), use(next), use(ended_at), use(failure), use(of);
    sql << "UPDATE channels SET failed_at = :at, failure = :failure WHERE channel = :channel", use(at), use(failure),
        use(channel);
    return Done{};
  });
}

Result<int64_t> Outbox::resume(Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<int64_t> {
    const long long at = now.micros;
    long long count = 0;
    sql << "SELECT count(*) FROM parcels WHERE state = 'sending'", into(count);
    sql << "UPDATE parcels SET state = 'waiting', next_try = :at WHERE state = 'sending'", use(at);
    sql << "UPDATE parcels SET state = 'dropped', ended_at = :at WHERE state = 'waiting' AND channel IN (SELECT "
           "channel FROM channels WHERE removed_at <> 0)",
        use(at);
    return int64_t{count};
  });
}

Result<KeptParcel> Outbox::retry(std::string_view workspace, int64_t number, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptParcel> {
    const long long of = number, at = now.micros;
    std::string key(workspace), state, channel;
    sql << "SELECT state, channel FROM parcels WHERE number = :number AND workspace = :workspace", into(state),
        into(channel), use(of), use(key);
    if (!sql.got_data()) return not_found(fmt::format("there is no message {}", number), "message");
    if (state != "waiting" && state != "given_up") {
      return conflict(fmt::format("message {} is {}", number, state));
    }
    long long removed_at = 0;
    sql << "SELECT removed_at FROM channels WHERE channel = :channel", into(removed_at), use(channel);
    if (removed_at != 0) return conflict(fmt::format("the channel of message {} was removed", number));
    sql << "UPDATE parcels SET state = 'waiting', next_try = :at, ended_at = 0 WHERE number = :number", use(at),
        use(of);
    ParcelRow row;
    sql << fmt::format("SELECT {} FROM parcels WHERE number = :number", parcel_columns), INTO_PARCEL(row), use(of);
    return parcel_of(row);
  });
}

Result<std::vector<std::string>> Outbox::allowed() {
  return database_.attempt(Access::read, [](session& sql) -> Result<std::vector<std::string>> {
    std::string text;
    sql << "SELECT value FROM installation WHERE name = 'targets'", into(text);
    if (!sql.got_data()) return std::vector<std::string>();
    return targets_in(text);
  });
}

Result<Done> Outbox::allow(const std::vector<std::string>& ranges) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    const std::string text = targets_text(ranges);
    sql << "INSERT INTO installation (name, value) VALUES ('targets', :value) ON CONFLICT (name) DO UPDATE SET value = "
           "excluded.value",
        use(text);
    return Done{};
  });
}

Result<std::vector<KeptParcel>> Outbox::list(std::string_view workspace, int limit) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<KeptParcel>> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    std::vector<KeptParcel> found;
    ParcelRow row;
    const std::string text = fmt::format(
        "SELECT {} FROM parcels WHERE workspace = :workspace ORDER BY number DESC LIMIT :most", parcel_columns);
    soci::statement statement = (sql.prepare << text, INTO_PARCEL(row), use(key), use(limit));
    statement.execute();
    while (statement.fetch()) found.push_back(parcel_of(row));
    return found;
  });
}

Result<int64_t> Outbox::empty(Instant before) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<int64_t> {
    const long long at = before.micros;
    long long count = 0;
    // One that was given up may be tried again.
    const std::string over = "state IN ('delivered', 'dropped') AND ended_at < :at";
    sql << "SELECT count(*) FROM parcels WHERE text <> '' AND " + over, into(count), use(at);
    sql << "DELETE FROM parcel_files WHERE parcel IN (SELECT number FROM parcels WHERE " + over + ")", use(at);
    sql << "UPDATE parcels SET text = '', html = '', json = '' WHERE " + over, use(at);
    return int64_t{count};
  });
}

}  // namespace sociometer::control
