// The two looks of a Page.
#pragma once

#include <cstddef>
#include <string>

#include "report/output/page.h"

namespace mallocop::report {

struct TextLook {
  size_t width = 100;  // columns; lines are wrapped and tables narrowed to it where that is possible
  bool color = false;  // ANSI sequences
};

// Both end with a newline, and neither lets a text of the page break its structure.
std::string render_text(const Page& page, const TextLook& look);
std::string render_markdown(const Page& page);

}  // namespace mallocop::report
