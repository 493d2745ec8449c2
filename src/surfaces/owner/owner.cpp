#include "surfaces/owner/owner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <thread>

#include "surfaces/json_parts.h"
#include "surfaces/owner/protocol.h"

namespace sociometer::surfaces {
namespace {

// The frames that came, read by a thread of its own: so that it shows at once when the other end is gone, also while
// the command is busy.
class Mailbox {
 public:
  explicit Mailbox(net::Channel& channel) : channel_(channel), reader_([this] { read_all(); }) {}
  ~Mailbox() {
    channel_.close();
    reader_.join();
  }
  Mailbox(const Mailbox&) = delete;

  bool is_closed() const { return closed_; }
  std::optional<net::Frame> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !frames_.empty() || closed_; });
    if (frames_.empty()) return std::nullopt;
    net::Frame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }

 private:
  void read_all() {
    while (true) {
      Result<std::optional<net::Frame>> frame = channel_.receive();
      const bool came = frame.ok() && frame->has_value();
      std::lock_guard lock(mutex_);
      if (came) {
        frames_.push_back(std::move(**frame));
      } else {
        closed_ = true;
      }
      changed_.notify_all();
      if (!came) return;
    }
  }

  net::Channel& channel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<net::Frame> frames_;
  std::atomic<bool> closed_ = false;
  std::thread reader_;
};

Error gone() {
  return unavailable("the command that asked has gone");
}

// Asks the other end, and waits for what it says. Its failures arrive as Errors.
Result<net::Frame> ask(net::Channel& channel, Mailbox& mailbox, char kind, std::string_view payload) {
  TRY_DONE(channel.send(kind, payload));
  std::optional<net::Frame> frame = mailbox.take();
  if (!frame) return gone();
  if (frame->kind == frame::failed) return error_from(object_from(frame->payload));
  return std::move(*frame);
}

// A file that the other end reads.
class RemoteStream final : public collect::ByteStream {
 public:
  RemoteStream(net::Channel& channel, Mailbox& mailbox) : channel_(channel), mailbox_(mailbox) {}

  Result<size_t> read(char* buffer, size_t capacity) override {
    if (place_ == piece_.size() && !ended_) {
      TRY(net::Frame frame, ask(channel_, mailbox_, frame::read, {}));
      piece_ = std::move(frame.payload);
      place_ = 0;
      ended_ = piece_.empty();
    }
    const size_t size = std::min(capacity, piece_.size() - place_);
    std::memcpy(buffer, piece_.data() + place_, size);
    place_ += size;
    return size;
  }

 private:
  net::Channel& channel_;
  Mailbox& mailbox_;
  std::string piece_;
  size_t place_ = 0;
  bool ended_ = false;
};

class RemoteInput final : public collect::Input {
 public:
  RemoteInput(net::Channel& channel, Mailbox& mailbox, std::optional<int64_t> total)
      : channel_(channel), mailbox_(mailbox), total_(total) {}

  Next next() override {
    if (!channel_.send(frame::next, {})) return {.done = true};
    std::optional<net::Frame> frame = mailbox_.take();
    if (!frame || frame->kind == frame::no_more) return {.done = true};
    const JsonObject said = object_from(frame->payload);
    std::string path = text_in(said, "path");
    if (frame->kind == frame::failed) return {.path = std::move(path), .file = error_from(said)};
    collect::InputFile file{.path = path, .stream = std::make_unique<RemoteStream>(channel_, mailbox_)};
    if (const int64_t bytes = number_in(said, "bytes", -1); bytes >= 0) file.bytes = bytes;
    return {.path = std::move(path), .file = std::move(file)};
  }
  std::optional<int64_t> total_bytes() const override { return total_; }

 private:
  net::Channel& channel_;
  Mailbox& mailbox_;
  std::optional<int64_t> total_;
};

class RemoteTerminal final : public Terminal {
 public:
  RemoteTerminal(net::Channel& channel, Mailbox& mailbox, Look look)
      : channel_(channel), mailbox_(mailbox), look_(look) {}

  const Look& look() const override { return look_; }
  void out(std::string_view text) override { send(frame::out, text); }
  void error(std::string_view text) override { send(frame::error, text); }
  void progress(const collect::ImportProgress& progress) override {
    if (!look_.shows_progress) return;
    JsonObject document{{"path", progress.path},
                        {"bytes_read", progress.bytes_read},
                        {"rows_read", progress.rows_read},
                        {"files_done", progress.files_done}};
    if (progress.bytes_total) document["bytes_total"] = *progress.bytes_total;
    send(frame::progress, json_text(document));
  }
  void end_progress() override { send(frame::clear, {}); }
  bool cancelled() const override { return mailbox_.is_closed(); }

  Result<std::unique_ptr<collect::Input>> open_input(const std::vector<std::string>& paths) override {
    JsonArray list(paths.begin(), paths.end());
    TRY(net::Frame frame, ask(channel_, mailbox_, frame::open, json_text(JsonObject{{"paths", std::move(list)}})));
    const int64_t bytes = number_in(object_from(frame.payload), "bytes", -1);
    std::optional<int64_t> total;
    if (bytes >= 0) total = bytes;
    return std::unique_ptr<collect::Input>(std::make_unique<RemoteInput>(channel_, mailbox_, total));
  }

 private:
  // A result may be longer than a frame; whoever is gone is noticed by the mailbox.
  void send(char kind, std::string_view text) {
    constexpr size_t piece = size_t{1} << 20;
    do {
      if (!channel_.send(kind, text.substr(0, piece))) return;
      text.remove_prefix(std::min(piece, text.size()));
    } while (!text.empty());
  }

  net::Channel& channel_;
  Mailbox& mailbox_;
  const Look look_;
};

struct Request {
  Words words;
  Look look;
};

Request request_of(const net::Frame& frame) {
  const JsonObject said = object_from(frame.payload);
  Request request;
  if (const Json* words = said.if_contains("words"); words != nullptr && words->is_array()) {
    for (const Json& word : words->get_array()) {
      if (word.is_string()) request.words.emplace_back(word.get_string());
    }
  }
  request.look.width = static_cast<int>(number_in(said, "width", 0));
  request.look.colour = number_in(said, "coloured", 0) != 0 ? Colour::coloured : Colour::plain;
  request.look.shows_progress = number_in(said, "progress", 0) != 0;
  request.look.folder = text_in(said, "folder");
  return request;
}

}  // namespace

void OwnerCard::serving_at(const std::string& address) {
  std::lock_guard lock(mutex_);
  address_ = address;
}

std::string OwnerCard::hello() const {
  std::lock_guard lock(mutex_);
  return json_text(JsonObject{{"protocol", protocol_version},
                              {"version", SOCIOMETER_VERSION},
                              {"command", command_},
                              {"process", static_cast<int64_t>(getpid())},
                              {"address", address_}});
}

std::string OwnerCard::address() const {
  std::lock_guard lock(mutex_);
  return address_;
}

void converse_as_owner(net::Channel& channel, House& house, const OwnerCard& card,
                       const std::shared_ptr<const Clock>& wall_clock, const std::string& directory) {
  if (!channel.send(frame::hello, card.hello())) return;
  Mailbox mailbox(channel);
  const std::optional<net::Frame> first = mailbox.take();
  if (!first || first->kind != frame::request) return;
  const Request request = request_of(*first);
  RemoteTerminal terminal(channel, mailbox, request.look);

  Exit exit = Exit::failed;
  Result<Parsed> parsed = parse_words(request.words);
  if (!parsed) {
    exit = tell(terminal, parsed.error());
  } else if (parsed->command == nullptr ||
             (parsed->command->needs != Needs::data && parsed->command->needs != Needs::words)) {
    exit = tell(terminal, internal("this command cannot be handed to another process"));
  } else {
    exit = run_parsed(*parsed, house, terminal, wall_clock, {{}, directory, card.address()});
  }
  static_cast<void>(channel.send(frame::exit, json_text(JsonObject{{"status", static_cast<int>(exit)}})));
}

}  // namespace sociometer::surfaces
