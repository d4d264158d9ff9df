// A library in several versions that differ in the sizes of their frames (PAD) and in nothing else: when one of them
// comes to lie where another lay, every return address is the same, and every rule is another. Two of them have frames
// of the same size: then every word on the stack is the same, and only the module is another.
#include <stdlib.h>

typedef void (*GoOn)(void*);

const int number = NUMBER;

#define FRAME(number)                               \
  void frame_##number(GoOn go_on, void* walk) {     \
    char local[PAD + 64 * number];                  \
    __asm__ volatile("" : : "r"(local) : "memory"); \
    go_on(walk);                                    \
    __asm__ volatile("" : : "r"(local) : "memory"); \
  }
FRAME(0)
FRAME(1)
FRAME(2)
FRAME(3)

void (*const frames[])(GoOn, void*) = {frame_0, frame_1, frame_2, frame_3};

// Called when the library is closed: by a handler of the library's own, and by its destructor.
static GoOn in_handler, in_destructor;
static void* walk_at_end;

static void handle_exit(void) {
  char local[PAD];
  __asm__ volatile("" : : "r"(local) : "memory");
  if (in_handler != NULL) in_handler(walk_at_end);
  __asm__ volatile("" : : "r"(local) : "memory");
}
__attribute__((destructor)) static void destruct(void) {
  char local[PAD + 64];
  __asm__ volatile("" : : "r"(local) : "memory");
  if (in_destructor != NULL) in_destructor(walk_at_end);
  __asm__ volatile("" : : "r"(local) : "memory");
}
void call_at_end(GoOn handler, GoOn destructor, void* walk) {
  in_handler = handler;
  in_destructor = destructor;
  walk_at_end = walk;
  atexit(handle_exit);
}
