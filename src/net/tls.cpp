#include "net/tls.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/asio/buffer.hpp>

#include "base/clock.h"
#include "base/log.h"

namespace sociometer::net {
namespace {

namespace ssl = boost::asio::ssl;

constexpr int64_t looked_every_micros = 2'000'000;

Result<std::shared_ptr<ssl::context>> read(const TlsFiles& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  boost::system::error_code error;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                           ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_compression,
                       error);
  if (!error) context->use_certificate_chain_file(files.certificate, error);
  if (error) {
    return invalid(fmt::format("{} is no certificate that can be used: {}", files.certificate, error.message()), "tls");
  }
  context->use_private_key_file(files.key, ssl::context::pem, error);
  if (error) {
    return invalid(fmt::format("{} is no key, or that of another certificate than {}: {}", files.key, files.certificate,
                               error.message()),
                   "tls");
  }
  return context;
}

std::string stamp_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return "gone";
  return fmt::format("{}.{} {} {}", status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size, status.st_ino);
}

}  // namespace

std::string TlsContext::stamp() const {
  return stamp_of(files_.certificate) + "\n" + stamp_of(files_.key);
}

Result<std::unique_ptr<TlsContext>> TlsContext::load(const TlsFiles& files) {
  std::unique_ptr<TlsContext> loaded(new TlsContext(files));
  loaded->stamp_ = loaded->stamp();
  TRY(loaded->context_, read(files));
  return loaded;
}

std::shared_ptr<ssl::context> TlsContext::current() {
  if (steady_micros() - looked_at_ < looked_every_micros) return context_;
  looked_at_ = steady_micros();
  const std::string seen = stamp();
  if (seen == stamp_) return context_;
  stamp_ = seen;
  Result<std::shared_ptr<ssl::context>> fresh = read(files_);
  if (fresh) {
    context_ = std::move(*fresh);
    spdlog::info("the certificate was read anew");
  } else {
    spdlog::error("the certificate changed, and the one before is kept: {}", fresh.error().message);
  }
  return context_;
}

}  // namespace sociometer::net
