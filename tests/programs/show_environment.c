/* Prints its own environment, then runs env(1) by each way of starting a program, which print theirs. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

int main(void) {
  for (char** variable = environ; *variable != NULL; ++variable) printf("%s\n", *variable);
  printf("%s\n%s\n", getenv("LD_PRELOAD"), getenv("MALLOCOP_OUT"));
  fflush(stdout);
  if (fork() == 0) {
    execlp("env", "env", (char*)NULL);
    _exit(1);
  }
  wait(NULL);
  pid_t child;
  char* words[] = {(char*)"env", NULL};
  if (posix_spawnp(&child, "env", NULL, NULL, words, environ) != 0) return 1;
  wait(NULL);
  return system("env");
}
