// See html_tables.h.
#include "report/output/html_tables.h"

#include "report/output/escape.h"
#include "report/output/place.h"

namespace mallocop::report {
namespace {

constexpr size_t kLongestText = 600;

size_t mixed(size_t hash, size_t value) { return (hash ^ value) * 0x9e3779b97f4a7c15 + (hash >> 29); }

}  // namespace

std::string page_text(std::string_view raw) {
  // Cut before it is escaped, which takes time, and after it, which is what a reader sees.
  return cut_to_width(escape_controls(raw.substr(0, 4 * kLongestText)), kLongestText);
}

size_t PageTables::RowHash::operator()(const Row& row) const {
  return mixed(mixed(mixed(mixed(row.function, row.file), row.line), row.module), row.inlined);
}

size_t PageTables::PairHash::operator()(const std::pair<int64_t, size_t>& pair) const {
  return mixed(static_cast<size_t>(pair.first), pair.second);
}

size_t PageTables::text(std::string_view raw) {
  const auto [entry, is_new] = text_index_.try_emplace(page_text(raw), texts_.size());
  if (is_new) texts_.push_back(entry->first);
  return entry->second;
}

size_t PageTables::add_function(const std::string& key, const std::string& name, std::string_view whole,
                                FrameKind kind) {
  const auto [entry, is_new] = function_index_.try_emplace(key, function_names_.size());
  if (is_new) {
    function_names_.push_back(text(name));
    function_wholes_.push_back(text(whole));
    function_kinds_.push_back(static_cast<size_t>(kind));
  }
  return entry->second;
}

size_t PageTables::function(const Frame& frame, FrameKind kind) {
  // What has no name is told apart by its place in its module, and is the same in another run.
  if (frame.function.empty()) {
    const std::string name = frame_name(frame);
    return add_function('\0' + name, name, name, kind);
  }
  if (const auto known = function_index_.find(frame.function); known != function_index_.end()) return known->second;
  return add_function(frame.function, frame_name(frame), frame.function, kind);
}

size_t PageTables::add_frame(const Row& row) {
  const auto [entry, is_new] = frame_index_.try_emplace(row, frames_.size());
  if (is_new) frames_.push_back(row);
  return entry->second;
}

size_t PageTables::frame(const Frame& frame, FrameKind kind) {
  return add_frame({function(frame, kind), text(readable_path(frame.file)), frame.line, text(frame.module),
                    static_cast<size_t>(frame.inlined)});
}

size_t PageTables::frame_named(const std::string& name) {
  return add_frame({add_function('\0' + name, name, name, FrameKind::kOther), text(""), 0, text(""), 0});
}

size_t PageTables::node(int64_t parent, size_t frame) {
  const auto [entry, is_new] = node_index_.try_emplace({parent, frame}, node_parents_.size());
  if (is_new) {
    node_parents_.push_back(parent);
    node_frames_.push_back(frame);
  }
  return entry->second;
}

int64_t PageTables::find_node(int64_t parent, size_t frame) const {
  const auto found = node_index_.find({parent, frame});
  return found == node_index_.end() ? -1 : static_cast<int64_t>(found->second);
}

Json PageTables::json() const {
  Json columns[5] = {Json::array(), Json::array(), Json::array(), Json::array(), Json::array()};
  for (const Row& row : frames_) {
    columns[0].push_back(row.function);
    columns[1].push_back(row.file);
    columns[2].push_back(row.line);
    columns[3].push_back(row.module);
    columns[4].push_back(row.inlined);
  }
  return {
      {"texts", texts_},
      {"functions", {{"name", function_names_}, {"whole", function_wholes_}, {"kind", function_kinds_}}},
      {"frames",
       {{"function", std::move(columns[0])},
        {"file", std::move(columns[1])},
        {"line", std::move(columns[2])},
        {"module", std::move(columns[3])},
        {"inlined", std::move(columns[4])}}},
      {"nodes", {{"parent", node_parents_}, {"frame", node_frames_}}},
  };
}

}  // namespace mallocop::report
