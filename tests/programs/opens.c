/* Opens a library and calls its function, which must give 1.
 *
 *     opens now|deepbind|namespace LIBRARY FUNCTION
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char** argv) {
  if (argc != 4) return 99;
  void* library = strcmp(argv[1], "namespace") == 0  ? dlmopen(LM_ID_NEWLM, argv[2], RTLD_NOW)
                  : strcmp(argv[1], "deepbind") == 0 ? dlopen(argv[2], RTLD_NOW | RTLD_DEEPBIND)
                                                     : dlopen(argv[2], RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 98;
  }
  int (*function)(void);
  *(void**)&function = dlsym(library, argv[3]);
  if (function == NULL) return 97;
  const int result = function();
  if (strcmp(argv[1], "now") != 0) {
    /* Blocks go both ways between the program's allocator and the library's. */
    void* (*make)(void);
    void (*take)(void*);
    *(void**)&make = dlsym(library, "make_block");
    *(void**)&take = dlsym(library, "take_block");
    if (make == NULL || take == NULL) return 96;
    if (strcmp(argv[1], "deepbind") == 0) {
      for (int i = 0; i < 7; ++i) free(make());
      for (int i = 0; i < 3; ++i) take(malloc(333));
    } else {
      for (int i = 0; i < 7; ++i) take(make()); /* its C library is another one */
    }
    if (dlclose(library) != 0) return 95;
  }
  return result == 1 ? 0 : 1;
}
