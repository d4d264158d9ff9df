// What is called from an address, as the code there says: a function that leaves by a jump is not on the stack.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "report/code/module_code.h"
#include "report/model/frame.h"
#include "report/model/module.h"

namespace mallocop::report {

class CalledFunctions {
 public:
  // Those must live as long. Files are read when they are needed.
  explicit CalledFunctions(std::span<const Module> modules) : modules_(modules) {}

  // The mangled name of what the frame's code called, whatever it was inlined into; "" if it is not known.
  std::string_view called_from(const Frame& frame);

 private:
  const ModuleCode* code_of(const std::string& path);

  std::span<const Module> modules_;
  std::map<std::string, std::unique_ptr<ModuleCode>> codes_;  // by path; null: it cannot be read
};

}  // namespace mallocop::report
