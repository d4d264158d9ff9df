// For `clang++ -fsyntax-only`: most of the standard library's headers, and a use of some that instantiates much. With
// -D FEW only three of them.
#ifndef FEW
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
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <ranges>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#endif
#include <map>
#include <regex>
#include <vector>

int main() {
  const std::regex pattern("a+b");
  std::map<std::string, std::vector<int>> values;
  values["one"].emplace_back(1);
  return std::regex_match("aab", pattern) && values.size() == 1 ? 0 : 1;
}
