import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { DemoPage } from './demo/pages.ts';

const WINDOWS_BROWSERS = [
  'Google/Chrome/Application/chrome.exe',
  'Chromium/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
];
const MAC_BROWSERS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];
const LINUX_BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'microsoft-edge-stable'];

/** What looking for a browser needs to know of the system. */
export interface System {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
}

const THIS_SYSTEM: System = { platform: process.platform, env: process.env, exists: existsSync };

/** Path of Chromium, Chrome or Edge; `CHROME_PATH` comes first. null: none found. */
export function findBrowser({ platform, env, exists }: System = THIS_SYSTEM): string | null {
  return candidates(platform, env).find((path) => exists(path)) ?? null;
}

function candidates(platform: NodeJS.Platform, env: System['env']): readonly string[] {
  const chosen = env.CHROME_PATH === undefined ? [] : [env.CHROME_PATH];
  if (platform === 'darwin') return [...chosen, ...MAC_BROWSERS];
  if (platform === 'win32') {
    const roots = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap((name) => env[name] ?? []);
    return [...chosen, ...roots.flatMap((root) => WINDOWS_BROWSERS.map((browser) => `${root}/${browser}`))];
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...chosen, ...folders.flatMap((folder) => LINUX_BROWSERS.map((browser) => join(folder, browser)))];
}

/** A Linux without X11 and Wayland has nowhere to open a window. */
export function hasDisplay({ platform, env }: System = THIS_SYSTEM): boolean {
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

export interface BrowserWindowOptions {
  readonly profileDir: string;
  readonly kiosk: boolean;
  readonly isRoot: boolean;
}

/** Command line that opens one page as a window of its own. */
export function browserArguments(page: DemoPage, { profileDir, kiosk, isRoot }: BrowserWindowOptions): readonly string[] {
  return [
    `--app=${page.url}`,
    `--user-data-dir=${profileDir}`,
    `--window-size=${page.size.widthPx},${page.size.heightPx}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-translate',
    // A Chromium update that moves IndexedDB to another backend must not touch the replica (research/sync.md §0).
    '--disable-features=IdbSqliteBackingStore,IdbSqliteOnDiskRollout',
    '--autoplay-policy=no-user-gesture-required',
    ...(kiosk && page.kiosk ? ['--kiosk', '--disable-pinch', '--overscroll-history-navigation=0'] : []),
    // Chromium refuses to run as root with its sandbox; only a container does that.
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}

export interface BrowserShell {
  close(): void;
}

/** Opens every page that wants a window. Pages of one PC share a profile, as they do on the real PC. */
export function startBrowserShell(options: {
  readonly browser: string;
  readonly pages: readonly DemoPage[];
  readonly dataDir: string;
  readonly kiosk: boolean;
}): BrowserShell {
  const started: ChildProcess[] = options.pages
    .filter((page) => page.opens)
    .map((page) => {
      const profileDir = join(options.dataDir, 'browser', page.server);
      mkdirSync(profileDir, { recursive: true, mode: 0o700 });
      const args = browserArguments(page, { profileDir, kiosk: options.kiosk, isRoot: process.getuid?.() === 0 });
      const child = spawn(options.browser, [...args], { stdio: 'ignore' });
      child.on('error', (cause) => console.error(`打不开窗口“${page.title}”：${cause.message}`));
      return child;
    });
  return {
    close() {
      for (const child of started) child.kill();
    },
  };
}
