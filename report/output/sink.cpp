// See sink.h.
#include "report/output/sink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "report/support/error.h"
#include "report/support/file_magic.h"
#include "trace/format.h"

namespace mallocop::report {
namespace {

constexpr size_t kUsualWidth = 100;
constexpr size_t kNarrowest = 60;
constexpr size_t kWidest = 160;

[[noreturn]] void cannot_write(const std::string& name) {
  throw Error(ExitStatus::kError, fmt::format("cannot write to {}: {}", name, std::strerror(errno)));
}

// What was measured cannot be had again, and a document is nothing to replace it with.
bool is_trace(const char* file) {
  const int descriptor = ::open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return false;
  const bool begins = begins_with(descriptor, trace::kTraceMagic);
  ::close(descriptor);
  return begins;
}

void refuse_trace(const std::string& file) {
  struct stat status = {};
  if (::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && is_trace(file.c_str())) {
    throw Error(ExitStatus::kUsage, fmt::format("'{}' is a trace, which is not written over; name another file", file));
  }
}

int open_document(const std::string& file) {
  if (file == "-") return STDOUT_FILENO;
  refuse_trace(file);
  return ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

}  // namespace

void write_stream(int descriptor, const std::string& text, const std::string& name) {
  ::signal(SIGPIPE, SIG_IGN);
  for (size_t done = 0; done < text.size();) {
    const ssize_t size = ::write(descriptor, text.data() + done, text.size() - done);
    if (size >= 0) {
      done += static_cast<size_t>(size);
    } else if (errno == EPIPE) {
      return;
    } else if (errno == EAGAIN) {  // the command may have left a shared terminal in that mode
      pollfd ready = {descriptor, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      cannot_write(name);
    }
  }
}

void require_document_place(const std::string& file) {
  if (file == "-") return;
  refuse_trace(file);
  const std::string folder = std::filesystem::absolute(file).parent_path();
  const bool exists = ::access(file.c_str(), F_OK) == 0;
  if (::access(exists ? file.c_str() : folder.c_str(), W_OK) != 0) cannot_write(fmt::format("'{}'", file));
}

DocumentFile::DocumentFile(const std::string& file)
    : name_(file == "-" ? "standard output" : fmt::format("'{}'", file)),
      descriptor_(open_document(file)),
      owned_(file != "-") {
  if (descriptor_ < 0) cannot_write(name_);
}

DocumentFile::~DocumentFile() {
  if (owned_) ::close(descriptor_);
}

void DocumentFile::write(const std::string& text) { write_stream(descriptor_, text, name_); }

void DocumentFile::close() {
  if (!owned_) return;
  owned_ = false;
  if (::close(descriptor_) != 0) cannot_write(name_);
}

void write_document(const std::string& file, const std::string& text) {
  DocumentFile document(file);
  document.write(text);
  document.close();
}

size_t stream_width(int descriptor) {
  winsize size = {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualWidth;
  return std::clamp<size_t>(size.ws_col, kNarrowest, kWidest);
}

bool stream_has_color(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_color && *no_color) return false;
  if (!terminal || std::string_view(terminal) == "dumb") return false;
  return ::isatty(descriptor) == 1;
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {  // the first that is there decides
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return ::strcasestr(value, "utf-8") != nullptr || ::strcasestr(value, "utf8") != nullptr;
  }
  return false;
}

}  // namespace mallocop::report
