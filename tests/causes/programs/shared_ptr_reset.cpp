// cause: shared_ptr control block
// also: object created with new
// reset(new T), in a member.
#include <memory>

#include "keep.h"

struct Buffer {
  double samples[8] = {};
};

class Source {
 public:
  void renew() { buffer_.reset(new Buffer); }  // HERE
  std::shared_ptr<Buffer> buffer() const { return buffer_; }

 private:
  std::shared_ptr<Buffer> buffer_;
};

int main() {
  Source source;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    source.renew();
    keep(source);
  }
}
