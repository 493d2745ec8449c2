// Where we are. The address is the state: pages read it, links write it.

import { readTarget, withTarget, type Target } from './explain';
import { readView, writeView, type View } from './view';

let path = $state(location.pathname);
let query = $state(location.search);

const search = $derived(new URLSearchParams(query));
const view = $derived(readView(search));
const target = $derived(readTarget(search));

export const here = {
  get path(): string {
    return path;
  },
  get search(): URLSearchParams {
    return search;
  },
  get view(): View {
    return view;
  },
  get target(): Target | null {
    return target;
  },
};

function sync(): void {
  path = location.pathname;
  query = location.search;
}

export interface GoOptions {
  replace?: boolean;
  /** Stay where the page is scrolled, as for a filter or a drawer. */
  still?: boolean;
}

export function go(href: string, { replace = false, still = false }: GoOptions = {}): void {
  const url = new URL(href, location.href);
  if (url.href === location.href) return;
  const samePage = url.pathname === location.pathname;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  sync();
  if (!samePage && !still) window.scrollTo(0, 0);
}

const join = (where: string, parameters: URLSearchParams): string => {
  const tail = parameters.toString();
  return tail ? `${where}?${tail}` : where;
};

/** A page under the present view: period, filters and workspace travel along. */
export function to(where: string, extra: Record<string, string> = {}): string {
  const parameters = writeView(view);
  for (const [name, value] of Object.entries(extra)) parameters.set(name, value);
  return join(where, parameters);
}

/** The same page with some parameters of its own changed; null takes one away. */
export function withParameters(changes: Record<string, string | null>): string {
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  return join(path, parameters);
}

/** The same page under another view; what the page itself keeps in the address stays. */
export function withView(change: Partial<View>): string {
  const next = writeView({ ...view, ...change });
  const own = new URLSearchParams(query);
  for (const name of [...writeView(view).keys(), 'last', 'from', 'to', 'compare', 'without', 'because', 'cursor']) own.delete(name);
  for (const [name, value] of own) next.append(name, value);
  return join(path, next);
}

export function explaining(next: Target | null): string {
  return join(path, withTarget(search, next));
}

/** Plain clicks on our own links stay inside the page; everything else is the browser's. */
function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.('a');
  if (!link?.href || link.target || link.hasAttribute('download')) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname.startsWith('/api/')) return;
  if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
  event.preventDefault();
  go(url.href, { still: url.pathname === location.pathname });
}

export function listen(): () => void {
  addEventListener('popstate', sync);
  document.addEventListener('click', onClick);
  return () => {
    removeEventListener('popstate', sync);
    document.removeEventListener('click', onClick);
  };
}
