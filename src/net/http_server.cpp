// The only file with coroutines. One thread runs them all; handlers block on threads of their own.
//
// g++ 12 miscompiles `x ? y : co_await z`: every co_await here stands in a statement of its own.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "net/addresses.h"
#include "net/forwarded.h"
#include "net/net.h"
#include "net/target.h"
#include "net/tls.h"

namespace sociometer::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr size_t header_limit = 32 * 1024;
constexpr size_t spool_from = 1024 * 1024;
constexpr size_t piece_size = 64 * 1024;
constexpr size_t connection_limit = 1000;
constexpr auto grace = std::chrono::seconds(5);
// A client slower than this over a long stretch is cut off.
constexpr int64_t slowest_bytes_per_second = 16 * 1024;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

constexpr auto handshake_patience = std::chrono::seconds(10);

// What a client and its server speak over: `stream` itself, or TLS upon it. Patience is always that of `stream`.
//
// Bytes pass through read_some and write alone, and Beast parses and writes what it is given: its own operations on
// streams, compiled for both kinds, took longer to compile than any other file of the program.
struct Connection {
  Connection(tcp::socket socket, std::string peer_given) : stream(std::move(socket)), peer(std::move(peer_given)) {}

  struct Read {
    beast::error_code error;
    size_t bytes = 0;
  };
  asio::awaitable<Read> read_some(asio::mutable_buffer into);
  asio::awaitable<beast::error_code> write(std::string_view bytes);

  beast::tcp_stream stream;
  const std::string peer;
  std::shared_ptr<asio::ssl::context> certificates;  // those it began with
  std::optional<asio::ssl::stream<beast::tcp_stream&>> tls;
  bool busy = false;
};

asio::awaitable<Connection::Read> Connection::read_some(asio::mutable_buffer into) {
  if (tls) {
    auto [error, bytes] = co_await tls->async_read_some(into, as_tuple);
    co_return Read{error, bytes};
  }
  auto [error, bytes] = co_await stream.async_read_some(into, as_tuple);
  co_return Read{error, bytes};
}

asio::awaitable<beast::error_code> Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const asio::const_buffer rest(bytes.data(), bytes.size());
    size_t written = 0;
    if (tls) {
      auto [error, some] = co_await tls->async_write_some(rest, as_tuple);
      if (error) co_return error;
      written = some;
    } else {
      auto [error, some] = co_await stream.async_write_some(rest, as_tuple);
      if (error) co_return error;
      written = some;
    }
    bytes.remove_prefix(written);
  }
  co_return beast::error_code();
}

using Parser = http::request_parser<http::buffer_body>;

// Reads until the parser has got as far as it goes in one step (its header, some of its body), or an error says why
// not.
asio::awaitable<beast::error_code> feed(Connection& connection, beast::flat_buffer& buffer, Parser& parser) {
  beast::error_code error;
  while (true) {
    if (buffer.size() == 0 || error == http::error::need_more) {
      const Connection::Read read = co_await connection.read_some(buffer.prepare(piece_size));
      if (read.error == asio::error::eof) {
        error = http::error::end_of_stream;
        if (parser.got_some()) parser.put_eof(error);
        co_return error;
      }
      if (read.error) co_return read.error;
      buffer.commit(read.bytes);
    }
    buffer.consume(parser.put(buffer.data(), error));
    if (error != http::error::need_more) co_return error;
  }
}

std::string random_id() {
  std::array<unsigned char, 8> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) bytes.fill(0);
  std::string text;
  for (unsigned char byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

// A body on its way in: in memory while small, in a file that nobody else can read once large.
class Spool {
 public:
  explicit Spool(std::string directory) : directory_(std::move(directory)) {}
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool() {
    if (file_ >= 0) close(file_);
    if (!path_.empty()) unlink(path_.c_str());
  }

  Result<Done> add(std::string_view bytes) {
    if (file_ < 0 && body_.size() + bytes.size() <= spool_from) {
      body_ += bytes;
      return Done{};
    }
    if (file_ < 0) {
      TRY_DONE(open_file());
      TRY_DONE(write_all(body_));
      body_.clear();
    }
    return write_all(bytes);
  }

  void move_into(Request& request) {
    request.body = std::move(body_);
    request.body_file = path_;
  }

 private:
  Result<Done> open_file() {
    std::error_code error;
    if (directory_.empty()) directory_ = std::filesystem::temp_directory_path(error).string();
    std::string path = directory_ + "/sociometer-upload-XXXXXX";
    file_ = mkostemp(path.data(), O_CLOEXEC);
    if (file_ < 0) return full(fmt::format("the upload cannot be kept in {}: {}", directory_, strerror(errno)));
    path_ = std::move(path);
    return Done{};
  }

  Result<Done> write_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return full(fmt::format("the upload does not fit into {}: {}", directory_, strerror(errno)));
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return Done{};
  }

  std::string directory_;
  std::string body_;
  std::string path_;
  int file_ = -1;
};

// The body of a request that is small enough to be read without asking anybody.
bool is_small(const Parser& parser) {
  const boost::optional<uint64_t> length = parser.content_length();
  return parser.is_done() || (length && *length <= spool_from);
}

Result<Request> request_of(const http::request_header<>& header) {
  TRY(Target target, parse_target({header.target().data(), header.target().size()}));
  Request request;
  request.method = std::string(header.method_string());
  if (request.method == "HEAD") request.method = "GET";
  request.path = std::move(target.path);
  request.query = std::move(target.query);
  request.id = random_id();
  for (const auto& field : header) {
    std::string name = lower({field.name_string().data(), field.name_string().size()});
    std::string value(field.value());
    auto [place, is_new] = request.headers.try_emplace(name, value);
    if (is_new) continue;
    if (name == "host") return invalid("the request names its host twice");
    place->second += ", " + value;
  }
  if (header.version() >= 11 && request.header("host").empty()) return invalid("the request does not name its host");
  return request;
}

Response refusal(const Error& error) {
  if (error.kind == ErrorKind::full) return problem(507, "full", error.message);
  return problem(400, "invalid", error.message);
}

// What a request that cannot be read is answered with; nothing where the client is simply gone.
std::optional<Response> refusal(const beast::error_code& error, uint64_t body_limit) {
  if (error == http::error::header_limit) {
    return problem(431, "header_too_large", fmt::format("the header is longer than {} bytes", header_limit));
  }
  if (error == http::error::body_limit) {
    return problem(413, "too_large", fmt::format("the body is longer than {} bytes", body_limit));
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error.category() == make_error_code(http::error::bad_method).category()) {
    return problem(400, "invalid", fmt::format("this is not HTTP: {}", error.message()));
  }
  return std::nullopt;
}

std::string_view body_of(const Response& response) {
  return response.static_body.empty() ? std::string_view(response.body) : response.static_body;
}

}  // namespace

const std::string& Request::header(std::string_view lower_case_name) const {
  static const std::string none;
  auto place = headers.find(std::string(lower_case_name));
  return place == headers.end() ? none : place->second;
}

struct HttpServer::State {
  State(HttpOptions options_given, Handler handler_given)
      : options(std::move(options_given)), handler(std::move(handler_given)), handlers(options.threads) {}

  const HttpOptions options;
  const Handler handler;
  std::set<Connection*> connections;  // of the loop's thread alone, as are `peers`, `tls` and `closing`
  std::map<std::string, size_t> peers;
  std::unique_ptr<TlsContext> tls;
  std::vector<Range> trusted;
  bool closing = false;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::signal_set signals{io};
  asio::steady_timer grace_timer{io};
  asio::thread_pool handlers;
  std::thread loop;
  uint16_t port = 0;

  std::mutex mutex;
  std::condition_variable stopping;
  bool stop_asked = false;

  Result<Done> listen();
  void run_loop();
  void close_door();
  void announce_stop();
  Response answer(const Request& request) const;

  asio::awaitable<void> accept_all();
  asio::awaitable<void> converse(tcp::socket socket, std::string peer);
  asio::awaitable<bool> greet(Connection& connection);
  asio::awaitable<void> exchange_all(Connection& connection);
  asio::awaitable<bool> exchange(Connection& connection, beast::flat_buffer& buffer);
  asio::awaitable<std::optional<Response>> read_body(Connection& connection, beast::flat_buffer& buffer, Parser& parser,
                                                     Spool& spool);
  asio::awaitable<Response> handle(const Request& request);
  asio::awaitable<Admission> admit(const Request& request);
  asio::awaitable<void> refuse(Connection& connection, const Response& response);
  enum class After { keep_alive, close };
  enum class Method { head, other };
  asio::awaitable<bool> write(Connection& connection, const Response& response, std::string_view id, Method method,
                              After after);
  bool has_too_many(const std::string& peer) const;
  void say_who(Connection& connection, Request& request) const;
  std::chrono::seconds patience(size_t bytes) const {
    return std::chrono::seconds(options.idle_seconds + static_cast<int64_t>(bytes) / slowest_bytes_per_second);
  }
};

Result<Done> HttpServer::State::listen() {
  for (const std::string& text : options.trusted_proxies) {
    TRY(Range range, Range::parse(text));
    trusted.push_back(std::move(range));
  }
  if (options.tls) {
    TRY(tls, TlsContext::load(*options.tls));
  }
  const std::string literal = options.address == "localhost" ? "127.0.0.1" : options.address;
  const bool is_v6 = literal.find(':') != std::string::npos;
  const std::string shown = fmt::format("{}{}{}:{}", is_v6 ? "[" : "", literal, is_v6 ? "]" : "", options.port);
  beast::error_code error;
  const auto address = asio::ip::make_address(literal, error);
  if (error) return invalid(fmt::format("\"{}\" is not an IP address to listen on", options.address), "listen");
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) {
    return unavailable(fmt::format(
        "{} is in use: stop the program that listens there, or choose another address with --listen", shown));
  }
  if (error) return unavailable(fmt::format("cannot listen on {}: {}", shown, error.message()));
  port = acceptor.local_endpoint(error).port();
  return Done{};
}

void HttpServer::State::run_loop() {
  try {
    io.run();
  } catch (const std::exception& failure) {
    spdlog::error("the HTTP server ended: {}", failure.what());
  }
  announce_stop();
}

void HttpServer::State::announce_stop() {
  std::lock_guard lock(mutex);
  stop_asked = true;
  stopping.notify_all();
}

// Runs on the loop's thread.
void HttpServer::State::close_door() {
  announce_stop();
  if (std::exchange(closing, true)) return;
  beast::error_code ignored;
  acceptor.close(ignored);
  signals.cancel(ignored);
  for (Connection* connection : connections) {
    if (!connection->busy) connection->stream.cancel();
  }
  if (connections.empty()) return;
  grace_timer.expires_after(grace);
  grace_timer.async_wait([this](const beast::error_code& error) {
    if (!error) io.stop();
  });
}

Response HttpServer::State::answer(const Request& request) const {
  try {
    return handler(request);
  } catch (const std::exception& failure) {
    spdlog::error("request {} {} {}: {}", request.id, request.method, request.path, failure.what());
    return problem(500, "internal",
                   fmt::format("something went wrong here; the log knows it as request {}", request.id));
  }
}

// Of itself: a proxy brings everybody's requests, and whoever is on this machine has other ways.
bool HttpServer::State::has_too_many(const std::string& peer) const {
  const auto place = peers.find(peer);
  if (place == peers.end() || place->second < options.connections_per_client) return false;
  return !is_loopback(peer) && !is_within(trusted, peer);
}

void HttpServer::State::say_who(Connection& connection, Request& request) const {
  const Forwarded forwarded = forwarded_by(connection.peer, request, trusted);
  request.client = forwarded.client;
  request.is_secure = connection.tls.has_value() || forwarded.is_secure;
}

asio::awaitable<void> HttpServer::State::accept_all() {
  asio::steady_timer pause(io);
  while (!closing) {
    auto [error, socket] = co_await acceptor.async_accept(as_tuple);
    if (closing) co_return;
    if (error) {
      // Out of file descriptors, most likely: the clients wait, and so do we.
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(as_tuple);
      continue;
    }
    beast::error_code gone;
    const tcp::endpoint end = socket.remote_endpoint(gone);
    if (gone) continue;
    std::string peer = normal_address(end.address().to_string()).value_or(end.address().to_string());
    if (connections.size() >= connection_limit || has_too_many(peer)) continue;
    asio::co_spawn(io, converse(std::move(socket), std::move(peer)), asio::detached);
  }
}

asio::awaitable<void> HttpServer::State::converse(tcp::socket socket, std::string peer) {
  Connection connection(std::move(socket), std::move(peer));
  struct Registration {
    State& state;
    Connection& connection;
    Registration(State& state_given, Connection& connection_given) : state(state_given), connection(connection_given) {
      state.connections.insert(&connection);
      ++state.peers[connection.peer];
    }
    ~Registration() {
      state.connections.erase(&connection);
      if (--state.peers[connection.peer] == 0) state.peers.erase(connection.peer);
      if (state.closing && state.connections.empty()) state.grace_timer.cancel();
    }
  } registration(*this, connection);

  beast::error_code ignored;
  connection.stream.socket().set_option(tcp::no_delay(true), ignored);
  if (tls) {
    const bool greeted = co_await greet(connection);
    if (!greeted) co_return;
  }
  co_await exchange_all(connection);
  connection.stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

// TLS begins; false if the client did not get on with it.
asio::awaitable<bool> HttpServer::State::greet(Connection& connection) {
  connection.certificates = tls->current();
  connection.tls.emplace(connection.stream, *connection.certificates);
  connection.stream.expires_after(handshake_patience);
  auto [error] = co_await connection.tls->async_handshake(asio::ssl::stream_base::server, as_tuple);
  co_return !error;
}

asio::awaitable<void> HttpServer::State::exchange_all(Connection& connection) {
  beast::flat_buffer buffer;
  bool more = true;
  while (more && !closing) {
    more = co_await exchange(connection, buffer);
  }
}

// One request and its answer; true if another may follow.
asio::awaitable<bool> HttpServer::State::exchange(Connection& connection, beast::flat_buffer& buffer) {
  Parser parser;
  parser.header_limit(header_limit);
  parser.body_limit(options.body_limit);
  connection.busy = false;
  connection.stream.expires_after(std::chrono::seconds(options.idle_seconds));
  const beast::error_code error = co_await feed(connection, buffer, parser);
  connection.busy = true;
  if (error) {
    const std::optional<Response> response = refusal(error, options.body_limit);
    if (response) co_await refuse(connection, *response);
    co_return false;
  }

  Result<Request> request = request_of(parser.get());
  if (!request) {
    const Response response = refusal(request.error());
    co_await refuse(connection, response);
    co_return false;
  }
  say_who(connection, *request);
  if (options.admit && !is_small(parser)) {
    connection.stream.expires_never();
    const Admission admission = co_await admit(*request);
    if (admission.refusal) {
      co_await refuse(connection, *admission.refusal);
      co_return false;
    }
    if (parser.content_length() && *parser.content_length() > admission.body_limit) {
      const std::optional<Response> response = refusal(http::error::body_limit, admission.body_limit);
      co_await refuse(connection, *response);
      co_return false;
    }
    parser.body_limit(admission.body_limit);
  }
  Spool spool(options.spool_directory);
  const std::optional<Response> body_refused = co_await read_body(connection, buffer, parser, spool);
  if (body_refused) {
    if (body_refused->status != 0) co_await refuse(connection, *body_refused);
    co_return false;
  }
  spool.move_into(*request);

  connection.stream.expires_never();
  const Response response = co_await handle(*request);
  const After after = parser.get().keep_alive() && !closing ? After::keep_alive : After::close;
  const Method method = parser.get().method() == http::verb::head ? Method::head : Method::other;
  const bool written = co_await write(connection, response, request->id, method, after);
  co_return written&& after == After::keep_alive;
}

// What to refuse the request with, nothing if the body is in; status 0: the client is gone.
asio::awaitable<std::optional<Response>> HttpServer::State::read_body(Connection& connection,
                                                                      beast::flat_buffer& buffer, Parser& parser,
                                                                      Spool& spool) {
  Response gone;
  gone.status = 0;
  if (!parser.is_done() && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const beast::error_code error = co_await connection.write(go_on);
    if (error) co_return gone;
  }
  std::vector<char> piece(piece_size);
  parser.eager(true);
  while (!parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    connection.stream.expires_after(patience(piece.size()));
    const beast::error_code error = co_await feed(connection, buffer, parser);
    if (error && error != http::error::need_buffer) {
      std::optional<Response> response = refusal(error, options.body_limit);
      if (!response) response = gone;
      co_return response;
    }
    const Result<Done> added = spool.add({piece.data(), piece.size() - parser.get().body().size});
    if (!added) co_return refusal(added.error());
  }
  co_return std::nullopt;
}

asio::awaitable<Response> HttpServer::State::handle(const Request& request) {
  // The coroutine that is spawned runs, and ends, on a handler's thread; this one goes on where it was.
  auto work = [this, &request]() -> asio::awaitable<Response> { co_return answer(request); };
  Response response = co_await asio::co_spawn(handlers, std::move(work), asio::use_awaitable);
  co_return response;
}

asio::awaitable<Admission> HttpServer::State::admit(const Request& request) {
  auto work = [this, &request]() -> asio::awaitable<Admission> { co_return options.admit(request); };
  Admission admission = co_await asio::co_spawn(handlers, std::move(work), asio::use_awaitable);
  co_return admission;
}

// Answers and closes. What the client is still sending is read for a moment, else it would never see the answer.
asio::awaitable<void> HttpServer::State::refuse(Connection& connection, const Response& response) {
  const std::string id = random_id();
  const bool written = co_await write(connection, response, id, Method::other, After::close);
  if (!written) co_return;
  beast::error_code ignored;
  connection.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  connection.stream.expires_after(std::chrono::seconds(2));
  std::vector<char> piece(piece_size);
  for (int pieces = 0; pieces < 256; ++pieces) {
    auto [error, bytes] =
        co_await connection.stream.async_read_some(asio::mutable_buffer(piece.data(), piece.size()), as_tuple);
    if (error) co_return;
  }
}

asio::awaitable<bool> HttpServer::State::write(Connection& connection, const Response& response, std::string_view id,
                                               Method method, After after) {
  const std::string_view body = body_of(response);
  http::response<http::empty_body> message;
  message.version(11);
  message.result(static_cast<unsigned>(response.status));
  const bool may_have_body = response.status != 204 && response.status != 304;
  if (may_have_body) message.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  message.set("X-Request-Id", beast::string_view(id.data(), id.size()));
  message.set("X-Content-Type-Options", "nosniff");
  message.keep_alive(after == After::keep_alive);
  if (may_have_body) message.content_length(body.size());

  connection.stream.expires_after(patience(body.size()));
  std::string bytes;
  http::response_serializer<http::empty_body> serializer(message);
  beast::error_code error;
  serializer.next(error, [&](beast::error_code&, const auto& head) { bytes = beast::buffers_to_string(head); });
  const std::string_view sent = may_have_body && method == Method::other ? body : std::string_view();
  // In one packet while small; a large body is not copied.
  const bool goes_along = sent.size() <= piece_size;
  if (goes_along) bytes += sent;
  if (!error) error = co_await connection.write(bytes);
  if (!error && !goes_along) error = co_await connection.write(sent);
  co_return !error;
}

HttpServer::HttpServer(HttpOptions options, Handler handler)
    : state_(std::make_unique<State>(std::move(options), std::move(handler))) {}

HttpServer::~HttpServer() {
  stop();
}

Result<Done> HttpServer::start() {
  TRY_DONE(state_->listen());
  // From the start, so that nobody who was told that it is up ends it the hard way.
  beast::error_code ignored;
  state_->signals.add(SIGINT, ignored);
  state_->signals.add(SIGTERM, ignored);
  state_->signals.async_wait([state = state_.get()](const beast::error_code& error, int) {
    if (!error) state->close_door();
  });
  asio::co_spawn(state_->io, state_->accept_all(), asio::detached);
  state_->loop = std::thread([state = state_.get()] { state->run_loop(); });
  return Done{};
}

uint16_t HttpServer::port() const {
  return state_->port;
}

void HttpServer::stop() {
  asio::post(state_->io, [state = state_.get()] { state->close_door(); });
  static std::mutex joining;
  std::lock_guard lock(joining);
  if (state_->loop.joinable()) state_->loop.join();
  state_->handlers.join();
}

void HttpServer::wait() {
  std::unique_lock lock(state_->mutex);
  state_->stopping.wait(lock, [this] { return state_->stop_asked; });
}

}  // namespace sociometer::net
