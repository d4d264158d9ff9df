/* stepped WAY KEPT: allocates KEPT blocks that it keeps, then does one thing between two traps for a debugger that goes
 * through it instruction by instruction. WAY: alloc, again, free, pair, older, realloc, fail, mark, or
 * fold (a call with 20 blocks, at the end of which a ring that is half full is emptied).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mallocop/mallocop.h"

enum { kMostKept = 8192 };
static void* volatile kept[kMostKept + 32];

static void trap(void) { __asm__ volatile("int3" : : : "memory"); }

int main(int argc, char** argv) {
  if (argc != 3) return 99;
  const char* const way = argv[1];
  const int count = atoi(argv[2]);
  if (count < 2 || count > kMostKept) return 98;
  for (int i = 0; i < count; ++i) kept[i] = malloc(16 + (size_t)(i % 7));
  mallocop_operation_id("step"); /* finds the shim */
  void* volatile block = NULL;
  if (strcmp(way, "alloc") == 0) {
    trap();
    block = malloc(100);
    trap();
  } else if (strcmp(way, "again") == 0) {
    for (int i = 0; i < 3; ++i) {
      if (i == 2) trap();
      block = malloc(100);
      if (i == 2) trap();
      free(block);
    }
  } else if (strcmp(way, "free") == 0) {
    block = malloc(100);
    trap();
    free(block);
    trap();
  } else if (strcmp(way, "pair") == 0) {
    trap();
    block = malloc(100);
    free(block);
    trap();
  } else if (strcmp(way, "older") == 0) {
    trap();
    free(kept[0]);
    trap();
  } else if (strcmp(way, "realloc") == 0) {
    trap();
    kept[1] = realloc(kept[1], 5000);
    trap();
  } else if (strcmp(way, "fail") == 0) {
    const volatile size_t huge = SIZE_MAX / 2;
    trap();
    block = realloc(kept[1], huge);
    trap();
  } else if (strcmp(way, "mark") == 0) {
    trap();
    const mallocop_op op = mallocop_op_begin("step");
    block = malloc(100);
    mallocop_op_end(op);
    trap();
  } else if (strcmp(way, "fold") == 0) {
    trap();
    const mallocop_op op = mallocop_op_begin("step");
    for (int i = 0; i < 20; ++i) kept[count + i] = malloc(16 + (size_t)(i % 7));
    mallocop_op_end(op);
    trap();
  } else {
    return 97;
  }
  return 0;
}
