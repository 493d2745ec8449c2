// Net: the only room that opens sockets and the only one with coroutines.
//
// Two doors lead in. `HttpServer` serves people and programs over TCP, with TLS where it has a certificate: handlers
// are plain blocking functions from Request to Response, run on a pool of threads. `LocalServer` is the Unix socket of
// a data directory, by which one command hands its work to the process that owns the data: a conversation of frames.
// What leads out – to hooks and by mail – is in sending.h.
//
//   HttpServer server({.address = "127.0.0.1", .port = 8321}, [](const Request& request) { return
//   routes.answer(request); }); TRY_DONE(server.start());   // listening now; server.port() if 0 was asked for
//   server.wait();              // until stop() or a signal
//
// Threads: handlers run concurrently; start, stop and wait may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/sending.h"

namespace sociometer::net {

struct Request {
  std::string method;                          // "GET"; handlers see HEAD as GET
  std::string path;                            // decoded, without the query: "/api/v1/posts"
  std::map<std::string, std::string> query;    // decoded; of a repeated name the last
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // small bodies
  // Bodies larger than a megabyte are spooled to a file, which is removed when the request has been answered.
  std::string body_file;   // its path, or empty
  std::string id;          // for logs and problem documents
  std::string client;      // whose request it is: the other end's address, or what a trusted proxy says of it
  bool is_secure = false;  // encrypted on its way, here or up to a trusted proxy
  const std::string& header(std::string_view lower_case_name) const;  // empty if absent
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // A body that lives elsewhere for as long as the program, such as a built-in asset; used when not empty.
  std::string_view static_body;
};

using Handler = std::function<Response(const Request&)>;

// What becomes of a request with a body longer than a megabyte, or of a length not said, before the body is read.
struct Admission {
  std::optional<Response> refusal;
  uint64_t body_limit = 0;  // what of it is read at most; more is refused with 413
};

// A certificate and its key, as PEM files. When either file changes, the next connection is served with the new ones.
struct TlsFiles {
  std::string certificate;  // with the chain behind it
  std::string key;
};

struct HttpOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: any free one
  size_t threads = 4;
  uint64_t body_limit = uint64_t{4} << 30;
  int idle_seconds = 30;
  std::string spool_directory;  // where large bodies wait; empty: the system's folder for temporary files
  // Asked on a handler's thread, with a request whose body is still empty. Without it every body is taken.
  std::function<Admission(const Request&)> admit;
  std::optional<TlsFiles> tls;  // without: plain HTTP
  // Ranges of addresses whose X-Forwarded-For and X-Forwarded-Proto are believed, "10.0.0.0/8".
  std::vector<std::string> trusted_proxies;
  size_t connections_per_client = 100;  // of one address at once, trusted proxies and this machine aside
};

// An error as application/problem+json. `type` names the kind for programs ("urn:sociometer:problem:not_found").
Response problem(int status, std::string_view type, std::string_view detail, std::string_view field = {});

class HttpServer {
 public:
  HttpServer(HttpOptions options, Handler handler);
  ~HttpServer();
  Result<Done> start();  // unavailable: the address is in use, with what to do
  uint16_t port() const;
  void stop();  // takes no more, lets requests in flight end, cuts slow clients off after five seconds
  void wait();  // returns when stop was called, or on SIGINT or SIGTERM

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "127.0.0.1:8321", "[::1]:8321", ":8321" or "8321".
Result<std::pair<std::string, uint16_t>> parse_listen(std::string_view text);

// --- Where to
//
// Whoever lets others choose where this program sends something lets them reach what only this machine can reach: a
// router, a database, the cloud's metadata. `outgoing` looks at an address before it is used, and says which IP
// addresses it means: the client must connect to one of these and no other, as a name may lead elsewhere a moment
// later, and must ask again before it follows a redirect. `post` in sending.h is such a client.

struct OutgoingRules {
  std::vector<std::string> allowed;  // ranges that may be reached although they are private
  std::function<Result<std::vector<std::string>>(const std::string& host)> resolve =
      {};  // empty: the system's resolver
};

// invalid: no http or https address, with a name or password in it, or leading to an address that is not public.
// unavailable: its name leads nowhere.
Result<Outgoing> outgoing(std::string_view url, const OutgoingRules& rules);
// The addresses of a name, or of an address itself, by the system's resolver.
Result<std::vector<std::string>> resolve(const std::string& host);

// --- The socket of a data directory
// -----------------------------------------------------------------------------------

// Both ends run as the same user, or as root; others are turned away.
//
// A frame: one byte of kind and its payload (at most 16 MiB).
struct Frame {
  char kind = 0;
  std::string payload;
};

// Two ends of a conversation. Blocking; one thread reads while another may write.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual Result<Done> send(char kind, std::string_view payload) = 0;  // unavailable: the other end is gone
  virtual Result<std::optional<Frame>> receive() = 0;                  // nothing: the other end has closed
  virtual void close() = 0;  // ends the conversation from any thread; a receive that waits returns nothing
};

class LocalServer {
 public:
  // Each conversation runs in a thread of its own. The path may be longer than a socket address allows. The socket is
  // readable by its owner only.
  LocalServer(std::string path, std::function<void(Channel&)> converse);
  ~LocalServer();        // stops
  Result<Done> start();  // a socket file left behind by a dead process is replaced: the caller owns the directory
  // Removes the socket so that nobody new comes, lets everybody who came have their conversation, and returns.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// unavailable: nobody listens there.
Result<std::unique_ptr<Channel>> connect_local(const std::string& path);

}  // namespace sociometer::net
