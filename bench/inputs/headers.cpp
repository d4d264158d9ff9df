// For `clang++ -fsyntax-only`: most of the standard library's headers, and a use of some that instantiates much. With
// -D HEADERS=1 only one of them.
#include <vector>
#if HEADERS > 1
#include <algorithm>
#include <any>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <ranges>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>

int main() {
  const std::regex pattern("a+b");
  std::map<std::string, std::vector<std::variant<int, std::string>>> values;
  values["one"].emplace_back(1);
  return std::regex_match("aab", pattern) && values.size() == 1 ? 0 : 1;
}
#else
int main() { return static_cast<int>(std::vector<int>(1).size()) - 1; }
#endif
