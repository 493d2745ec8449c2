// Keeping the keyboard inside what is open, and giving it back afterwards.

const REACHABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';

function reachable(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(REACHABLE)].filter((e) => e.offsetParent !== null || e === document.activeElement);
}

/** A Svelte attachment: focus goes in when it appears, cannot leave by Tab, and returns where it came from. */
export function trap(root: HTMLElement): () => void {
  const before = document.activeElement as HTMLElement | null;
  (root.querySelector<HTMLElement>('[data-first]') ?? root).focus({ preventScroll: true });

  function onKey(event: KeyboardEvent): void {
    if (event.key !== 'Tab') return;
    const all = reachable(root);
    const first = all[0];
    const last = all.at(-1);
    if (!first || !last) return;
    if (event.shiftKey && (document.activeElement === first || document.activeElement === root)) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first.focus();
    }
  }
  root.addEventListener('keydown', onKey);
  return () => {
    root.removeEventListener('keydown', onKey);
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
}
