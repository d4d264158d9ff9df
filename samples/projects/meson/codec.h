// Run-length encoding: "aaab" is "3a1b".
#pragma once

#include <string>
#include <string_view>

void encode(std::string_view text, std::string& out);
