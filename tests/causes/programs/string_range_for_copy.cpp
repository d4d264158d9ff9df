// cause: string copied
// "for (auto [key, value] : map)" copies both.
#include <map>
#include <string>

#include "keep.h"

int main() {
  const std::map<std::string, std::string> headers = {
      {"a header with a long name", "and a long value, too"},
      {"another header with a long name", "and yet another value"},
  };
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    for (const auto& [name, value] : headers) {
#else
    for (auto [name, value] : headers) {  // HERE
#endif
      keep(name);
      keep(value);
    }
  }
}
