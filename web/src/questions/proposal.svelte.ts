// A KPI that is being written and that nobody has added yet: its numbers are explained as if it had been.

let proposal = $state.raw<{ key: string; yaml: string } | null>(null);

export function proposing(next: { key: string; yaml: string } | null): void {
  proposal = next;
}

/** What must come along with a question about this KPI. */
export function proposalOf(kpi: string): { proposal?: string } {
  return proposal && proposal.key === kpi.split(':')[0] ? { proposal: proposal.yaml } : {};
}
