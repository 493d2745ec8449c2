// Numbers as people read them: reports has the words, the command line speaks them too.
#pragma once

#include "reports/reports.h"

namespace sociometer::surfaces {

using reports::cell_text;
using reports::change_text;
using reports::grouped;
using reports::interval_text;
using reports::note_words;
using reports::notes_text;
using reports::reason_words;
using reports::value_text;

}  // namespace sociometer::surfaces
