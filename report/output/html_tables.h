// What the data of an HTML page names again and again, each once: texts, functions, frames, and stacks as one tree.
//
// Two profiles of one page (a difference) share the tables, so that a function or a stack of both has one number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "report/output/json_parts.h"
#include "report/symbols/user_code.h"

namespace mallocop::report {

// A text from a trace as a page has it: on one line, harmless to look at, and no longer than a page can show.
std::string page_text(std::string_view raw);

class PageTables {
 public:
  // Indices into the lists of json().
  size_t text(std::string_view raw);
  size_t frame(const Frame& frame, FrameKind kind);
  // A frame that stands for what has none: "(unknown stack)".
  size_t frame_named(const std::string& name);
  // The node of a frame below `parent` (-1: at the root).
  size_t node(int64_t parent, size_t frame);
  // The same, if it is there already; else -1.
  int64_t find_node(int64_t parent, size_t frame) const;
  size_t nodes() const { return node_parents_.size(); }

  Json json() const;

 private:
  struct Row {
    size_t function, file, line, module, inlined;
    bool operator==(const Row&) const = default;
  };
  struct RowHash {
    size_t operator()(const Row& row) const;
  };
  struct PairHash {
    size_t operator()(const std::pair<int64_t, size_t>& pair) const;
  };

  size_t function(const Frame& frame, FrameKind kind);
  size_t add_function(const std::string& key, const std::string& name, std::string_view whole, FrameKind kind);
  size_t add_frame(const Row& row);

  std::vector<std::string> texts_;
  std::unordered_map<std::string, size_t> text_index_;
  std::vector<size_t> function_names_;   // texts: short …
  std::vector<size_t> function_wholes_;  // … and whole
  std::vector<size_t> function_kinds_;
  std::unordered_map<std::string, size_t> function_index_;
  std::vector<Row> frames_;
  std::unordered_map<Row, size_t, RowHash> frame_index_;
  std::vector<int64_t> node_parents_;
  std::vector<size_t> node_frames_;
  std::unordered_map<std::pair<int64_t, size_t>, size_t, PairHash> node_index_;
};

}  // namespace mallocop::report
