// A private folder for what a command needs while it runs.
#pragma once

#include <string>

namespace mallocop::report {

// Below the system's temporary folder (TMPDIR), gone with the object and all that is in it.
class TemporaryFolder {
 public:
  // `purpose` is in the name: "self-test". Throws Error (kError) if it cannot be made.
  explicit TemporaryFolder(const std::string& purpose);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace mallocop::report
