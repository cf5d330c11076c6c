import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Board } from '../../domain/board.ts';
import type { PolicyValues } from '../../domain/policy.ts';
import type { IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import type { KeypadEmulator } from '../../drivers/keypad/emulator.ts';
import type { Paper, PrinterEmulator } from '../../drivers/printer/emulator.ts';
import { type DemoHall, startDemoHall } from '../../electron/demo/demo-hall.ts';
import type { LinkProxy } from '../../electron/demo/link-proxy.ts';
import { connectLink, type Link } from '../../renderer/link/client.ts';
import type { LinkEvents, PageRole } from '../../sync/protocol/link.ts';
import { until } from './until.ts';

export const PROFILES = join(import.meta.dirname, '../../domain/profiles');
export const DEADLINE_MS = 60_000;

/** A whole town hall of the demo, in a folder of its own: real processes, emulated devices on the wire. */
export interface TestHall {
  readonly hall: DemoHall;
  /** Holds `data` (everything of the hall) and whatever the test puts beside it. */
  readonly folder: string;
  url(page: string): string;
  /** Link clients of the stations, as a page would be; closed with the hall. */
  link(server: string, role: PageRole): Promise<TestLink>;
  cardReader(stationId: string): IdCardEmulator;
  printer(stationId: string): PrinterEmulator;
  keypad(stationId: string): KeypadEmulator;
  network(name: string): LinkProxy;
  close(): Promise<void>;
}

export interface TestLink {
  readonly link: Link;
  /** Last value of an event. */
  last<E extends keyof LinkEvents>(event: E): LinkEvents[E] | undefined;
}

const WATCHED = ['board', 'status', 'desk', 'rating', 'overview', 'halls'] as const satisfies readonly (keyof LinkEvents)[];

/** `policy` is laid over the shipped profile, for times that a test cannot wait for. */
export async function openHall(options: { readonly policy?: Partial<PolicyValues> } = {}): Promise<TestHall> {
  const folder = mkdtempSync(join(tmpdir(), 'bianmin-hall-'));
  const profilePath = writeProfile(join(folder, 'profile'), options.policy ?? {});
  const hall = await startDemoHall({ dataDir: join(folder, 'data'), hall: 'town', profilePath, ports: 'free', shell: 'none' });
  const links: Link[] = [];
  const deviceOf = <T>(device: T | undefined, name: string): T => {
    if (device === undefined) throw new Error(`the demo hall has no ${name}`);
    return device;
  };
  const url = (page: string) => deviceOf(hall.urls[page], `page ${page}`);
  return {
    hall,
    folder,
    url,
    async link(server, role) {
      const { host } = new URL(url(pageOf(server)));
      const link = connectLink({ role, url: `ws://${host}/link`, token: deviceOf(hall.tokens[server], `token ${server}`) });
      links.push(link);
      const last: Partial<LinkEvents> = {};
      for (const event of WATCHED) link.on(event, (data) => Object.assign(last, { [event]: data }));
      await until(`link to ${server}`, () => link.state === 'up', DEADLINE_MS);
      return { link, last: (event) => last[event] };
    },
    cardReader: (stationId) => deviceOf(hall.devices[stationId]?.idCard, `card reader at ${stationId}`),
    printer: (stationId) => deviceOf(hall.devices[stationId]?.printer, `printer at ${stationId}`),
    keypad: (stationId) => deviceOf(hall.devices[stationId]?.keypad, `keypad at ${stationId}`),
    network: (name) => deviceOf(hall.links[name], `link ${name}`),
    async close() {
      for (const link of links) link.close();
      await hall.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The page by which the origin of a process is known. */
function pageOf(server: string): string {
  return { hub: 'supervisor', district: 'district', 'kiosk-1': 'kiosk', 'hall-1': 'hall' }[server] ?? server;
}

function writeProfile(folder: string, policy: Partial<PolicyValues>): string {
  cpSync(PROFILES, folder, { recursive: true });
  const path = join(folder, 'town.json');
  const profile = JSON.parse(readFileSync(path, 'utf8')) as { policyOverrides: { values: object; sources: object } };
  Object.assign(profile.policyOverrides.values, policy);
  Object.assign(profile.policyOverrides.sources, Object.fromEntries(Object.keys(policy).map((key) => [key, '测试'])));
  writeFileSync(path, JSON.stringify(profile));
  return path;
}

export async function waitForBoard(from: TestLink, what: string, holds: (board: Board) => boolean): Promise<void> {
  await until(
    what,
    () => {
      const board = from.last('board');
      return board !== undefined && holds(board);
    },
    DEADLINE_MS,
  );
}

/** Logs of all processes by name. */
export function logsOf({ hall }: TestHall): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(hall.logDir).map((name) => [name, readFileSync(join(hall.logDir, name), 'utf8')]));
}

/** The words on a paper, line by line. */
export function paperText(paper: Paper | undefined): string {
  return (paper?.lines ?? []).map((line) => ('text' in line ? line.text : '')).join('\n');
}
