import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';
const SCREENS = resolve(import.meta.dirname, '../.out/screens');
/** Deadline of a single step on a page; two cores carry the whole hall. */
const STEP_TIMEOUT_MS = 30_000;
/** Without a sandbox (tests run as root) and without a word to the network. */
export const QUIET_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** The shells open the screens with the same switch. */
export const SOUND_FLAG = '--autoplay-policy=no-user-gesture-required';
const FLAGS = [
  ...QUIET_FLAGS,
  // Pages of all roles stand in one browser; on real PCs each is in front.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  SOUND_FLAG,
];

export const SIZES = {
  kioskPortrait: { width: 1080, height: 1920 },
  kioskLandscape: { width: 1920, height: 1080 },
  office: { width: 1366, height: 768 },
  windowBar: { width: 1280, height: 360 },
  hallScreen: { width: 1280, height: 720 },
  rating: { width: 1024, height: 600 },
} as const;
export type Size = (typeof SIZES)[keyof typeof SIZES];

/** A browser with what its pages complained about. */
export interface TestBrowser {
  open(url: string, size: Size): Promise<Page>;
  /** Uncaught errors and refusals of the security policy, on any page. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Every page has a profile of its own, like a PC of its own. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const problems: string[] = [];
  return {
    problems,
    async open(url, size) {
      const context = await browser.newContext({ viewport: size, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
      return openPage(context, url, problems);
    },
    close: () => browser.close(),
  };
}

/** All pages in one profile on disk, so that what a browser leaves behind can be looked at. */
export async function openBrowserIn(profileDir: string): Promise<TestBrowser> {
  const options = { executablePath: CHROMIUM, args: FLAGS, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' };
  const context = await chromium.launchPersistentContext(profileDir, options);
  const problems: string[] = [];
  return {
    problems,
    async open(url, size) {
      const page = await openPage(context, url, problems);
      await page.setViewportSize(size);
      return page;
    },
    close: () => context.close(),
  };
}

async function openPage(context: BrowserContext, url: string, problems: string[]): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_TIMEOUT_MS);
  const where = new URL(url).pathname;
  page.on('pageerror', (error) => problems.push(`${where}: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) problems.push(`${where}: ${message.text()}`);
  });
  await page.goto(url);
  return page;
}

/** Kept in tests/.out/screens for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENS, { recursive: true });
  await page.screenshot({ path: join(SCREENS, `${name}.png`) });
}
