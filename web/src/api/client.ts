// The only place that talks to the server. Every call names its workspace; every failure is a Problem.

import type {
  Account,
  Answer,
  Calculation,
  Catalog,
  Explanation,
  Health,
  ImportedFile,
  Members,
  Post,
  Question,
  UploadProgress,
  Workspace,
} from './types';

const ROOT = '/api/v1';

/** What went wrong, as application/problem+json says it, or as near to that as can be told. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly field: string | null = null,
    readonly requestId: string | null = null,
  ) {
    super(detail || title);
    this.name = 'Problem';
  }

  /** No answer at all: the server is down or the network is. */
  get offline(): boolean {
    return this.status === 0;
  }
}

type Parameters = Record<string, string | number | null | undefined>;

export function address(path: string, parameters: Parameters = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const tail = search.toString();
  return ROOT + path + (tail ? `?${tail}` : '');
}

export function problemOf(status: number, text: string, requestId: string | null): Problem {
  try {
    const body = JSON.parse(text) as { title?: string; detail?: string; field?: string };
    return new Problem(status, body.title ?? '', body.detail ?? '', body.field ?? null, requestId);
  } catch {
    return new Problem(status, '', '', null, requestId);
  }
}

async function send<T>(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: 'application/json' } };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.headers = { ...init.headers, 'Content-Type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, '', '');
  }
  const text = await response.text();
  if (!response.ok) throw problemOf(response.status, text, response.headers.get('x-request-id'));
  return (text ? JSON.parse(text) : {}) as T;
}

const escape = encodeURIComponent;

/** A filter as the selectors of a GET: each member its own parameter of the dimension's name. */
function selectors(question: Partial<Question>): Parameters {
  const { from, to, last, compare, as_of, filter } = question;
  const flat: Parameters = { from, to, last, compare, as_of };
  for (const [dimension, members] of Object.entries(filter ?? {})) {
    flat[dimension] = Array.isArray(members) ? members.join(',') : members;
  }
  return flat;
}

export interface PostsRequest {
  question: Partial<Question>;
  sort?: string;
  order?: 'asc' | 'desc';
  limit?: number;
  cursor?: string | null;
  q?: string;
  kpis?: string[];
}

export interface UploadOptions {
  network?: string;
  account?: string;
  zone?: string;
  currency?: string;
  locale?: string;
  format?: string;
  observed_at?: string;
}

export interface ExplainRequest extends Question {
  cell?: Members;
  limit?: number;
  cursor?: string;
}

export const api = {
  health: (signal?: AbortSignal) => send<Health>('GET', address('/health'), undefined, signal),

  workspaces: (signal?: AbortSignal) =>
    send<{ workspaces: Workspace[] }>('GET', address('/workspaces'), undefined, signal),

  saveWorkspace: (key: string, change: Partial<Omit<Workspace, 'key'>>) =>
    send<unknown>('PUT', address(`/workspaces/${escape(key)}`), change),

  query: (workspace: string, question: Question, signal?: AbortSignal) =>
    send<Answer>('POST', address('/query', { workspace }), question, signal),

  explain: (workspace: string, request: ExplainRequest, signal?: AbortSignal) =>
    send<Explanation>('POST', address('/explain', { workspace }), request, signal),

  catalog: (workspace: string, language: string, signal?: AbortSignal) =>
    send<Catalog>('GET', address('/catalog', { workspace, language }), undefined, signal),

  switchPack: (workspace: string, pack: string, on: boolean) =>
    send<unknown>('PUT', address(`/catalog/packs/${escape(pack)}`, { workspace }), { on }),

  calc: (workspace: string, kpi: string, values: Record<string, number>, signal?: AbortSignal) =>
    send<Calculation>('POST', address('/calc', { workspace }), { kpi, values }, signal),

  posts: (workspace: string, request: PostsRequest, signal?: AbortSignal) =>
    send<{ posts: Post[]; total: number; next: string | null }>(
      'GET',
      address('/posts', {
        workspace,
        ...selectors(request.question),
        sort: request.sort,
        order: request.order,
        limit: request.limit,
        cursor: request.cursor,
        q: request.q,
        kpis: request.kpis?.join(','),
      }),
      undefined,
      signal,
    ),

  accounts: (workspace: string, signal?: AbortSignal) =>
    send<{ accounts: Account[] }>('GET', address('/accounts', { workspace }), undefined, signal),

  saveAccount: (workspace: string, network: string, handle: string, change: { ownership?: string; alias?: string }) =>
    send<unknown>('PUT', address(`/accounts/${escape(network)}/${escape(handle)}`, { workspace }), change),

  imports: (workspace: string, cursor: string | null, limit: number, signal?: AbortSignal) =>
    send<{ imports: ImportedFile[]; next: string | null }>(
      'GET',
      address('/imports', { workspace, cursor, limit }),
      undefined,
      signal,
    ),

  import: (workspace: string, batch: string, signal?: AbortSignal) =>
    send<ImportedFile>('GET', address(`/imports/${escape(batch)}`, { workspace }), undefined, signal),

  undoImport: (workspace: string, batch: string) =>
    send<unknown>('POST', address(`/imports/${escape(batch)}/undo`, { workspace }), {}),

  assignImport: (workspace: string, batch: string, account: string) =>
    send<unknown>('POST', address(`/imports/${escape(batch)}/assign`, { workspace }), { account }),

  uploadProgress: (workspace: string, upload: string) =>
    send<UploadProgress>('GET', address(`/imports/uploads/${escape(upload)}`, { workspace })),

  /** Sends a file. XMLHttpRequest, because fetch cannot say how much of a body has left. */
  upload(
    workspace: string,
    file: Blob,
    filename: string,
    upload: string,
    options: UploadOptions,
    onSent: (sent: number, total: number) => void,
  ): Promise<{ files: ImportedFile[] }> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', address('/imports', { workspace, filename, upload, ...options }));
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.setRequestHeader('Accept', 'application/json');
      request.upload.onprogress = (event) => onSent(event.loaded, event.total);
      request.onerror = () => reject(new Problem(0, '', ''));
      request.onload = () => {
        // A refusal (422) still lists its files, each with the reason.
        try {
          const body = JSON.parse(request.responseText) as { files?: ImportedFile[] };
          if (Array.isArray(body.files)) return resolve({ files: body.files });
        } catch {
          // Not JSON: told as a problem below.
        }
        reject(problemOf(request.status, request.responseText, request.getResponseHeader('x-request-id')));
      };
      request.send(file);
    });
  },
};
