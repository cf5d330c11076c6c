import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startIdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { startKeypadEmulator } from '../../drivers/keypad/emulator.ts';
import { type Paper, startPrinterEmulator } from '../../drivers/printer/emulator.ts';
import { type StationConfig, stationConfigSchema } from '../../electron/station/config.ts';
import { startStation } from '../../electron/station/main.ts';
import type { RunningServer } from '../../sync/server/run.ts';
import { HALL, openPage, STAFF, TOKEN, temporaryDir, WINDOWS } from './hall-fixture.ts';
import { until } from './until.ts';

export type Page = Awaited<ReturnType<typeof openPage>>;
export const KEYPAD_PROFILE = 'qs-ff68';

/** Emulated devices that are closed with the test. */
export async function deviceSet() {
  const printer = await startPrinterEmulator();
  const reader = await startIdCardEmulator();
  const keypad = await startKeypadEmulator({ profileId: KEYPAD_PROFILE });
  onTestFinished(async () => void (await Promise.all([printer.close(), reader.close(), keypad.close()])));
  const config: StationConfig['devices'] = {
    idCard: { transport: reader.address },
    ticketPrinter: { transport: printer.address, columns: 48, statusMode: 'full' },
    keypad: { transport: keypad.address, profile: KEYPAD_PROFILE },
  };
  return { printer, reader, keypad, config };
}

/** `desk-1` stands at the first window, and so on; the hub's fixture knows the codes. */
export function stationConfig(stationId: string, hubUrl: string, rest: Partial<StationConfig> = {}): StationConfig {
  const desk = /^desk-(\d)$/.exec(stationId);
  return stationConfigSchema.parse({
    stationId,
    hallId: HALL,
    role: desk === null ? 'kiosk' : 'desk',
    ...(desk !== null && { windowId: WINDOWS[Number(desk[1]) - 1]?.windowId }),
    port: 0,
    hubUrl,
    enrolCode: `code-${stationId}`,
    dataDir: rest.dataDir ?? temporaryDir(),
    pageToken: TOKEN,
    logLevel: 'error',
    devices: {},
    ...rest,
  });
}

/** Closed with the test; `close` may be called before. */
export async function runStation(config: StationConfig): Promise<RunningServer> {
  const station = await startStation(config);
  let closed = false;
  const close = async (): Promise<void> => {
    if (!closed) await station.close();
    closed = true;
  };
  onTestFinished(close);
  return { port: station.port, close };
}

/** One of our processes, as the supervisor runs it; killed with the test. Everything it logs is kept. */
export async function spawnProcess(module: string, config: object): Promise<SpawnedProcess> {
  const path = join(temporaryDir(), 'config.json');
  writeFileSync(path, JSON.stringify(config));
  const child = fork(join(import.meta.dirname, '../..', module), ['--config', path], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: Buffer) => {
      log += text.toString();
    });
  }
  const ended = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  onTestFinished(() => end('SIGKILL'));
  const [message] = (await Promise.race([once(child, 'message'), ended.then(() => [null])])) as [{ port: number } | null];
  if (message === null) throw new Error(log);
  return { port: message.port, end, log: () => log };
}

export interface SpawnedProcess {
  readonly port: number;
  end(signal: NodeJS.Signals): Promise<void>;
  log(): string;
}

export function textOf(paper: Paper | undefined): string {
  return (paper?.lines ?? []).map((line) => ('text' in line ? line.text : 'qr' in line ? `[${line.qr}]` : '')).join('\n');
}

/** The first clerk of the profile, at this desk's page. */
export async function signIn(page: Page, clerk = 0): Promise<void> {
  const staff = STAFF[clerk];
  const answer = await page.call('staff.signIn', { staffNumber: staff?.staffNumber, pin: staff?.demoPin });
  if (!answer.ok) throw new Error(answer.error?.code);
  await page.call('window.set', { state: 'OPEN' });
}

/** The answer's value; throws with the code of a failure. */
export function must<T>(answer: { readonly ok: boolean; readonly result?: T; readonly error?: { readonly code: string } }): T {
  if (!answer.ok) throw new Error(answer.error?.code);
  return answer.result as T;
}

/** A page that came when the station had the hall's data; before that the station sends pages away once. */
export async function readyPage(port: number, role: string, token: string | null = TOKEN): Promise<Page> {
  for (;;) {
    const page = await openPage(port, role, token);
    if (must(page.hello).policy !== null) return page;
    await page.closed;
  }
}

export async function isOnline(page: Page): Promise<void> {
  await until('the hub is there and numbers are leased', () => {
    const status = page.last('status');
    return status?.hub === 'online' && (status.numbersLeft ?? 0) > 0;
  });
}

export async function isOffline(page: Page): Promise<void> {
  await until('the hub is away', () => page.last('status')?.hub === 'offline');
}

/** Nothing is owed to the hub any more. */
export async function isQuiet(...pages: readonly Page[]): Promise<void> {
  await until('all sent', () => pages.every((page) => page.last('status')?.hub === 'online' && page.last('status')?.outbox.count === 0));
}
