/** A catalog file to begin with. */
export const EXAMPLE = `measures:
  samples_sent:
    name: Samples sent
    description: Little bags that went out by mail
    unit: count
    class: flow
    good: up
kpis:
  comments_per_share:
    name: Comments per share
    description: How much is said for each time a post is passed on
    unit: ratio
    class: ratio
    good: up
    formula: comments / shares
`;
