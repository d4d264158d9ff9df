// cause: regular expression compiled
// also: regular expression matched
// An expression of the C library's, compiled for each line.
#include <regex.h>

#include "keep.h"

int main() {
  const char* line = "key = value";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    regex_t expression;
    regcomp(&expression, "^[a-z]+ *=", REG_EXTENDED);  // HERE
    int found = regexec(&expression, line, 0, nullptr, 0);
    keep(found);
    regfree(&expression);
  }
}
