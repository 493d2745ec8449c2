// The shapes of docs/api.md, written once. Nothing else in the web declares what the server says.

export type Unit = 'count' | 'ratio' | 'people' | 'money' | 'seconds' | 'characters' | 'per_day' | 'score';
export type Good = 'up' | 'down' | 'none';
export type Reason = 'no_data' | 'not_reported' | 'zero_denominator' | 'not_applicable' | 'missing_rate';
export type Ownership = 'own' | 'competitor' | 'partner';
export type Basis = 'auto' | 'published' | 'occurred';
export type Note =
  | 'partial_period'
  | 'unsettled'
  | 'definition_break'
  | 'bounded'
  | 'stale'
  | 'small_sample'
  | 'mixed_zones'
  | 'mixed_definitions'
  | 'mixed_basis'
  | 'negative_flow';

/** A filter or a cell: dimension to one member or to any of several. */
export type Members = Record<string, string | string[]>;

export interface Question {
  kpis: string[];
  by?: string[];
  from?: string;
  to?: string;
  last?: string;
  compare?: string;
  filter?: Members;
  basis?: Basis;
  as_of?: string;
  /** Posts that are left out, by what they are; never without a reason. */
  without?: Members;
  because?: string;
}

export interface Interval {
  low: number | null;
  high: number | null;
  level?: number;
  method: string;
}

/** What every number on a page is made of, wherever it came from. */
export interface Cell {
  value: number | null;
  reason: Reason | null;
  compared?: number | null;
  compared_interval?: Interval | null;
  compared_n?: number | null;
  /** Whether the two differ by more than chance; null where that cannot be tested. */
  evidence?: { change: boolean; p: number; p_adjusted: number; difference: number; low: number | null; high: number | null } | null;
  change?: number | null;
  interval?: Interval | null;
  n?: number | null;
  coverage?: number | null;
  notes: string[];
}

export interface Row extends Cell {
  by: Record<string, string>;
  kpi: string;
  variant: string | null;
  definition: number | null;
  basis: string | null;
}

export interface Answer {
  question: Question & { zone?: string };
  rows: Row[];
  notes: string[];
}

export interface ExplainInput {
  name: string;
  sum: number | null;
  rows: number;
  role: string;
  parts: { measure: string; sum: number | null; rows: number }[];
  sources: { batch: string; source: string; path: string; rows: number }[];
}

export interface ExplainRow {
  network: string;
  account: string;
  subject: string;
  post_id?: string | null;
  measure: string;
  promotion: string;
  window: string;
  start: string;
  end: string;
  value: number | null;
  observed_at: string;
  source: string;
  batch: string;
}

export interface Explanation {
  question: Question & { zone?: string };
  row: Row;
  kpi: {
    key: string;
    variant: string | null;
    name: string;
    description: string;
    unit: Unit;
    class: string;
    family: string;
    good: Good;
    formula: string;
    definition: number;
    source?: string | null;
  };
  window: { from: string | null; to: string | null; zone: string };
  inputs: ExplainInput[];
  left_out: { reason: string; count: number; examples: string[] }[];
  interval: (Interval & { words?: string }) | null;
  sql: string[];
  rows: ExplainRow[];
  total_rows: number;
  next: string | null;
  command: string;
}

export interface Measure {
  key: string;
  name: string;
  description: string;
  unit: Unit;
  class: string;
  good: Good;
  synonyms?: string[];
  /** "built_in", "own" or the key of a pack. */
  origin?: string;
}

export interface Variant {
  key: string;
  name: string;
  formula: string;
  unit?: Unit;
  note?: string | null;
  default: boolean;
}

export interface Kpi {
  key: string;
  name: string;
  family: string;
  description: string;
  unit: Unit;
  class: string;
  good: Good;
  kind?: string;
  vanity?: boolean;
  serves?: string[];
  synonyms?: string[];
  interval?: boolean;
  definition: number;
  formula: string;
  source?: string | null;
  origin?: string;
  variants: Variant[];
}

/** KPIs that a workspace may switch on. */
export interface Pack {
  key: string;
  name: string;
  description: string;
  on: boolean;
  measures: string[];
  kpis: string[];
}

export interface Network {
  key: string;
  name: string;
  zone?: string | null;
  settlement_days?: number | null;
  breaks?: { measure: string; day: string; description: string }[];
  not_reported?: string[];
  synonyms?: string[];
}

export interface Format {
  key: string;
  network: string | null;
  name: string;
  description: string;
  how_to_get: string;
  reaches_back: string | null;
  leaves_out: string | null;
  header_only: boolean;
}

export interface Catalog {
  packs?: Pack[];
  problems?: string[];
  measures: Measure[];
  kpis: Kpi[];
  dimensions: { key: string; name: string; description: string }[];
  networks: Network[];
  formats: Format[];
}

export interface Workspace {
  key: string;
  zone: string;
  currency: string;
  week_start: string;
}

export interface Account {
  network: string;
  account: string;
  ownership: Ownership;
  aliases: string[];
  posts: number;
  observations: number;
  first_day: string | null;
  last_day: string | null;
}

export interface Post {
  network: string;
  account: string;
  id: string;
  published_at: string | null;
  published_day: string | null;
  kind: string | null;
  text: string | null;
  link: string | null;
  hashtags: string[];
  promotion: string;
  campaign: string | null;
  tags: string[];
  values: Record<string, Cell>;
}

export interface Reject {
  line: number;
  column: string | null;
  text: string;
  reason: string;
}

/** A batch in the list of imports, and one file of an upload's answer. */
export interface ImportedFile {
  batch: string | null;
  path: string;
  format: string | null;
  network: string | null;
  accounts: string[];
  recorded_at?: string;
  observed_at?: string | null;
  observed_at_estimated?: boolean;
  rows_read: number;
  rows_accepted: number;
  rows_rejected: number;
  rows_ignored: number;
  posts: number;
  observations: number;
  already_known?: boolean;
  first_day: string | null;
  last_day: string | null;
  zone?: string | null;
  undone?: boolean;
  warnings: string[];
  rejects: Reject[];
  error?: string;
}

export interface UploadProgress {
  state: string;
  bytes_read: number;
  bytes_total: number;
  rows_read: number;
}

export interface Calculation {
  kpi: string;
  variant: string | null;
  value: number | null;
  reason: Reason | null;
  formula: string;
}

export interface Health {
  status: string;
  version: string;
  now: string;
}

export type Role = 'viewer' | 'agent' | 'analyst' | 'admin' | 'owner';
export type Right = 'read' | 'answer' | 'write_data' | 'define' | 'make_tokens' | 'manage_workspace' | 'manage_people' | 'read_audit';

export interface Person {
  id: string;
  email: string;
  name: string;
  everywhere: Role | null;
  password: boolean;
  second_factor: boolean;
  recovery_codes_left: number;
  workspaces: { key: string; role: Role; rights: Right[] }[];
}

export interface Member {
  id: string;
  email: string;
  name: string;
  role: Role;
  everywhere: boolean;
  second_factor: boolean;
  disabled_at: string | null;
}

export interface Invitation {
  id: string;
  email: string;
  workspace: string | null;
  role: Role;
  made_at: string;
  expires_at: string;
}

export interface LinkFacts {
  kind: 'setup' | 'invitation' | 'reset' | 'sign_in';
  email: string | null;
  workspace: string | null;
  role: Role;
  known: boolean;
}

export interface SessionFacts {
  id: string;
  address: string;
  agent: string;
  created_at: string;
  seen_at: string;
  current: boolean;
}

export interface Token {
  id: string;
  name: string;
  person: string | null;
  workspace: string | null;
  scopes: string[];
  made_at: string;
  expires_at: string | null;
  used_at: string | null;
  used_from: string | null;
  revoked_at: string | null;
  own: boolean;
}

export interface Audited {
  number: number;
  at: string;
  actor: { kind: 'person' | 'token' | 'cli' | 'system'; id: string; name: string | null };
  workspace: string | null;
  action: string;
  object: string;
  detail: string;
}

export interface Client {
  key: string;
  role: Role;
  own_accounts: number;
  other_accounts: number;
  posts: number;
  last_day: string | null;
  days_behind: number | null;
  imports: number;
  imports_with_rejects: number;
  rejected_rows: number;
  newest_import: { batch: string; path: string; recorded_at: string } | null;
  needs: { kind: 'no_data' | 'stale' | 'rejected_rows' | 'unnamed_account'; count: number }[];
}

export type GoalStatus = 'no_data' | 'ahead' | 'on_track' | 'at_risk' | 'off_track' | 'hit' | 'missed';
export type Cadence = 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'yearly';
export type TargetKind = 'relative' | 'change' | 'absolute' | 'keep';

export interface GoalTarget {
  kind: TargetKind;
  value: number;
  /** Of a range that is kept. */
  high?: number;
  inclusive?: boolean;
}

export interface Ahead {
  value: number;
  low: number;
  high: number;
}

export interface Goal {
  /** Null where it was only tried. */
  id: string | null;
  sentence: string;
  kpi: string;
  variant: string | null;
  filter: Members;
  direction: 'up' | 'down' | 'range';
  target: GoalTarget;
  baseline: { from: string; to: string; value: number | null; interval: { low: number | null; high: number | null } | null; stated: boolean };
  start: string;
  due: string;
  cadence: Cadence;
  owner: string | null;
  status: GoalStatus;
  progress: number | null;
  expected: number | null;
  probability: number | null;
  reason: Reason | 'not_begun' | null;
  actual: number | null;
  /** The days and the basis that `actual` is of. */
  actual_of: { from: string; to: string; basis: Basis } | null;
  target_value: number | null;
  forecast: Ahead | null;
  model: 'forecast' | 'pace' | null;
  model_reason: string | null;
  periods?: { from: string; to: string; value: number | null; kept: boolean | null }[];
  feasibility: { tried: number; reached: number; words: string } | null;
  next_review: string | null;
  review_due: boolean;
  notes: string[];
  said: string | null;
  rationale: string | null;
  set_at: string;
  removed_at: string | null;
}

export interface PathPoint {
  day: string;
  actual: number | null;
  expected: number | null;
  forecast: Ahead | null;
}

export interface CheckIn {
  number: number;
  note: string;
  by: string;
  at: string;
}

export interface ToDo {
  number: number;
  task: string;
  owner: string | null;
  due: string | null;
  set_at: string;
  done_at: string | null;
}

export interface GoalDetails extends Goal {
  path: PathPoint[];
  history: { status: GoalStatus; observed_at: string; actual: number | null; progress: number | null; expected: number | null; probability: number | null }[];
  check_ins: CheckIn[];
  to_dos: ToDo[];
}

/** A goal as it is sent: a sentence, or its fields. */
export interface GoalWish {
  sentence?: string;
  kpi?: string;
  filter?: Members;
  direction?: string;
  target?: GoalTarget;
  baseline?: { from?: string; to?: string; value?: number };
  start?: string;
  due?: string;
  cadence?: string;
  owner?: string;
  rationale?: string;
}

/** What came of trying one: the goal as it was understood, or what is missing. */
export interface Tried {
  goal: Goal | null;
  missing: { detail: string; field: string } | null;
}

export interface MyGoals {
  reviews: { workspace: string; goal: string; sentence: string; status: GoalStatus | null; next_review: string; review_due: boolean }[];
  to_dos: { workspace: string; goal: string; sentence: string; to_do: ToDo; overdue: boolean }[];
}

// Dashboards, reports, annotations, links to them.

export type TileKind = 'number' | 'line' | 'bar' | 'stacked' | 'heatmap' | 'table' | 'funnel' | 'pie' | 'text';
export type AnnotationKind = 'campaign' | 'algorithm' | 'outage' | 'press' | 'other';

export interface Tile {
  kind: TileKind;
  title?: string;
  words?: string;
  kpis?: string[];
  by?: string[];
  filter?: Record<string, string[]>;
  last?: string;
  from?: string;
  to?: string;
  compare?: string;
  basis?: Basis;
  limit?: number;
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface DashboardBody {
  name: string;
  title: string;
  words?: string;
  filter?: Record<string, string[]>;
  last?: string;
  from?: string;
  to?: string;
  compare?: string;
  annotations?: AnnotationKind[];
  tiles: Tile[];
}

export interface Dashboard extends DashboardBody {
  template: boolean;
  revision: number;
  saved_by: string | null;
  saved_at: string | null;
}

export interface DashboardListed {
  name: string;
  title: string;
  words: string;
  template: boolean;
  revision: number;
  status: 'draft' | 'approved';
  published: number;
  tiles: TileKind[];
  kpis: string[];
  lacking: Record<string, Reason>;
}

/** What happened, drawn into charts over time. */
export interface Mark {
  from: string;
  to: string;
  kind: AnnotationKind;
  text: string;
  network: string | null;
}

export interface Annotation extends Mark {
  id: string;
  made_by: string;
  made_at: string;
}

export interface AnsweredTile {
  kind: TileKind;
  title: string;
  words: string;
  answer?: Answer;
  failure?: string;
  left_out?: number;
  annotations?: Mark[];
  goal?: { target: number; due: string; sentence: string };
}

export interface Report {
  dashboard: DashboardBody;
  revision: number;
  status: string;
  zone: string;
  currency: string;
  from: string | null;
  to: string | null;
  compare: string | null;
  as_of: string;
  filter: Record<string, string[]>;
  tiles: AnsweredTile[];
}

export interface Publication {
  report: string;
  number: number;
  revision: number;
  title: string;
  as_of: string;
  published_by: string;
  published_at: string;
  formats: string[];
}

/** One row whose answer is another now than when it was published. */
export interface ChangedRow {
  by: Record<string, string>;
  kpi: string;
  variant: string | null;
  before: Cell;
  after: Cell;
}

export interface ReportChanged {
  publication: Publication;
  changed: number;
  unchanged: number;
  tiles: { title: string; changes: { rows: ChangedRow[]; total: number } }[];
}

export interface Share {
  id: string;
  dashboard: string;
  label: string;
  choices: ShareChoices;
  made_by: string;
  made_at: string;
  expires_at: string;
  expired: boolean;
  opened_at: string | null;
}

export interface ShareChoices {
  from?: string;
  to?: string;
  last?: string;
  compare?: string;
  filter?: Members;
}

export interface Shared {
  label: string;
  expires_at: string;
  week_start: string;
  report: Report;
  catalog: Catalog;
}

// ---- campaigns, tags, benchmarks, own entries and what lies ahead

export interface Campaign {
  name: string;
  from: string | null;
  to: string | null;
  budget: number | null;
  currency: string | null;
  rules: string[];
  by: string | null;
  set_at: string | null;
}

/** One in the list; of those that exports alone name only the numbers are known. */
export interface SeenCampaign extends Campaign {
  origin: 'set' | 'exports';
  posts: number | null;
  impressions: number | null;
  engagements: number | null;
}

export type CampaignPart = 'own' | 'organic' | 'paid' | 'partners';
export type CampaignTime = 'before' | 'during' | 'after';

export interface CampaignDetails extends Campaign {
  from: string;
  to: string;
  zone: string;
  parts: { part: CampaignPart; rows: Row[] }[];
  periods: { period: CampaignTime; from: string; to: string; over: boolean; rows: Row[] | null }[];
  cost: {
    value: number | null;
    from: 'stored' | 'budget' | null;
    currency: string | null;
    stored: number | null;
    budget: number | null;
    per_result: { kpi: string; result: number | null; cost: number | null; reason: Reason | null }[];
  };
  goals: Goal[];
}

/** As one is sent. */
export interface CampaignWish {
  name: string;
  from: string;
  to: string;
  budget?: number;
  currency?: string;
  rules: string[];
}

export interface Tag {
  tag: string;
  posts: number | null;
  rules: string[];
}

/** What a tag is given to or taken from. */
export interface TagWish {
  posts?: string[];
  selection?: Partial<Question>;
}

export type Percentiles = Partial<Record<'p10' | 'p25' | 'p50' | 'p75' | 'p90', number>>;

export interface BenchmarkAccount extends Cell {
  account: string;
  ownership: Ownership;
  mine: boolean;
  in_cohort: boolean;
  definition: number | null;
  basis: string | null;
  engagements: number | null;
  engagement_share: number | null;
  posting_frequency: number | null;
  follower_growth: number | null;
  rank: { position: number | null; of: number; best: number | null; worst: number | null; percentile: number | null; reason: string | null } | null;
}

export interface BenchmarkNetwork {
  network: string;
  accounts: BenchmarkAccount[];
  cohort: { n: number; minimum: number; percentiles: Percentiles | null; median_interval: Interval | null; reason: string | null };
  notes: string[];
}

export interface BenchmarkValue {
  kpi: string;
  variant: string | null;
  network: string | null;
  n: number | null;
  percentiles: Percentiles | null;
  typical: number | null;
  levels: Record<string, number> | null;
  differs: string | null;
  words: string | null;
  /** In an answer alone. */
  compared?: boolean;
  why_not?: string | null;
  accounts?: { network: string; account: string | null; value: number | null; percentile: number | null; place: string | null; reason: string | null; level: string | null }[];
}

export interface BenchmarkSet {
  key: string;
  name: string;
  source: string;
  year: number;
  cohort: string;
  of: string;
  /** Null of a rule of thumb. */
  n: number | null;
  minimum: number;
  origin: 'published' | 'own';
  recorded_at: string | null;
  values: BenchmarkValue[];
}

export interface Benchmark {
  question: Question & { zone?: string };
  kpi: string;
  variant: string | null;
  good: Good;
  networks: BenchmarkNetwork[];
  sets: BenchmarkSet[];
}

/** What is wrong with a catalog file, and where. */
export interface CatalogFault {
  file: string;
  line: number;
  column: number;
  path: string;
  /** Of a formula with the formula and a caret under the place, on lines of their own. */
  what: string;
}

export interface CatalogChange {
  entries: { entry: string; key: string; definition: number }[];
  unchanged: string[];
  problems: CatalogFault[];
}

export interface Definition {
  definition: number;
  /** A file that holds the entry alone; null where it was taken back. */
  yaml: string | null;
  recorded_at: string;
}

export interface Forecast {
  question: Question & { zone?: string };
  kpi: string;
  variant: string | null;
  history: { day: string; value: number | null }[];
  days: { day: string; value: number; interval: Interval }[];
  whole: { value: number; interval: Interval } | null;
  back_test: { origins: number; days: number; coverage: number; mean_error: number; scaled_error: number | null };
}

export interface Anomalies {
  question: Question & { zone?: string };
  kpi: string;
  variant: string | null;
  from: string;
  to: string;
  days: { day: string; value: number; expected: number; interval: Interval; p: number; p_adjusted: number }[];
  changes: LevelChange[];
  judged: 'value' | 'change';
  false_discovery_rate: number;
  days_judged: number;
  changes_judged: number;
}

/** From `day` on the number has another level: a day's mean before and after. */
export interface LevelChange {
  day: string;
  before: number;
  after: number;
  change: number | null;
  weeks_before: number;
  weeks_after: number;
  p: number;
  p_adjusted: number;
}

// ---- posts beside what was expected of them

export interface Standout {
  network: string;
  account: string;
  post: string;
  day: string;
  published_at: string | null;
  kind: string | null;
  text: string | null;
  link: string | null;
  value: number;
  expected: number;
  ratio: number | null;
  interval: Interval;
  p: number;
  p_adjusted: number;
  beyond_chance: boolean;
}

export interface InCommon {
  what: 'kind' | 'hashtag' | 'weekday' | 'hour' | 'length';
  member: string;
  with: number;
  n: number;
  p: number;
  p_adjusted: number;
}

interface PostInsight {
  question: Question & { zone?: string };
  kpi: string;
  variant: string | null;
  posts: number;
  reason: string | null; // why nothing is told of so few
}

export interface Standouts extends PostInsight {
  left_out: { without_value: number; older: number };
  false_discovery_rate: number;
  standouts: Standout[];
  flops: Standout[];
  in_common: { group: number; compared: number; standouts: InCommon[]; flops: InCommon[] };
}

export interface BestTime {
  weekday: string;
  hour: number;
  n: number;
  effect: number;
  interval: Interval;
  probability: number;
}

export interface BestTimes extends PostInsight {
  left_out: { without_value: number; older: number; without_hour: number };
  zone: string;
  differs: boolean;
  effect: 'share' | 'difference';
  cells: BestTime[];
}

// ---- alerts, and where messages go

export type AlertKind = 'threshold' | 'change' | 'anomaly' | 'goal' | 'stale' | 'definitions';
export type AlertState = 'new' | 'calm' | 'counting' | 'firing' | 'unknown';

export interface AlertFinding {
  about: string;
  says: string;
  from: string | null;
  to: string | null;
  reason: string | null;
  value: number | null;
  bound: number | null;
  n: number | null;
  interval: Interval | null;
  zone: string | null;
  title: string;
  lines: string[];
  link: string | null;
}

export interface AlertEpisode {
  number: number;
  about: string;
  title: string;
  opened_at: string;
  closed_at: string | null;
  told_at: string | null;
  end_told_at: string | null;
}

/** As one is sent; what its kind does not take is left out. */
export interface AlertWish {
  name: string;
  kind: AlertKind;
  channel: string;
  kpi?: string;
  filter?: Members;
  last?: string;
  side?: string;
  bound?: number;
  clear?: number;
  compare?: string;
  goal?: string;
  days?: number;
  for?: number;
  quiet?: string;
  recovery?: boolean;
}

export interface Alert {
  name: string;
  kind: AlertKind;
  channel: string;
  kpi: string | null;
  filter: Members | null;
  last: string | null;
  side: string | null;
  bound: number | null;
  clear: number | null;
  compare: string | null;
  goal: string | null;
  days: number | null;
  for: number | null;
  quiet: string | null;
  recovery: boolean;
  words: string;
  by: string | null;
  set_at: string;
  muted: { until: string | null } | null;
  state: AlertState;
  reason: string | null;
  judged_at: string | null;
  failure: string | null;
  waiting: number;
  findings: AlertFinding[];
  open: number;
  /** Of one alert by its name alone. */
  episodes?: AlertEpisode[];
}

export interface AlertTest {
  name: string;
  findings: AlertFinding[];
  outcome: 'send' | 'hold' | 'nothing';
  why: string;
  messages: { subject: string; text: string; link: string | null }[];
  sent: { channel: string; parcel: number } | null;
}

export interface Channel {
  name: string;
  kind: 'mail' | 'webhook' | 'slack';
  targets: string[];
  made_by: string;
  made_at: string;
  succeeded_at: string | null;
  failed_at: string | null;
  failure: string | null;
}

export interface Message {
  number: number;
  channel: string;
  subject: string;
  link: string | null;
  state: 'waiting' | 'sending' | 'delivered' | 'given_up' | 'dropped';
  put_at: string;
  tries: number;
  next_try: string | null;
  ended_at: string | null;
  failure: string | null;
}

export interface Ran {
  name: string;
  state: AlertState;
  reason: string | null;
  told: string[];
  held: number;
  failure: string | null;
}

export interface DigestChange {
  kpi: string;
  variant: string | null;
  network: string | null;
  value: number | null;
  compared: number | null;
  change: number | null;
  n: number;
  compared_n: number;
  p: number;
  p_adjusted: number;
  difference: { value: number; low: number | null; high: number | null; level: number; method: string };
  good: 'better' | 'worse' | null;
  words: string;
  link: string | null;
}

export interface Digest {
  from: string | null;
  to: string | null;
  compared: { from: string; to: string } | null;
  zone: string;
  numbers: number;
  tested: number;
  false_discovery_rate: number;
  changes: DigestChange[];
  goals: { goal: string; sentence: string; from: string; to: string; at: string; words: string; link: string | null }[];
  alerts: { name: string; title: string; opened_at: string }[];
  notes: string[];
  subject: string;
  text: string;
}

export interface DigestSettings {
  on: boolean;
  channel: string | null;
  hour: number;
  /** Null: a list of the program's own. */
  kpis: string[] | null;
  next_at: string | null;
  last: { week: string; sent_at: string } | null;
  failure: string | null;
}

export type MailSecurity = 'starttls' | 'tls' | 'none';

export interface MailServer {
  host: string;
  port: number;
  security: MailSecurity;
  user: string | null;
  has_password: boolean;
  sender_name: string | null;
  sender_address: string;
}

/** What is left out stays as it was. */
export type MailWish = Partial<Omit<MailServer, 'has_password'>> & { password?: string };

export interface Schedule {
  number: number;
  report: string;
  every: string;
  at: string;
  zone: string;
  channel: string;
  formats: string[];
  next: string | null;
  last_publication: number | null;
  failure: string | null;
  made_by: string;
  made_at: string;
}

export interface ScheduleWish {
  report: string;
  every: string;
  at: string;
  zone: string;
  channel: string;
  formats: string[];
}
