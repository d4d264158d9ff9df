// cause: string concatenation
// a + b + c makes temporaries.
#include <string>

#include "keep.h"

int main() {
  const std::string host = "host.somewhere.example";
  const std::string path = "/with/a/path";
#ifdef FIXED
  std::string url;
#endif
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    url.clear();
    url.append("https://").append(host).append(":8080").append(path);
#else
    std::string url = "https://" + host + ":8080" + path;  // HERE
#endif
    keep(url);
  }
}
