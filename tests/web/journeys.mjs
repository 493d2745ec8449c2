// The ways people go through the web, gone by a browser.
//
//   SOCIOMETER_URL=http://127.0.0.1:8321 SOCIOMETER_LINK=… node tests/web/journeys.mjs     against a server that runs,
//                                       signed in by the link that `sociometer user link ADDRESS` prints
//   SOCIOMETER_BIN=build/release/sociometer node tests/web/journeys.mjs  starts one over demo data, and stops it
//
// Words after it choose the journeys whose names have one of them. CHROMIUM names the browser (default
// /usr/bin/chromium); SHOTS=DIR keeps a picture of every page.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const require = createRequire(join(root, 'web/package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const NOW = '2026-06-22T12:00:00Z';
const PATIENCE = 20_000;

const PAGES = {
  overview: '/',
  'overview, by network': '/?split=network&chart=impressions&last=12m',
  profiles: '/profiles',
  posts: '/posts?last=12m',
  'posts that stood out': '/posts/standouts?last=12m',
  'best times': '/posts/best-times?last=12m',
  'posts left out': '/?last=12m&without=post~17917716165800001&because=a+gift',
  campaigns: '/campaigns',
  'set a campaign': '/campaigns?set=new',
  data: '/data',
  'enter by hand': '/data/enter',
  dictionary: '/dictionary',
  networks: '/dictionary?kind=networks',
  formats: '/dictionary?kind=formats',
  'dictionary entry': '/dictionary/engagement_rate',
  settings: '/settings',
  'your account': '/settings/you',
  people: '/settings/people',
  tokens: '/settings/tokens',
  'audit log': '/settings/audit',
  'all workspaces': '/clients',
  'for me': '/mine',
  'design notes': '/design',
  'explanation open': '/?explain=engagement_rate',
  audience: '/audience',
  links: '/links',
  web: '/web',
  care: '/care',
  surveys: '/surveys',
  listening: '/listening',
  competitors: '/benchmarks',
  'a norm beside the own numbers': '/benchmarks?kpi=first_response_time:median',
  'add a set': '/benchmarks?set=new',
  'new KPI': '/dictionary/new',
  'check a file': '/dictionary/file',
  goals: '/goals',
  'finished goals': '/goals?show=finished',
  'set a goal': '/goals/new',
  dashboards: '/dashboards',
  'a dashboard': '/dashboards/network',
  'a dashboard being made': '/dashboards/new?from_template=executive',
  reports: '/reports',
  'a report': '/reports/executive',
  alerts: '/alerts',
  'set an alert': '/alerts?set=new',
  digest: '/digest',
  channels: '/settings/channels',
  sending: '/settings/sending',
  calendar: '/calendar',
  'not found': '/nowhere',
};

// ---- a server, given or started

async function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// What it prints, once it has ended well.
function run(program, arguments_) {
  return new Promise((done, fail) => {
    const child = spawn(program, arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let out = '';
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (said += text));
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done(out) : fail(new Error(`${program} ${arguments_.join(' ')} ended with ${code}: ${said}`))));
  });
}

async function startServer() {
  if (process.env.SOCIOMETER_URL) {
    return { url: process.env.SOCIOMETER_URL.replace(/\/$/, ''), link: process.env.SOCIOMETER_LINK, stop: async () => {} };
  }
  const program = resolve(process.env.SOCIOMETER_BIN ?? join(root, 'build/release/sociometer'));
  const data = mkdtempSync(join(tmpdir(), 'sociometer-journeys-'));
  await run(program, ['--data', data, '--now', NOW, 'demo', '--no-serve']);
  const port = await freePort();
  const child = spawn(program, ['--data', data, '--now', NOW, 'serve', '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'ignore', 'ignore'] });
  const ended = new Promise((done) => child.on('close', done));
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; ; i++) {
    try {
      if ((await fetch(`${url}/api/v1/health`)).ok) break;
    } catch {
      // Not up yet.
    }
    if (i > 150 || child.exitCode !== null) throw new Error('the server did not come up');
    await new Promise((done) => setTimeout(done, 100));
  }
  const { link } = JSON.parse(await run(program, ['--data', data, '--now', NOW, 'user', 'link', 'owner@demo.invalid', '--json']));
  return {
    url,
    link,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

// ---- the other end of messages: a mail server that keeps what it takes

let postOffice = null;
async function mailServer() {
  postOffice ??= new Promise((done, fail) => {
    const folder = mkdtempSync(join(tmpdir(), 'sociometer-post-'));
    const child = spawn(process.execPath, [join(root, 'tests/server/receivers.mjs'), folder], { stdio: ['ignore', 'pipe', 'ignore'] });
    let out = '';
    child.on('error', fail);
    child.stdout.on('data', (text) => {
      out += text;
      const [, port] = /smtp (\d+) http/.exec(out) ?? [];
      if (port) done({ port, folder, child });
    });
  });
  const { port, folder } = await postOffice;
  return {
    port,
    /** The letter whose subject says so, once it is there. */
    letter: async (words) => {
      for (let i = 0; i < 150; i++) {
        const found = readdirSync(folder)
          .filter((name) => /^mail-.*json$/.test(name))
          .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
          .find(({ raw }) => raw.includes(words));
        if (found) return found;
        await new Promise((again) => setTimeout(again, 200));
      }
      throw new Error(`no mail says ${words}`);
    },
  };
}
async function closePostOffice() {
  if (!postOffice) return;
  const { child, folder } = await postOffice;
  child.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}

// ---- what every page must be free of

function watch(page, url) {
  const heard = [];
  page.on('console', (message) => heard.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(`${url}/`) && !/^(data|blob):/.test(address)) heard.push(`request elsewhere: ${address}`);
  });
  return heard;
}

async function settled(page) {
  await page.waitForSelector('main h1, main .page-head', { timeout: PATIENCE });
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => !document.querySelector('.skeleton'), undefined, { timeout: PATIENCE });
}

// Of the whole page, or of what is open over it: what lies under a veil is not to be read.
async function seriousFaults(page, within = 'html') {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((root) => globalThis.axe.run(root), within);
  return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes[0]?.html.slice(0, 160)}`);
}

// ---- the journeys

// Those that only look need nothing of the others and run beside them; the rest follow one another in a workspace of theirs.
const looks = [];
const journeys = [];
const look = (name, go) => looks.push({ name, go });
// `refused`: with which statuses the server has to refuse something in it.
const journey = (name, go, { refused = [] } = {}) => journeys.push({ name, go, refused });

for (const [width, height] of [
  [1440, 900],
  [390, 844],
]) {
  for (const theme of ['light', 'dark']) {
    look(`every page at ${width} in ${theme}`, async ({ page, url, heard }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      for (const [name, path] of Object.entries(PAGES)) {
        await page.goto(url + path);
        await settled(page);
        if (path.includes('explain=')) await page.waitForSelector('[role=dialog] footer', { timeout: PATIENCE });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(wide <= 0, `${name} is ${wide} px wider than the screen`);
        assert.deepEqual(await seriousFaults(page), [], name);
        assert.deepEqual(heard, [], name);
        if (process.env.SHOTS) {
          mkdirSync(process.env.SHOTS, { recursive: true });
          await page.screenshot({ path: join(process.env.SHOTS, `${name.replaceAll(/\W+/g, '-')}-${width}-${theme}.png`), fullPage: true });
        }
      }
    });
  }
}

look('the scripts of a page stay under 300 KB', async ({ page, url }) => {
  const sizes = new Map();
  let wanted = new Set();
  const arrivals = [];
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    // What is sent unpacked, as by a development server, has no size to speak of.
    if (!path.endsWith('.js') || response.headers()['content-encoding'] === undefined) return;
    wanted.add(path);
    arrivals.push(response.request().sizes().then((size) => sizes.set(path, Math.max(sizes.get(path) ?? 0, size.responseBodySize))));
  });
  const asked = [];
  for (const [name, path] of Object.entries(PAGES)) {
    wanted = new Set();
    await page.goto(url + path);
    await settled(page);
    asked.push({ name, scripts: wanted });
  }
  await Promise.all(arrivals);
  for (const { name, scripts } of asked) {
    const total = [...scripts].reduce((sum, path) => sum + sizes.get(path), 0);
    // Whoever builds a dashboard fetches gridstack besides.
    const most = name === 'a dashboard being made' ? 340_000 : 300_000;
    assert.ok(total <= most, `${name}: ${total} bytes of script`);
  }
});

const MINE = 'workspace=journey';
const MAY = 'from=2026-05-04&to=2026-05-10';

journey('an empty workspace says what to do', async ({ page, url }) => {
  const made = await page.request.put(`${url}/api/v1/workspaces/journey`, { headers: { Origin: url }, data: { zone: 'UTC', currency: 'EUR', week_start: 'monday' } });
  assert.ok(made.ok(), `the workspace was refused: ${made.status()}`);
  for (const path of ['/', '/profiles', '/posts']) {
    await page.goto(`${url}${path}?${MINE}`);
    await settled(page);
    await page.locator('main .empty a.button').waitFor({ timeout: PATIENCE });
    assert.deepEqual(await seriousFaults(page), []);
  }
  await page.locator('main .empty a.button').click();
  await page.waitForURL(/\/data\?workspace=journey/);
});

journey('a file is dropped, accounted for, seen as a number and explained', async ({ page, url }) => {
  await page.goto(`${url}/data?${MINE}`);
  await settled(page);
  await page.setInputFiles('input[type=file]', join(here, 'data/journey-daily.csv'));
  const report = page.locator('.results article').first();
  await report.locator('.counts').waitFor({ timeout: PATIENCE });
  const counts = await report.locator('.counts dd').allTextContents();
  assert.deepEqual(counts.slice(0, 4), ['15', '14', '1', '0'], 'read, accepted, rejected, ignored');
  assert.match(await report.locator('table').innerText(), /16[\s\S]*value[\s\S]*n\/a\?/);

  await page.goto(`${url}/?${MINE}&${MAY}&compare=none`);
  await settled(page);
  const number = page.locator('a[data-explain="impressions"]').first();
  assert.match(await number.innerText(), /9,434/);
  await number.click();
  await page.waitForURL(/explain=impressions/);
  const drawer = page.getByRole('dialog');
  await drawer.locator('footer').waitFor({ timeout: PATIENCE });
  const words = await drawer.evaluate((element) => element.textContent);
  assert.match(words, /9,434/);
  assert.match(words, /journey-daily\.csv|sociometer_observations/);
  assert.match(words, /SQL/);
  assert.deepEqual(await seriousFaults(page), []);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await page.goBack();
  await drawer.waitFor({ timeout: PATIENCE });
});

journey('the same file again is already known; a stranger is refused in a sentence', async ({ page, url }) => {
  await page.goto(`${url}/data?${MINE}`);
  await settled(page);
  await page.setInputFiles('input[type=file]', join(here, 'data/journey-daily.csv'));
  await page.locator('.results .status.known').waitFor({ timeout: PATIENCE });
  await page.setInputFiles('input[type=file]', { name: 'notes.csv', mimeType: 'text/csv', buffer: Buffer.from('colour,shape\nred,round\n') });
  const refused = page.locator('.results .file', { has: page.locator('.status.refused') }).first();
  await refused.waitFor({ timeout: PATIENCE });
  assert.ok((await refused.locator('p').first().innerText()).length > 20);
});

journey('numbers are entered by hand, with keys and by pasting', async ({ page, url, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
  await page.goto(`${url}/data/enter?${MINE}`);
  await settled(page);
  await page.getByRole('combobox', { name: /^Network/ }).selectOption('mastodon');
  await page.getByRole('combobox', { name: /^Account/ }).fill('byhand');
  const cell = (row, column) => page.locator(`[data-cell="${row} ${column}"]`);
  await cell(0, 0).fill('2026-05-04');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.type('310');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.type('many');
  await page.locator('td.fault').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Store these numbers' }).isDisabled());
  await cell(0, 2).fill('1,000');
  await page.evaluate(() => navigator.clipboard.writeText('2026-05-05\t311\t1,500\n2026-05-06\t312\t2,500\n'));
  await cell(1, 0).focus();
  await page.keyboard.press('Control+V');
  assert.equal(await cell(2, 2).inputValue(), '2,500');
  await page.getByRole('button', { name: 'Store these numbers' }).click();
  await page.locator('.status.stored').waitFor({ timeout: PATIENCE });
  await page.goto(`${url}/profiles/mastodon/byhand?${MINE}&${MAY}&compare=none`);
  await settled(page);
  assert.match(await page.locator('a[data-explain="impressions"]').first().innerText(), /5,000/);
});

journey('an import is taken back', async ({ page, url }) => {
  await page.goto(`${url}/data?${MINE}`);
  await settled(page);
  const row = page.locator('tbody tr', { hasText: 'byhand' }).first();
  await row.getByRole('button', { name: /Take back/ }).click();
  await page.locator('tr.doing').getByRole('button', { name: 'Take back' }).click();
  await page.locator('tr.undone').first().waitFor({ timeout: PATIENCE });
  await page.goto(`${url}/profiles/mastodon/byhand?${MINE}&${MAY}&compare=none`);
  await settled(page);
  const impressions = page.locator('a[data-explain="impressions"]').first();
  if (await impressions.count()) assert.doesNotMatch(await impressions.innerText(), /5,000/);
});

journey('period, comparison and filters live in the address', async ({ page, url }) => {
  await page.goto(`${url}/`);
  await settled(page);
  await page.getByRole('button', { name: /^Period/ }).click();
  await page.getByRole('link', { name: 'Last 12 months' }).click();
  await page.waitForURL(/last=12m/);
  await page.getByRole('button', { name: /^Compare with/ }).click();
  await page.getByRole('link', { name: 'vs a year ago' }).click();
  await page.waitForURL(/compare=year/);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('button', { name: 'Network', exact: true }).click();
  await page.locator('.pop a.item').first().click();
  await page.waitForURL(/network=/);
  const chip = page.locator('.chip');
  await chip.waitFor();
  await settled(page);
  await page.reload();
  await settled(page);
  await chip.click();
  await page.waitForURL((address) => !address.search.includes('network='));
  await page.goBack();
  await page.waitForURL(/network=/);
  await page.keyboard.press('Escape');
});

journey('a walk by keyboard alone', async ({ page, url }) => {
  await page.goto(`${url}/`);
  await settled(page);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.className.includes('skip')), true, 'the skip link comes first');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');

  let found = false;
  for (let i = 0; i < 12 && !found; i++) {
    await page.keyboard.press('Tab');
    found = await page.evaluate(() => document.activeElement?.hasAttribute('data-explain') ?? false);
  }
  assert.ok(found, 'a number is reached by Tab');
  const which = await page.evaluate(() => document.activeElement?.getAttribute('data-explain'));
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await drawer.locator('footer').waitFor({ timeout: PATIENCE });
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => !!document.activeElement?.closest('[role=dialog]')), 'Tab stays in the drawer');
  }
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-explain')), which, 'focus returns to the number');

  await page.keyboard.press('Control+K');
  await page.keyboard.type('engagement rate');
  await page.getByRole('dialog').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/dictionary\/engagement_rate/);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.waitForURL(/\/profiles/);
});

journey('a chart is a table too, and its cells explain themselves', async ({ page, url }) => {
  await page.goto(`${url}/?chart=impressions`);
  await settled(page);
  const chart = page.locator('section.chart').first();
  await chart.locator('svg').first().waitFor({ timeout: PATIENCE });
  assert.ok((await chart.locator('[role=img]').getAttribute('aria-label')).length > 20);
  await chart.getByRole('button', { name: 'Show as a table' }).click();
  await chart.locator('tbody a[data-explain]').first().click();
  await page.waitForURL(/explain=impressions.*cell=/);
  await page.getByRole('dialog').locator('footer').waitFor({ timeout: PATIENCE });
  await page.keyboard.press('Escape');
  const saving = page.waitForEvent('download');
  await chart.getByRole('button', { name: /^Download/ }).click();
  await chart.getByRole('button', { name: 'CSV' }).click();
  assert.match((await saving).suggestedFilename(), /\.csv$/);
});

journey('posts are sorted, searched, opened and explained', async ({ page, url }) => {
  await page.goto(`${url}/posts?last=12m`);
  await settled(page);
  const answered = page.waitForResponse((response) => response.url().includes('sort=engagements'));
  await page.getByRole('columnheader', { name: /^Engagements/ }).getByRole('link').click();
  await page.waitForURL(/sort=engagements/);
  await answered;
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
  const numbers = (await page.locator('tbody tr td:nth-child(6) .figure').allInnerTexts()).map((text) => Number(text.replaceAll(',', '')));
  assert.ok(numbers.length > 1, 'there are posts');
  assert.deepEqual(numbers, [...numbers].sort((a, b) => b - a), 'most engagements first');
  const before = await page.locator('tbody tr').count();
  await page.locator('input[type=search]').fill('zzzz-nothing-says-this');
  await page.waitForURL(/q=zzzz/);
  await page.locator('.empty').waitFor({ timeout: PATIENCE });
  await page.locator('input[type=search]').fill('');
  await page.waitForFunction((n) => document.querySelectorAll('tbody tr').length === n, before, { timeout: PATIENCE });
  await page.locator('tbody td.post a').first().click();
  const drawer = page.getByRole('dialog');
  await drawer.locator('.numbers').waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await drawer.locator('a[data-explain="impressions"]').click();
  await page.waitForURL(/explain=impressions/);
  await page.getByRole('dialog', { name: 'Explanation' }).locator('footer').waitFor({ timeout: PATIENCE });
});

journey('an account is opened and its ownership changed', async ({ page, url }) => {
  await page.goto(`${url}/profiles`);
  await settled(page);
  const row = page.locator('tbody tr').last();
  const select = row.locator('select');
  const was = await select.inputValue();
  await row.locator('td.who a').click();
  await page.waitForURL(/\/profiles\/[^/]+\/[^/?]+/);
  await settled(page);
  await page.locator('.page-head select').selectOption(was === 'partner' ? 'competitor' : 'partner');
  await page.waitForLoadState('networkidle');
  await page.reload();
  await settled(page);
  assert.notEqual(await page.locator('.page-head select').inputValue(), was);
  await page.locator('.page-head select').selectOption(was);
  await page.waitForLoadState('networkidle');
});

journey('the dictionary is searched and its formula tried', async ({ page, url }) => {
  await page.goto(`${url}/dictionary`);
  await settled(page);
  await page.locator('input[type=search]').fill('retweets');
  await page.locator('.entries a', { hasText: 'Shares' }).first().click();
  await page.waitForURL(/\/dictionary\/shares/);
  await page.goto(`${url}/dictionary/engagement_rate`);
  await settled(page);
  const calculator = page.locator('.calculator');
  await calculator.locator('select').selectOption('by_impressions');
  await calculator.getByRole('textbox', { name: 'Engagements' }).fill('12');
  await calculator.getByRole('textbox', { name: 'Impressions' }).fill('400');
  await calculator.locator('.result .figure').waitFor({ timeout: PATIENCE });
  assert.match(await calculator.locator('.result').innerText(), /3\.00\s*%/);
  await calculator.getByRole('textbox', { name: 'Impressions' }).fill('0');
  await page.waitForFunction(() => document.querySelector('.result')?.textContent?.includes('nothing to divide by'), undefined, { timeout: PATIENCE });
});

journey('a goal is said, corrected, set, looked at, worked on and taken off the list', async ({ page, url }) => {
  await page.goto(`${url}/goals`);
  await settled(page);
  await page.getByRole('heading', { name: 'Awareness' }).waitFor();
  await page.getByRole('link', { name: 'Set a goal' }).click();
  await page.waitForURL(/\/goals\/new/);
  await settled(page);
  const sentence = page.getByRole('textbox', { name: 'In a sentence' });
  const set = page.getByRole('button', { name: 'Set this goal' });
  const missing = page.locator('.missing');
  await sentence.fill('Increase impressions');
  await missing.filter({ hasText: 'target' }).waitFor();
  assert.ok(await set.isDisabled(), 'half a goal cannot be set');
  await sentence.fill('Increase impressoins by 10 % in Q4 2026');
  await missing.filter({ hasText: 'impressoins' }).waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await sentence.fill('Increase impressions on Instagram by 10 % in Q4 2026');
  const understood = page.locator('.understood .sentence');
  await understood.filter({ hasText: 'by 10 % in Q4 2026' }).waitFor();

  // The fields are of the same goal, and what is changed in them is written back.
  const amount = page.getByRole('textbox', { name: 'How much' });
  assert.equal(await amount.inputValue(), '10');
  assert.equal(await page.getByLabel('Due', { exact: true }).inputValue(), '2026-12-31');
  await amount.fill('lots');
  assert.ok(await set.isDisabled(), 'this is no number');
  await amount.fill('12');
  await understood.filter({ hasText: 'by 12 % in Q4 2026' }).waitFor();
  assert.equal(await sentence.inputValue(), 'Increase impressions on Instagram by 12 % in Q4 2026');
  await page.getByRole('textbox', { name: 'Rationale' }).fill('the winter roast');
  assert.deepEqual(await seriousFaults(page), []);
  await set.click();

  await page.waitForURL(/\/goals\/01/);
  await settled(page);
  const address = page.url();
  await page.getByRole('heading', { name: 'Increase impressions on Instagram by 12 % in Q4 2026' }).waitFor();
  await page.getByRole('textbox', { name: 'How it goes' }).fill('It has not begun, and the films are ready.');
  await page.getByRole('button', { name: 'Check in' }).click();
  await page.getByText('It has not begun, and the films are ready.').waitFor();
  await page.getByRole('textbox', { name: 'What is to be done' }).fill('Cut the first film');
  await page.getByRole('combobox', { name: 'Who' }).fill('owner@demo.invalid');
  await page.getByLabel('Until').fill('2026-06-20');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const toDo = page.getByRole('listitem').filter({ hasText: 'Cut the first film' });
  await toDo.getByText('overdue since').waitFor();
  assert.deepEqual(await seriousFaults(page), []);

  // Whoever it is assigned to, by name or mail, finds it among what waits for them.
  await page.goto(`${url}/mine`);
  await settled(page);
  const done = page.getByRole('button', { name: /^Done\W+Cut the first film$/ });
  await done.click();
  await done.waitFor({ state: 'detached' });
  await page.goto(address);
  await settled(page);
  await toDo.getByText('done', { exact: false }).first().waitFor();

  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  const asked = page.getByRole('dialog', { name: 'Remove this goal?' });
  await asked.getByRole('button', { name: 'Cancel' }).click();
  await asked.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await asked.getByRole('button', { name: 'Remove the goal' }).click();
  await page.waitForURL(/\/goals$/);
  await settled(page);
  assert.equal(await page.getByRole('link', { name: 'Increase impressions on Instagram by 12 % in Q4 2026' }).count(), 0);
});

journey('a goal is found, drawn, and its number explains itself', async ({ page, url }) => {
  await page.goto(`${url}/`);
  await settled(page);
  await page.getByRole('region', { name: 'Goals' }).getByRole('link', { name: 'Goals' }).waitFor();
  await page.keyboard.press('Control+K');
  await page.keyboard.type('followers on instagram by');
  await page.getByRole('dialog').getByRole('option', { name: /Increase followers on Instagram/ }).click();
  await page.waitForURL(/\/goals\/01/);
  await settled(page);
  // The overview's charts may still stand for a moment.
  const chart = page.locator('section.chart [role=img][aria-label*="the target is"]');
  await chart.waitFor();
  assert.match(await chart.getAttribute('aria-label'), /the target is [\d,]+ people on/);
  assert.deepEqual(await seriousFaults(page), []);
  const number = page.locator('a[data-explain="followers"]');
  const shown = (await number.locator('.figure').innerText()).match(/[\d,]+/)[0];
  await number.click();
  const drawer = page.getByRole('dialog', { name: 'Explanation' });
  await drawer.locator('footer').waitFor();
  assert.ok((await drawer.locator('.big').innerText()).includes(shown), 'the same number as on the page');
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Followers', exact: true }).click();
  await page.waitForURL(/\/dictionary\/followers/);

  await page.goto(`${url}/goals?show=finished`);
  await settled(page);
  await page.getByRole('link', { name: /^Increase impressions by 12 %/ }).waitFor();
  await page.getByRole('button', { name: /^Open/ }).click();
  await page.waitForURL((address) => !address.search.includes('show='));
  await page.getByRole('button', { name: /due for review/ }).click();
  await page.waitForURL(/review=due/);
  for (const row of await page.locator('li.goal').all()) assert.match(await row.innerText(), /Due for review/);
});

const sentBy = (page, url) => ({ headers: { Origin: url }, request: page.request });

// A dashboard of one's own, saved over the API as another person would.
async function saveBoard(page, url, body, revision) {
  const { request, headers } = sentBy(page, url);
  const data = revision ? { ...body, revision } : body;
  const where = `${url}/api/v1/dashboards${revision ? `/${body.name}` : ''}?workspace=default`;
  const answer = revision ? await request.put(where, { headers, data }) : await request.post(where, { headers, data });
  assert.ok(answer.ok(), await answer.text());
  return (await answer.json()).dashboard;
}
const boardOf = async (page, url, name) => (await (await page.request.get(`${url}/api/v1/dashboards/${name}`)).json()).dashboard;

const WEEKLY = {
  name: 'weekly-walk',
  title: 'Weekly walk',
  last: '12m',
  compare: 'previous',
  tiles: [
    { kind: 'number', kpis: ['impressions'], x: 0, y: 0, w: 3, h: 2 },
    { kind: 'number', kpis: ['engagement_rate'], x: 3, y: 0, w: 3, h: 2 },
    { kind: 'line', title: 'Impressions by month', kpis: ['impressions'], by: ['month'], x: 0, y: 2, w: 12, h: 5 },
  ],
};

journey('a dashboard is looked at, every kind of tile explains itself, and what happened is noted', async ({ page, url }) => {
  await page.goto(`${url}/dashboards`);
  await settled(page);
  await page.getByRole('link', { name: 'One network' }).click();
  await page.waitForURL(/\/dashboards\/network.*last=3m/);
  await settled(page);
  const drawer = page.getByRole('dialog', { name: 'Explanation' });
  const leave = async () => {
    await drawer.locator('footer').waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
  };
  // The number that stands on a card, in a table and in a field of the heat map is the one that is explained.
  const card = page.locator('.tile.number a[data-explain="impressions"]');
  const shown = (await card.locator('.figure').innerText()).match(/[\d,]+/)[0];
  await card.click();
  await drawer.locator('footer').waitFor();
  assert.ok((await drawer.locator('.big').innerText()).includes(shown), 'the same number as on the card');
  await leave();
  await page.locator('.tile.heatmap g[data-row] rect[fill-opacity="1"]').click();
  await leave();
  await page.locator('.tile.table a[data-explain]').first().click();
  await leave();
  for (const kind of ['line', 'stacked', 'bar', 'heatmap']) {
    const tile = page.locator(`.tile.${kind}`).first();
    await tile.getByRole('button', { name: 'Show as a table' }).click();
    await tile.locator('a[data-explain]').first().click();
    await leave();
  }
  // Filters and period are the bar's, and in the address.
  await page.goto(`${url}/dashboards/network?last=28d&network=instagram`);
  await settled(page);
  assert.notEqual((await page.locator('.tile.number a[data-explain="impressions"] .figure').innerText()).match(/[\d,]+/)[0], shown);

  await page.getByRole('button', { name: 'Annotations' }).click();
  const notes = page.getByRole('dialog', { name: 'What happened' });
  await notes.getByLabel('Kind').selectOption('press');
  await notes.getByLabel('From').fill('2026-06-08');
  await notes.getByRole('textbox', { name: 'What happened' }).fill('In the evening news');
  await notes.getByRole('button', { name: 'Add', exact: true }).click();
  await notes.getByRole('listitem').filter({ hasText: 'In the evening news' }).waitFor();
  assert.deepEqual(await seriousFaults(page, '[role=dialog]'), []);
  await page.keyboard.press('Escape');
  await page.locator('.tile.line .marks').first().getByText('In the evening news').waitFor();
  await page.getByRole('button', { name: 'Annotations' }).click();
  await notes.getByRole('button', { name: /^Remove.*In the evening news/ }).click();
  await notes.getByRole('button', { name: /^Remove.*In the evening news/ }).click();
  await notes.getByText('Nothing noted yet').waitFor();
});

journey('a dashboard is built by keyboard alone', async ({ page, url }) => {
  await page.goto(`${url}/dashboards`);
  await settled(page);
  await page.getByRole('link', { name: 'New dashboard' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/dashboards\/new/);
  await page.getByLabel('Name', { exact: true }).focus();
  await page.keyboard.type('By keyboard');
  const side = page.getByRole('complementary', { name: 'Library and settings' });
  const add = async (words, name, kind) => {
    if (kind) await side.getByLabel('Draw as').selectOption(kind);
    await side.getByRole('searchbox').focus();
    await side.getByRole('searchbox').fill('');
    await page.keyboard.type(words);
    await side.getByRole('button', { name, exact: true }).focus();
    await page.keyboard.press('Enter');
  };
  await add('follower count', 'Followers', 'number').catch(() => add('followers', 'Followers', 'number'));
  await add('impressions', 'Impressions', 'number');
  const hold = (title) => page.locator(`[data-hold][aria-label^="${title}: column"]`);
  await hold('Impressions').waitFor();
  assert.match(await hold('Impressions').getAttribute('aria-label'), /column 4, row 1, 3 wide, 2 high/);
  await hold('Impressions').focus();
  assert.notEqual(await hold('Impressions').evaluate((e) => getComputedStyle(e).outlineStyle), 'none', 'focus is seen');
  for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown']) await page.keyboard.press(key);
  const said = 'Impressions: column 6, row 1, 4 wide, 3 high';
  assert.equal(await hold('Impressions').getAttribute('aria-label'), said);
  assert.equal(await page.locator('main [role=status][aria-live]').innerText(), said, 'and it is announced');
  assert.ok(await hold('Impressions').evaluate((e) => e === document.activeElement), 'focus stays with the tile');
  const boxes = async () => Object.fromEntries(await page.locator('.grid-stack-item').evaluateAll((all) => all.map((e) => [e.querySelector('[data-hold]').getAttribute('aria-label').split(':')[0], e.getBoundingClientRect().toJSON()])));
  await page.waitForTimeout(300);
  const { Impressions: one, Followers: other } = await boxes();
  assert.ok(one.left > other.right - 1 && one.width > other.width && one.height > other.height, 'it stands where it says');
  // Steps of one tile after each other are taken back together.
  await page.keyboard.press('Control+z');
  assert.match(await hold('Impressions').getAttribute('aria-label'), /column 4, row 1, 3 wide, 2 high/, 'undone');
  await page.keyboard.press('Control+Shift+z');
  await hold('Followers').focus();
  await page.keyboard.press('Enter');
  await side.getByLabel('Drawn as').selectOption('line');
  await page.locator('.grid-stack-item .chart svg').first().waitFor();
  await page.keyboard.press('Escape');
  await hold('Impressions').focus();
  assert.deepEqual(await seriousFaults(page), []);
  await page.getByRole('button', { name: 'Save', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/dashboards\/by-keyboard/);
  await settled(page);
  const saved = await boardOf(page, url, 'by-keyboard');
  assert.deepEqual(saved.tiles.map((t) => [t.kind, t.kpis[0]]).sort(), [['line', 'followers'], ['number', 'impressions']]);
});

journey('a tile is dragged and pulled by mouse, and by touch on a narrow screen', async ({ page, url, browser }) => {
  const first = await saveBoard(page, url, { ...WEEKLY, name: 'by-hand', title: 'By hand' });
  await page.goto(`${url}/dashboards/by-hand?edit=1`);
  const at = (of, title) => of.locator(`[data-hold][aria-label^="${title}: column"]`);
  await at(page, 'Engagement rate').waitFor();
  await page.waitForTimeout(300);
  const box = await at(page, 'Engagement rate').boundingBox();
  await page.mouse.move(box.x + 40, box.y + 40);
  await page.mouse.down();
  for (let i = 1; i <= 10; i++) await page.mouse.move(box.x + 40 + i * box.width * 0.2, box.y + 40);
  await page.mouse.up();
  await page.waitForFunction(() => /column [6-9]/.test(document.querySelector('[data-hold][aria-label^="Engagement rate"]').getAttribute('aria-label')));
  const item = page.locator('.grid-stack-item', { has: at(page, 'Impressions') }).first();
  await at(page, 'Impressions').first().hover();
  const edge = await item.locator('.ui-resizable-se').boundingBox();
  const corner = [edge.x + edge.width / 2, edge.y + edge.height / 2];
  await page.mouse.move(...corner);
  await page.mouse.down();
  for (let i = 1; i <= 8; i++) await page.mouse.move(corner[0] + i * 12, corner[1] + i * 12);
  await page.mouse.up();
  await page.waitForFunction(() => /3 high/.test(document.querySelector('[data-hold][aria-label^="Impressions: column"]').getAttribute('aria-label')));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL((address) => !address.search.includes('edit='));
  const saved = await boardOf(page, url, 'by-hand');
  assert.equal(saved.revision, first.revision + 1);
  assert.ok(saved.tiles.find((t) => t.kpis[0] === 'engagement_rate').x >= 5);

  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: 'reduce', storageState: await page.context().storageState() });
  const phone = await context.newPage();
  await phone.goto(`${url}/dashboards/by-hand?edit=1`);
  await at(phone, 'Impressions').first().waitFor();
  await phone.waitForTimeout(400);
  const order = () => phone.locator('[data-hold]').evaluateAll((all) => all.map((e) => e.getAttribute('aria-label').split(':')[0]));
  const before = await order();
  const highest = await at(phone, before[0]).first().boundingBox();
  const finger = await context.newCDPSession(phone);
  const touch = (type, x, y) => finger.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
  const [x, y] = [highest.x + highest.width / 2, highest.y + 40];
  await touch('touchStart', x, y);
  await phone.waitForTimeout(500); // a swipe scrolls the page; a finger that rests takes the tile
  for (let i = 1; i <= 14; i++) {
    await touch('touchMove', x, y + i * 20);
    await phone.waitForTimeout(20);
  }
  await touch('touchEnd');
  await phone.waitForFunction((first) => document.querySelector('[data-hold]').getAttribute('aria-label').split(':')[0] !== first, before[0]);
  assert.deepEqual(await seriousFaults(phone), []);
  await context.close();
});

journey('two people edit one dashboard and neither loses their work', async ({ page, url }) => {
  const first = await saveBoard(page, url, WEEKLY);
  await page.goto(`${url}/dashboards/weekly-walk?edit=1`);
  const hold = (title) => page.locator(`[data-hold][aria-label^="${title}: column"]`);
  await hold('Engagement rate').focus();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Enter');
  const side = page.getByRole('complementary', { name: 'Library and settings' });
  await side.getByLabel('Title').fill('Our rate');
  // Meanwhile somebody else changes another tile, the same one in another way, and adds one.
  const { template: _, revision: __, saved_by: ___, saved_at: ____, ...body } = first;
  const tiles = body.tiles.map((tile) => (tile.kind === 'line' ? { ...tile, words: 'Look at May.' } : tile.kpis[0] === 'engagement_rate' ? { ...tile, words: 'Theirs as well' } : tile));
  await saveBoard(page, url, { ...body, tiles: [...tiles, { kind: 'text', words: 'A line of theirs', x: 0, y: 7, w: 12, h: 2 }] }, first.revision);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const conflict = page.getByRole('dialog', { name: 'Somebody else saved meanwhile' });
  await conflict.waitFor();
  assert.equal(await conflict.getByRole('listitem').count(), 3);
  assert.deepEqual(await seriousFaults(page, '[role=dialog]'), []);
  await conflict.getByRole('button', { name: 'Save both' }).click();
  await page.waitForURL((address) => !address.search.includes('edit='));
  await settled(page);
  const merged = await boardOf(page, url, 'weekly-walk');
  assert.equal(merged.revision, first.revision + 2);
  const rate = merged.tiles.find((t) => t.kpis?.[0] === 'engagement_rate');
  assert.deepEqual([rate.title, rate.words, rate.h], ['Our rate', 'Theirs as well', 3]);
  assert.equal(merged.tiles.find((t) => t.kind === 'line').words, 'Look at May.');
  assert.equal(merged.tiles.find((t) => t.kind === 'text').words, 'A line of theirs');

  // Both change the same thing of one tile: both tiles stay.
  await page.goto(`${url}/dashboards/weekly-walk?edit=1`);
  await hold('Our rate').focus();
  await page.keyboard.press('Enter');
  await side.getByLabel('Title').fill('Mine');
  const { template, revision, saved_by, saved_at, ...now } = merged;
  await saveBoard(page, url, { ...now, tiles: now.tiles.map((t) => (t.title === 'Our rate' ? { ...t, title: 'Theirs' } : t)) }, merged.revision);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await conflict.getByRole('button', { name: 'Look at it first' }).click();
  for (const title of ['Mine', 'Theirs']) await hold(title).waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL((address) => !address.search.includes('edit='));
  const titles = (await boardOf(page, url, 'weekly-walk')).tiles.map((t) => t.title);
  assert.ok(titles.includes('Mine') && titles.includes('Theirs'), titles.join());

  // What was not saved waits.
  await page.goto(`${url}/dashboards/weekly-walk?edit=1`);
  await hold('Mine').focus();
  await page.keyboard.press('Shift+ArrowRight');
  page.once('dialog', (dialog) => void dialog.accept());
  await page.goto(`${url}/dashboards`);
  await page.goto(`${url}/dashboards/weekly-walk?edit=1`);
  await page.getByRole('button', { name: 'Go on with them' }).click();
  await page.waitForFunction(() => /4 wide/.test(document.querySelector('[data-hold][aria-label^="Mine: column"]').getAttribute('aria-label')));
  page.once('dialog', (dialog) => void dialog.accept());
}, { refused: [409] });

journey('a dashboard is shared by a link that shows it and nothing else, until it is taken back', async ({ page, url, browser }) => {
  await page.goto(`${url}/dashboards/network?last=3m&network=instagram`);
  await settled(page);
  const shown = (await page.locator('.tile.number a[data-explain="impressions"] .figure').innerText()).match(/[\d,]+/)[0];
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share by a link' });
  await dialog.getByLabel('For whom').fill('The board');
  await dialog.getByLabel('Lasts').selectOption('7');
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const link = await dialog.getByLabel('The link', { exact: true }).inputValue();
  const csv = await dialog.getByLabel('The link for spreadsheets').inputValue();
  assert.deepEqual(await seriousFaults(page, '[role=dialog]'), []);
  const other = await elsewhere(browser);
  const heard = watch(other.page, url);
  await other.page.goto(link);
  await other.page.getByRole('heading', { name: 'One network' }).waitFor();
  await other.page.locator('.tile.heatmap g[data-row]').first().waitFor();
  assert.equal((await other.page.locator('.tile.number .figure').first().innerText()).match(/[\d,]+/)[0], shown, 'the same numbers');
  assert.equal(await other.page.locator('a[data-explain], nav').count(), 0, 'no explanations and no way in');
  assert.deepEqual(await seriousFaults(other.page), []);
  assert.deepEqual(heard, []);
  await other.page.setViewportSize({ width: 390, height: 844 });
  assert.ok((await other.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0);
  const table = await other.page.request.get(csv);
  assert.ok(table.ok() && (await table.text()).includes('Impressions'));
  assert.equal((await other.page.request.get(`${url}/api/v1/dashboards?workspace=default`)).status(), 401);
  await dialog.getByRole('button', { name: /^Take back.*The board/ }).click();
  await dialog.getByRole('button', { name: /^Take back.*The board/ }).click();
  await dialog.getByText('None.').waitFor();
  await other.page.reload();
  await other.page.getByText('taken back or is too old').waitFor();
  await other.close();
}, { refused: [404] });

journey('a report is approved, published, fetched again and set against today', async ({ page, url }) => {
  await page.goto(`${url}/reports`);
  await settled(page);
  await page.getByRole('link', { name: 'Organic reach month by month' }).click();
  await page.waitForURL(/\/reports\/organic_reach/);
  await settled(page);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Markdown' }).click()]);
  assert.equal(file.suggestedFilename(), 'organic-reach-month-by-month.md');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByText('Number 1', { exact: true }).first().waitFor({ timeout: 240_000 });
  const [again] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^CSV.*Number 1/ }).click()]);
  assert.match(again.suggestedFilename(), /1\.csv$/);
  await page.getByRole('button', { name: /^What changed since/ }).click();
  await page.getByText(/Nothing changed: all/).waitFor();
  assert.deepEqual(await seriousFaults(page), []);
});

journey('posts are selected, tagged, untagged and found by their tag', async ({ page, url }) => {
  await page.goto(`${url}/posts?last=12m&network=x`);
  await settled(page);
  const boxes = page.locator('tbody .box input');
  await boxes.nth(1).click();
  await boxes.nth(3).click({ modifiers: ['Shift'] });
  const bar = page.getByRole('toolbar', { name: 'What to do with the selected posts' });
  await bar.getByText('3 selected').waitFor();
  // By keyboard: the arrows go from box to box, with shift they take the next one along.
  await boxes.nth(3).focus();
  await page.keyboard.press('Shift+ArrowDown');
  await bar.getByText('4 selected').waitFor();
  await page.keyboard.press('Space');
  await bar.getByText('3 selected').waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await bar.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByRole('textbox', { name: 'A tag, new or known' }).fill('journey tag');
  await page.keyboard.press('Enter');
  await page.getByText('Tagged 3 posts “journey tag”.').waitFor();
  await page.locator('.labels').getByText('journey tag').nth(2).waitFor();
  await bar.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.locator('.pop').getByRole('link', { name: 'journey tag' }).click();
  await page.waitForURL(/tag=journey/);
  await page.getByText('3 posts', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Select all posts of this page').check();
  await bar.getByRole('button', { name: 'Untag' }).click();
  await page.locator('.pop').getByRole('button', { name: 'journey tag' }).click();
  await page.getByText('Took “journey tag” off 3 posts.').waitFor();
  await page.locator('.empty').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('3 posts', { exact: true }).waitFor();

  // One post's tags are changed where it is looked at.
  await page.locator('tbody td.post a').first().click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('button', { name: 'Take the tag journey tag off' }).click();
  await page.getByText('2 posts', { exact: true }).waitFor();
});

journey('a campaign is set, takes posts by rule and by hand, is read, changed and removed', async ({ page, url }) => {
  await page.goto(`${url}/campaigns`);
  await settled(page);
  await page.getByRole('link', { name: 'Set a campaign' }).click();
  const form = page.getByRole('dialog', { name: 'Set a campaign' });
  await form.getByRole('textbox', { name: 'Name' }).fill('Spring & Co');
  await form.getByLabel('First day').fill('2026-03-31');
  await form.getByLabel('Last day').fill('2026-03-01');
  await form.getByText('It ends before it begins.').waitFor();
  assert.ok(await form.getByRole('button', { name: 'Set a campaign' }).isDisabled());
  await form.getByLabel('First day').fill('2026-03-01');
  await form.getByLabel('Last day').fill('2026-03-31');
  await form.getByLabel('Budget').fill('1,500');
  await form.getByLabel('Rule 1 looks for').fill('#coffee');
  assert.deepEqual(await seriousFaults(page), []);
  await form.getByRole('button', { name: 'Set a campaign' }).click();
  await page.waitForURL(/\/campaigns\/Spring%20%26%20Co/);
  await settled(page);
  const posts = page.getByRole('region', { name: 'Its posts' }).first();
  const before = Number(await posts.locator('a[data-explain="posts"] .figure').innerText());
  assert.ok(before > 0, 'the rule takes posts');
  await page.locator('section.chart svg').first().waitFor();
  assert.deepEqual(await seriousFaults(page), []);

  // A number of it explains itself as the same number.
  const number = posts.locator('a[data-explain="impressions"]');
  const shown = await number.locator('.figure').innerText();
  await number.click();
  const drawer = page.getByRole('dialog', { name: 'Explanation' });
  await drawer.locator('footer').waitFor();
  assert.equal(await drawer.locator('.big .figure').innerText(), shown);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });

  // By hand: two posts of its days that no rule took, through Posts.
  await page.goto(`${url}/posts?from=2026-03-01&to=2026-03-31&network=x`);
  await settled(page);
  const rows = page.locator('tbody tr').filter({ hasNot: page.locator('.labels a[title="Campaign"]') });
  await rows.nth(0).locator('.box input').click();
  await rows.nth(1).locator('.box input').click();
  const bar = page.getByRole('toolbar', { name: 'What to do with the selected posts' });
  await bar.getByRole('button', { name: 'Put into a campaign' }).click();
  await page.locator('.pop').getByRole('button', { name: /Spring & Co/ }).click();
  await page.getByText('Put 2 posts into Spring & Co.').waitFor();
  await page.goto(`${url}/campaigns/${encodeURIComponent('Spring & Co')}`);
  await settled(page);
  assert.equal(Number(await posts.locator('a[data-explain="posts"] .figure').innerText()), before + 2);

  await page.getByRole('link', { name: 'Change', exact: true }).click();
  const change = page.getByRole('dialog', { name: 'Change Spring & Co' });
  await change.getByLabel('Budget').fill('3000');
  await change.getByRole('button', { name: 'Save' }).click();
  await change.waitFor({ state: 'detached' });
  await page.getByText('budget $3,000').waitFor();
  assert.equal(Number(await posts.locator('a[data-explain="posts"] .figure').innerText()), before + 2, 'what was put in by hand stays');
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog', { name: 'Remove this campaign?' }).getByRole('button', { name: 'Remove the campaign' }).click();
  await page.waitForURL(/\/campaigns$/);
  await settled(page);
  assert.equal(await page.getByRole('link', { name: 'Spring & Co' }).count(), 0);
});

journey('own accounts stand beside competitors, norms and a set of one’s own', async ({ page, url }) => {
  await page.goto(`${url}/benchmarks`);
  await settled(page);
  const instagram = page.getByRole('region', { name: 'Instagram' }).first();
  assert.match(await instagram.locator('tr.mine .rank').innerText(), /\d of 3/);
  const mine = instagram.locator('tr.mine a[data-explain="engagement_rate"]');
  const shown = await mine.locator('.figure').innerText();
  await mine.click();
  const drawer = page.getByRole('dialog', { name: 'Explanation' });
  await drawer.locator('footer').waitFor();
  assert.equal(await drawer.locator('.big .figure').innerText(), shown);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await page.getByText('No competitor is held on LinkedIn, TikTok.').waitFor();
  await page.getByRole('combobox', { name: 'What is drawn' }).selectOption('engagements');
  await page.waitForURL(/kpi=engagements/);
  await page.getByText('Some are known by their posts alone').first().waitFor();

  await page.goto(`${url}/benchmarks?set=new`);
  await settled(page);
  const form = page.getByRole('dialog', { name: 'Add a set' });
  await form.getByRole('button', { name: 'Begin with an example' }).click();
  const yaml = form.getByRole('textbox', { name: 'The sets, in YAML' });
  const example = await yaml.inputValue();
  await yaml.fill(example.replace('year: 2026', 'yaer: 2026'));
  await form.getByRole('button', { name: 'Add them' }).click();
  await form.locator('.faults').getByText('yaer').waitFor();
  await yaml.fill(example);
  await form.getByRole('button', { name: 'Add them' }).click();
  await form.waitFor({ state: 'detached' });
  const set = page.getByRole('listitem').filter({ hasText: 'Online shops' }).first();
  await set.getByText('juniperandfinch').waitFor();
  assert.match(await set.innerText(), /n 120 accounts/);
  assert.deepEqual(await seriousFaults(page), []);
  await set.getByRole('button', { name: /^Remove.*Online shops/ }).click();
  await set.getByRole('button', { name: /^Remove.*Online shops/ }).click();
  await set.waitFor({ state: 'detached' });
}, { refused: [400] });

journey('a KPI of one’s own is written, seen in numbers, explained, saved, changed and removed', async ({ page, url }) => {
  await page.goto(`${url}/dictionary/new`);
  await settled(page);
  await page.getByLabel('Name', { exact: true }).fill('Comments per share');
  assert.equal(await page.getByLabel('Key, for addresses and formulas').inputValue(), 'comments_per_share');
  const formula = page.getByLabel('Formula', { exact: true });
  const add = page.getByRole('button', { name: 'Add the KPI' });
  await formula.fill('comments / sharez');
  await page.locator('.fault').getByText('did you mean "shares"').waitFor();
  assert.match(await page.locator('.fault pre').innerText(), /comments \/ sharez\n {11}\^{6}/);
  assert.ok(await add.isDisabled(), 'what does not fit cannot be saved');
  await formula.fill('comments / ');
  await page.getByRole('searchbox', { name: 'Find a measure or KPI' }).fill('shares');
  await page.getByRole('button', { name: /^Shares/ }).first().click();
  assert.equal(await formula.inputValue(), 'comments / shares');
  await page.getByText('It fits.').waitFor();

  // Its numbers explain themselves before anybody else knows it.
  const number = page.locator('a[data-explain="comments_per_share"]').first();
  await number.waitFor();
  const shown = await number.locator('.figure').innerText();
  await number.click();
  const drawer = page.getByRole('dialog', { name: 'Explanation' });
  await drawer.locator('footer').waitFor();
  assert.equal(await drawer.locator('.big .figure').innerText(), shown);
  assert.deepEqual(await seriousFaults(page), []);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await add.click();
  await page.waitForURL(/\/dictionary\/comments_per_share$/);
  await settled(page);

  await page.getByRole('link', { name: 'Change', exact: true }).click();
  await page.waitForURL(/comments_per_share\/edit/);
  await settled(page);
  assert.equal(await formula.inputValue(), 'comments / shares');
  await formula.fill('comments / (shares + saves)');
  await page.getByText(/becomes definition \d+/).waitFor();
  await page.getByRole('button', { name: 'Save as a new definition' }).click();
  await page.waitForURL(/\/dictionary\/comments_per_share$/);
  await settled(page);
  const definitions = page.getByRole('region', { name: 'Definitions' });
  assert.match(await definitions.innerText(), /Definition \d+[\s\S]*Definition \d+/);
  await definitions.getByRole('link', { name: 'Begin a new one from this' }).first().click();
  await page.waitForURL(/from=\d+/);
  await settled(page);
  assert.equal(await formula.inputValue(), 'comments / shares');
  await page.goBack();
  await settled(page);
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog', { name: 'Remove this entry?' }).getByRole('button', { name: 'Remove it' }).click();
  await page.waitForURL(/\/dictionary$/);
});

journey('a catalog file is checked line by line and added', async ({ page, url }) => {
  await page.goto(`${url}/dictionary/file?${MINE}`);
  await settled(page);
  await page.getByRole('button', { name: 'Begin with an example' }).click();
  const text = page.locator('#catalog-file');
  await page.getByText('It would add:').waitFor();
  const example = await text.inputValue();
  await text.fill(example.replace('comments / shares', 'comments / sharess'));
  await page.getByText('1 thing is wrong').waitFor();
  await page.getByRole('button', { name: /^Line 15, column/ }).click();
  assert.match(await page.evaluate(() => getSelection().toString()), /sharess/);
  assert.ok(await page.getByRole('button', { name: 'Add to the dictionary' }).isDisabled());
  await text.fill(example);
  await page.getByText('It would add:').waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await page.getByRole('button', { name: 'Add to the dictionary' }).click();
  await page.getByText('Added 2 entries').waitFor();
  await page.getByText('Meant already: samples_sent, comments_per_share.').waitFor();
});

journey('a KPI’s page says how it goes on, how often that was right, and what was out of the ordinary', async ({ page, url }) => {
  await page.goto(`${url}/dictionary/impressions`);
  await settled(page);
  const chart = page.locator('section.chart', { hasText: 'How it goes on' });
  await chart.locator('svg').first().waitFor();
  assert.match(await chart.locator('[role=img]').getAttribute('aria-label'), /is expected at [\d,]+ on .*, between [\d,]+ and [\d,]+/);
  const sure = page.getByRole('region', { name: 'How sure the forecast is' });
  assert.match(await sure.innerText(), /Tried \d+ times on its own past: [\d.]+\s?% of [\d,]+ days/);
  const odd = sure.locator('a[data-explain="impressions"]').first();
  const shown = await odd.locator('.figure').innerText();
  await odd.click();
  const drawer = page.getByRole('dialog', { name: 'Explanation' });
  await drawer.locator('footer').waitFor();
  assert.equal(await drawer.locator('.big .figure').innerText(), shown);
});

journey('posts that stood out stand beside what was expected of them, and lead to the post', async ({ page, url }) => {
  await page.goto(`${url}/posts?last=12m`);
  await settled(page);
  await page.getByRole('navigation', { name: 'Posts' }).getByRole('link', { name: 'Stood out' }).click();
  await page.waitForURL(/\/posts\/standouts\?last=12m/);
  await settled(page);
  const better = page.getByRole('region', { name: 'Better than expected' });
  assert.ok((await better.getByRole('listitem').count()) > 3);
  assert.match(await better.getByRole('listitem').first().innerText(), /expected [\d,]+ \([\d,.]+ – [\d,]+\)/);
  const number = better.locator('a[data-explain="engagements"]').first();
  const shown = await number.locator('.figure').innerText();
  await number.click();
  const drawer = page.getByRole('dialog', { name: 'Explanation' });
  await drawer.locator('footer').waitFor();
  assert.equal(await drawer.locator('.big .figure').innerText(), shown);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Judged by' }).selectOption('impressions');
  await page.waitForURL(/kpi=impressions/);
  await better.locator('a[data-explain="impressions"]').first().waitFor();
  await better.locator('a.text').first().click();
  await page.waitForURL(/\/posts\?.*post=/);
  await page.getByRole('dialog', { name: 'Post' }).waitFor();
});

journey('the best times are a heat map, a table and a list', async ({ page, url }) => {
  await page.goto(`${url}/posts/best-times?last=12m`);
  await settled(page);
  const chart = page.locator('section.chart', { hasText: 'How sure an hour does better' });
  await chart.locator('svg rect').first().waitFor();
  assert.equal(await chart.locator('svg [data-row]').count(), 168);
  await chart.getByRole('button', { name: 'Show as a table' }).click();
  assert.match(await chart.getByRole('table').innerText(), /likely better/);
  const list = page.getByRole('region', { name: 'The surest hours' }).first();
  assert.match(await list.getByRole('row').nth(1).innerText(), /day, \d\d:00/);
});

journey('posts are left out of a view with a reason, which is said until it is taken back', async ({ page, url }) => {
  await page.goto(`${url}/posts?last=12m&sort=engagements`);
  await settled(page);
  const first = page.locator('tbody tr').first();
  await first.locator('.box input').check();
  await page.getByRole('button', { name: 'Leave out…' }).click();
  await page.getByRole('textbox', { name: 'Because' }).fill('a gift');
  await page.getByRole('button', { name: 'Leave out of this view' }).click();
  await page.waitForURL(/because=a\+gift/);
  await first.getByText('left out').waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Overview' }).click();
  await settled(page);
  const chip = page.locator('.chip', { hasText: 'without 1 post: a gift' });
  await chip.waitFor();
  const number = page.locator('a[data-explain="impressions"]').first();
  const without = await number.locator('.figure').innerText();
  await number.click();
  const drawer = page.getByRole('dialog', { name: 'Explanation' });
  await drawer.locator('footer').waitFor();
  assert.match(await drawer.innerText(), /a gift/);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await chip.click();
  await page.waitForURL((address) => !address.search.includes('without'));
  await settled(page);
  await page.waitForFunction((before) => document.querySelector('a[data-explain="impressions"] .figure')?.textContent !== before, without);
});

journey('more posts than a link can name are left out by a tag', async ({ page, url }) => {
  await page.goto(`${url}/posts?last=12m&network=x`);
  await settled(page);
  await page.getByRole('checkbox', { name: 'Select all posts of this page' }).check();
  await page.getByRole('button', { name: /^Select all \d/ }).click();
  await page.getByRole('button', { name: 'Leave out…' }).click();
  await page.getByRole('textbox', { name: 'Because' }).fill('a trial');
  await page.getByRole('textbox', { name: 'Tag', exact: true }).fill('set aside');
  await lookedAt(page, 'many posts to be left out');
  await page.getByRole('button', { name: 'Leave out of this view' }).click();
  await page.waitForURL(/without=tag(~|%7E)set\+aside/);
  await page.locator('tbody tr').first().getByText('left out').waitFor();
  await settled(page); // asked anew, as they have a tag now
  assert.deepEqual(await seriousFaults(page), []);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.locator('tbody tr').first().getByText('left out').waitFor({ state: 'detached' });
});

journey('of too few posts nothing is said but why', async ({ page, url }) => {
  await page.goto(`${url}/posts/best-times?last=7d`);
  await settled(page);
  await page.getByText(/^Not to be said yet: /).waitFor();
  assert.deepEqual(await seriousFaults(page), []);
});

journey('a KPI’s page says from when on it has another level', async ({ page, url }) => {
  await page.goto(`${url}/dictionary/net_follower_growth`);
  await settled(page);
  const sure = page.getByRole('region', { name: 'How sure the forecast is' });
  assert.match(await sure.innerText(), /Changes of level[\s\S]*From [A-Z][a-z]+ \d+, 2025[\s\S]*→[\s\S]*over \d+ weeks before and \d+ weeks after/);
});

journey('the look is chosen and remembered; the workspace is set', async ({ page, url }) => {
  await page.goto(`${url}/settings?${MINE}`);
  await settled(page);
  await page.locator('main').getByRole('button', { name: 'Dark' }).click();
  await page.reload();
  await settled(page);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await page.locator('main').getByRole('button', { name: 'As the system' }).click();
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor({ timeout: PATIENCE });
  await page.reload();
  await settled(page);
  assert.equal(await page.getByLabel('Time zone').inputValue(), 'Europe/Berlin');
});

// A browser of somebody's own.
async function elsewhere(browser) {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  return { page, close: () => context.close() };
}

journey('somebody is invited, comes in, sees what a viewer may, and signs in again', async ({ page, url, browser }) => {
  await page.goto(`${url}/settings/people?${MINE}`);
  await settled(page);
  await page.getByLabel('Mail address').fill('viewer@example.org');
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.locator('.made code').innerText();
  const other = await elsewhere(browser);
  await other.page.goto(link);
  await other.page.getByLabel('Name').fill('A viewer');
  await other.page.getByLabel('Password').fill('too short');
  await other.page.getByLabel('Password').fill('a passphrase for the journey');
  assert.deepEqual(await seriousFaults(other.page), []);
  await other.page.getByRole('button', { name: 'Join' }).click();
  // Who is no member of the default workspace begins in their own.
  await other.page.waitForURL(/workspace=journey/);
  await settled(other.page);
  await other.page.goto(`${url}/settings?${MINE}`);
  await settled(other.page);
  assert.equal(await other.page.getByRole('link', { name: 'Audit log' }).count(), 0);
  assert.ok(await other.page.getByRole('button', { name: 'Save' }).isDisabled());
  await page.request.post(`${url}/api/v1/goals?${MINE}`, { headers: { Origin: url }, data: { sentence: 'Increase impressions to 1000 by 31 December 2026' } });
  await other.page.goto(`${url}/goals?${MINE}`);
  await settled(other.page);
  assert.equal(await other.page.getByRole('link', { name: 'Set a goal' }).count(), 0, 'who only reads sets no goals');
  await other.page.getByRole('link', { name: /^Increase impressions/ }).click();
  await other.page.waitForURL(/\/goals\/01/);
  await settled(other.page);
  for (const name of ['Remove', 'Check in', 'Add']) assert.equal(await other.page.getByRole('button', { name, exact: true }).count(), 0, name);
  for (const path of ['/campaigns', '/posts', '/benchmarks', '/dictionary']) {
    await other.page.goto(`${url}${path}?${MINE}&last=all`);
    await settled(other.page);
    for (const name of ['Set a campaign', 'Add a set', 'New KPI', 'Check a file']) assert.equal(await other.page.getByRole('link', { name }).count(), 0, `${name} on ${path}`);
    assert.equal(await other.page.locator('.box input').count(), 0, 'who only reads selects nothing');
  }
  await other.page.goto(`${url}/settings/you?${MINE}`);
  await settled(other.page);
  await other.page.locator('main').getByRole('button', { name: 'Sign out', exact: true }).click();
  await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.deepEqual(await seriousFaults(other.page), []);
  await other.page.getByLabel('Mail address').fill('viewer@example.org');
  await other.page.getByLabel('Password').fill('something else entirely');
  await other.page.getByRole('button', { name: 'Sign in' }).click();
  await other.page.locator('.failure').waitFor();
  await other.page.getByLabel('Password').fill('a passphrase for the journey');
  await other.page.getByRole('button', { name: 'Sign in' }).click();
  await settled(other.page);
  await other.page.goto(link);
  await settled(other.page);
  await other.close();
  await page.reload();
  await page.getByRole('row', { name: 'A viewer viewer@example.org' }).waitFor();
});

// The code an authenticator app shows for a key at a moment (RFC 6238).
function codeOf(key, seconds) {
  const bits = [...key.replaceAll(' ', '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const hash = createHmac('sha1', secret).update(step).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

journey('a second factor is added, and asked for at the next sign-in', async ({ page, url, browser }) => {
  const invitation = { email: 'careful@example.org', role: 'viewer' };
  const made = await page.request.post(`${url}/api/v1/invitations?${MINE}`, { headers: { Origin: url }, data: invitation });
  const password = 'a passphrase for the second factor';
  const other = await elsewhere(browser);
  await other.page.goto((await made.json()).link);
  await other.page.getByLabel('Name').fill('Somebody careful');
  await other.page.getByLabel('Password').fill(password);
  await other.page.getByRole('button', { name: 'Join' }).click();
  await other.page.waitForURL(/workspace=journey/);
  await settled(other.page);
  await other.page.goto(`${url}/settings/you?${MINE}`);
  await settled(other.page);
  const factor = other.page.locator('section[aria-labelledby=factor]');
  await factor.getByLabel('Present password').fill(password);
  await factor.getByRole('button', { name: 'Add an authenticator app' }).click();
  await factor.getByRole('img', { name: 'The key as a QR code' }).waitFor();
  assert.deepEqual(await seriousFaults(other.page), []);
  if (process.env.SHOTS) await other.page.screenshot({ path: join(process.env.SHOTS, 'second-factor.png') });
  const key = await factor.locator('.secret').innerText();
  const now = Date.parse(NOW) / 1000;
  await factor.getByLabel('Code', { exact: true }).fill(codeOf(key, now));
  await factor.getByRole('button', { name: 'Confirm' }).click();
  await factor.locator('.codes li').first().waitFor();
  await other.page.locator('main').getByRole('button', { name: 'Sign out', exact: true }).click();
  await other.page.getByLabel('Mail address').fill(invitation.email);
  await other.page.getByLabel('Password').fill(password);
  await other.page.getByRole('button', { name: 'Sign in' }).click();
  await other.page.getByLabel('Code', { exact: true }).fill(codeOf(key, now + 30));
  await other.page.getByRole('button', { name: 'Sign in' }).click();
  await settled(other.page);
  await other.close();
});

journey('a token is made, shown once, works and is revoked', async ({ page, url }) => {
  await page.goto(`${url}/settings/tokens?${MINE}`);
  await settled(page);
  await page.getByLabel('What it is for').fill('the journey');
  await page.getByRole('button', { name: 'Make the token' }).click();
  const proof = await page.locator('[role=status] code').innerText();
  const asks = () => fetch(`${url}/api/v1/imports?${MINE}`, { headers: { Authorization: `Bearer ${proof}` } }).then((answer) => answer.status);
  assert.equal(await asks(), 200);
  const row = page.locator('tbody tr', { hasText: 'the journey' });
  await row.getByRole('button', { name: /Revoke/ }).click();
  await row.getByRole('button', { name: 'Cancel' }).press('Escape');
  await row.getByRole('button', { name: /Revoke/ }).click();
  await row.getByRole('button', { name: /Revoke/ }).click();
  await row.getByText('revoked').waitFor();
  assert.equal(await asks(), 401);
});

// Looks at a page as the looks do, at both widths and in both themes.
async function lookedAt(page, name) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => !document.querySelector('main .stale'), undefined, { timeout: PATIENCE });
  for (const [width, height] of [[390, 844], [1440, 900]]) {
    for (const theme of ['dark', 'light']) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px wider than the screen`);
      assert.deepEqual(await seriousFaults(page), [], name);
      if (process.env.SHOTS) {
        mkdirSync(process.env.SHOTS, { recursive: true });
        await page.screenshot({ path: join(process.env.SHOTS, `${name.replaceAll(/\W+/g, '-')}-${width}-${theme}.png`), fullPage: true });
      }
    }
  }
}

journey('a mail server is set and tried; its password is never shown again', async ({ page, url }) => {
  const post = await mailServer();
  await page.goto(`${url}/settings/sending`);
  await settled(page);
  const server = page.getByRole('region', { name: 'Mail server' });
  await server.getByLabel('Host').fill('127.0.0.1');
  await server.getByLabel('Security').selectOption('none');
  await server.getByLabel('Port').fill('1');
  await server.getByLabel('User').fill('reports');
  await server.getByLabel('Password').fill('right');
  await server.getByLabel('Sender’s address').fill('reports@example.org');
  await server.getByRole('button', { name: 'Save' }).click();
  await server.getByText('Saved.').waitFor();
  const trial = page.getByRole('region', { name: 'Send a test' });
  await trial.getByLabel('To').fill('ann@example.org');
  await trial.getByRole('button', { name: 'Send a test' }).click();
  await trial.locator('.failure').waitFor();
  await server.getByLabel('Port').fill(post.port);
  await server.getByRole('button', { name: 'Save' }).click();
  await server.getByText('Saved.').waitFor();
  await trial.getByRole('button', { name: 'Send a test' }).click();
  await trial.getByText('The mail server took it').waitFor();
  const letter = await post.letter('A test of Sociometer');
  assert.deepEqual([letter.to, letter.user], [['ann@example.org'], 'reports']);
  await page.reload();
  await settled(page);
  assert.equal(await server.getByLabel('Password').inputValue(), '');
  await server.getByText('A password is kept.').waitFor();
  assert.ok(!(await page.content()).includes('right"'), 'the password is not in the page');
  await lookedAt(page, 'sending, set');
}, { refused: [503] });

journey('channels are added, tried and removed; a secret is shown once', async ({ page, url }) => {
  const post = await mailServer();
  await page.goto(`${url}/settings/channels`);
  await settled(page);
  const channels = page.getByRole('region', { name: 'Channels' });
  await channels.getByRole('textbox', { name: 'Name' }).fill('team');
  await channels.getByLabel('Addresses').fill('ann@example.org, bob@example.org');
  await channels.getByRole('button', { name: 'Add a channel' }).click();
  await channels.getByRole('button', { name: /^Send a test.*team/ }).click();
  await channels.getByText('It arrived.').waitFor();
  assert.deepEqual((await post.letter('A test of the channel team')).to, ['ann@example.org', 'bob@example.org']);
  await channels.getByLabel('Kind').selectOption('webhook');
  await channels.getByRole('textbox', { name: 'Name' }).fill('ops');
  await channels.getByLabel('Address of the hook').fill('https://hooks.example.org/services/T1');
  await channels.getByRole('button', { name: 'Add a channel' }).click();
  const secret = await channels.locator('.secret code').innerText();
  assert.ok(secret.length > 20);
  assert.ok(!(await channels.innerText()).includes('/services/T1'), 'only the host is shown');
  await lookedAt(page, 'channels, set');
  await page.reload();
  await settled(page);
  assert.ok(!(await page.content()).includes(secret), 'the secret is shown once');
  await channels.getByRole('button', { name: /^Remove.*ops/ }).click();
  await channels.getByRole('button', { name: 'Cancel' }).click();
  assert.ok(await channels.getByRole('button', { name: /^Remove.*ops/ }).evaluate((button) => button === document.activeElement), 'focus comes back');
  await channels.getByRole('button', { name: /^Remove.*ops/ }).click();
  await channels.getByRole('button', { name: /^Remove.*ops/ }).click();
  await channels.getByRole('listitem').filter({ hasText: 'hooks.example.org' }).waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Messages' }).getByText('A test of the channel team').waitFor();
});

journey('a report is sent by the calendar, until it is not', async ({ page, url }) => {
  await page.goto(`${url}/reports/executive`);
  await settled(page);
  const calendar = page.getByRole('region', { name: 'Sent by the calendar' });
  await calendar.getByRole('button', { name: 'Add' }).click();
  await calendar.getByLabel('When').selectOption('first-of-month');
  await calendar.getByRole('textbox', { name: 'At' }).fill('07:30');
  await calendar.getByLabel('By the clock of').fill('Europe/Berlin');
  await calendar.getByLabel('Tell').selectOption('team');
  await calendar.getByLabel('Excel').check();
  await calendar.getByRole('button', { name: 'Send it so' }).click();
  const item = calendar.getByRole('listitem').filter({ hasText: 'First day of each month at 07:30, Europe/Berlin' });
  await item.waitFor();
  assert.match(await item.innerText(), /to team · PDF, Excel · Next: Jul 1, 2026, 07:30/);
  await lookedAt(page, 'a report with a schedule');
  await item.getByRole('button', { name: /^Remove/ }).click();
  await item.getByRole('button', { name: /^Remove/ }).click();
  await calendar.getByText('Not sent by itself.').waitFor();
});

journey('an alert is set, tried, fires and is told once, is muted, changed and removed', async ({ page, url }) => {
  const post = await mailServer();
  await page.goto(`${url}/alerts`);
  await settled(page);
  await page.getByRole('link', { name: 'Set an alert' }).first().click();
  const form = page.getByRole('dialog', { name: 'Set an alert' });
  await form.getByRole('textbox', { name: 'Name' }).fill('few are reached');
  await form.getByLabel('KPI').selectOption('impressions');
  await form.getByLabel('Network').selectOption('instagram');
  await form.getByRole('textbox', { name: 'Bound' }).fill('many');
  await form.getByText('This is no number.').waitFor();
  await form.getByRole('textbox', { name: 'Bound' }).fill('2,000,000');
  await form.getByRole('combobox', { name: /^Tell/ }).selectOption('team');
  await form.getByRole('button', { name: 'Set an alert' }).click();
  await page.waitForURL(/\/alerts\/few%20are%20reached/);
  await settled(page);
  await page.getByText('It was not judged yet.').waitFor();

  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.getByText('It would send this now:').waitFor();
  await page.getByRole('button', { name: 'Send a test message' }).click();
  await page.getByText('A test message is on its way to team.').waitFor();
  await post.letter('[test]');

  await page.goto(`${url}/alerts`);
  await settled(page);
  await page.getByRole('button', { name: 'Judge now' }).click();
  const row = page.locator('main li', { hasText: 'few are reached' });
  await row.getByText('Firing').waitFor();
  await lookedAt(page, 'alerts, set');
  await row.getByRole('link', { name: 'few are reached' }).click();
  await settled(page);
  const history = page.getByRole('region', { name: 'History' });
  assert.match(await history.innerText(), /Impressions on Instagram[\s\S]*still · told/);
  await post.letter('Subject: few are reached');
  await lookedAt(page, 'an alert that fires');
  // What it says leads to the number's explanation.
  await page.getByRole('link', { name: 'Explanation' }).first().click();
  await page.waitForURL(/explain=impressions/);
  await page.getByRole('dialog', { name: 'Explanation' }).locator('footer').waitFor();
  await page.goBack();
  await settled(page);

  await page.getByRole('button', { name: 'Mute' }).click();
  await page.getByLabel('Mute until').fill('2026-07-01');
  await page.locator('.pop').getByRole('button', { name: 'Mute', exact: true }).click();
  await page.getByText('muted until Jul 1, 2026').waitFor();
  await page.getByRole('button', { name: 'Unmute' }).click();
  await page.getByText('muted until Jul 1, 2026').waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'Change' }).click();
  const change = page.getByRole('dialog', { name: 'few are reached' });
  assert.equal(await change.getByRole('textbox', { name: 'Bound' }).inputValue(), '2,000,000');
  await change.getByLabel('What is watched').selectOption('change');
  await change.getByRole('textbox', { name: 'More than' }).fill('20');
  await change.getByRole('button', { name: 'Save' }).click();
  await change.waitFor({ state: 'detached' });
  await page.getByText('by more than 20 %').waitFor();

  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog', { name: 'Remove this alert?' }).getByRole('button', { name: 'Remove the alert' }).click();
  await page.waitForURL(/\/alerts$/);
  await page.getByText('Nothing is watched yet.').waitFor();
});

journey('the digest says what is more than noise, and is sent when it is switched on', async ({ page, url }) => {
  await page.goto(`${url}/digest`);
  await settled(page);
  await page.getByText(/numbers were looked at, \d+ could be tested/).waitFor();
  const settings = page.getByRole('region', { name: 'Sent once a week' });
  await settings.getByLabel('Send it').check();
  await settings.getByLabel('Tell').selectOption('team');
  await settings.getByLabel('Hour').selectOption('9');
  await settings.getByLabel('Add a KPI').selectOption('impressions');
  await settings.getByRole('button', { name: 'Save' }).click();
  await settings.getByText('Next:').waitFor();
  // Of its networks, one number alone is looked at.
  await page.getByText(/^[1-9] numbers? (was|were) looked at/).waitFor();
  await lookedAt(page, 'digest, on');
  await settings.getByLabel('Send it').uncheck();
  await settings.getByRole('button', { name: 'Save' }).click();
  await settings.getByText('It is not sent.').waitFor();
});

journey('the mail server is removed', async ({ page, url }) => {
  await page.goto(`${url}/settings/sending`);
  await settled(page);
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog', { name: 'Remove the mail server?' }).getByRole('button', { name: 'Remove the mail server' }).click();
  await page.getByText('No mail server is set.').waitFor();
  await page.goto(`${url}/settings/channels`);
  await settled(page);
  await page.getByRole('button', { name: /^Remove.*team/ }).click();
  await page.getByRole('button', { name: /^Remove.*team/ }).click();
  await page.getByText('There is no channel yet.').waitFor();
});

// ---- all of them

const server = await startServer();
const profile = mkdtempSync(join(tmpdir(), 'sociometer-browser-'));
let passed = 0;
const failed = [];
try {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', `--crash-dumps-dir=${profile}`],
  });
  const only = process.argv.slice(2);
  // Whoever starts the server comes in by the link it prints; everything else is theirs from there.
  const door = await browser.newContext();
  const opened = await door.newPage();
  await opened.goto(server.link);
  await opened.waitForSelector('main h1', { timeout: PATIENCE });
  await opened.waitForFunction(() => location.pathname === '/', undefined, { timeout: PATIENCE });
  const storageState = await door.storageState();
  await door.close();
  const make = async ({ name, go, refused = [] }) => {
    if (only.length && !only.some((part) => name.includes(part))) return;
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', acceptDownloads: true, storageState });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const heard = watch(page, server.url);
    try {
      await go({ page, url: server.url, heard, context, browser });
      // A refused file is answered with 422, which the browser itself reports.
      const expected = new RegExp(`status of (${[422, ...refused].join('|')})`);
      const faults = heard.filter((line) => !expected.test(line));
      assert.deepEqual(faults, [], 'nothing is said on the console and nothing asked elsewhere');
      passed++;
      console.log(`ok      ${name}`);
    } catch (error) {
      failed.push(name);
      console.log(`failed  ${name}\n        ${String(error.message).split('\n').slice(0, 12).join('\n        ')}`);
      if (heard.length) console.log(`        heard: ${heard.slice(0, 5).join(' | ')}`);
      if (process.env.SHOTS) {
        mkdirSync(process.env.SHOTS, { recursive: true });
        await page.screenshot({ path: join(process.env.SHOTS, `failed-${failed.length}.png`) }).catch(() => {});
      }
    }
    await context.close();
  };
  const inTurn = async (some) => {
    for (const one of some) await make(one);
  };
  // Three side by side: a browser waits for the network and for itself about as long as it works.
  await Promise.all([inTurn(looks.filter((_, place) => place % 2 === 0)), inTurn(looks.filter((_, place) => place % 2 === 1)), inTurn(journeys)]);
  await browser.close();
} finally {
  await server.stop();
  await closePostOffice();
  rmSync(profile, { recursive: true, force: true });
}
console.log(`journeys: ${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length ? 1 : 0;
