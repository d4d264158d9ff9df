// What the C and C++ runtimes allocate: exceptions, threads, first uses, files, streams.
#include "report/causes/cause_table.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kFirstUse =
    "use it once before the first operation, or leave the first calls out (--warmup 1): it is made where it is first "
    "used";
constexpr std::string_view kFirstUseOfThread =
    "use it once when the thread starts, or leave the first calls out (--warmup 1): each thread makes its own";

std::vector<Cause> first_use_rows() {
  return {
      {.name = "static first used",
       .role = FrameRole::kStatic,
       .behaviour = Behaviour::kFirstCall,
       .advice = kFirstUse},
      {.name = "thread-local storage first used",
       .role = FrameRole::kThreadLocal,
       .behaviour = Behaviour::kFirstCall,
       .advice = kFirstUseOfThread},
      {.name = "thread-local storage first used",
       .user_functions = {"TLS init function for *", "__tls_init*"},
       .advice = kFirstUseOfThread},
      {.name = "thread-local storage first used",
       .functions = {"__tls_get_addr", "tls_get_addr_tail", "allocate_dtv_entry", "allocate_and_init",
                     "__cxa_thread_atexit*"},
       .owns = true,
       .advice = kFirstUseOfThread},
  };
}

std::vector<Cause> control_rows() {
  return {
      {.name = "exception thrown",
       .functions = {"__cxa_allocate_exception", "__cxa_allocate_dependent_exception", "__cxa_get_globals",
                     "std::__throw_*", "std::runtime_error::*", "std::logic_error::*", "std::system_error::*",
                     "std::*_error::*", "std::invalid_argument::*", "std::out_of_range::*", "std::rethrow_exception",
                     "std::make_exception_ptr"},
       .owns = true,
       .advice = "return an error value (std::optional, an error code) instead of throwing on this path"},
      {.name = "thread started",
       .functions = {"std::thread::thread", "std::thread::_M_start_thread", "std::jthread::jthread", "std::async",
                     "pthread_create*", "__pthread_create*", "allocate_stack", "_dl_allocate_tls*",
                     "std::thread::spawn*", "std::thread::Builder::*", "std::thread::scoped::*",
                     "std::thread::functions::*", "std::thread::builder::*", "std::thread::lifecycle::*"},
       .owns = true,
       .advice = "keep the thread, or take one from a pool"},
      {.name = "promise or future",
       .functions = {"std::promise::*", "std::packaged_task::*", "std::__future_base::*"},
       .owns = true,
       .advice = "reuse the state between operations, or hand the result over by a queue: promise and future share a "
                 "block ({largest})"},
      {.name = "library loaded",
       .functions = {"dlopen*", "dlmopen*", "_dl_open", "dl_open_worker*", "_dl_map_object*"},
       .owns = true,
       .advice = "load the library before the measured part, and keep it"},
  };
}

std::vector<Cause> file_rows() {
  return {
      {.name = "stdio buffer",
       .functions = {"_IO_file_doallocate"},
       .saving = Saving::kKept,
       .advice =
           "give the stream a buffer of your own with setvbuf(), or keep it open: its first use allocates {largest}",
       .advice_first =
           "write to the stream before the first operation, or give it a buffer of your own with setvbuf()"},
      {.name = "stdio stream opened",
       .functions = {"fopen*", "fdopen*", "_IO_new_fopen", "_IO_fopen*", "__fopen_internal", "_IO_new_fdopen",
                     "tmpfile*", "popen", "fmemopen", "open_memstream", "__open_memstream", "_IO_mem_*"},
       .saving = Saving::kKept,
       .advice = "keep the stream open between operations, or use open() and read()",
       .advice_first = "open the stream before the first operation"},
      {.name = "directory opened",
       .functions = {"opendir", "__opendir*", "fdopendir", "__fdopendir", "__alloc_dir", "scandir*",
                     "std::filesystem::*directory_iterator::*"},
       .owns = true,
       .advice = "keep what was found between operations, or the stream: rewinddir() reads it anew"},
      {.name = "line read with getline",
       .functions = {"std::getline", "getline", "getdelim", "__getdelim", "_IO_getdelim"},
       .owns = true,
       .not_inside = {"_IO_file_doallocate"},
       .saving = Saving::kKept,
       .advice = "keep the line between operations: getline() uses its memory again (largest block {largest})",
       .advice_first = "make room for the longest line ({largest}) before the first operation"},
      {.name = "formatting buffer growth",
       .functions = {"fmt::format_to*", "fmt::vformat_to*", "fmt::v*::format_to*", "fmt::v*::vformat_to*",
                     "std::format_to*", "std::vformat_to*"},
       .owns = true,
       .saving = Saving::kGrowth,
       .advice = "reserve() the string or buffer that is written to (largest block {largest}), or keep it between "
                 "operations: clear() keeps the capacity",
       .advice_once = "keep the string or buffer that is written to between operations: clear() keeps the capacity "
                      "({largest})",
       .advice_first = "reserve() the string or buffer that is written to before the first operation ({largest})"},
      {.name = "formatting temporary",
       .functions = {"std::*stringstream::str", "std::*stringbuf::str", "std::to_string", "std::to_wstring",
                     "__gnu_cxx::__to_xstring", "std::format", "std::vformat", "std::__format::*", "fmt::*",
                     "asprintf*", "__asprintf*", "vasprintf*", "__vasprintf*"},
       .owns = true,
       .advice =
           "format into a buffer that is kept (std::to_chars, snprintf, fmt::format_to_n): the text is a string of "
           "its own here ({largest})"},
      {.name = "stream or locale",
       .functions = {"setlocale", "newlocale", "bindtextdomain", "__newlocale"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "call it once, at the start of the program: it reads the files of the locale",
       .advice_first = "call it once, at the start of the program: it reads the files of the locale"},
      {.name = "stream or locale",
       .functions = {"std::*fstream::*", "std::filebuf::*", "std::__basic_file::*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice =
           "keep the file open between operations, or use open() with read() or write(): a file stream allocates its "
           "buffer ({largest}) when it is opened",
       .advice_first = "open the file before the first operation"},
      {.name = "stream or locale",
       .functions = {"std::locale::*",    "std::ios_base::*",        "std::ios::*",        "std::filebuf::*",
                     "std::stringbuf::*", "std::*stringstream::*",   "std::*fstream::*",   "std::__basic_file::*",
                     "std::ostream::*",   "std::istream::*",         "std::operator<<",    "std::__ostream_insert",
                     "std::streambuf::*", "std::basic_*stream::*",   "std::basic_*buf::*", "std::use_facet",
                     "std::num_put::*",   "std::num_get::*",         "std::*punct::*",     "std::__convert_to_v",
                     "std::collate::*",   "std::wstring_convert::*", "std::ctype::*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "keep the stream between operations (str(\"\") empties it), or format with std::to_chars: a stream "
                 "allocates its buffer, and the first one of a program its locale",
       .advice_first = "use the stream once before the first operation"},
      {.name = "string duplicated",
       .functions = {"strdup", "__strdup", "strndup", "__strndup", "wcsdup"},
       .called_directly = true,
       .advice = "refer to the text where it is, or copy it into a buffer that is kept"},
  };
}

}  // namespace

void add_runtime_rows(std::vector<Cause>& rows) {
  for (const std::vector<Cause>& part : {first_use_rows(), control_rows(), file_rows()}) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
}

}  // namespace mallocop::report
