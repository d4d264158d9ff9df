/* A library that opens another one by name alone, which its own RUNPATH says where to find: the dynamic linker looks at
 * whoever calls dlopen. */
#include <dlfcn.h>
#include <stddef.h>

int opens_by_name(void) {
  void* library = dlopen("libtest_hidden.so", RTLD_NOW);
  if (library == NULL) return 0;
  int (*works)(void);
  *(void**)&works = dlsym(library, "works");
  const int result = works != NULL && works();
  dlclose(library);
  return result;
}
