// cause: node container insert
// A singly linked list as a stack.
#include <forward_list>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::forward_list<int> stack;
    for (int i = 0; i < 5; ++i) stack.push_front(i);  // HERE
    keep(stack);
  }
}
