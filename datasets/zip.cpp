#include "datasets/zip.h"

#include <fmt/format.h>
#include <zip.h>

#include <memory>

namespace tripos::datasets {
namespace {

struct DiscardArchive {
  void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
};
using ArchivePtr = std::unique_ptr<zip_t, DiscardArchive>;

struct CloseFile {
  void operator()(zip_file_t* file) const noexcept { zip_fclose(file); }
};
using FilePtr = std::unique_ptr<zip_file_t, CloseFile>;

constexpr const char* kBringAgain = "the file is incomplete or damaged: bring it again";
constexpr const char* kOriginal = "is it the archive that the authors publish?";

tl::unexpected<Error> archive_error(std::string_view where, zip_error_t& error) {
  const bool no_directory = zip_error_code_zip(&error) == ZIP_ER_NOZIP;
  const std::string reason = no_directory ? "no central directory at its end (truncated?)" : zip_error_strerror(&error);
  zip_error_fini(&error);
  return fail(Error::Kind::kData, fmt::format("{}: not a readable zip archive: {}", where, reason), kBringAgain);
}

Result<ArchivePtr> open_archive(std::string_view bytes, std::string_view where) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), /*freep=*/0, &error);
  if (source == nullptr) return archive_error(where, error);
  ArchivePtr archive(zip_open_from_source(source, ZIP_RDONLY, &error));
  if (!archive) {
    zip_source_free(source);  // an archive owns its source; without one it is still ours
    return archive_error(where, error);
  }
  zip_error_fini(&error);
  return archive;
}

// ZipCrypto checks a password against one byte, so one wrong password in 256 passes and is noticed only when the
// content does not inflate, or at its end by the CRC.
tl::unexpected<Error> member_error(const std::string& place, zip_error_t* error, bool encrypted) {
  const int code = zip_error_code_zip(error);
  if (code == ZIP_ER_WRONGPASSWD || code == ZIP_ER_NOPASSWD) {
    return fail(Error::Kind::kData, place + ": the password was refused", kOriginal);
  }
  const bool garbled = code == ZIP_ER_CRC || code == ZIP_ER_ZLIB || code == ZIP_ER_COMPRESSED_DATA;
  const char* why = encrypted && garbled ? "damaged, or the password is wrong" : "damaged";
  return fail(Error::Kind::kData, fmt::format("{}: {} ({})", place, why, zip_error_strerror(error)), kBringAgain);
}

Result<std::string> read_all(zip_file_t* file, const std::string& place, bool encrypted, std::uint64_t max_bytes) {
  std::string content;
  std::string buffer(std::size_t{64} << 10, '\0');
  for (;;) {
    const zip_int64_t count = zip_fread(file, buffer.data(), buffer.size());
    if (count < 0) return member_error(place, zip_file_get_error(file), encrypted);
    if (count == 0) return content;
    content.append(buffer, 0, static_cast<std::size_t>(count));
    if (content.size() > max_bytes) {
      return fail(Error::Kind::kData, fmt::format("{}: larger than {} bytes", place, max_bytes));
    }
  }
}

}  // namespace

bool is_zip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04"); }

Result<std::string> read_zip_member(std::string_view archive_bytes, const std::string& member,
                                    const std::string& password, std::string_view where, std::uint64_t max_bytes) {
  TRIPOS_TRY(const ArchivePtr archive, open_archive(archive_bytes, where));
  const zip_int64_t index = zip_name_locate(archive.get(), member.c_str(), 0);
  if (index < 0) {
    return fail(Error::Kind::kData, fmt::format("{}: no member \"{}\" in the zip archive", where, member), kOriginal);
  }
  const std::string place = fmt::format("{}: member \"{}\"", where, member);
  const auto position = static_cast<zip_uint64_t>(index);
  zip_stat_t stat;
  if (zip_stat_index(archive.get(), position, 0, &stat) != 0) {
    return member_error(place, zip_get_error(archive.get()), false);
  }
  // libzip 1.7 leaks its sources when it is asked for a method that it does not know.
  const bool encrypted = stat.encryption_method == ZIP_EM_TRAD_PKWARE;
  const bool deflated = stat.comp_method == ZIP_CM_DEFLATE;
  if ((!encrypted && stat.encryption_method != ZIP_EM_NONE) || (!deflated && stat.comp_method != ZIP_CM_STORE)) {
    return fail(
        Error::Kind::kData,
        fmt::format("{}: encryption {} or compression {} is not read", place, stat.encryption_method, stat.comp_method),
        "pack it with the traditional cipher and deflate");
  }
  const FilePtr file(zip_fopen_index_encrypted(archive.get(), position, 0, encrypted ? password.c_str() : nullptr));
  if (!file) return member_error(place, zip_get_error(archive.get()), encrypted);
  return read_all(file.get(), place, encrypted, max_bytes);
}

}  // namespace tripos::datasets
