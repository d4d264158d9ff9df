// The client is loaded only if there is a server to ask: it brings two dozen libraries with it.
#include "report/symbols/debug_servers.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace mallocop::report {
namespace {

constexpr const char* kServers = "DEBUGINFOD_URLS";
constexpr const char* kTimeout = "DEBUGINFOD_TIMEOUT";
constexpr const char* kOurTimeout = "10";  // seconds without progress; elfutils' own default is 90
constexpr const char* kLibrary = "libdebuginfod.so.1";

// A variable of the environment that has another value for a while.
class Setting {
 public:
  Setting(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Setting() { ::unsetenv(name_); }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
};

}  // namespace

// Elfutils' client (debuginfod.h), by the names of its functions.
struct DebugServers::Client {
  Client() {
    void* const library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    const auto resolve = [library](auto& function, const char* name) {
      void* const address = ::dlsym(library, name);
      std::memcpy(&function, &address, sizeof address);
      return address != nullptr;
    };
    void* (*begin)() = nullptr;
    void (*set_progressfn)(void*, int (*)(void*, long, long)) = nullptr;
    const bool whole =
        resolve(begin, "debuginfod_begin") && resolve(end, "debuginfod_end") &&
        resolve(set_progressfn, "debuginfod_set_progressfn") && resolve(set_user_data, "debuginfod_set_user_data") &&
        resolve(get_user_data, "debuginfod_get_user_data") && resolve(find_debuginfo, "debuginfod_find_debuginfo");
    if (whole) handle = begin();
    if (handle != nullptr) set_progressfn(handle, tell);
  }
  // The library stays: those behind it have threads and exit handlers of their own.
  ~Client() {
    if (handle != nullptr) end(handle);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The user data of a handle is the Progress; how to get at it is known once the library is loaded.
  static int tell(void* handle, long done, long total) {
    const auto* const progress = static_cast<const Progress*>(get_user_data(handle));
    const auto count = [](long bytes) { return static_cast<uint64_t>(bytes < 0 ? 0 : bytes); };
    if (progress != nullptr && *progress) (*progress)("fetching debug files, bytes", count(done), count(total));
    return 0;  // go on
  }

  void* handle = nullptr;
  void (*end)(void*) = nullptr;
  void (*set_user_data)(void*, void*) = nullptr;
  int (*find_debuginfo)(void*, const unsigned char*, int, char**) = nullptr;
  static inline void* (*get_user_data)(void*) = nullptr;
};

DebugServers::DebugServers(Progress progress) : progress_(std::move(progress)) {
  if (const char* servers = std::getenv(kServers); servers != nullptr) servers_ = servers;
  ask_ = servers_ && servers_->find_first_not_of(' ') != std::string::npos;
  ::unsetenv(kServers);
}

DebugServers::~DebugServers() {
  if (servers_) ::setenv(kServers, servers_->c_str(), 1);
}

std::string DebugServers::find(std::span<const uint8_t> build_id) {
  if (!ask_ || build_id.empty()) return "";
  const Setting servers(kServers, servers_->c_str());
  std::optional<Setting> timeout;
  if (std::getenv(kTimeout) == nullptr) timeout.emplace(kTimeout, kOurTimeout);
  if (!client_) client_ = std::make_unique<Client>();
  if (client_->handle == nullptr) {
    problem_ = fmt::format("DEBUGINFOD_URLS is set, but {} cannot be loaded: no server was asked", kLibrary);
    ask_ = false;
    return "";
  }
  client_->set_user_data(client_->handle, &progress_);
  char* path = nullptr;
  const int file = client_->find_debuginfo(client_->handle, build_id.data(), static_cast<int>(build_id.size()), &path);
  if (file >= 0) {
    ::close(file);
    std::string found = path == nullptr ? "" : path;
    std::free(path);  // NOLINT(cppcoreguidelines-no-malloc): it is the library's malloc
    return found;
  }
  if (file != -ENOENT) {
    problem_ = fmt::format("the debug servers of DEBUGINFOD_URLS were of no use: {}", std::strerror(-file));
    ask_ = false;
  }
  return "";
}

}  // namespace mallocop::report
