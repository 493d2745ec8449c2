// Bytes that are at hand, as the importers want them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "collect/collect.h"

namespace sociometer::surfaces {

// `bytes` must outlive the stream.
std::unique_ptr<collect::ByteStream> memory_stream(std::string_view bytes);
// unavailable: it cannot be opened.
Result<std::unique_ptr<collect::ByteStream>> file_stream(const std::string& path);
std::unique_ptr<collect::ByteStream> standard_input_stream();

}  // namespace sociometer::surfaces
