/* A C program that opens a C++ library (throwing.cpp) and lets it throw and catch 1,000 times through its own frames.
 *
 *     opens_throwing LIBRARY
 */
#include <dlfcn.h>
#include <stddef.h>

static int calls;

static int again(int (*throws)(int), int depth) { return depth == 0 ? throws(1) : again(throws, depth - 1) + 1; }

int main(int argc, char** argv) {
  if (argc != 2) return 99;
  void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return 98;
  int (*catches)(int (*)(int (*)(int), int));
  *(void**)&catches = dlsym(library, "catches");
  if (catches == NULL) return 97;
  for (int i = 0; i < 1000; ++i) calls += catches(again);
  return calls == 1000 ? 0 : 1;
}
