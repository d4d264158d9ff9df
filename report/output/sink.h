// The last step of every command: a finished document goes to a stream or a file.
#pragma once

#include <string>

namespace mallocop::report {

// Writes all of `text` to the descriptor. A reader that went away (a closed pipe) is no error: it has seen enough.
// Throws Error (kError) otherwise; `name` is what the descriptor is called in the message.
void write_stream(int descriptor, const std::string& text, const std::string& name);

// "-" is standard output; an existing file is replaced. Throws Error (kError) with the file's name.
void write_document(const std::string& file, const std::string& text);

// Columns of the terminal behind the descriptor, in sensible bounds; 100 where there is none.
size_t stream_width(int descriptor);

// True if colours are wanted there: a terminal, TERM not "dumb", NO_COLOR not set.
bool stream_has_color(int descriptor);

// True if the user's locale says that texts are UTF-8.
bool locale_is_utf8();

}  // namespace mallocop::report
