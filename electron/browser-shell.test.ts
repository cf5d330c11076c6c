import { expect, test } from 'vitest';
import { browserArguments, findBrowser, hasDisplay } from './browser-shell.ts';
import type { DemoPage } from './demo/pages.ts';

const having =
  (...paths: string[]) =>
  (path: string) =>
    paths.includes(path.replaceAll('\\', '/'));
const PAGE: DemoPage = {
  name: 'kiosk',
  title: '取号机',
  server: 'kiosk-1',
  url: 'http://127.0.0.1:7711/kiosk#k=secret',
  size: { widthPx: 720, heightPx: 1080 },
  kiosk: true,
  opens: true,
};

test('a browser is found where each system keeps it, and CHROME_PATH comes first', () => {
  const chrome = 'C:/Program Files/Google/Chrome/Application/chrome.exe';
  const edge = 'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe';
  const windows = { ProgramFiles: 'C:/Program Files', 'ProgramFiles(x86)': 'C:/Program Files (x86)' };
  expect(findBrowser({ platform: 'win32', env: windows, exists: having(edge) })).toBe(edge);
  expect(findBrowser({ platform: 'win32', env: windows, exists: having(edge, chrome) })).toBe(chrome);
  expect(findBrowser({ platform: 'linux', env: { PATH: '/bin:/usr/bin' }, exists: having('/usr/bin/chromium') })).toBe('/usr/bin/chromium');
  const own = { PATH: '/usr/bin', CHROME_PATH: '/opt/c' };
  expect(findBrowser({ platform: 'linux', env: own, exists: having('/usr/bin/chromium', '/opt/c') })).toBe('/opt/c');
  expect(findBrowser({ platform: 'darwin', env: {}, exists: having() })).toBeNull();
});

test('a Linux without a display has no windows', () => {
  const exists = () => false;
  expect(hasDisplay({ platform: 'linux', env: {}, exists })).toBe(false);
  expect(hasDisplay({ platform: 'linux', env: { DISPLAY: '' }, exists })).toBe(false);
  expect(hasDisplay({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' }, exists })).toBe(true);
  expect(hasDisplay({ platform: 'win32', env: {}, exists })).toBe(true);
});

test('only the kiosk is locked down, and only when asked', () => {
  const options = { profileDir: '/data/browser/kiosk-1', isRoot: false };
  expect(browserArguments(PAGE, { ...options, kiosk: true })).toContain('--kiosk');
  expect(browserArguments(PAGE, { ...options, kiosk: false })).not.toContain('--kiosk');
  expect(browserArguments({ ...PAGE, kiosk: false }, { ...options, kiosk: true })).not.toContain('--kiosk');
  expect(browserArguments(PAGE, { ...options, kiosk: true })).not.toContain('--no-sandbox');
});

test('every window has its page, its own profile, sound without a touch and a pinned IndexedDB', () => {
  const line = browserArguments(PAGE, { profileDir: '/data/browser/kiosk-1', kiosk: false, isRoot: false });
  expect(line).toEqual(
    expect.arrayContaining([
      '--app=http://127.0.0.1:7711/kiosk#k=secret',
      '--user-data-dir=/data/browser/kiosk-1',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-features=IdbSqliteBackingStore,IdbSqliteOnDiskRollout',
    ]),
  );
});
