// One question a component has, its answer, and the states between. Answers already heard stay readable.

import { Problem } from '../api/client';

const heard = new Map<string, unknown>();
const KEPT = 200;

let generation = $state(0);

/** After an import or an undo nothing heard before can be trusted. */
export function forget(): void {
  heard.clear();
  generation++;
}

export class Asked<T> {
  data = $state.raw<T | null>(null);
  error = $state.raw<Problem | null>(null);
  loading = $state(true);
  /** Loading, and long enough to say so. */
  slow = $state(false);
  #again = $state(0);

  get tries(): number {
    return this.#again;
  }

  retry = (): void => {
    this.#again++;
  };
}

/**
 * Asks whenever `key` changes. The key names the question completely; null means there is nothing to ask.
 * Call it while a component is being set up.
 */
export function ask<T>(key: () => string | null, fetch: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const asked = new Asked<T>();
  $effect(() => {
    const name = key();
    void generation;
    void asked.tries;
    if (name === null) {
      asked.loading = false;
      return;
    }
    if (heard.has(name)) {
      asked.data = heard.get(name) as T;
      asked.error = null;
      asked.loading = asked.slow = false;
      return;
    }
    const abort = new AbortController();
    asked.loading = true;
    const timer = setTimeout(() => (asked.slow = true), 200);
    fetch(abort.signal)
      .then((data) => {
        if (abort.signal.aborted) return;
        heard.set(name, data);
        if (heard.size > KEPT) heard.delete(heard.keys().next().value!);
        asked.data = data;
        asked.error = null;
      })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        asked.error = error instanceof Problem ? error : new Problem(-1, '', String(error));
      })
      .finally(() => {
        clearTimeout(timer);
        if (abort.signal.aborted) return;
        asked.loading = asked.slow = false;
      });
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  });
  return asked;
}
