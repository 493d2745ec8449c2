// Visits: what the address of a page, the page before it and a browser's name say about who came and how.
#pragma once

#include <string>
#include <string_view>

namespace sociometer::collect {

constexpr int64_t session_silence = 30LL * 60 * 1'000'000;  // micros without a request that end a session

// Without "?…" and "#…".
std::string_view without_query(std::string_view address);
// A parameter of the address, its %XX decoded; empty if it has none.
std::string parameter(std::string_view address, std::string_view name);
// The name of the first parameter that networks add to what was clicked there ("fbclid"); empty if none.
std::string_view click_id(std::string_view address);
// "www.example.com" of "https://www.example.com/a".
std::string_view host_of(std::string_view address);
// The page before is of the same website.
bool is_own(std::string_view referrer, std::string_view host);
// A page, not a picture, a style or a feed that belongs to one.
bool is_page(std::string_view path);
// A program, as it calls itself: crawlers, previews, checks.
bool is_bot(std::string_view user_agent);
// "desktop", "phone", "tablet"; empty where the browser's name is unknown.
std::string_view device_of(std::string_view user_agent);

}  // namespace sociometer::collect
