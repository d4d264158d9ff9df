// cause: malloc called directly
// held out
// A list in C style behind a helper.
#include <cstdlib>

#include "keep.h"

typedef struct node {
  struct node* next;
  int value;
} node;

static node* push(node* head, int value) {
  node* fresh = (node*)std::malloc(sizeof *fresh);  // HERE
  if (!fresh) std::abort();
  fresh->next = head;
  fresh->value = value;
  return fresh;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    node* head = nullptr;
    for (int i = 0; i < 5; ++i) head = push(head, i);
    keep(head);
    while (head) {
      node* next = head->next;
      std::free(head);
      head = next;
    }
  }
}
