#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <list>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "net/net.h"

namespace sociometer::net {
namespace {

constexpr size_t frame_limit = size_t{16} << 20;

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }
  bool ok() const { return number_ >= 0; }

 private:
  int number_;
};

// A socket address holds 107 bytes of path. Through /proc the folder has a short name, whatever its real one.
struct Address {
  Descriptor folder;
  sockaddr_un socket{};
};

Result<Address> socket_address(const std::string& path) {
  const std::filesystem::path whole(path);
  const std::string folder = whole.parent_path().empty() ? "." : whole.parent_path().string();
  Address address;
  address.folder = Descriptor(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!address.folder.ok()) return unavailable(fmt::format("cannot open the folder {}: {}", folder, strerror(errno)));
  const std::string name = fmt::format("/proc/self/fd/{}/{}", address.folder.number(), whole.filename().string());
  address.socket.sun_family = AF_UNIX;
  if (name.size() >= sizeof(address.socket.sun_path)) return invalid(fmt::format("the name {} is too long", path));
  std::memcpy(address.socket.sun_path, name.c_str(), name.size() + 1);
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

bool is_trusted(int socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == geteuid() || peer.uid == 0;
}

class SocketChannel final : public Channel {
 public:
  explicit SocketChannel(Descriptor socket) : socket_(std::move(socket)) {}

  Result<Done> send(char kind, std::string_view payload) override {
    if (payload.size() > frame_limit) return invalid("a frame is too long to send");
    std::array<char, 5> head{kind};
    const auto size = static_cast<uint32_t>(payload.size());
    for (size_t i = 0; i < 4; ++i) head[i + 1] = static_cast<char>(size >> (8 * i));
    std::lock_guard lock(sending_);
    TRY_DONE(send_all({head.data(), head.size()}));
    return send_all(payload);
  }

  Result<std::optional<Frame>> receive() override {
    std::array<char, 5> head{};
    TRY(size_t got, receive_up_to(head.data(), head.size()));
    if (got == 0) return std::optional<Frame>();
    if (got < head.size()) return unavailable("the other end broke off within a frame");
    size_t size = 0;
    for (size_t i = 0; i < 4; ++i) size |= static_cast<size_t>(static_cast<unsigned char>(head[i + 1])) << (8 * i);
    if (size > frame_limit) return invalid("the other end does not speak this program's language: a frame is too long");
    Frame frame{head[0], std::string(size, '\0')};
    TRY(size_t rest, receive_up_to(frame.payload.data(), size));
    if (rest < size) return unavailable("the other end broke off within a frame");
    return std::optional<Frame>(std::move(frame));
  }

  void close() override { shutdown(socket_.number(), SHUT_RDWR); }

 private:
  Result<Done> send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) return unavailable("the other end is gone");
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return Done{};
  }

  // Fewer only where the other end has closed.
  Result<size_t> receive_up_to(char* buffer, size_t size) {
    size_t got = 0;
    while (got < size) {
      const ssize_t received = recv(socket_.number(), buffer + got, size - got, 0);
      if (received < 0 && errno == EINTR) continue;
      if (received < 0 && errno == ECONNRESET) break;
      if (received < 0) return unavailable(fmt::format("the other end cannot be read: {}", strerror(errno)));
      if (received == 0) break;
      got += static_cast<size_t>(received);
    }
    return got;
  }

  Descriptor socket_;
  std::mutex sending_;
};

}  // namespace

struct LocalServer::State {
  std::string path;
  std::function<void(Channel&)> converse;
  Descriptor socket;
  Descriptor wake;
  std::thread door;

  struct Conversation {
    std::thread thread;
    std::atomic<bool> ended = false;
  };
  std::list<Conversation> conversations;  // of the door's thread alone

  Result<Done> listen();
  void keep_door();
  bool accept_one();
  void sweep();
};

Result<Done> LocalServer::State::listen() {
  TRY(Address address, socket_address(path));
  struct stat there {};
  if (lstat(path.c_str(), &there) == 0) {
    if (!S_ISSOCK(there.st_mode)) return conflict(fmt::format("{} is there and is not a socket; move it away", path));
    unlink(path.c_str());
  }
  socket = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  wake = Descriptor(eventfd(0, EFD_CLOEXEC));
  if (!socket.ok() || !wake.ok()) return unavailable(fmt::format("no socket to be had: {}", strerror(errno)));
  // Nobody can connect before listen(), so nobody slips in before the mode is right.
  if (bind(socket.number(), generic(address.socket), sizeof(address.socket)) != 0 ||
      chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(socket.number(), 128) != 0) {
    return unavailable(fmt::format("cannot listen on {}: {}", path, strerror(errno)));
  }
  return Done{};
}

bool LocalServer::State::accept_one() {
  Descriptor client(accept4(socket.number(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!client.ok()) {
    // Out of file descriptors: poll would come back at once, again and again.
    if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return false;
  }
  if (!is_trusted(client.number())) {
    spdlog::warn("somebody else's process was turned away from {}", path);
    return true;
  }
  Conversation& conversation = conversations.emplace_back();
  conversation.thread = std::thread([this, &conversation, held = std::move(client)]() mutable {
    SocketChannel channel(std::move(held));
    try {
      converse(channel);
    } catch (const std::exception& failure) {
      spdlog::error("a conversation on {} ended: {}", path, failure.what());
    }
    channel.close();
    conversation.ended = true;
  });
  return true;
}

// Joins the conversations that are over.
void LocalServer::State::sweep() {
  conversations.remove_if([](Conversation& conversation) {
    if (!conversation.ended) return false;
    conversation.thread.join();
    return true;
  });
}

void LocalServer::State::keep_door() {
  std::array<pollfd, 2> watched{pollfd{socket.number(), POLLIN, 0}, pollfd{wake.number(), POLLIN, 0}};
  while (true) {
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) break;
    if ((watched[1].revents & POLLIN) != 0) break;
    if ((watched[0].revents & POLLIN) != 0) accept_one();
    sweep();
  }
  // First the name goes, then those who already came in by it are heard.
  unlink(path.c_str());
  while (accept_one()) {
  }
  for (Conversation& conversation : conversations) conversation.thread.join();
  conversations.clear();
}

LocalServer::LocalServer(std::string path, std::function<void(Channel&)> converse) : state_(std::make_unique<State>()) {
  state_->path = std::move(path);
  state_->converse = std::move(converse);
}

LocalServer::~LocalServer() {
  stop();
}

Result<Done> LocalServer::start() {
  TRY_DONE(state_->listen());
  state_->door = std::thread([state = state_.get()] { state->keep_door(); });
  return Done{};
}

void LocalServer::stop() {
  if (!state_->door.joinable()) return;
  eventfd_write(state_->wake.number(), 1);
  state_->door.join();
}

Result<std::unique_ptr<Channel>> connect_local(const std::string& path) {
  TRY(Address address, socket_address(path));
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.ok()) return unavailable(fmt::format("no socket to be had: {}", strerror(errno)));
  while (connect(socket.number(), generic(address.socket), sizeof(address.socket)) != 0) {
    if (errno != EINTR) return unavailable(fmt::format("nobody listens on {}: {}", path, strerror(errno)));
  }
  if (!is_trusted(socket.number())) return unavailable(fmt::format("somebody else listens on {}", path));
  return std::unique_ptr<Channel>(std::make_unique<SocketChannel>(std::move(socket)));
}

}  // namespace sociometer::net
