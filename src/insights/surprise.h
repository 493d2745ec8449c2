// Surprise: how seldom chance alone takes a value so far from what was expected.
#pragma once

#include <vector>

namespace sociometer::insights {

// The middle one by size, the upper of two. Of no values there is none.
double median(std::vector<double> values);

// Of a distance in usual sizes, to either side. Social media are wilder than the bell curve, and how wild is itself a
// guess: few degrees of freedom give the tails their due.
double two_sided(double distance);
// The usual sizes to either side within which nineteen of twenty lie.
double ordinary_reach();

// How often so many would be counted where `expected` are, if nothing but counting made them differ: roots of counts
// differ by a half, whatever is counted (Anscombe 1948).
double by_counting(double value, double expected);

}  // namespace sociometer::insights
