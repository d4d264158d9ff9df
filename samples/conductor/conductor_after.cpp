#include "conductor_after.h"

#include <mallocop/mallocop.hpp>
#include <new>

namespace conductor {

Conductor::Conductor()
    : arena_memory_(kMaxContexts * sizeof(Context) + alignof(Context)),
      arena_(arena_memory_.data(), arena_memory_.size(), std::pmr::null_memory_resource()),
      message_memory_(kMaxMessages) {
  contexts_.reserve(kMaxContexts);
  for (Message& message : message_memory_) free_messages_.push(&message);
}

ActorId Conductor::create_context(std::string_view role, Behaviour behaviour, const Tariff& tariff) {
  const mallocop::Operation op{"Conductor::create_context"};
  if (contexts_.size() == kMaxContexts) throw std::bad_alloc();
  const auto id = static_cast<ActorId>(contexts_.size());
  Context& context = *std::pmr::polymorphic_allocator<>(&arena_).new_object<Context>();
  context.name << role << "-" << id;
  context.behaviour = behaviour;
  context.tariff = tariff;
  contexts_.push_back(&context);
  return id;
}

bool Conductor::send(const Message& message) {
  if (free_messages_.empty()) return false;
  Message& stored = *free_messages_.pop();
  stored = message;
  return deliver(stored);
}

// Takes over `message`: it is in its receiver's mailbox, or back in the pool if that is full.
bool Conductor::deliver(Message& message) {
  Context& receiver = *contexts_[message.to];
  if (receiver.mailbox.full()) {
    free_messages_.push(&message);
    return false;
  }
  if (receiver.mailbox.empty()) waiting_.push(&receiver);
  receiver.mailbox.push(&message);
  return true;
}

bool Conductor::dispatch() {
  if (waiting_.empty()) return false;
  const mallocop::Operation op{"Conductor::dispatch"};
  Context& context = *waiting_.pop();

  // Answers wait in the outbox until the turn is over, so nothing enters this mailbox while it is emptied.
  std::size_t answers = 0;
  while (!context.mailbox.empty()) {
    Message& message = *context.mailbox.pop();
    Label label = context.name;
    label << "/" << kind_name(message.kind) << "#" << message.number;
    journal_.note(label.view(), message.cents);
    if (const auto answer = context.behaviour(context.tariff, context.account, message)) {
      message = *answer;  // the answer takes the place of the message that was handled
      outbox_[answers++] = &message;
    } else {
      free_messages_.push(&message);
    }
  }

  for (std::size_t i = 0; i < answers; ++i) {
    if (!deliver(*outbox_[i])) ++refused_;
  }
  return true;
}

}  // namespace conductor
