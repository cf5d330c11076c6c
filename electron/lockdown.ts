import type { App, BrowserWindow, Input, Session, WebContents } from 'electron';

/** Pages may use these and nothing else; only their own origins may ask. `media` is the document camera. */
const GRANTED_PERMISSIONS = ['media', 'fullscreen', 'persistent-storage'] as const;

/** Switches that must stand before `app` is ready. The IndexedDB backend is pinned: a flip wipes the replica (research/sync.md §0.2). */
export const COMMAND_LINE_SWITCHES: readonly (readonly [name: string, value?: string])[] = [
  ['disable-features', 'IdbSqliteBackingStore,IdbSqliteOnDiskRollout'],
  ['autoplay-policy', 'no-user-gesture-required'],
  ['disable-pinch'],
  ['overscroll-history-navigation', '0'],
];

export function originsOf(urls: readonly string[]): ReadonlySet<string> {
  return new Set(urls.map((url) => new URL(url).origin));
}

/** A page stays within the origins of this PC's own windows. Compared as parsed origins, never as text. */
export function mayNavigate(target: string, allowed: ReadonlySet<string>): boolean {
  return URL.canParse(target) && allowed.has(new URL(target).origin);
}

export function mayUse(permission: string, requestingUrl: string, allowed: ReadonlySet<string>): boolean {
  return (GRANTED_PERMISSIONS as readonly string[]).includes(permission) && mayNavigate(requestingUrl, allowed);
}

type KeyInput = Pick<Input, 'key' | 'control' | 'alt' | 'meta' | 'type'>;

/** Keys that lead out of a kiosk page: reload, developer tools, close, address, print, zoom, task switch as far as the window sees it. */
export function isBlockedKey(input: KeyInput): boolean {
  const key = input.key.toLowerCase();
  if (input.type !== 'keyDown') return false;
  if (input.meta || /^f\d{1,2}$/.test(key)) return true;
  if (input.alt) return true;
  return input.control && !['a', 'c', 'v', 'x', 'z'].includes(key);
}

/** Denies by default for every web contents that will ever exist in this app. */
export function guardApp(app: Pick<App, 'on'>, allowed: ReadonlySet<string>, log: (message: string, detail: object) => void): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, allowed, log));
  app.on('certificate-error', (event, _contents, url, error, _certificate, callback) => {
    event.preventDefault();
    log('certificate refused', { origin: URL.canParse(url) ? new URL(url).origin : '', error });
    callback(false);
  });
}

function guardContents(contents: WebContents, allowed: ReadonlySet<string>, log: (message: string, detail: object) => void): void {
  const refuse = (event: { preventDefault(): void }, url: string): void => {
    if (mayNavigate(url, allowed)) return;
    event.preventDefault();
    log('navigation refused', { origin: URL.canParse(url) ? new URL(url).origin : '' });
  };
  contents.on('will-navigate', (event) => refuse(event, event.url));
  contents.on('will-redirect', (event) => refuse(event, event.url));
  contents.on('will-frame-navigate', (event) => refuse(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

export function guardSession(session: Session, allowed: ReadonlySet<string>): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) =>
    callback(mayUse(permission, details.requestingUrl, allowed)),
  );
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => mayUse(permission, requestingOrigin, allowed));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback({}));
  session.on('will-download', (event) => event.preventDefault());
}

/** The citizen's window: no menu, no keys that lead out, no context menu, no zoom, not closed by the window system. */
export function lockWindow(window: BrowserWindow, mayClose: () => boolean): void {
  window.removeMenu();
  window.webContents.on('before-input-event', (event, input) => {
    if (isBlockedKey(input)) event.preventDefault();
  });
  window.webContents.on('context-menu', (event) => event.preventDefault());
  window.webContents.on('zoom-changed', () => window.webContents.setZoomFactor(1));
  window.on('close', (event) => {
    if (!mayClose()) event.preventDefault();
  });
}
