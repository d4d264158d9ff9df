/* Opens, uses and closes two libraries in turn, 3 times; the second comes to lie where the first lay, or the status
 * is 7.
 *
 *     reopens LIBRARY LIBRARY
 *
 * Nothing is allocated between a close and the next open but by the dynamic linker, and run() is called from one place,
 * so that both are called at the same stack pointer. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

int main(int argc, char** argv) {
  uintptr_t first = 0;
  for (int i = 0; i < 6; ++i) {
    void* library = argc == 3 ? dlopen(argv[1 + i % 2], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (library == NULL) return 99;
    void* (*run)(void);
    *(void**)&run = dlsym(library, "run");
    if (run == NULL) return 98;
    if (first == 0) first = (uintptr_t)run;
    if (first != (uintptr_t)run) return 7;
    for (int call = 0; call < 10; ++call) free(run());
    dlclose(library);
  }
  return 0;
}
