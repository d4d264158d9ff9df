// Strings: how they come to allocate.
#include "report/causes/cause_table.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kString = "std::*string::*";

}  // namespace

void add_string_rows(std::vector<Cause>& rows) {
  const std::vector<Cause> strings = {
      {.name = "string concatenation",
       .functions = {"std::operator+", "std::__str_concat"},
       .owns = true,
       .texts = {"basic_string<"},
       .saving = Saving::kKept,
       .advice = "append() the parts to one string that is kept between operations and cleared: each + makes a string "
                 "or grows one"},
      {.name = "value copied into std::optional or std::variant",
       .functions = {"std::*string::basic_string", "std::*string::_M_assign", "std::*string::operator="},
       .family = kString,
       .texts = {"(std::basic_string<"},
       .outside = holders(),
       .advice =
           "return a pointer or a std::string_view, or std::move() the value in: the optional or variant holds a copy "
           "of a {type} ({largest})"},
      {.name = "string copied",
       .functions = {"std::*string::basic_string", "std::*string::_M_assign",
                     "std::*string::operator=", "std::*string::assign"},
       .family = kString,
       .texts = {"(std::basic_string<"},
       .advice = "pass and return the {type} by reference or as a std::string_view, or std::move() it: this is a copy "
                 "({largest})"},
      {.name = "string copied",
       .functions = {"std::*string::substr"},
       .family = kString,
       .advice = "use std::string_view(…).substr(), which refers to the text where it is: this is a copy ({largest})"},
      // Of iterators that can be read once only: how long it will be is not known before.
      {.name = "string growth",
       .functions = {"std::*string::basic_string", "std::*string::_M_construct", "std::*string::assign"},
       .family = kString,
       .texts = {"istreambuf_iterator", "istream_iterator"},
       .saving = Saving::kGrowth,
       .advice =
           "resize() a {type} that is kept to the size of the input and read() into it: iterators of a stream make it "
           "grow"},
      {.name = "string growth",
       .functions = {"std::*string::_M_append", "std::*string::append", "std::*string::push_back",
                     "std::*string::operator+=", "std::*string::resize", "std::*string::_M_replace_aux",
                     "std::*string::insert", "std::*string::replace", "std::*string::__grow_by*",
                     "std::*string::__append*"},
       .family = kString,
       .needs_debug_info = true,
       .saving = Saving::kGrowth,
       .advice =
           "reserve({characters}) the {type} before it is appended to, or keep it between operations: clear() keeps "
           "the capacity",
       .advice_once = "keep the {type} between operations: clear() keeps the capacity ({largest})",
       .advice_first = "reserve({characters}) the {type} before the first operation"},
      {.name = "string reserve",
       .functions = {"std::*string::shrink_to_fit"},
       .family = kString,
       .saving = Saving::kKept,
       .advice = "leave shrink_to_fit() out: it moves the text into a block that just holds it ({largest})"},
      {.name = "string reserve",
       .functions = {"std::*string::reserve", "std::*string::__shrink_or_extend"},
       .family = kString,
       .saving = Saving::kKept,
       .advice = "keep the {type} between operations: clear() keeps the capacity",
       .advice_first = "reserve the {type} before the first operation"},
      // So many of one character: there is no text that could be referred to.
      {.name = "string past its small buffer",
       .functions = {"std::*string::basic_string", "std::*string::_M_construct", "std::*string::assign"},
       .family = kString,
       .texts = {"basic_string(unsigned long, char", "_M_construct(unsigned long, char", "assign(unsigned long, char"},
       .needs_debug_info = true,
       .advice =
           "make the {type} once and keep it, or assign() to one that is kept: its text (block of {largest}) does "
           "not fit into the string itself"},
      {.name = "string past its small buffer",
       .functions = {"std::*string::_M_create", "std::*string::_M_mutate", "std::*string::_M_construct",
                     "std::*string::basic_string", "std::*string::_M_assign", "std::*string::assign",
                     "std::*string::operator=", "std::*string::_M_replace", "std::*string::__init*",
                     "std::*string::__assign*"},
       .family = kString,
       .needs_debug_info = true,
       .advice =
           "take a std::string_view, or make the {type} once and keep it: its text (block of {largest}) does not fit "
           "into the string itself"},
  };
  rows.insert(rows.end(), strings.begin(), strings.end());
}

}  // namespace mallocop::report
