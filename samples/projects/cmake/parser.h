// Splits lines like "name=conductor;version=1.4.2" into their fields.
#pragma once

#include <string_view>
#include <vector>

class Parser {
 public:
  // The fields point into the line. They are there until the next call.
  const std::vector<std::string_view>& parse(std::string_view line);

 private:
  std::vector<std::string_view> fields_;
};
