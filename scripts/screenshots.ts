/**
 * Makes the pictures of the README: `node scripts/screenshots.ts [name…]`. A whole demo hall in a temporary folder, Chromium without
 * a window, and the path of one resident through it: number, call, ID card, case, rating. The people on the pictures are invented.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { itemIdSchema, newId } from '../domain/ids.ts';
import { unwrap } from '../domain/result.ts';
import { DEMO_CARDS } from '../drivers/id-card/demo-cards.ts';
import { findBrowser } from '../electron/browser-shell.ts';
import { type DemoHall, startDemoHall } from '../electron/demo/demo-hall.ts';
import { buildRenderer, rendererIsStale } from '../electron/demo/renderer-build.ts';
import { connectLink, type Link } from '../renderer/link/client.ts';
import type { PageRole } from '../sync/protocol/link.ts';

const ROOT = join(import.meta.dirname, '..');
const TARGET = join(ROOT, 'docs/images');
const MAX_BYTES = 150 * 1024;
const PATIENCE_MS = 90_000;
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];
/** Which page, its size in CSS pixels, and how much smaller the picture is. */
const PICTURES = {
  kiosk: { page: 'kiosk', width: 720, height: 1080, scale: 0.75 },
  'kiosk-number': { page: 'kiosk', width: 720, height: 1080, scale: 0.75 },
  desk: { page: 'desk-1', width: 1366, height: 768, scale: 0.75 },
  rating: { page: 'rating-1', width: 1024, height: 600, scale: 0.75 },
  window: { page: 'window-1', width: 1280, height: 360, scale: 0.625 },
  hall: { page: 'hall', width: 1280, height: 720, scale: 0.75 },
  supervisor: { page: 'supervisor', width: 1366, height: 900, scale: 0.75 },
  district: { page: 'district', width: 1366, height: 768, scale: 0.75 },
  dock: { page: 'dock', width: 1366, height: 1020, scale: 0.75 },
} as const;
type Name = keyof typeof PICTURES;

/** 居民养老待遇 … */
const SEARCH = 'jmyl';
/** Orders of the published list. */
const ITEMS_BEFORE = [160, 1, 120, 162, 8];

class Studio {
  readonly #hall: DemoHall;
  readonly #browser: Browser;
  readonly #wanted: readonly string[];

  constructor(hall: DemoHall, browser: Browser, wanted: readonly string[]) {
    this.#hall = hall;
    this.#browser = browser;
    this.#wanted = wanted;
  }

  async open(name: Name): Promise<Page> {
    const { page, width, height, scale } = PICTURES[name];
    const context = await this.#browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale, locale: 'zh-CN' });
    context.setDefaultTimeout(PATIENCE_MS);
    const opened = await context.newPage();
    await opened.goto(this.#hall.urls[page] ?? '');
    return opened;
  }

  async shoot(page: Page, name: Name): Promise<void> {
    if (this.#wanted.length > 0 && !this.#wanted.includes(name)) return;
    const path = join(TARGET, `${name}.png`);
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    const { size } = statSync(path);
    console.log(`${path} ${Math.ceil(size / 1024)} KB`);
    if (size > MAX_BYTES) throw new Error(`${name} is larger than ${MAX_BYTES / 1024} KB: choose another size`);
  }

  /** The link of a station without its page, for what happens in the background of the pictures. */
  async link(stationId: 'kiosk-1' | 'desk-2', role: PageRole): Promise<Link> {
    const port = this.#hall.processes.states().find((process) => process.name === stationId)?.port;
    const link = connectLink({ role, url: `ws://127.0.0.1:${port}/link`, token: this.#hall.tokens[stationId] ?? null });
    await until('link', async () => link.state === 'up');
    return link;
  }
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited too long for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Other people of the morning: four wait, one is served at window 2. */
async function peopleBefore(studio: Studio, hall: DemoHall): Promise<void> {
  const kiosk = await studio.link('kiosk-1', 'kiosk');
  for (const order of ITEMS_BEFORE) {
    const itemId = itemIdSchema.parse(`item-${String(order).padStart(3, '0')}`);
    await until('number', async () => (await kiosk.call('ticket.issue', { requestId: newId(), itemId, cardId: null })).ok);
  }
  kiosk.close();
  const desk = await studio.link('desk-2', 'desk');
  const clerk = hall.plan.staff[1];
  unwrap(await desk.call('staff.signIn', { staffNumber: clerk?.staffNumber ?? '', pin: clerk?.pin ?? '' }));
  unwrap(await desk.call('window.set', { state: 'OPEN' }));
  unwrap(await desk.call('queue.call', { requestId: newId() }));
  unwrap(await desk.call('queue.start', { requestId: newId() }));
  desk.close();
}

async function atTheKiosk(studio: Studio, hall: DemoHall): Promise<void> {
  const kiosk = await studio.open('kiosk');
  await kiosk.getByRole('button', { name: '取号', exact: true }).click();
  await kiosk.getByRole('button', { name: /按拼音找/ }).click();
  for (const letter of SEARCH) await kiosk.getByRole('button', { name: letter, exact: true }).click();
  await kiosk.locator('.k-found .k-choice[data-here=true]').first().click();
  await kiosk.getByRole('heading', { name: '要带的材料' }).waitFor();
  await studio.shoot(kiosk, 'kiosk');
  await kiosk.getByRole('button', { name: '取号', exact: true }).click();
  hall.devices['kiosk-1']?.idCard?.placeCard(DEMO_CARDS[0]);
  await kiosk.getByRole('button', { name: '是我，取号' }).click();
  await kiosk.getByText('取号成功').waitFor();
  await studio.shoot(kiosk, 'kiosk-number');
  hall.devices['kiosk-1']?.idCard?.removeCard();
}

async function atTheDesk(studio: Studio, hall: DemoHall, screens: { readonly window: Page; readonly hall: Page }): Promise<Page> {
  const desk = await studio.open('desk');
  const clerk = hall.plan.staff[0];
  await desk.getByLabel('工号').fill(clerk?.staffNumber ?? '');
  await desk.getByLabel('口令').fill(clerk?.pin ?? '');
  await desk.getByRole('button', { name: /登\s*录/ }).click();
  await desk.getByRole('button', { name: /开\s*窗/ }).click();
  await desk.getByRole('button', { name: /叫号/ }).first().click();
  await screens.window.getByText('请到窗口').waitFor();
  await studio.shoot(screens.window, 'window');
  await screens.hall.locator('.hall-caption', { hasText: '到一号窗口' }).waitFor();
  await studio.shoot(screens.hall, 'hall');
  await desk.getByRole('button', { name: /开始办理/ }).click();
  await desk.getByRole('button', { name: '读身份证' }).click();
  hall.devices['desk-1']?.idCard?.placeCard(DEMO_CARDS[0]);
  await desk.getByRole('button', { name: '重新读证' }).waitFor();
  for (const material of await desk.locator('.desk-materials input[type=checkbox]').all()) await material.check();
  await desk.locator('.desk-case-saved[data-saved=true]').waitFor();
  await studio.shoot(desk, 'desk');
  return desk;
}

async function finishAndRate(studio: Studio, hall: DemoHall, desk: Page): Promise<void> {
  const rating = await studio.open('rating');
  await desk.getByRole('button', { name: /^收\s*件$/ }).click();
  await desk.getByText('收件回执已打印').waitFor();
  await desk.getByRole('button', { name: /办结/ }).click();
  await rating.getByText('请您评价这次服务').waitFor();
  await studio.shoot(rating, 'rating');
  await hall.devices['desk-1']?.keypad?.pressLevel('VERY_SATISFIED');
  await rating.getByText('欢迎办事').waitFor();
}

async function whoWatches(studio: Studio): Promise<void> {
  const district = await studio.open('district');
  await district.getByRole('button', { name: '看详情' }).click();
  await district.getByText('非常满意').first().waitFor();
  await studio.shoot(district, 'district');
  const supervisor = await studio.open('supervisor');
  await supervisor.getByText('林晓岚').first().waitFor();
  await studio.shoot(supervisor, 'supervisor');
  const dock = await studio.open('dock');
  await dock.getByText('出来的纸').first().waitFor();
  await studio.shoot(dock, 'dock');
}

async function main(): Promise<void> {
  if (rendererIsStale(ROOT)) unwrap(await buildRenderer(ROOT));
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error('Chromium is needed');
  const dataDir = mkdtempSync(join(tmpdir(), 'bianmin-pictures-'));
  const hall = await startDemoHall({ dataDir, hall: 'town', ports: 'free', shell: 'none' });
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  try {
    const studio = new Studio(hall, browser, process.argv.slice(2));
    const screens = { window: await studio.open('window'), hall: await studio.open('hall') };
    await peopleBefore(studio, hall);
    await atTheKiosk(studio, hall);
    const desk = await atTheDesk(studio, hall, screens);
    await finishAndRate(studio, hall, desk);
    await whoWatches(studio);
  } finally {
    await browser.close();
    await hall.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await main();
