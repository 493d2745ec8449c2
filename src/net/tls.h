// The certificates a server is asked for, as they are on the disk.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "net/net.h"

namespace sociometer::net {

class TlsContext {
 public:
  // invalid: a file is not there, is no certificate, or the key belongs to another.
  static Result<std::unique_ptr<TlsContext>> load(const TlsFiles& files);

  // Those to begin a connection with. Looks now and then whether the files have changed; new ones that do not fit are
  // logged and the old ones kept. Called by one thread.
  std::shared_ptr<boost::asio::ssl::context> current();

 private:
  explicit TlsContext(TlsFiles files) : files_(std::move(files)) {}
  std::string stamp() const;

  const TlsFiles files_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  std::string stamp_;
  int64_t looked_at_ = 0;
};

}  // namespace sociometer::net
