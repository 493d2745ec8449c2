// Whether a workspace had goals when it was last looked at, kept in this browser: only a place for what will come.

const KEY = 'sociometer.goals';

function all(): Record<string, true> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, true>;
  } catch {
    return {};
  }
}

export const hadGoals = (workspace: string): boolean => all()[workspace] === true;

export function keepGoals(workspace: string, there: boolean): void {
  const { [workspace]: _, ...others } = all();
  try {
    localStorage.setItem(KEY, JSON.stringify(there ? { ...others, [workspace]: true } : others));
  } catch {
    // Only the place is lost.
  }
}
