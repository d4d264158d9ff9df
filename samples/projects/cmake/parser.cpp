#include "parser.h"

const std::vector<std::string_view>& Parser::parse(std::string_view line) {
  fields_.clear();
  while (true) {
    const auto end = line.find(';');
    fields_.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return fields_;
    line.remove_prefix(end + 1);
  }
}
