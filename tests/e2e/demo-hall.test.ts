import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { type DemoHall, type DemoHallOptions, startDemoHall } from '../../electron/demo/demo-hall.ts';
import { isPortFree } from '../../electron/demo/ports.ts';
import type { SupervisorEvent } from '../../electron/supervisor.ts';
import { connectLink, type Link } from '../../renderer/link/client.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DEADLINE = { timeout: 60_000, interval: 50 };

let folder: string;
let options: DemoHallOptions;
const closers: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-hall-'));
  const webDir = join(folder, 'web');
  mkdirSync(webDir);
  writeFileSync(join(webDir, 'index.html'), '<title>便民</title>');
  options = { dataDir: join(folder, 'village'), hall: 'village', ports: 'free', shell: 'none', webDir };
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

async function open(more: Partial<DemoHallOptions> = {}): Promise<DemoHall> {
  const hall = await startDemoHall({ ...options, ...more });
  closers.push(() => hall.close());
  return hall;
}

async function deskLink(hall: DemoHall): Promise<Link> {
  const url = new URL(hall.urls['desk-1'] ?? '');
  const link = connectLink({ role: 'desk', url: `ws://${url.host}/link`, token: hall.tokens['desk-1'] ?? null });
  closers.push(() => link.close());
  await vi.waitFor(() => expect(link.state).toBe('up'), DEADLINE);
  return link;
}

const pidsOf = (hall: DemoHall) => hall.processes.states().flatMap(({ pid }) => (pid === null ? [] : [pid]));
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A base whose ports of the village are free. */
async function freeBase(): Promise<number> {
  for (let base = 20_000 + Math.floor(Math.random() * 20_000); ; base += 7) {
    const free = await Promise.all([0, 100, 200, 121].map((offset) => isPortFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
}

async function issueTicket(hall: DemoHall): Promise<string> {
  const link = await deskLink(hall);
  const person = hall.plan.staff[0];
  await vi.waitFor(
    async () => unwrap(await link.call('staff.signIn', { staffNumber: person?.staffNumber ?? '', pin: person?.pin ?? '' })),
    DEADLINE,
  );
  unwrap(await link.call('window.set', { state: 'OPEN' }));
  const response = await fetch(`${new URL(hall.urls['desk-1'] ?? '').origin}/sync/v1/reference/pull`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${link.hello?.syncToken}` },
    body: JSON.stringify({ limit: 500 }),
  });
  const { documents } = (await response.json()) as { documents: { kind: string; body: { itemId: never; offeredHere: boolean } }[] };
  const item = documents.find(({ kind, body }) => kind === 'item' && body.offeredHere);
  if (item === undefined) throw new Error('the hall offers items');
  const issued = unwrap(await link.call('queue.issue', { requestId: crypto.randomUUID(), itemId: item.body.itemId, priority: 'NORMAL' }));
  expect(issued.print).toBe('printed');
  return issued.number;
}

test('a village hall comes up, serves its pages, prints, keeps yesterday, and leaves nothing running', async () => {
  const hall = await open();
  expect(Object.keys(hall.urls).sort()).toEqual(['desk-1', 'district', 'dock', 'hall', 'rating-1', 'staff', 'supervisor', 'window-1']);
  for (const url of Object.values(hall.urls)) {
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, '<title>便民</title>']);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  }
  const number = await issueTicket(hall);
  expect(JSON.stringify(hall.devices['desk-1']?.printer?.papers().at(-1))).toContain(number);
  const pids = pidsOf(hall);
  expect(pids).toHaveLength(3);
  await hall.close();
  expect(pids.filter(alive)).toEqual([]);

  const again = await open();
  const link = await deskLink(again);
  let waiting: readonly string[] = [];
  link.on('board', (board) => {
    waiting = board.next;
  });
  await vi.waitFor(() => expect(waiting).toEqual([number]), DEADLINE);
});

test('a hub that is killed is back by itself, and cut links are told', async () => {
  const events: SupervisorEvent[] = [];
  const hall = await open({ onEvent: (event) => events.push(event) });
  hall.processes.kill('hub', 'SIGKILL');
  await vi.waitFor(
    () => expect(events.filter((event) => event.name === 'hub').map(({ type }) => type)).toEqual(['ready', 'crashed', 'ready']),
    DEADLINE,
  );

  const link = await deskLink(hall);
  let hub = '';
  link.on('status', (status) => {
    hub = status.hub;
  });
  await vi.waitFor(() => expect(hub).toBe('online'), DEADLINE);
  hall.links['desk-1']?.cut();
  await vi.waitFor(() => expect(hub).toBe('offline'), DEADLINE);
  hall.links['desk-1']?.restore();
  await vi.waitFor(() => expect(hub).toBe('online'), DEADLINE);
});

test('a port that is taken is named, with the way out, and nothing is left behind', async () => {
  const portBase = await freeBase();
  const squatter = createServer().listen(portBase + 100, '127.0.0.1');
  closers.push(() => new Promise((done) => squatter.close(done)));
  const started = startDemoHall({ ...options, ports: 'fixed', portBase });
  await expect(started).rejects.toMatchObject({
    failure: { code: 'PORT_TAKEN', message: expect.stringContaining(`端口 ${portBase + 100}（hub）`) },
  });
  await expect(started).rejects.toThrow('--port-base');
  expect(await isPortFree(portBase)).toBe(true);
});

test('configurations and secrets can be read by their owner only', async () => {
  if (process.platform === 'win32') return;
  await open();
  const files = ['demo-hall.json', ...readdirSync(join(options.dataDir, 'config')).map((name) => join('config', name))];
  for (const file of files) expect([file, statSync(join(options.dataDir, file)).mode & 0o777]).toEqual([file, 0o600]);
});

test('npm start says what runs where, and Ctrl-C ends all of it', async () => {
  const portBase = await freeBase();
  const args = ['electron/launch.ts', '--hall', 'village', '--shell', 'none', '--data', folder, '--port-base', String(portBase)];
  const launcher = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  launcher.stdout.on('data', (text: Buffer) => {
    output += text.toString();
  });
  const ended = new Promise<number | null>((done) => launcher.once('close', done));
  closers.push(() => launcher.kill('SIGKILL'));
  await vi.waitFor(() => expect(output).toContain('按 Ctrl-C 全部停止'), { timeout: 120_000, interval: 100 });
  const secrets = JSON.parse(readFileSync(join(options.dataDir, 'demo-hall.json'), 'utf8')) as { pageTokens: Record<string, string> };
  expect(output).toContain(`http://127.0.0.1:${portBase + 121}/desk#k=${secrets.pageTokens['desk-1']}`);
  expect(output).toContain('柳塘村便民服务中心');
  expect(output).toContain('201 / 1357');
  const pids = [...output.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
  expect(pids).toHaveLength(3);
  launcher.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(pids.filter(alive)).toEqual([]);
});
