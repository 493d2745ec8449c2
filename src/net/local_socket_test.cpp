#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/scratch_folder.h"
#include "net/net.h"

namespace sociometer::net {
namespace {

class LocalSocketTest : public testing::Test {
 protected:
  LocalSocketTest() : folder_(*make_scratch_folder("local")) {}
  ~LocalSocketTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

// Sends every frame back, one kind higher.
void mirror(Channel& channel) {
  while (true) {
    Result<std::optional<Frame>> frame = channel.receive();
    if (!frame || !*frame) return;
    if (!channel.send(static_cast<char>((*frame)->kind + 1), (*frame)->payload)) return;
  }
}

void expect_mirrored(const std::string& path, const std::string& payload) {
  Result<std::unique_ptr<Channel>> channel = connect_local(path);
  ASSERT_TRUE(channel) << channel.error().message;
  ASSERT_TRUE((*channel)->send('a', payload));
  Result<std::optional<Frame>> frame = (*channel)->receive();
  ASSERT_TRUE(frame) << frame.error().message;
  ASSERT_TRUE(*frame);
  EXPECT_EQ((*frame)->kind, 'b');
  EXPECT_TRUE((*frame)->payload == payload);
}

TEST_F(LocalSocketTest, CarriesFramesUnderLongPaths) {
  std::filesystem::path deep = folder_;
  for (int i = 0; i < 8; ++i) deep /= std::string(40, 'd');
  std::filesystem::create_directories(deep);
  const std::string path = (deep / "owner.sock").string();
  LocalServer server(path, mirror);
  Result<Done> started = server.start();
  ASSERT_TRUE(started) << started.error().message;

  struct stat there {};
  ASSERT_EQ(lstat(path.c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 0777, 0600U);

  expect_mirrored(path, "");
  expect_mirrored(path, std::string(3'000'000, 'x'));
  server.stop();
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(connect_local(path).error().kind, ErrorKind::unavailable);
}

TEST_F(LocalSocketTest, ReplacesWhatTheDeadLeftButNothingElse) {
  const std::string path = (folder_ / "owner.sock").string();
  const pid_t child = fork();
  if (child == 0) {
    LocalServer server(path, mirror);
    _exit(server.start() ? 0 : 1);  // leaves its socket behind
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  ASSERT_TRUE(std::filesystem::exists(path));
  LocalServer server(path, mirror);
  ASSERT_TRUE(server.start());
  expect_mirrored(path, "again");

  const std::string file = (folder_ / "precious").string();
  std::ofstream(file) << "text";
  EXPECT_EQ(LocalServer(file, mirror).start().error().kind, ErrorKind::conflict);
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(LocalSocketTest, StoppingHearsOutWhoeverCame) {
  const std::string path = (folder_ / "owner.sock").string();
  std::atomic<int> served = 0;
  LocalServer server(path, [&](Channel& channel) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    Result<std::optional<Frame>> frame = channel.receive();
    if (frame && *frame && channel.send('z', "done")) ++served;
  });
  ASSERT_TRUE(server.start());
  std::vector<std::unique_ptr<Channel>> clients;
  for (int i = 0; i < 10; ++i) {
    Result<std::unique_ptr<Channel>> client = connect_local(path);
    ASSERT_TRUE(client);
    ASSERT_TRUE((*client)->send('a', "work"));
    clients.push_back(std::move(*client));
  }
  server.stop();
  EXPECT_EQ(served, 10);
  for (auto& client : clients) EXPECT_EQ((**client->receive()).payload, "done");
}

TEST_F(LocalSocketTest, GarbageAndSilenceHarmNobody) {
  const std::string path = (folder_ / "owner.sock").string();
  std::atomic<int> refused = 0;
  LocalServer server(path, [&](Channel& channel) {
    Result<std::optional<Frame>> frame = channel.receive();
    if (!frame) ++refused;
    if (!frame || !*frame) return;
    // A client that sends a kind and four bytes of 'x' where a length belongs.
    channel.close();
  });
  ASSERT_TRUE(server.start());
  const std::string command = fmt::format(
      "python3 -c \"import socket;s=socket.socket(socket.AF_UNIX);s.connect('{}');s.send(b'xxxxx');s.recv(1)\"",
      path);
  ASSERT_EQ(std::system(command.c_str()), 0);
  { ASSERT_TRUE(connect_local(path)); }
  server.stop();
  EXPECT_EQ(refused, 1);
}

TEST_F(LocalSocketTest, ClosingEndsAReceiveThatWaits) {
  const std::string path = (folder_ / "owner.sock").string();
  LocalServer server(path, [](Channel& channel) {
    std::thread closer([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      channel.close();
    });
    Result<std::optional<Frame>> frame = channel.receive();
    EXPECT_TRUE(frame && !*frame);
    closer.join();
  });
  ASSERT_TRUE(server.start());
  Result<std::unique_ptr<Channel>> client = connect_local(path);
  ASSERT_TRUE(client);
  Result<std::optional<Frame>> frame = (*client)->receive();
  EXPECT_TRUE(frame && !*frame);
}

}  // namespace
}  // namespace sociometer::net
