// XML in pieces: the elements of one name – rows of a sheet, texts of a workbook – cut out of a stream as they come by,
// so that a long part is never held as a whole. What stands between them is seen as tags only.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "collect/collect.h"

namespace sociometer::collect {

constexpr unsigned xml_flags = pugi::parse_default | pugi::parse_ws_pcdata_single;
constexpr std::string_view xml_with_document_type =
    "The workbook holds a document type declaration, which no export has and which can hide endless text: not read.";

// Names without their prefix: <x:row> is a row.
std::string_view local_name(const pugi::xml_node& node);
pugi::xml_node child(const pugi::xml_node& node, std::string_view name);

class XmlPieces {
 public:
  // `stream` must outlive this. An element of more than `longest` bytes is not handed out, only said to be there.
  XmlPieces(ByteStream& stream, std::string_view element, size_t longest)
      : stream_(stream), element_(element), longest_(longest) {}

  // Also stops at every start tag of this name and hands it out, <Worksheet …>; see `is_mark`.
  void mark(std::string_view element) { mark_ = element; }

  // False at the end. invalid: a document type declaration, or the part ends inside an element.
  Result<bool> next();
  std::string_view text() const { return text_; }  // until the next call
  bool is_mark() const { return is_mark_; }        // `text` is a start tag, made an empty element
  bool too_long() const { return too_long_; }

 private:
  struct Tag {
    size_t start = 0, end = 0;  // of "<…>", end behind it
    std::string_view name;
    bool closing = false, empty = false;
  };
  Result<Done> fill();
  Result<bool> next_tag(Tag& tag);
  Result<bool> skip_to(std::string_view stop);
  Result<bool> skip_tag(size_t start);
  Result<bool> finish_element(size_t start);
  void forget(size_t until);

  ByteStream& stream_;
  std::string element_, mark_;
  size_t longest_;
  std::string buffer_, text_;
  size_t at_ = 0;
  size_t kept_from_ = 0;  // what lies before may go
  bool at_end_ = false, is_mark_ = false, too_long_ = false;
};

}  // namespace sociometer::collect
