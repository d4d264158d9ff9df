// cause: unknown
// A converter of the C library.
#include <iconv.h>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    iconv_t converter = iconv_open("UTF-8", "UCS-4LE");  // HERE
    keep(converter);
    iconv_close(converter);
  }
}
