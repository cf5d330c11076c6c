import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { openTransport } from '../../drivers/core/transport.ts';
import type { DockAct, DockPapers, DockState } from '../../renderer/dock/protocol.ts';
import { Supervisor } from '../supervisor.ts';
import type { DemoHall } from './demo-hall.ts';
import { closeDevices, type StationDevices, startDevices } from './devices.ts';
import { startDockServer } from './dock-server.ts';
import { planHall } from './hall-plan.ts';
import { startLinkProxy } from './link-proxy.ts';
import { freePorts } from './ports.ts';

const TOKEN = 'dock-token-for-tests';
const DEADLINE = { timeout: 10_000, interval: 10 };

let folder: string;
let base: string;
let hall: DemoHall;
let desk: StationDevices;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dock-'));
  writeFileSync(join(folder, 'index.html'), '<title>dock</title>');
  const modulePath = join(folder, 'child.mjs');
  writeFileSync(modulePath, `process.send({ type: 'ready', port: 1 }); setInterval(() => {}, 1000);`);
  const plan = planHall('village');
  const processes = new Supervisor({ firstBackOffMs: 20 });
  closers.push(() => processes.stopAll());
  unwrap(await processes.start({ name: 'hub', modulePath, args: [], cwd: folder, logFile: join(folder, 'hub.log') }));
  const station = plan.stations[0];
  if (station === undefined) throw new Error('the village has a desk');
  desk = await startDevices(station);
  closers.push(() => closeDevices(desk));
  const extranet = await startLinkProxy({ port: 0, targetPort: 1 });
  closers.push(extranet.close);
  hall = {
    plan,
    processes,
    pages: [],
    urls: {},
    tokens: {},
    devices: { 'desk-1': desk },
    links: { extranet },
    dataDir: folder,
    logDir: folder,
    close: async () => {},
  };
  const [port = 0] = await freePorts(1);
  const dock = await startDockServer({ hall, port, token: TOKEN, webDir: folder });
  closers.push(dock.close);
  base = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true });
});

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${base}${path}`, { ...init, headers: { authorization: `Bearer ${TOKEN}`, ...init.headers } });
const act = async (wanted: DockAct | object) =>
  (await ask('/dock/api/act', { method: 'POST', body: JSON.stringify(wanted), headers: { 'content-type': 'application/json' } })).status;
const state = async (): Promise<DockState> => (await ask('/dock/api/state')).json() as Promise<DockState>;
const deskState = async () => (await state()).stations[0];

test('the page is there for everybody, its data only with the token', async () => {
  expect(await (await fetch(`${base}/dock`)).text()).toContain('<title>dock</title>');
  for (const path of ['/dock/api/state', '/dock/api/papers/desk-1']) {
    expect((await fetch(`${base}${path}`)).status).toBe(401);
    expect((await fetch(`${base}${path}`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  }
});

test('what is not an act is refused and changes nothing', async () => {
  const before = await state();
  for (const wanted of [
    {},
    { act: 'card.place', stationId: 'desk-1', card: -1 },
    { act: 'reboot' },
    { act: 'printer.set', stationId: 'desk-1', paper: 'gone' },
  ]) {
    expect(await act(wanted)).toBe(400);
  }
  expect(await act({ act: 'card.place', stationId: 'desk-1', card: 99 })).toBe(404);
  expect(await act({ act: 'card.remove', stationId: 'desk-9' })).toBe(404);
  expect(await act({ act: 'link.set', link: 'moon', cut: true })).toBe(404);
  expect(await act({ act: 'process.kill', process: 'init' })).toBe(404);
  expect(await state()).toEqual(before);
});

test('a card lies on the reader until it is taken off', async () => {
  expect(await act({ act: 'card.place', stationId: 'desk-1', card: 1 })).toBe(204);
  expect((await deskState())?.idCard).toEqual({ card: 1, fault: null, plugged: true });
  await act({ act: 'card.remove', stationId: 'desk-1' });
  await act({ act: 'card.fault', stationId: 'desk-1', fault: 'noise' });
  expect((await deskState())?.idCard).toEqual({ card: null, fault: 'noise', plugged: true });
});

test('the printer is set, and what was printed can be seen', async () => {
  await act({ act: 'printer.set', stationId: 'desk-1', paper: 'near-end', silent: true });
  expect((await deskState())?.printer).toMatchObject({ paper: 'near-end', cover: 'closed', silent: true, papers: 0 });
  const printer = desk.printer;
  if (printer === undefined) throw new Error('the desk has a printer');
  const line = unwrap(await openTransport(printer.address));
  unwrap(await line.write(Uint8Array.of(0x1b, 0x40, 0x41, 0x30, 0x31, 0x0a, 0x1d, 0x56, 0x00)));
  await vi.waitFor(async () => expect((await deskState())?.printer?.papers).toBe(1), DEADLINE);
  await line.close();
  const { papers } = (await (await ask('/dock/api/papers/desk-1')).json()) as DockPapers;
  expect(papers).toMatchObject([{ n: 1, paper: { cut: true, lines: [{ text: 'A01' }] } }]);
});

test('the extranet is cut and restored', async () => {
  expect(await act({ act: 'link.set', link: 'extranet', cut: true })).toBe(204);
  expect((await state()).extranetCut).toBe(true);
  await act({ act: 'link.set', link: 'extranet', cut: false });
  expect(hall.links.extranet?.isCut).toBe(false);
});

test('a process that is killed comes back', async () => {
  const pid = (await state()).processes[0]?.pid;
  expect(await act({ act: 'process.kill', process: 'hub' })).toBe(204);
  await vi.waitFor(async () => expect((await state()).processes[0]).toMatchObject({ phase: 'ready', restarts: 1 }), DEADLINE);
  expect((await state()).processes[0]?.pid).not.toBe(pid);
});
