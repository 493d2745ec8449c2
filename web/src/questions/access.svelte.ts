// Who is signed in, and what they may. Asked once before anything is drawn; again whenever the server says it has changed.

import { api, whenSignedOut } from '../api/client';
import type { Person, Right } from '../api/types';
import { forget } from './ask.svelte';
import { here } from './here.svelte';

let person = $state.raw<Person | null>(null);
let setup = $state(false);

export const access = {
  get person(): Person | null {
    return person;
  },
  /** Nobody has been set up yet: the link in the terminal makes the first owner. */
  get setup(): boolean {
    return setup;
  },
  get role(): string | null {
    return person?.workspaces.find((w) => w.key === here.view.workspace)?.role ?? null;
  },
};

export async function learnAccess(): Promise<void> {
  const answer = await api.session();
  person = answer.person;
  setup = answer.setup;
}

export function signedIn(next: Person): void {
  forget();
  person = next;
  setup = false;
}

export function signedOut(): void {
  forget();
  person = null;
}

whenSignedOut(signedOut);

/** What the person may do in the workspace being looked at. */
export function may(right: Right): boolean {
  return person?.workspaces.find((w) => w.key === here.view.workspace)?.rights.includes(right) ?? false;
}

/** Whether the person looks after what runs, beyond any workspace: its mail server, its keeping. */
export const operates = (): boolean => person?.everywhere === 'owner';

/** After signing in people land where they wanted to; only addresses of our own are taken from the address bar. */
export function safePath(wanted: string | null): string {
  return wanted && /^\/(?![/\\])/.test(wanted) ? wanted : '/';
}
