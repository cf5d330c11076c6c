import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { app, BrowserWindow, dialog, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, safeStorage, screen, session } from 'electron';
import { SHELL_CHANNELS } from '../renderer/link/shell-bridge.ts';
import { writeCrashReport } from './crash-report.ts';
import { ExitGesture, PinGuard } from './exit-gesture.ts';
import { deviceSecret } from './keyring.ts';
import { COMMAND_LINE_SWITCHES, guardApp, guardSession, lockWindow, mayNavigate, originsOf } from './lockdown.ts';
import { defaultConfigFile, type ShellConfig, type ShellWindow, shellConfigSchema } from './shell-config.ts';
import { pinMatches } from './station/pin.ts';
import { Supervisor } from './supervisor.ts';
import { windowOptions } from './windows.ts';

// The shell: windows, lock-down, keyring and supervision. It knows nothing of tickets; pages come from this PC's processes.

const RELOAD_AFTER_CRASH_MS = 1_000;

const { values } = parseArgs({ options: { config: { type: 'string' } }, strict: false });
const configFile = typeof values.config === 'string' ? values.config : defaultConfigFile(process.platform, process.env);
if (!existsSync(configFile)) {
  dialog.showErrorBox('便民', `没有找到配置文件：${configFile}\n请按部署说明放好配置后再启动。`);
  process.exit(1);
}
const config: ShellConfig = shellConfigSchema.parse(JSON.parse(readFileSync(configFile, 'utf8')));
const allowed = originsOf(config.windows.map((window) => window.url));
const supervisor = new Supervisor();
const guard = new PinGuard();
const crashDir = join(config.userDataDir, 'crashes');
let leaving = false;

function report(kind: string, facts: Record<string, string | number | null>): void {
  writeCrashReport(crashDir, { kind, at: Date.now(), version: app.getVersion(), facts });
}

function log(message: string, detail: object): void {
  process.stdout.write(`${JSON.stringify({ level: 40, time: Date.now(), name: 'shell', msg: message, ...detail })}\n`);
}

process.on('uncaughtException', (error) => {
  report('uncaughtException', { stack: error.stack ?? error.message });
  app.exit(1);
});
process.on('unhandledRejection', (reason) => {
  throw reason;
});

app.setPath('userData', config.userDataDir);
for (const [name, value] of COMMAND_LINE_SWITCHES) app.commandLine.appendSwitch(name, value);
guardApp(app, allowed, log);
app.on('child-process-gone', (_event, details) =>
  report('child-process-gone', { type: details.type, reason: details.reason, exitCode: details.exitCode }),
);

function openWindow(spec: ShellWindow): BrowserWindow {
  const locked = config.kiosk && spec.kiosk;
  const window = new BrowserWindow(
    windowOptions(spec, screen.getAllDisplays(), { locked, preload: join(import.meta.dirname, 'preload.cjs') }),
  );
  guardSession(session.fromPartition(`persist:${spec.name}`), allowed);
  if (locked) lockWindow(window, () => leaving);
  const load = (): void => {
    window.loadURL(spec.url).catch((error: unknown) => {
      log('page did not load', { window: spec.name, error: String(error) });
      setTimeout(load, RELOAD_AFTER_CRASH_MS);
    });
  };
  window.once('ready-to-show', () => window.show());
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return;
    report('render-process-gone', { window: spec.name, reason: details.reason, exitCode: details.exitCode });
    setTimeout(load, RELOAD_AFTER_CRASH_MS);
  });
  window.on('unresponsive', () => {
    report('unresponsive', { window: spec.name });
    window.webContents.forcefullyCrashRenderer();
  });
  load();
  return window;
}

/** Only a page of ours, in its main frame, may speak to the shell. */
function isOurs(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && mayNavigate(frame.url, allowed);
}

function listenToPages(): void {
  const gestures = new Map<number, ExitGesture>();
  ipcMain.on(SHELL_CHANNELS.cornerTap, (event) => {
    if (!isOurs(event) || config.exitPinHash === null) return;
    const gesture = gestures.get(event.sender.id) ?? new ExitGesture();
    gestures.set(event.sender.id, gesture);
    if (gesture.tap(Date.now())) event.sender.send(SHELL_CHANNELS.askPin);
  });
  ipcMain.handle(SHELL_CHANNELS.exit, async (event, pin: unknown) => {
    if (!isOurs(event) || config.exitPinHash === null || typeof pin !== 'string') return 'WRONG';
    if (guard.isLocked(Date.now())) return 'LOCKED';
    const right = await pinMatches(pin.slice(0, 32), config.exitPinHash);
    guard.tried(right, Date.now());
    if (right) app.quit();
    return right ? 'OK' : 'WRONG';
  });
}

/** Processes get the device secret through their environment; it never touches the disk unwrapped. */
async function startProcesses(): Promise<void> {
  if (config.processes.length === 0) return;
  const secret = await deviceSecret(safeStorage, join(config.userDataDir, 'device-secret.bin'), process.platform);
  if (!secret.ok) {
    report(secret.error.code, { message: secret.error.message });
    throw new Error(secret.error.message);
  }
  for (const spec of config.processes) {
    const started = await supervisor.start({
      ...spec,
      env: { BIANMIN_DEVICE_SECRET: secret.value },
      ...(config.nodePath !== null && { execPath: config.nodePath }),
    });
    if (!started.ok) log('process not ready', { process: spec.name, code: started.error.code });
  }
}

if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  const windows: BrowserWindow[] = [];
  app.on('second-instance', () => windows[0]?.focus());
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', () => {
    leaving = true;
  });
  app.on('will-quit', (event) => {
    if (supervisor.states().every((state) => state.phase === 'stopped')) return;
    event.preventDefault();
    supervisor.stopAll().then(
      () => app.quit(),
      (error: unknown) => {
        report('stop', { error: String(error) });
        app.exit(1);
      },
    );
  });
  await app.whenReady();
  listenToPages();
  await startProcesses();
  windows.push(...config.windows.map(openWindow));
}
