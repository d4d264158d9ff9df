#include "preload/live_file.h"

#include <cstring>

#include "preload/sys.h"

namespace mallocop::preload {

int LiveFile::create(const char* absolute_path, uint64_t session) {
  if (const int error = file_.create(absolute_path); error != 0) return error;
  void* const page = file_.extend(0, trace::kLivePage);
  if (page == nullptr) return file_.error();
  header_ = static_cast<trace::LiveHeader*>(page);
  std::memcpy(header_->magic, trace::kLiveMagic, sizeof header_->magic);
  header_->version = trace::kLiveVersion;
  header_->minimum_reader_version = trace::kLiveVersion;
  header_->header_size = trace::kLivePage;
  header_->session = session;
  header_->process_id = sys::process_id();
  end_ = trace::kLivePage;
  return 0;
}

void* LiveFile::add_chunk(trace::ChunkKind kind, size_t size, uint64_t index) {
  const Locked locked(lock_);
  void* const memory = file_.extend(end_, size);
  if (memory == nullptr) return nullptr;
  auto& chunk = *static_cast<trace::ChunkHeader*>(memory);
  chunk.kind = kind;
  chunk.size = size;
  chunk.index = index;
  // The magic makes the chunk one: whoever reads a companion whose process was killed stops where it is missing.
  std::atomic_ref<uint32_t>(chunk.magic).store(trace::kChunkMagic, std::memory_order_release);
  end_ += size;
  return memory;
}

}  // namespace mallocop::preload
