// The owner's side: listens in the data directory and runs the commands that are handed over.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "net/net.h"
#include "surfaces/cli/command.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// What whoever comes is told about this process.
class OwnerCard {
 public:
  explicit OwnerCard(std::string command) : command_(std::move(command)) {}
  void serving_at(const std::string& address);
  std::string hello() const;
  std::string address() const;  // empty: it does not serve

 private:
  const std::string command_;
  mutable std::mutex mutex_;
  std::string address_;
};

// Runs one conversation to its end.
void converse_as_owner(net::Channel& channel, House& house, const OwnerCard& card,
                       const std::shared_ptr<const Clock>& wall_clock, const std::string& directory);

}  // namespace sociometer::surfaces
