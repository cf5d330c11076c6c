import type { BrowserWindowConstructorOptions, Display } from 'electron';
import type { ShellWindow } from './shell-config.ts';

/** Monitors left to right, then top to bottom: the order in which an installer counts them. */
export function orderedDisplays<D extends Pick<Display, 'bounds'>>(displays: readonly D[]): readonly D[] {
  return displays.toSorted((a, b) => a.bounds.x - b.bounds.x || a.bounds.y - b.bounds.y);
}

/** The window's options: sandboxed, isolated, without Node; filling its monitor when it is locked down. */
export function windowOptions(
  window: ShellWindow,
  displays: readonly Pick<Display, 'bounds'>[],
  options: { readonly locked: boolean; readonly preload: string },
): BrowserWindowConstructorOptions {
  const ordered = orderedDisplays(displays);
  const display = ordered[window.display] ?? ordered[0];
  if (display === undefined) throw new Error('no monitor');
  const { x, y } = display.bounds;
  const size = options.locked
    ? { width: display.bounds.width, height: display.bounds.height }
    : { width: window.widthPx, height: window.heightPx };
  return {
    title: window.title,
    x,
    y,
    ...size,
    show: false,
    backgroundColor: '#ffffff',
    autoHideMenuBar: true,
    ...(options.locked && { kiosk: true, frame: false, resizable: false, minimizable: false, fullscreen: true }),
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      spellcheck: false,
      // A screen behind another window must go on calling and painting.
      backgroundThrottling: false,
      devTools: !options.locked,
      partition: `persist:${window.name}`,
    },
  };
}
