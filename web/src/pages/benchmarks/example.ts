/** A file of sets to begin with; docs/benchmarks.md has every member. */
export const EXAMPLE = `sets:
  shops_2026:
    name: Online shops
    source: "Association of shops, yearly report, page 12"
    year: 2026
    cohort: "shops with 5,000 to 50,000 followers, the last quarter"
    n: 120
    values:
      - kpi: engagement_rate
        network: instagram
        p10: 0.4 %
        p50: 1.5 %
        p90: 3.4 %
        levels: {good: 2 %, very_good: 3 %}
`;
