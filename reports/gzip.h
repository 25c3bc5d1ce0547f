#pragma once

#include <string>
#include <string_view>

namespace tripos::reports {

// One gzip member without a time stamp or a name: the same bytes give the same bytes.
std::string gzip(std::string_view bytes);

std::string base64(std::string_view bytes);  // RFC 4648 section 4, padded

}  // namespace tripos::reports
