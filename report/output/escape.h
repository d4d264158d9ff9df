// Making foreign text harmless where it is written out. Names in a trace come from the measured program, its file
// names and its arguments: they may hold anything. Every output escapes at the sink, and nothing before it does.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mallocop::report {

// Control characters (C0, DEL, C1 as UTF-8), characters that reorder or break a line, and bytes that are not UTF-8
// become `\x1b` or `\u202e`; all else stays as it is. The result is valid UTF-8 on one line.
std::string escape_controls(std::string_view text);

// The same, and what Markdown (GitHub's, with tables and HTML) would take as markup is quoted.
std::string escape_markdown(std::string_view text);

// Each byte that `quotes` is true for becomes %XX, as in an address.
std::string percent_encoded(std::string_view text, bool (*quotes)(char byte));

// Columns that an escaped text takes on a terminal: its code points.
size_t display_width(std::string_view text);

// `text`, or as much of it as fits into `width` columns with "..." at its end, or in front. Never cuts inside a code
// point.
std::string cut_to_width(std::string_view text, size_t width);
std::string cut_front_to_width(std::string_view text, size_t width);

}  // namespace mallocop::report
