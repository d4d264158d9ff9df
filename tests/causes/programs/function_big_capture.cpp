// cause: std::function capture
// A lambda with more than two words of captures.
#include <functional>

#include "keep.h"

int main() {
  int a = 1, b = 2, c = 3;
  double scale = 0.5;
  struct All {
    int *a, *b, *c;
    double* scale;
  } all{&a, &b, &c, &scale};
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    std::function<double(int)> work = [&all](int x) { return (*all.a + *all.b * x + *all.c * x * x) * *all.scale; };
#else
    std::function<double(int)> work = [&a, &b, &c, &scale](int x) { return (a + b * x + c * x * x) * scale; };  // HERE
#endif
    keep(work);
    keep(all);
  }
}
