// Text inside XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace sociometer {

// As it stands between tags or inside a quoted attribute; characters that XML does not know at all are left out.
//
//   xml_escaped("<a> & 'b'")  // "&lt;a&gt; &amp; &#39;b&#39;"
std::string xml_escaped(std::string_view text);

}  // namespace sociometer
