// Whether a report is harmless to whoever shows it, whatever names were in the trace. No test library is needed: the
// fuzz targets ask too.
#pragma once

#include <string>
#include <string_view>

namespace mallocop::test {

// Each says what is wrong first, or "" if nothing is.

// UTF-8 without control bytes but newlines and, with `colored`, the sequences for colours that mallocop writes.
std::string harm_in_text(std::string_view text, bool colored = false);

// The same without colours; no HTML; every row of a table has the cells of its heading; headings are the page's own.
std::string harm_in_markdown(std::string_view text);

// Printable ASCII that is JSON.
std::string harm_in_json(std::string_view text);

}  // namespace mallocop::test
