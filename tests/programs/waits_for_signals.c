/* Blocks all signals, waits for them with sigwait, and says how many threads it has and which signals are blocked,
 * pending, ignored and caught, before and after it allocated much. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void* volatile kept;

static void say(const char* when) {
  static char text[8192];
  FILE* file = fopen("/proc/self/status", "r");
  if (file == NULL) exit(99);
  printf("%s:", when);
  while (fgets(text, sizeof text, file) != NULL)
    if (strncmp(text, "Sig", 3) == 0 || strncmp(text, "Shd", 3) == 0 || strncmp(text, "Threads", 7) == 0) {
      if (strncmp(text, "SigQ", 4) == 0) continue; /* how many the user may queue */
      text[strcspn(text, "\n")] = '\0';
      printf(" %s", text);
    }
  puts("");
  fclose(file);
}

static void grow(void) {
  for (int i = 0; i < 50000; ++i) kept = malloc((size_t)(i * 37 % 900));
}

static void* in_thread(void* unused) {
  grow();
  sigset_t now;
  pthread_sigmask(SIG_SETMASK, NULL, &now);
  for (int number = 1; number < 65; ++number)
    if (sigismember(&now, number) == 1) printf("%d ", number);
  puts("are blocked in the thread");
  return unused;
}

int main(void) {
  say("at first");
  grow();
  say("nothing blocked");
  sigset_t some;
  sigemptyset(&some);
  sigaddset(&some, SIGUSR1);
  sigaddset(&some, SIGRTMIN + 3);
  pthread_sigmask(SIG_BLOCK, &some, NULL);
  pthread_t thread;
  if (pthread_create(&thread, NULL, in_thread, NULL) != 0) return 98;
  grow();
  pthread_join(thread, NULL);
  for (int i = 0; i < 100; ++i) {
    int number = 0;
    kill(getpid(), i % 2 == 0 ? SIGUSR1 : SIGRTMIN + 3);
    kept = malloc((size_t)i);
    if (sigwait(&some, &number) != 0 || number != (i % 2 == 0 ? SIGUSR1 : SIGRTMIN + 3)) return 97;
  }
  say("some blocked");
  return 0;
}
