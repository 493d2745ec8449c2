// Light, dark, or as the system has it. Charts need colours as values, so the one in force is told too.

export type Choice = 'system' | 'light' | 'dark';
const KEY = 'sociometer.theme';

function stored(): Choice {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

const system = matchMedia('(prefers-color-scheme: dark)');
let choice = $state<Choice>(stored());
let systemDark = $state(system.matches);
system.addEventListener('change', () => (systemDark = system.matches));

function show(): void {
  if (choice === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}
show();

export const theme = {
  get choice(): Choice {
    return choice;
  },
  get dark(): boolean {
    return choice === 'dark' || (choice === 'system' && systemDark);
  },
  choose(next: Choice): void {
    choice = next;
    try {
      if (next === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
    } catch {
      // A browser that keeps nothing still shows the theme until it is closed.
    }
    show();
  },
};

export const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
