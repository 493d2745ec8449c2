// TLS against real sockets, with certificates made for the test.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/scratch_folder.h"
#include "net/net.h"

namespace sociometer::net {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

template <auto free_it>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    free_it(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

struct Pem {
  std::string certificate, key;
};

template <typename Write>
std::string pem_of(Write write) {
  const std::unique_ptr<BIO, Freed<BIO_free_all>> memory(BIO_new(BIO_s_mem()));
  EXPECT_EQ(write(memory.get()), 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<size_t>(size)};
}

// A certificate of "localhost", signed by itself.
Pem make_certificate(const char* organisation) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto add = [&](const char* field, const char* value) {
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value), -1, -1, 0);
  };
  add("O", organisation);
  add("CN", "localhost");
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key.get());
  EXPECT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
  return {pem_of([&](BIO* to) { return PEM_write_bio_X509(to, certificate.get()); }), pem_of([&](BIO* to) {
            return PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

struct Seen {
  bool greeted = false;
  std::string organisation;  // of the server's certificate
  std::string answer;
};

Seen ask_over_tls(uint16_t port, std::string_view request, int newest = TLS1_3_VERSION) {
  Seen seen;
  const std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
  // Old versions are refused by the server, not for want of ciphers at this end.
  SSL_CTX_set_security_level(context.get(), newest < TLS1_2_VERSION ? 0 : 1);
  SSL_CTX_set_min_proto_version(context.get(), std::min(newest, TLS1_VERSION));
  SSL_CTX_set_max_proto_version(context.get(), newest);
  const std::unique_ptr<BIO, Freed<BIO_free_all>> wire(BIO_new_ssl_connect(context.get()));
  BIO_set_conn_hostname(wire.get(), fmt::format("127.0.0.1:{}", port).c_str());
  if (BIO_do_connect(wire.get()) != 1 || BIO_do_handshake(wire.get()) != 1) return seen;
  seen.greeted = true;
  SSL* ssl = nullptr;
  BIO_get_ssl(wire.get(), &ssl);
  const Certificate certificate(SSL_get1_peer_certificate(ssl));
  char organisation[100] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_organizationName, organisation, 100);
  seen.organisation = organisation;
  BIO_write(wire.get(), request.data(), static_cast<int>(request.size()));
  char piece[4096];
  for (int got = 0; (got = BIO_read(wire.get(), piece, sizeof(piece))) > 0;) {
    seen.answer.append(piece, static_cast<size_t>(got));
  }
  return seen;
}

constexpr std::string_view plain_get = "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

class TlsTest : public testing::Test {
 protected:
  TlsTest() : folder_(*make_scratch_folder("tls")) {
    put(make_certificate("first"));
  }
  ~TlsTest() override {
    server_.reset();
    fs::remove_all(folder_);
  }

  void put(const Pem& pem) {
    write("key.pem", pem.key);
    write("certificate.pem", pem.certificate);
  }
  // As programs that renew certificates do: beside it, then in its place.
  void write(const char* name, const std::string& text) {
    std::ofstream(folder_ / "fresh") << text;
    fs::rename(folder_ / "fresh", folder_ / name);
  }
  Result<Done> start() {
    HttpOptions options;
    options.tls = TlsFiles{folder_ / "certificate.pem", folder_ / "key.pem"};
    server_ = std::make_unique<HttpServer>(std::move(options), [](const Request& request) {
      Response response;
      response.body = fmt::format("secure={} bytes={}", request.is_secure, request.body.size());
      return response;
    });
    return server_->start();
  }
  Seen ask(std::string_view request = plain_get) { return ask_over_tls(server_->port(), request); }

  fs::path folder_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(TlsTest, AnswersOverTlsAndKnowsThatItDoes) {
  ASSERT_TRUE(start());
  const Seen seen = ask();
  EXPECT_EQ(seen.organisation, "first");
  EXPECT_THAT(seen.answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(seen.answer, HasSubstr("secure=true"));
  const std::string body(300'000, 'x');
  EXPECT_THAT(ask(fmt::format("POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
                              body.size(), body))
                  .answer,
              HasSubstr("bytes=300000"));
}

TEST_F(TlsTest, OldVersionsAndPlainTextAreNotSpoken) {
  ASSERT_TRUE(start());
  EXPECT_TRUE(ask_over_tls(server_->port(), plain_get, TLS1_2_VERSION).greeted);
  EXPECT_FALSE(ask_over_tls(server_->port(), plain_get, TLS1_1_VERSION).greeted);
  const std::unique_ptr<BIO, Freed<BIO_free_all>> wire(
      BIO_new_connect(fmt::format("127.0.0.1:{}", server_->port()).c_str()));
  ASSERT_EQ(BIO_do_connect(wire.get()), 1);
  BIO_write(wire.get(), plain_get.data(), static_cast<int>(plain_get.size()));
  std::string answer;
  char piece[1000];
  for (int got = 0; (got = BIO_read(wire.get(), piece, sizeof(piece))) > 0;)
    answer.append(piece, static_cast<size_t>(got));
  EXPECT_EQ(answer.find("HTTP"), std::string::npos);
  EXPECT_TRUE(ask().greeted) << "and the next client is served";
}

TEST_F(TlsTest, ARenewedCertificateIsTakenUpAndABrokenOneIsNot) {
  ASSERT_TRUE(start());
  EXPECT_EQ(ask().organisation, "first");
  const auto becomes = [&](const std::string& organisation) {
    for (int i = 0; i < 300; ++i) {
      if (ask().organisation == organisation) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  };
  put(make_certificate("second"));
  EXPECT_TRUE(becomes("second"));
  write("certificate.pem", "no certificate");
  EXPECT_EQ(ask().organisation, "second");
  put(make_certificate("third"));
  EXPECT_TRUE(becomes("third")) << "after a broken one too";
}

TEST_F(TlsTest, FilesThatDoNotFitAreRefusedAtTheStart) {
  const Pem other = make_certificate("other");
  write("key.pem", other.key);
  const Result<Done> started = start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr("another certificate"));
  write("certificate.pem", "");
  EXPECT_THAT(start().error().message, HasSubstr("no certificate"));
  fs::remove(folder_ / "certificate.pem");
  EXPECT_THAT(start().error().message, HasSubstr("certificate.pem"));
}

}  // namespace
}  // namespace sociometer::net
