// Larger parts of the C++ library, and libraries that many programs use: whatever allocates inside, they are the cause.
#include "report/causes/cause_table.h"

namespace mallocop::report {

void add_library_rows(std::vector<Cause>& rows) {
  const std::vector<Cause> libraries = {
      {.name = "regular expression matched",
       .functions = {"std::regex_match", "std::regex_search", "std::regex_replace", "std::regex_iterator::*",
                     "std::regex_token_iterator::*", "std::__detail::__regex_algo_search*",
                     "std::__detail::_Executor::*", "std::match_results::*", "regexec", "__regexec"},
       .owns = true,
       .advice = "keep the match results between operations, and use a matcher that does not allocate (a hand-written "
                 "one, or RE2): std::regex allocates in every match"},
      {.name = "regular expression compiled",
       .functions = {"std::basic_regex::*", "std::regex::*", "std::wregex::*", "std::__detail::_Compiler::*",
                     "std::__detail::__compile_nfa", "std::__detail::_NFA*", "regcomp", "__regcomp"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "compile the expression once and keep it (a static const std::regex, or a member)",
       .advice_first = "compile the expression before the first operation"},
      {.name = "filesystem path",
       .functions = {"std::filesystem::*"},
       .owns = true,
       .advice = "keep the path between operations, or put it together in a string that is kept: a "
                 "std::filesystem::path is a "
                 "string and a list of its parts"},
      {.name = "sort buffer",
       .functions = {"std::stable_partition"},
       .owns = true,
       .advice = "use std::partition(), which needs no buffer, if the order within the two parts does not matter"},
      {.name = "sort buffer",
       .functions = {"std::inplace_merge"},
       .owns = true,
       .advice =
           "std::merge() into a container that is kept: std::inplace_merge() takes a buffer ({largest}) each time"},
      {.name = "sort buffer",
       .functions = {"std::get_temporary_buffer", "std::_Temporary_buffer::*", "std::stable_sort", "qsort", "qsort_r",
                     "__qsort_r"},
       .owns = true,
       .advice = "use std::sort(), which needs no buffer, if the order of equal elements does not matter"},
      {.name = "JSON document",
       .functions = {"nlohmann::*basic_json::dump"},
       .owns = true,
       .advice =
           "write the document to a stream or a buffer that is kept (operator<<): dump() makes a string of its own "
           "({largest}), and a serializer"},
      {.name = "JSON document",
       .functions = {"nlohmann::*", "rapidjson::*", "Json::*", "boost::json::*"},
       .owns = true,
       .advice =
           "keep the document between operations, or read and write the text without one (a SAX parser, or a parser "
           "with an arena): each value of a tree is a block of its own"},
      {.name = "protobuf message",
       .functions = {"google::protobuf::*Serialize*AsString"},
       .owns = true,
       .advice =
           "SerializeToString() into a string that is kept, or SerializeToArray(): this makes a string of its own "
           "({largest})"},
      {.name = "protobuf library started",
       .functions = {"google::protobuf::DescriptorPool::*", "google::protobuf::EncodedDescriptorDatabase::*"},
       .owns = true},
      {.name = "protobuf message",
       .functions = {"google::protobuf::*"},
       .owns = true,
       .advice = "keep the message between operations (Clear() keeps its memory), or make it on an arena"},
  };
  rows.insert(rows.end(), libraries.begin(), libraries.end());
}

}  // namespace mallocop::report
