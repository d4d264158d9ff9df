#include "conductor_before.h"

#include <cstddef>
#include <mallocop/mallocop.hpp>
#include <sstream>

namespace conductor {
namespace {

constexpr std::size_t kOutboxRoom = 2'048;

}  // namespace

ActorId Conductor::create_context(std::string_view role, Behaviour behaviour, const Tariff& tariff) {
  const mallocop::Operation op{"Conductor::create_context"};
  const auto id = static_cast<ActorId>(contexts_.size());
  auto context = std::make_shared<Context>();

  std::ostringstream name;  // builds a stream and a locale to put two words together
  name << role << '-' << id;
  context->name = name.str();

  // The tariff travels in the capture, which is larger than what std::function holds without allocating.
  context->behaviour = [behaviour, tariff](Account& account, const Message& message) {
    return behaviour(tariff, account, message);
  };
  context->outbox.resize(kOutboxRoom);  // every actor owns room for the largest burst, and touches all of it
  context->outbox.clear();

  contexts_.push_back(std::move(context));
  return id;
}

bool Conductor::send(const Message& message) {
  const std::shared_ptr<Context>& receiver = contexts_[message.to];
  if (receiver->mailbox.empty()) waiting_.push_back(receiver);
  receiver->mailbox.push_back(std::make_shared<const Message>(message));  // a control block for each message
  return true;
}

bool Conductor::dispatch() {
  if (waiting_.empty()) return false;
  const mallocop::Operation op{"Conductor::dispatch"};
  const std::shared_ptr<Context> context = std::move(waiting_.front());
  waiting_.pop_front();

  // The actor may write to itself, so its turn works on a snapshot of the mailbox; it grows as it is filled.
  std::vector<MessagePtr> snapshot;
  for (const MessagePtr& message : context->mailbox) snapshot.push_back(message);
  context->mailbox.clear();

  const auto behaviour = context->behaviour;  // a copy, so that an actor may replace its behaviour while it runs
  for (const MessagePtr& message : snapshot) {
    const std::string label =  // past the small buffer of a string, three times over
        context->name + "/" + std::string(kind_name(message->kind)) + "#" + std::to_string(message->number);
    journal_.note(label, message->cents);
    if (const auto answer = behaviour(context->account, *message)) context->outbox.push_back(*answer);
  }

  for (const Message& message : context->outbox) send(message);
  context->outbox.clear();
  return true;
}

}  // namespace conductor
