// A library whose functions are resolved when they are first called. The resolvers of the functions run in the middle
// of the dynamic linker's work on such a call, and go on with the walk from there.
#include <stddef.h>

typedef void (*GoOn)(void*);

GoOn resolver_goes_on;
void* resolver_walk;

#define LAZY(number)                                                            \
  static int function_##number(double a, int b) { return (int)a + b + number; } \
  static int (*resolve_##number(void))(double, int) {                           \
    char local[40 * number + 8];                                                \
    __asm__ volatile("" : : "r"(local) : "memory");                             \
    if (resolver_goes_on != NULL) resolver_goes_on(resolver_walk);              \
    __asm__ volatile("" : : "r"(local) : "memory");                             \
    return function_##number;                                                   \
  }                                                                             \
  int lazy_##number(double, int) __attribute__((ifunc("resolve_" #number)));
LAZY(0)
LAZY(1)
LAZY(2)
LAZY(3)

int call_all(GoOn go_on, void* walk) {
  resolver_goes_on = go_on;
  resolver_walk = walk;
  return lazy_0(1.5, 0) + lazy_1(2.5, 1) + lazy_2(3.5, 2) + lazy_3(4.5, 3);
}
