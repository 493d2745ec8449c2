// The pages there are and will be, in the rail's order. Each page's code is fetched when it is first opened.

import type { Component } from 'svelte';
import type { IconName } from '../ui/Icon.svelte';
import type { Label } from '../words';

export interface Page {
  name: string;
  path: string;
  icon: IconName;
  label: Label;
  /** Not there yet: greyed in the rail, and the page says what it will be. */
  later?: true;
  /** Whether the bar of period and filters belongs to it. */
  bar?: true;
}

export const PAGES = [
  { name: 'overview', path: '/', icon: 'overview', label: 'nav.overview', bar: true },
  { name: 'profiles', path: '/profiles', icon: 'profiles', label: 'nav.profiles', bar: true },
  { name: 'posts', path: '/posts', icon: 'posts', label: 'nav.posts', bar: true },
  { name: 'campaigns', path: '/campaigns', icon: 'flag', label: 'nav.campaigns' },
  { name: 'audience', path: '/audience', icon: 'audience', label: 'nav.audience', later: true },
  { name: 'links', path: '/links', icon: 'links', label: 'nav.links', later: true },
  { name: 'web', path: '/web', icon: 'web', label: 'nav.web', later: true },
  { name: 'care', path: '/care', icon: 'care', label: 'nav.care', later: true },
  { name: 'surveys', path: '/surveys', icon: 'surveys', label: 'nav.surveys', later: true },
  { name: 'listening', path: '/listening', icon: 'listening', label: 'nav.listening', later: true },
  { name: 'competitors', path: '/benchmarks', icon: 'competitors', label: 'nav.competitors', bar: true },
  { name: 'goals', path: '/goals', icon: 'goals', label: 'nav.goals' },
  { name: 'dashboards', path: '/dashboards', icon: 'dashboards', label: 'nav.dashboards' },
  { name: 'reports', path: '/reports', icon: 'reports', label: 'nav.reports' },
  { name: 'alerts', path: '/alerts', icon: 'bell', label: 'nav.alerts' },
  { name: 'calendar', path: '/calendar', icon: 'calendar', label: 'nav.calendar', later: true },
  { name: 'data', path: '/data', icon: 'data', label: 'nav.data' },
  { name: 'dictionary', path: '/dictionary', icon: 'dictionary', label: 'nav.dictionary' },
  { name: 'settings', path: '/settings', icon: 'settings', label: 'nav.settings' },
] as const satisfies readonly Page[];

export type LaterName = Extract<(typeof PAGES)[number], { later: true }>['name'];

type Loader = () => Promise<{ default: Component<Record<string, never>> | Component<{ parts: string[] }> | Component<{ name: LaterName }> }>;

const loaders: Record<string, Loader> = {
  overview: () => import('../pages/overview/Overview.svelte'),
  profiles: () => import('../pages/profiles/Profiles.svelte'),
  profile: () => import('../pages/profiles/Profile.svelte'),
  posts: () => import('../pages/posts/Posts.svelte'),
  standouts: () => import('../pages/posts/Standouts.svelte'),
  best_times: () => import('../pages/posts/BestTimes.svelte'),
  goals: () => import('../pages/goals/Goals.svelte'),
  goal: () => import('../pages/goals/Goal.svelte'),
  new_goal: () => import('../pages/goals/NewGoal.svelte'),
  dashboards: () => import('../pages/dashboards/Dashboards.svelte'),
  board: () => import('../pages/dashboards/Board.svelte'),
  reports: () => import('../pages/reports/Reports.svelte'),
  report: () => import('../pages/reports/Report.svelte'),
  alerts: () => import('../pages/alerts/Alerts.svelte'),
  alert: () => import('../pages/alerts/AlertPage.svelte'),
  digest: () => import('../pages/alerts/DigestPage.svelte'),
  campaigns: () => import('../pages/campaigns/Campaigns.svelte'),
  campaign: () => import('../pages/campaigns/Campaign.svelte'),
  competitors: () => import('../pages/benchmarks/Benchmarks.svelte'),
  own_kpi: () => import('../pages/dictionary/OwnKpi.svelte'),
  catalog_file: () => import('../pages/dictionary/CatalogFile.svelte'),
  data: () => import('../pages/data/Data.svelte'),
  dictionary: () => import('../pages/dictionary/Dictionary.svelte'),
  entry: () => import('../pages/dictionary/Entry.svelte'),
  settings: () => import('../pages/settings/Settings.svelte'),
  you: () => import('../pages/settings/You.svelte'),
  people: () => import('../pages/settings/People.svelte'),
  channels: () => import('../pages/settings/ChannelsPage.svelte'),
  sending: () => import('../pages/settings/Sending.svelte'),
  tokens: () => import('../pages/settings/Tokens.svelte'),
  audit: () => import('../pages/settings/AuditLog.svelte'),
  clients: () => import('../pages/clients/Clients.svelte'),
  mine: () => import('../pages/mine/Mine.svelte'),
  design: () => import('../pages/design/Design.svelte'),
  later: () => import('../pages/later/Later.svelte'),
  missing: () => import('../pages/later/Missing.svelte'),
};

export interface Route {
  /** Which page of the rail is lit. */
  page: string | null;
  title: Label;
  load: string;
  parts: string[];
  bar: boolean;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Pages beside those of the rail: reached from the switch of workspaces, the person's menu, the settings. */
const asides: Record<string, { title: Label; load: string; page: string | null; bar?: true }> = {
  '/clients': { title: 'clients.title', load: 'clients', page: null },
  '/posts/standouts': { title: 'standouts.title', load: 'standouts', page: 'posts', bar: true },
  '/posts/best-times': { title: 'best_times.title', load: 'best_times', page: 'posts', bar: true },
  // Not under /alerts, where an alert may have any name.
  '/digest': { title: 'digest.title', load: 'digest', page: 'alerts' },
  '/goals/new': { title: 'new_goal.title', load: 'new_goal', page: 'goals' },
  '/dictionary/new': { title: 'own_kpi.title', load: 'own_kpi', page: 'dictionary' },
  '/dictionary/file': { title: 'catalog_file.title', load: 'catalog_file', page: 'dictionary' },
  '/mine': { title: 'mine.title', load: 'mine', page: null },
  '/settings/you': { title: 'you.title', load: 'you', page: 'settings' },
  '/settings/people': { title: 'settings.section.people', load: 'people', page: 'settings' },
  '/settings/channels': { title: 'settings.section.channels', load: 'channels', page: 'settings' },
  '/settings/sending': { title: 'settings.section.sending', load: 'sending', page: 'settings' },
  '/settings/tokens': { title: 'tokens.title', load: 'tokens', page: 'settings' },
  '/settings/audit': { title: 'audit.title', load: 'audit', page: 'settings' },
};

export function routeOf(path: string): Route {
  const [first = '', ...parts] = path.split('/').filter(Boolean).map(decode);
  if (first === 'design') return { page: null, title: 'nav.design', load: 'design', parts, bar: false };
  const aside = asides[`/${[first, ...parts].join('/')}`];
  if (aside) return { ...aside, parts: [], bar: aside.bar ?? false };
  // Messages and reports lead to the overview by its name.
  const page: Page | undefined = PAGES.find((p) => p.path.slice(1) === (first === 'overview' && !parts.length ? '' : first));
  if (page?.name === 'profiles' && parts.length === 2) return { page: page.name, title: page.label, load: 'profile', parts, bar: true };
  if (page?.name === 'goals' && parts.length === 1) return { page: page.name, title: page.label, load: 'goal', parts, bar: false };
  if (page?.name === 'dashboards' && parts.length === 1) return { page: page.name, title: page.label, load: 'board', parts, bar: true };
  if (page?.name === 'reports' && parts.length === 1) return { page: page.name, title: page.label, load: 'report', parts, bar: false };
  if (page?.name === 'alerts' && parts.length === 1) return { page: page.name, title: page.label, load: 'alert', parts, bar: false };
  if (page?.name === 'campaigns' && parts.length === 1) return { page: page.name, title: page.label, load: 'campaign', parts, bar: false };
  if (page?.name === 'dictionary' && parts.length === 2 && parts[1] === 'edit') return { page: page.name, title: 'own_kpi.title', load: 'own_kpi', parts: [parts[0]!], bar: false };
  if (page?.name === 'dictionary' && parts.length === 1) return { page: page.name, title: page.label, load: 'entry', parts, bar: false };
  const known = page && (parts.length === 0 || (page.name === 'data' && parts.length === 1 && parts[0] === 'enter'));
  if (!page || !known) return { page: null, title: 'nav.missing', load: 'missing', parts, bar: false };
  if (page.later) return { page: page.name, title: page.label, load: 'later', parts: [page.name], bar: false };
  return { page: page.name, title: page.label, load: page.name, parts, bar: page.bar ?? false };
}

export const loaderOf = (route: Route): Loader => loaders[route.load]!;
