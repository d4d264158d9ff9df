// cause: string past its small buffer
// also: vector growth
// held out
// The fields of a line, each a string of its own.
#include <cstring>
#include <string>
#include <vector>

#include "keep.h"

using Fields = std::vector<std::string>;

static void split(Fields& out, const char* line) {
  while (const char* comma = std::strchr(line, ',')) {
    out.emplace_back(line, comma);  // HERE
    line = comma + 1;
  }
}

int main() {
  Fields fields;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    fields.clear();
    split(fields, "the first field of this line,the second field of this line,the third field of this line,");
    keep(fields);
  }
}
