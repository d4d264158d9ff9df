// The parts of a demangled function name (C++ as libiberty writes it, Rust, or a plain C symbol), so that a name can be
// compared without those that nobody writes. Never fails: what cannot be told apart stays in the name.
#pragma once

#include <string>
#include <string_view>

namespace mallocop::report {

class FunctionName {
 public:
  // Which parts reading() leaves in.
  struct Keep {
    bool templates = false;   // template arguments and ABI tags ("[abi:cxx11]")
    bool parameters = false;  // every parameter list
    bool suffix = false;      // what follows the last one: " const", " &", " [clone .cold]", and ".cold" of a C symbol
  };

  explicit FunctionName(std::string_view name);

  // The name with the parts asked for, without its return type.
  std::string reading(Keep keep) const;

  bool has_templates() const;
  bool has_parameters() const;

 private:
  std::string name_;
  std::string kinds_;  // for each character of name_, which part it belongs to
  size_t begin_ = 0;   // past the return type
};

// `text` without blanks that mean nothing: "> >" becomes ">>", ", " becomes ",".
std::string squeeze_blanks(std::string_view text);

}  // namespace mallocop::report
