// The only place that talks to the server. Every call names its workspace; every failure is a Problem.

import type {
  Account,
  Alert,
  AlertTest,
  AlertWish,
  Annotation,
  Anomalies,
  Answer,
  Audited,
  Benchmark,
  BenchmarkSet,
  BestTimes,
  Calculation,
  CampaignDetails,
  CampaignWish,
  Catalog,
  CatalogChange,
  Channel,
  CheckIn,
  Client,
  Dashboard,
  DashboardBody,
  DashboardListed,
  Definition,
  Digest,
  DigestSettings,
  Explanation,
  Forecast,
  Goal,
  GoalDetails,
  GoalWish,
  Health,
  ImportedFile,
  Invitation,
  LinkFacts,
  MailServer,
  MailWish,
  Mark,
  Member,
  Members,
  Message,
  MyGoals,
  Person,
  Post,
  Publication,
  Question,
  Ran,
  Report,
  ReportChanged,
  Role,
  Schedule,
  ScheduleWish,
  SeenCampaign,
  SessionFacts,
  Share,
  ShareChoices,
  Shared,
  Standouts,
  Tag,
  TagWish,
  ToDo,
  Token,
  Tried,
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
    /** The word for programs: sign_in, code_wanted, … */
    readonly kind: string = '',
    /** What the server answered, where that is more than a problem. */
    readonly body: unknown = null,
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
    const body = JSON.parse(text) as { title?: string; detail?: string; field?: string; type?: string };
    const kind = body.type?.slice(body.type.lastIndexOf(':') + 1) ?? '';
    return new Problem(status, body.title ?? '', body.detail ?? '', body.field ?? null, requestId, kind, body);
  } catch {
    return new Problem(status, '', '', null, requestId);
  }
}

let onSignedOut = (): void => {};

/** Called when the server no longer knows who is asking. */
export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell;
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
  if (!response.ok) {
    const problem = problemOf(response.status, text, response.headers.get('x-request-id'));
    if (problem.kind === 'sign_in') onSignedOut();
    throw problem;
  }
  return (text ? JSON.parse(text) : {}) as T;
}

/** A file's bytes; what went wrong is a Problem here too, where a plain link would save it as the file. */
async function fetchFile(url: string): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch {
    throw new Problem(0, '', '');
  }
  if (response.ok) return response.blob();
  const problem = problemOf(response.status, await response.text(), response.headers.get('x-request-id'));
  if (problem.kind === 'sign_in') onSignedOut();
  throw problem;
}

const escape = encodeURIComponent;

/** The audit log as a file, for the browser to fetch by itself. */
export const auditFile = (workspace: string): string => address('/audit', { workspace, format: 'csv' });

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
  /** Measures and KPIs that nobody has added yet: answered as if the workspace had. */
  proposal?: string;
  cell?: Members;
  limit?: number;
  cursor?: string;
}

export const api = {
  session: () => send<{ person: Person | null; setup: boolean }>('GET', address('/session')),
  signIn: (attempt: { email: string; password: string; code?: string }) => send<{ person: Person }>('POST', address('/session'), attempt),
  forgotten: (email: string) => send<unknown>('POST', address('/session/forgotten'), { email }),
  signOut: () => send<unknown>('DELETE', address('/session')),
  lookAtLink: (proof: string) => send<LinkFacts>('POST', address('/links/look'), { proof }),
  acceptLink: (proof: string, given: { email?: string; name?: string; password?: string }) =>
    send<{ person: Person | null }>('POST', address('/links/accept'), { proof, ...given }),

  rename: (name: string) => send<unknown>('PUT', address('/me'), { name }),
  changePassword: (present: string, password: string) => send<unknown>('PUT', address('/me/password'), { present, password }),
  beginSecondFactor: (password: string) => send<{ secret: string; uri: string }>('POST', address('/me/second-factor'), { password }),
  confirmSecondFactor: (code: string) => send<{ recovery_codes: string[] }>('POST', address('/me/second-factor/confirm'), { code }),
  removeSecondFactor: (password: string) => send<unknown>('POST', address('/me/second-factor/remove'), { password }),
  sessions: (signal?: AbortSignal) => send<{ sessions: SessionFacts[] }>('GET', address('/me/sessions'), undefined, signal),
  endSession: (id: string) => send<unknown>('DELETE', address(`/me/sessions/${escape(id)}`)),
  endOtherSessions: () => send<unknown>('DELETE', address('/me/sessions')),

  people: (workspace: string, signal?: AbortSignal) => send<{ people: Member[] }>('GET', address('/people', { workspace }), undefined, signal),
  setRole: (workspace: string, person: string, role: Role) => send<Member>('PUT', address(`/people/${escape(person)}`, { workspace }), { role }),
  removeMember: (workspace: string, person: string) => send<unknown>('DELETE', address(`/people/${escape(person)}`, { workspace })),
  invitations: (workspace: string, signal?: AbortSignal) =>
    send<{ invitations: Invitation[] }>('GET', address('/invitations', { workspace }), undefined, signal),
  invite: (workspace: string, email: string, role: Role) =>
    send<{ invitation: Invitation; link: string }>('POST', address('/invitations', { workspace }), { email, role }),
  revokeInvitation: (workspace: string, id: string) => send<unknown>('DELETE', address(`/invitations/${escape(id)}`, { workspace })),

  tokens: (workspace: string, signal?: AbortSignal) =>
    send<{ tokens: Token[]; scopes: string[] }>('GET', address('/tokens', { workspace }), undefined, signal),
  makeToken: (workspace: string, start: { name: string; scopes: string[]; days: number | null }) =>
    send<Token & { token: string }>('POST', address('/tokens', { workspace }), start),
  revokeToken: (workspace: string, id: string) => send<unknown>('DELETE', address(`/tokens/${escape(id)}`, { workspace })),

  audit: (workspace: string, cursor: string | null, all: boolean, signal?: AbortSignal) =>
    send<{ audit: Audited[]; next: string | null }>('GET', address('/audit', { workspace, cursor, all: all ? 1 : null }), undefined, signal),

  goals: (workspace: string, signal?: AbortSignal) => send<{ goals: Goal[] }>('GET', address('/goals', { workspace }), undefined, signal),
  goal: (workspace: string, id: string, signal?: AbortSignal) =>
    send<{ goal: GoalDetails }>('GET', address(`/goals/${escape(id)}`, { workspace }), undefined, signal),
  tryGoal: (workspace: string, wish: GoalWish, signal?: AbortSignal) =>
    send<Tried>('POST', address('/goals', { workspace, dry_run: 1 }), wish, signal),
  setGoal: (workspace: string, wish: GoalWish) => send<{ goal: Goal }>('POST', address('/goals', { workspace }), wish),
  removeGoal: (workspace: string, id: string) => send<unknown>('DELETE', address(`/goals/${escape(id)}`, { workspace })),
  checkIn: (workspace: string, id: string, note: string) =>
    send<{ check_in: CheckIn }>('POST', address(`/goals/${escape(id)}/check-ins`, { workspace }), { note }),
  addToDo: (workspace: string, id: string, toDo: { task: string; owner?: string; due?: string }) =>
    send<{ to_do: ToDo }>('POST', address(`/goals/${escape(id)}/to-dos`, { workspace }), toDo),
  finishToDo: (workspace: string, id: string, number: number) =>
    send<{ to_do: ToDo }>('POST', address(`/goals/${escape(id)}/to-dos/${number}/done`, { workspace }), {}),
  myGoals: (signal?: AbortSignal) => send<MyGoals>('GET', address('/me/goals'), undefined, signal),

  dashboards: (workspace: string, signal?: AbortSignal) =>
    send<{ dashboards: DashboardListed[] }>('GET', address('/dashboards', { workspace }), undefined, signal),
  dashboard: (workspace: string, name: string, signal?: AbortSignal) =>
    send<{ dashboard: Dashboard }>('GET', address(`/dashboards/${escape(name)}`, { workspace }), undefined, signal),
  addDashboard: (workspace: string, body: DashboardBody) => send<{ dashboard: Dashboard }>('POST', address('/dashboards', { workspace }), body),
  saveDashboard: (workspace: string, body: DashboardBody, over: number) =>
    send<{ dashboard: Dashboard }>('PUT', address(`/dashboards/${escape(body.name)}`, { workspace }), { ...body, revision: over }),
  removeDashboard: (workspace: string, name: string, revision: number) =>
    send<unknown>('DELETE', address(`/dashboards/${escape(name)}`, { workspace, revision })),
  /** A dashboard that is not saved, answered. */
  tryDashboard: (workspace: string, body: DashboardBody, question: Partial<Question>, signal?: AbortSignal) =>
    send<{ report: Report }>('POST', address('/dashboards', { workspace, dry_run: 1, ...selectors(question) }), body, signal),
  report: (workspace: string, name: string, question: Partial<Question>, signal?: AbortSignal) =>
    send<{ report: Report }>('GET', address(`/reports/${escape(name)}`, { workspace, ...selectors(question) }), undefined, signal),
  reportFile: (workspace: string, name: string, question: Partial<Question>, format: string) =>
    fetchFile(address(`/reports/${escape(name)}`, { workspace, ...selectors(question), format })),
  approveReport: (workspace: string, name: string) => send<unknown>('POST', address(`/reports/${escape(name)}/approve`, { workspace }), {}),
  publishReport: (workspace: string, name: string, question: Partial<Question>) =>
    send<{ publication: Publication; missing: Record<string, string> }>(
      'POST',
      address(`/reports/${escape(name)}/publish`, { workspace, ...selectors(question) }),
      {},
    ),
  published: (workspace: string, name: string, signal?: AbortSignal) =>
    send<{ published: Publication[] }>('GET', address(`/reports/${escape(name)}/published`, { workspace }), undefined, signal),
  publishedFile: (workspace: string, name: string, number: number, format: string) =>
    fetchFile(address(`/reports/${escape(name)}/published/${number}`, { workspace, format })),
  reportChanged: (workspace: string, name: string, published: number, signal?: AbortSignal) =>
    send<ReportChanged>('GET', address(`/reports/${escape(name)}/changed`, { workspace, published }), undefined, signal),
  annotations: (workspace: string, signal?: AbortSignal) =>
    send<{ annotations: Annotation[] }>('GET', address('/annotations', { workspace }), undefined, signal),
  annotate: (workspace: string, mark: Omit<Mark, 'network'> & { network?: string }) =>
    send<{ annotation: Annotation }>('POST', address('/annotations', { workspace }), mark),
  removeAnnotation: (workspace: string, id: string) => send<unknown>('DELETE', address(`/annotations/${escape(id)}`, { workspace })),
  shares: (workspace: string, name: string, signal?: AbortSignal) =>
    send<{ shares: Share[] }>('GET', address(`/dashboards/${escape(name)}/shares`, { workspace }), undefined, signal),
  share: (workspace: string, name: string, wish: ShareChoices & { days: number; label: string }) =>
    send<{ share: Share; link: string; csv: string }>('POST', address(`/dashboards/${escape(name)}/shares`, { workspace }), wish),
  revokeShare: (workspace: string, name: string, id: string) =>
    send<unknown>('DELETE', address(`/dashboards/${escape(name)}/shares/${escape(id)}`, { workspace })),
  /** What a link leads to, for whoever holds it. */
  shared: (proof: string) => send<{ shared: Shared }>('GET', address(`/shared/${escape(proof)}`)),
  campaigns: (workspace: string, signal?: AbortSignal) =>
    send<{ campaigns: SeenCampaign[] }>('GET', address('/campaigns', { workspace }), undefined, signal),
  campaign: (workspace: string, name: string, signal?: AbortSignal) =>
    send<{ campaign: CampaignDetails }>('GET', address(`/campaigns/${escape(name)}`, { workspace }), undefined, signal),
  setCampaign: (workspace: string, wish: CampaignWish) => send<unknown>('POST', address('/campaigns', { workspace }), wish),
  removeCampaign: (workspace: string, name: string) => send<unknown>('DELETE', address(`/campaigns/${escape(name)}`, { workspace })),
  tags: (workspace: string, signal?: AbortSignal) => send<{ tags: Tag[] }>('GET', address('/tags', { workspace }), undefined, signal),
  tag: (workspace: string, tag: string, wish: TagWish) =>
    send<{ posts: number }>('POST', address(`/tags/${escape(tag)}`, { workspace }), wish),
  untag: (workspace: string, tag: string, wish: TagWish) =>
    send<{ posts: number }>('POST', address(`/tags/${escape(tag)}/remove`, { workspace }), wish),

  benchmark: (workspace: string, question: { kpi: string; cohort?: Members } & Partial<Question>, signal?: AbortSignal) =>
    send<{ benchmark: Benchmark }>('POST', address('/benchmark', { workspace }), question, signal),
  benchmarkSets: (workspace: string, signal?: AbortSignal) =>
    send<{ sets: BenchmarkSet[] }>('GET', address('/benchmark/sets', { workspace }), undefined, signal),
  addBenchmarkSets: (workspace: string, yaml: string, filename: string) =>
    send<unknown>('POST', address('/benchmark/sets', { workspace, filename }), { yaml }),
  removeBenchmarkSet: (workspace: string, key: string) => send<unknown>('DELETE', address(`/benchmark/sets/${escape(key)}`, { workspace })),

  entry: (workspace: string, key: string, signal?: AbortSignal) =>
    send<{ entry: string; history?: Definition[] }>('GET', address(`/catalog/${escape(key)}`, { workspace }), undefined, signal),
  /** Faults are an answer too, not a failure. */
  changeCatalog: async (workspace: string, yaml: string, check: boolean, filename = '', signal?: AbortSignal): Promise<CatalogChange> => {
    try {
      return await send<CatalogChange>('POST', address('/catalog', { workspace, filename, check: check ? 1 : null }), { yaml }, signal);
    } catch (error) {
      if (error instanceof Problem && error.status === 422 && error.body) return error.body as CatalogChange;
      throw error;
    }
  },
  removeEntry: (workspace: string, key: string) => send<unknown>('DELETE', address(`/catalog/${escape(key)}`, { workspace })),

  alerts: (workspace: string, signal?: AbortSignal) => send<{ alerts: Alert[] }>('GET', address('/alerts', { workspace }), undefined, signal),
  alert: (workspace: string, name: string, signal?: AbortSignal) =>
    send<{ alert: Alert }>('GET', address(`/alerts/${escape(name)}`, { workspace }), undefined, signal),
  setAlert: (workspace: string, wish: AlertWish) => send<unknown>('POST', address('/alerts', { workspace }), wish),
  changeAlert: (workspace: string, name: string, wish: AlertWish) => send<unknown>('PUT', address(`/alerts/${escape(name)}`, { workspace }), wish),
  removeAlert: (workspace: string, name: string) => send<unknown>('DELETE', address(`/alerts/${escape(name)}`, { workspace })),
  muteAlert: (workspace: string, name: string, until: string | null) =>
    send<unknown>('POST', address(`/alerts/${escape(name)}/mute`, { workspace }), until ? { until } : {}),
  unmuteAlert: (workspace: string, name: string) => send<unknown>('POST', address(`/alerts/${escape(name)}/unmute`, { workspace }), {}),
  testAlert: (workspace: string, name: string, really: boolean) =>
    send<{ test: AlertTest }>('POST', address(`/alerts/${escape(name)}/test`, { workspace }), really ? { send: true } : {}),
  runAlerts: (workspace: string) => send<{ run: Ran[] }>('POST', address('/alerts/run', { workspace }), {}),
  digest: (workspace: string, signal?: AbortSignal) => send<{ digest: Digest }>('GET', address('/digest', { workspace }), undefined, signal),
  digestSettings: (workspace: string, signal?: AbortSignal) =>
    send<{ settings: DigestSettings }>('GET', address('/digest/settings', { workspace }), undefined, signal),
  setDigest: (workspace: string, change: Partial<Pick<DigestSettings, 'on' | 'channel' | 'hour' | 'kpis'>>) =>
    send<{ settings: DigestSettings }>('PUT', address('/digest/settings', { workspace }), change),

  channels: (workspace: string, signal?: AbortSignal) => send<{ channels: Channel[] }>('GET', address('/channels', { workspace }), undefined, signal),
  addChannel: (workspace: string, wish: { name: string; to?: string[]; webhook?: string; slack?: string }) =>
    send<{ channel: Channel; secret?: string }>('POST', address('/channels', { workspace }), wish),
  removeChannel: (workspace: string, name: string) => send<unknown>('DELETE', address(`/channels/${escape(name)}`, { workspace })),
  testChannel: (workspace: string, name: string) =>
    send<{ channel: Channel; delivered: boolean; failure: string | null }>('POST', address(`/channels/${escape(name)}/test`, { workspace }), {}),
  messages: (workspace: string, limit: number, signal?: AbortSignal) =>
    send<{ messages: Message[] }>('GET', address('/messages', { workspace, limit }), undefined, signal),
  retryMessage: (workspace: string, number: number) => send<unknown>('POST', address(`/messages/${number}/retry`, { workspace }), {}),

  schedules: (workspace: string, signal?: AbortSignal) =>
    send<{ schedules: Schedule[] }>('GET', address('/schedules', { workspace }), undefined, signal),
  addSchedule: (workspace: string, wish: ScheduleWish) => send<{ schedule: Schedule }>('POST', address('/schedules', { workspace }), wish),
  removeSchedule: (workspace: string, number: number) => send<unknown>('DELETE', address(`/schedules/${number}`, { workspace })),
  /** Of the installation, not of a workspace. */
  mail: (signal?: AbortSignal) => send<{ mail: MailServer | null }>('GET', address('/mail'), undefined, signal),
  setMail: (wish: MailWish) => send<{ mail: MailServer }>('PUT', address('/mail'), wish),
  removeMail: () => send<unknown>('DELETE', address('/mail')),
  testMail: (to: string) => send<unknown>('POST', address('/mail/test'), { to }),

  forecast: (workspace: string, kpi: string, question: Partial<Question>, ahead: number, signal?: AbortSignal) =>
    send<{ forecast: Forecast }>('POST', address('/forecast', { workspace }), { kpi, ahead, ...question }, signal),
  anomalies: (workspace: string, kpi: string, question: Partial<Question>, signal?: AbortSignal) =>
    send<{ anomalies: Anomalies }>('POST', address('/anomalies', { workspace }), { kpi, ...question }, signal),
  standouts: (workspace: string, kpi: string, question: Partial<Question>, limit: number, signal?: AbortSignal) =>
    send<{ standouts: Standouts }>('POST', address('/standouts', { workspace }), { kpi, limit, ...question }, signal),
  bestTimes: (workspace: string, kpi: string, question: Partial<Question>, signal?: AbortSignal) =>
    send<{ best_times: BestTimes }>('POST', address('/best-times', { workspace }), { kpi, ...question }, signal),

  clients: (signal?: AbortSignal) => send<{ clients: Client[]; window_days: number }>('GET', address('/clients'), undefined, signal),

  health: (signal?: AbortSignal) => send<Health>('GET', address('/health'), undefined, signal),

  workspaces: (signal?: AbortSignal) =>
    send<{ workspaces: Workspace[] }>('GET', address('/workspaces'), undefined, signal),

  saveWorkspace: (key: string, change: Partial<Omit<Workspace, 'key'>>) =>
    send<unknown>('PUT', address(`/workspaces/${escape(key)}`), change),

  query: (workspace: string, question: Question & { proposal?: string }, signal?: AbortSignal) =>
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
