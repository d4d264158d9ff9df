// The last step of every command: a finished document goes to a stream or a file.
#pragma once

#include <string>

namespace mallocop::report {

// Writes all of `text` to the descriptor. A reader that went away (a closed pipe) is no error: it has seen enough.
// Throws Error (kError) otherwise; `name` is what the descriptor is called in the message.
void write_stream(int descriptor, const std::string& text, const std::string& name);

// So that a mistake costs no run: throws, as write_document() would, where no document can be. Nothing is written.
void require_document_place(const std::string& file);

// A document that is written in pieces: to a file, which is replaced unless it is a trace, or to standard output ("-").
class DocumentFile {
 public:
  // Throws Error (kError) with the file's name, as the others do.
  explicit DocumentFile(const std::string& file);
  ~DocumentFile();
  DocumentFile(const DocumentFile&) = delete;
  DocumentFile& operator=(const DocumentFile&) = delete;

  void write(const std::string& text);
  // To be called at the end: only then all is known to be written.
  void close();

 private:
  std::string name_;  // in messages
  int descriptor_;
  bool owned_;
};

// The same at once.
void write_document(const std::string& file, const std::string& text);

// Columns of the terminal behind the descriptor, in sensible bounds; 100 where there is none.
size_t stream_width(int descriptor);

// True if colours are wanted there: a terminal, TERM not "dumb", NO_COLOR not set.
bool stream_has_color(int descriptor);

// True if the user's locale says that texts are UTF-8.
bool locale_is_utf8();

}  // namespace mallocop::report
