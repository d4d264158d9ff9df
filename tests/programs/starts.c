// What a program and its libraries find when they start: as a library (its constructor runs before main), opened by
// dlopen, and as a program. VALUE comes from outside; the library's constructor sets ANSWER.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef MAIN
#include <dlfcn.h>
#include <error.h>
#include <unistd.h>

int main(int argc, char** argv) {
  printf("main: %d arguments, VALUE %s, ANSWER %s, %s\n", argc, getenv("VALUE"), getenv("ANSWER"),
         program_invocation_short_name);
  fflush(stdout);
  error(0, 0, "a message");
  return dlopen(argv[1], RTLD_NOW) == NULL;
}
#else
__attribute__((constructor)) static void start(int argc, char** argv, char** environment) {
  const char* value = getenv("VALUE");
  printf("constructor: %d arguments, %s, VALUE %s, environment %d, %s\n", argc, argv == NULL ? "none" : argv[1],
         value == NULL ? "none" : value, environment != NULL, program_invocation_short_name);
  setenv("ANSWER", "42", 1);
}
#endif
