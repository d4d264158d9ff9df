/* Built twice, with other names and other frames but the same shape, so that the one can lie where the other lay:
 * run -> middle -> inner -> malloc(SIZE). */
#include <stdlib.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define NAME(suffix) JOIN(PREFIX, suffix)

__attribute__((noinline)) void* NAME(_inner)(void) {
  volatile char room[INNER_ROOM];
  room[0] = 1;
  void* block = malloc(SIZE);
  room[1] = room[0];
  return block;
}

__attribute__((noinline)) void* NAME(_middle)(void) {
  volatile char room[MIDDLE_ROOM];
  room[0] = 1;
  void* block = NAME(_inner)();
  room[1] = room[0];
  return block;
}

__attribute__((noinline)) void* run(void) {
  void* block = NAME(_middle)();
  __asm__ volatile("" : : "r"(block) : "memory");
  return block;
}
