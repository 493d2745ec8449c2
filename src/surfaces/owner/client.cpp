#include "surfaces/owner/client.h"

#include <fmt/format.h>

#include "net/net.h"
#include "surfaces/json_parts.h"
#include "surfaces/owner/protocol.h"

namespace sociometer::surfaces {
namespace {

constexpr size_t piece_size = size_t{1} << 20;

struct Conversation {
  std::unique_ptr<net::Channel> channel;
  JsonObject hello;
};

std::optional<Conversation> greet(const std::string& socket) {
  Result<std::unique_ptr<net::Channel>> channel = net::connect_local(socket);
  if (!channel) return std::nullopt;
  Result<std::optional<net::Frame>> frame = (*channel)->receive();
  if (!frame || !*frame || (*frame)->kind != frame::hello) return std::nullopt;
  return Conversation{std::move(*channel), object_from((*frame)->payload)};
}

// Reads the files here for the command that runs there.
class Files {
 public:
  Files(net::Channel& channel, Terminal& terminal) : channel_(channel), terminal_(terminal) {}

  Result<Done> open(const net::Frame& frame) {
    std::vector<std::string> paths;
    const JsonObject said = object_from(frame.payload);
    if (const Json* list = said.if_contains("paths"); list != nullptr && list->is_array()) {
      for (const Json& path : list->get_array()) {
        if (path.is_string()) paths.emplace_back(path.get_string());
      }
    }
    Result<std::unique_ptr<collect::Input>> input = terminal_.open_input(paths);
    if (!input) return channel_.send(frame::failed, json_text(error_json(input.error())));
    input_ = std::move(*input);
    return channel_.send(frame::opened, json_text(JsonObject{{"bytes", input_->total_bytes().value_or(-1)}}));
  }

  Result<Done> next() {
    if (!input_) return channel_.send(frame::no_more, {});
    collect::Input::Next next = input_->next();
    if (next.done) return channel_.send(frame::no_more, {});
    if (!next.file) {
      JsonObject error = error_json(next.file.error());
      error["path"] = next.path;
      return channel_.send(frame::failed, json_text(error));
    }
    file_ = std::move(*next.file);
    return channel_.send(frame::file, json_text(JsonObject{{"path", file_.path}, {"bytes", file_.bytes.value_or(-1)}}));
  }

  Result<Done> read() {
    if (!file_.stream) return channel_.send(frame::bytes, {});
    piece_.resize(piece_size);
    Result<size_t> size = file_.stream->read(piece_.data(), piece_.size());
    if (!size) return channel_.send(frame::failed, json_text(error_json(size.error())));
    return channel_.send(frame::bytes, std::string_view(piece_).substr(0, *size));
  }

 private:
  net::Channel& channel_;
  Terminal& terminal_;
  std::unique_ptr<collect::Input> input_;
  collect::InputFile file_;
  std::string piece_;
};

collect::ImportProgress progress_of(const net::Frame& frame) {
  const JsonObject said = object_from(frame.payload);
  collect::ImportProgress progress;
  progress.path = text_in(said, "path");
  progress.bytes_read = number_in(said, "bytes_read", 0);
  progress.rows_read = number_in(said, "rows_read", 0);
  progress.files_done = number_in(said, "files_done", 0);
  if (const int64_t total = number_in(said, "bytes_total", -1); total >= 0) progress.bytes_total = total;
  return progress;
}

Result<Done> follow(const net::Frame& frame, Terminal& terminal, Files& files) {
  switch (frame.kind) {
    case frame::out:
      terminal.out(frame.payload);
      return Done{};
    case frame::error:
      terminal.error(frame.payload);
      return Done{};
    case frame::progress:
      terminal.progress(progress_of(frame));
      return Done{};
    case frame::clear:
      terminal.end_progress();
      return Done{};
    case frame::open:
      return files.open(frame);
    case frame::next:
      return files.next();
    case frame::read:
      return files.read();
    default:
      return internal("the process that owns the data says what this program does not understand");
  }
}

std::string request_text(const Words& words, const Look& look) {
  return json_text(JsonObject{{"words", JsonArray(words.begin(), words.end())},
                              {"width", look.width},
                              {"coloured", look.colour == Colour::coloured ? 1 : 0},
                              {"progress", look.shows_progress ? 1 : 0},
                              {"folder", look.folder}});
}

}  // namespace

std::optional<Owner> ask_who_owns(const std::string& socket) {
  const std::optional<Conversation> conversation = greet(socket);
  if (!conversation) return std::nullopt;
  return Owner{text_in(conversation->hello, "command"), number_in(conversation->hello, "process", 0),
               text_in(conversation->hello, "address")};
}

std::optional<Exit> hand_over(const std::string& socket, const Words& words, Terminal& terminal) {
  const std::optional<Conversation> conversation = greet(socket);
  if (!conversation) return std::nullopt;
  net::Channel& channel = *conversation->channel;
  if (number_in(conversation->hello, "protocol", 0) != protocol_version) {
    return tell(terminal, unavailable(fmt::format(
                              "the data directory is in use by version {} of this program (process {}), this is {}; "
                              "stop that one first",
                              text_in(conversation->hello, "version"), number_in(conversation->hello, "process", 0),
                              SOCIOMETER_VERSION)));
  }
  const Error broken =
      unavailable("the process that owned the data directory ended before it had answered; run the command again");
  if (!channel.send(frame::request, request_text(words, terminal.look()))) return tell(terminal, broken);
  Files files(channel, terminal);
  while (true) {
    const Result<std::optional<net::Frame>> frame = channel.receive();
    if (!frame || !*frame) return tell(terminal, broken);
    if ((*frame)->kind == frame::exit) {
      return static_cast<Exit>(number_in(object_from((*frame)->payload), "status", static_cast<int>(Exit::failed)));
    }
    if (!follow(**frame, terminal, files)) return tell(terminal, broken);
  }
}

}  // namespace sociometer::surfaces
