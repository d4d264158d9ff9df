// Debug files of modules that have none here, from the servers that the user has named (DEBUGINFOD_URLS), through
// elfutils' own client with its cache. Nobody is asked unless that variable is set.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "report/support/progress.h"

namespace mallocop::report {

// While there is one, DEBUGINFOD_URLS is not in the environment, so that no library asks of its own accord: no other
// thread may read or write the environment meanwhile.
class DebugServers {
 public:
  explicit DebugServers(Progress progress);
  ~DebugServers();
  DebugServers(const DebugServers&) = delete;
  DebugServers& operator=(const DebugServers&) = delete;

  // Path of the debug file of the module with that build id, in the client's cache; "" if no server has one. A server
  // that cannot be reached is asked once.
  std::string find(std::span<const uint8_t> build_id);
  // Why servers that were named are of no use; "" if they are, or if none are named.
  const std::string& problem() const { return problem_; }

 private:
  struct Client;  // of elfutils, loaded when it is needed

  Progress progress_;
  std::optional<std::string> servers_;  // what DEBUGINFOD_URLS was; none: it was not set
  bool ask_ = false;                    // there are servers, and nothing is known to be wrong with them
  std::string problem_;
  std::unique_ptr<Client> client_;
};

}  // namespace mallocop::report
