#include "collect/xml_pieces.h"

#include <algorithm>

namespace sociometer::collect {

namespace {

constexpr size_t xml_piece_bytes = 64 << 10;
constexpr size_t longest_tag = 256 << 10;

std::string_view without_prefix(std::string_view name) {
  size_t colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

}  // namespace

std::string_view local_name(const pugi::xml_node& node) {
  return without_prefix(node.name());
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& one : node) {
    if (local_name(one) == name) return one;
  }
  return {};
}

Result<Done> XmlPieces::fill() {
  size_t size = buffer_.size();
  buffer_.resize(size + xml_piece_bytes);
  auto got = stream_.read(buffer_.data() + size, xml_piece_bytes);
  if (!got) return got.error();
  buffer_.resize(size + *got);
  at_end_ = *got == 0;
  return Done{};
}

// What lies before `until` is done with.
void XmlPieces::forget(size_t until) {
  kept_from_ = until;
  // Not at every piece: each time all that was read ahead would move.
  if (kept_from_ < buffer_.size() - kept_from_) return;
  buffer_.erase(0, kept_from_);
  at_ -= kept_from_;
  kept_from_ = 0;
}

// Moves behind the next `stop`; false at the end. What is passed and grows too long is forgotten.
Result<bool> XmlPieces::skip_to(std::string_view stop) {
  while (true) {
    size_t found = buffer_.find(stop, at_);
    if (found != buffer_.npos) {
      at_ = found + stop.size();
      return true;
    }
    if (at_end_) return false;
    at_ = std::max(at_, buffer_.size() - std::min(buffer_.size(), stop.size() - 1));
    if (at_ - kept_from_ > longest_ + longest_tag) {
      too_long_ = true;
      forget(at_);
    }
    TRY_DONE(fill());
  }
}

// Behind the ">" of the tag at `start`.
Result<bool> XmlPieces::skip_tag(size_t start) {
  while (buffer_.find('>', at_) == buffer_.npos && !at_end_) {
    at_ = buffer_.size();
    if (at_ - start > longest_tag) return invalid("The workbook holds an XML tag of absurd length.");
    TRY_DONE(fill());
  }
  size_t found = buffer_.find('>', at_);
  if (found == buffer_.npos) return false;
  at_ = found + 1;
  return true;
}

// The next tag from at_ on; comments, CDATA and declarations are passed over.
Result<bool> XmlPieces::next_tag(Tag& tag) {
  while (true) {
    TRY(bool found, skip_to("<"));
    if (!found) return false;
    tag.start = at_ - 1;
    constexpr size_t longest_opening = 9;  // <![CDATA[
    while (!at_end_ && buffer_.size() - tag.start < longest_opening) TRY_DONE(fill());
    std::string_view rest = std::string_view(buffer_).substr(tag.start);
    if (rest.starts_with("<!DOCTYPE")) return invalid(std::string(xml_with_document_type));
    std::string_view stop = rest.starts_with("<!--") ? "-->" : rest.starts_with("<![CDATA[") ? "]]>" : "";
    bool declaration = rest.starts_with("<?") || rest.starts_with("<!");
    TRY(bool ended, stop.empty() ? skip_tag(tag.start) : skip_to(stop));
    if (!ended) return false;
    if (declaration) continue;
    tag.end = at_;
    rest = std::string_view(buffer_).substr(tag.start, tag.end - tag.start);
    tag.closing = rest.starts_with("</");
    tag.empty = rest.ends_with("/>");
    rest.remove_prefix(tag.closing ? 2 : 1);
    tag.name = without_prefix(rest.substr(0, rest.find_first_of(" \t\r\n/>")));
    return true;
  }
}

// From behind the start tag to behind the end tag. What grows too long is dropped while it is read.
Result<bool> XmlPieces::finish_element(size_t start) {
  Tag tag;
  while (true) {
    TRY(bool more, next_tag(tag));
    if (!more) return invalid("The workbook ends in the middle of a sheet: download it again.");
    if (too_long_ || at_ - start > longest_) {
      too_long_ = true;
      bool done = tag.closing && tag.name == element_;
      forget(at_);
      start = kept_from_;
      if (done) return true;
      continue;
    }
    if (!tag.closing || tag.name != element_) continue;
    text_.assign(buffer_, start, at_ - start);
    forget(at_);
    return true;
  }
}

Result<bool> XmlPieces::next() {
  text_.clear();
  is_mark_ = too_long_ = false;
  Tag tag;
  while (true) {
    forget(at_);
    TRY(bool more, next_tag(tag));
    if (!more) return false;
    if (tag.closing) continue;
    bool mark = !mark_.empty() && tag.name == mark_;
    if (!mark && tag.name != element_) continue;
    too_long_ = false;
    if (!mark && !tag.empty) return finish_element(tag.start);
    is_mark_ = mark;
    text_.assign(buffer_, tag.start, tag.end - tag.start);
    if (!tag.empty) text_.insert(text_.size() - 1, "/");
    return true;
  }
}

}  // namespace sociometer::collect
