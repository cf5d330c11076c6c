import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { writeCrashReport } from './crash-report.ts';
import { ExitGesture, PinGuard } from './exit-gesture.ts';
import { deviceSecret } from './keyring.ts';
import { COMMAND_LINE_SWITCHES, isBlockedKey, mayNavigate, mayUse, originsOf } from './lockdown.ts';
import { defaultConfigFile, shellConfigSchema } from './shell-config.ts';
import { orderedDisplays, windowOptions } from './windows.ts';

const folder = mkdtempSync(join(tmpdir(), 'bianmin-shell-'));
afterAll(() => rmSync(folder, { recursive: true }));

const allowed = originsOf(['http://127.0.0.1:7711/kiosk#k=abc']);

describe('navigation', () => {
  it('stays on the pages of this PC', () => {
    expect(mayNavigate('http://127.0.0.1:7711/rating', allowed)).toBe(true);
  });

  it.each([
    'http://127.0.0.1:7712/kiosk',
    'https://127.0.0.1:7711/kiosk',
    'http://127.0.0.1:7711@evil.example/',
    'http://evil.example/?http://127.0.0.1:7711',
    'http://localhost:7711/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'about:blank',
    '',
  ])('refuses %s', (url) => expect(mayNavigate(url, allowed)).toBe(false));

  it('never lets a text that merely contains the origin through', () => {
    fc.assert(fc.property(fc.webUrl(), (url) => !mayNavigate(`${url}#http://127.0.0.1:7711`, allowed)));
  });
});

describe('permissions', () => {
  it('grants the camera to our page and nothing else', () => {
    expect(mayUse('media', 'http://127.0.0.1:7711/desk', allowed)).toBe(true);
    expect(
      ['geolocation', 'notifications', 'display-capture', 'clipboard-read', 'openExternal'].filter((name) =>
        mayUse(name, 'http://127.0.0.1:7711/', allowed),
      ),
    ).toEqual([]);
    expect(mayUse('media', 'http://evil.example/', allowed)).toBe(false);
  });
});

describe('keys of a locked window', () => {
  const key = (name: string, held: Partial<{ control: boolean; alt: boolean; meta: boolean }> = {}) => ({
    type: 'keyDown' as const,
    key: name,
    control: false,
    alt: false,
    meta: false,
    ...held,
  });

  it.each([
    key('F11'),
    key('F5'),
    key('r', { control: true }),
    key('I', { control: true }),
    key('w', { control: true }),
    key('F4', { alt: true }),
    key('Tab', { alt: true }),
    key('Meta', { meta: true }),
  ])('blocks %o', (input) => expect(isBlockedKey(input)).toBe(true));

  it.each([key('a'), key('Enter'), key('Tab'), key('Backspace'), key('c', { control: true })])('lets %o through', (input) =>
    expect(isBlockedKey(input)).toBe(false),
  );
});

it('an installed shell finds its configuration without arguments', () => {
  expect(defaultConfigFile('linux', {})).toBe('/etc/bianmin/shell.json');
  expect(defaultConfigFile('win32', { ProgramData: 'D:/Data' })).toBe('D:/Data/Bianmin/shell.json');
});

it('pins the IndexedDB backend', () => {
  expect(COMMAND_LINE_SWITCHES).toContainEqual(['disable-features', 'IdbSqliteBackingStore,IdbSqliteOnDiskRollout']);
});

describe('windows', () => {
  const spec = shellConfigSchema.shape.windows.element.parse({
    name: 'kiosk',
    title: '取号机',
    url: 'http://127.0.0.1:7711/kiosk',
    display: 1,
    widthPx: 720,
    heightPx: 1080,
    kiosk: true,
  });
  const displays = [{ bounds: { x: 1920, y: 0, width: 1080, height: 1920 } }, { bounds: { x: 0, y: 0, width: 1920, height: 1080 } }];

  it('counts monitors from the left and fills the right one when locked', () => {
    expect(orderedDisplays(displays).map((display) => display.bounds.x)).toEqual([0, 1920]);
    const options = windowOptions(spec, displays, { locked: true, preload: '/p' });
    expect([options.x, options.width, options.height, options.kiosk, options.frame]).toEqual([1920, 1080, 1920, true, false]);
  });

  it('falls back to the first monitor when one is missing', () => {
    expect(windowOptions({ ...spec, display: 7 }, displays, { locked: false, preload: '/p' }).x).toBe(0);
  });

  it('is sandboxed and isolated without Node, locked or not', () => {
    for (const locked of [true, false]) {
      const { webPreferences } = windowOptions(spec, displays, { locked, preload: '/p' });
      expect(webPreferences).toMatchObject({
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webviewTag: false,
        webSecurity: true,
        devTools: !locked,
      });
    }
  });
});

describe('the way out', () => {
  it('needs five taps in four seconds', () => {
    const gesture = new ExitGesture();
    expect([0, 100, 200, 300, 400].map((at) => gesture.tap(at))).toEqual([false, false, false, false, true]);
    expect([10_000, 12_000, 14_500, 16_000, 17_000].map((at) => gesture.tap(at))).toEqual([false, false, false, false, false]);
  });

  it('locks after five wrong PINs for ten minutes', () => {
    const guard = new PinGuard();
    for (let index = 0; index < 5; index += 1) guard.tried(false, 1_000);
    expect([guard.isLocked(2_000), guard.isLocked(1_000 + 10 * 60_000)]).toEqual([true, false]);
  });
});

describe('device secret', () => {
  // Electron's safeStorage cannot run here; this one has its shape and wraps by reversing.
  const storage = (backend: 'gnome_libsecret' | 'basic_text', rotated = false) => ({
    isAsyncEncryptionAvailable: async () => true,
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: async (text: string) => Buffer.from([...text].reverse().join('')),
    decryptStringAsync: async (bytes: Buffer) => {
      if (bytes.length === 0) throw new Error('cannot decrypt');
      return { result: [...bytes.toString()].reverse().join(''), shouldReEncrypt: rotated };
    },
  });

  it('is made once, wrapped on disk, and found again', async () => {
    const file = join(folder, 'secret.bin');
    const made = await deviceSecret(storage('gnome_libsecret'), file, 'linux');
    if (!made.ok) throw new Error(made.error.code);
    expect(readFileSync(file, 'utf8')).not.toContain(made.value);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await deviceSecret(storage('gnome_libsecret', true), file, 'linux')).toEqual(made);
  });

  it('refuses the hard-coded key of a Linux without keyring', async () => {
    const refused = await deviceSecret(storage('basic_text'), join(folder, 'never.bin'), 'linux');
    expect(refused.ok ? '' : refused.error.code).toBe('KEYRING_ABSENT');
    expect(readdirSync(folder)).not.toContain('never.bin');
  });
});

it('keeps the newest twenty crash reports', () => {
  const crashes = join(folder, 'crashes');
  for (let at = 1; at <= 25; at += 1) writeCrashReport(crashes, { kind: 'unresponsive', at, version: '0', facts: { window: 'kiosk' } });
  const names = readdirSync(crashes).sort();
  expect([names.length, names[0]]).toEqual([20, 'crash-00000000000006-unresponsive.json']);
});

it('electron-builder.yml fits the schema of electron-builder itself', async () => {
  const { validateConfiguration } = await import('app-builder-lib/out/util/config/config.js');
  const { parse } = await import('yaml');
  const config = parse(readFileSync(join(import.meta.dirname, '../electron-builder.yml'), 'utf8'));
  await expect(validateConfiguration(config as never, { isEnabled: false } as never)).resolves.toBeUndefined();
  await expect(validateConfiguration({ ...(config as object), appID: 'x' } as never, { isEnabled: false } as never)).rejects.toThrow(
    /appID/,
  );
});
