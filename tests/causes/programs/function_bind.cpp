// cause: std::function capture
// std::bind of a method and three arguments.
#include <functional>

#include "keep.h"

struct Server {
  void send(int client, long size) const { sent += client * size; }
  mutable long sent = 0;
};

int main() {
  Server server;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::function<void()> later = std::bind(&Server::send, &server, 7, 100L);  // HERE
    keep(later);
    later();
  }
}
