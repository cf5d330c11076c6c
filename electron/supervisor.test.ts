import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { openRotatingLog } from './rotating-log.ts';
import { type ChildSpec, Supervisor, type SupervisorEvent } from './supervisor.ts';

const FAST = { firstBackOffMs: 20, maxBackOffMs: 80, killAfterMs: 300, readyTimeoutMs: 5_000 };
const DEADLINE = { timeout: 10_000, interval: 10 };

let folder: string;
let supervisor: Supervisor;
let events: SupervisorEvent[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
  supervisor = new Supervisor(FAST);
  events = [];
  supervisor.onEvent((event) => events.push(event));
});
afterEach(async () => {
  await supervisor.stopAll();
  rmSync(folder, { recursive: true });
});

function child(name: string, source: string): ChildSpec {
  const modulePath = join(folder, `${name}.mjs`);
  writeFileSync(modulePath, source);
  return { name, modulePath, args: ['--config', 'x.json'], cwd: folder, logFile: join(folder, 'logs', `${name}.log`) };
}

const READY = `process.send({ type: 'ready', port: 4711 }); setInterval(() => {}, 1000);`;
const pidOf = (name: string) => supervisor.states().find((state) => state.name === name)?.pid ?? null;
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a child is ready when it says so, its output goes to the log, and stop ends it', async () => {
  const state = unwrap(await supervisor.start(child('hub', `console.log('hello', process.argv.slice(2).join(' ')); ${READY}`)));
  expect(state).toMatchObject({ phase: 'ready', port: 4711, restarts: 0 });
  await vi.waitFor(() => expect(readFileSync(join(folder, 'logs/hub.log'), 'utf8')).toBe('hello --config x.json\n'), DEADLINE);
  await supervisor.stop('hub');
  expect(alive(state.pid ?? 0)).toBe(false);
  expect(events.map((event) => event.type)).toEqual(['ready', 'stopped']);
});

test('a child that is killed comes back as another process, and the crash is told once', async () => {
  const first = unwrap(await supervisor.start(child('hub', READY)));
  supervisor.kill('hub', 'SIGKILL');
  await vi.waitFor(() => expect(events.filter((event) => event.type === 'ready')).toHaveLength(2), DEADLINE);
  expect(events[1]).toEqual({ type: 'crashed', name: 'hub', code: null, signal: 'SIGKILL', restartInMs: 20 });
  expect(pidOf('hub')).not.toBe(first.pid);
  expect(supervisor.states()[0]).toMatchObject({ phase: 'ready', restarts: 1 });
});

test('a child that cannot live is tried again with growing pauses up to a bound; its last words reach the caller', async () => {
  const quick = new Supervisor(FAST);
  const pauses: number[] = [];
  quick.onEvent((event) => event.type === 'crashed' && pauses.push(event.restartInMs));
  const result = await quick.start(child('hub', `console.error('no database'); process.exit(1);`));
  await vi.waitFor(() => expect(pauses.length).toBeGreaterThanOrEqual(4), DEADLINE);
  await quick.stopAll();
  expect(pauses.slice(0, 4)).toEqual([20, 40, 80, 80]);
  expect(result).toMatchObject({
    ok: false,
    error: { code: 'PROCESS_NOT_READY', detail: { tail: expect.stringContaining('no database') } },
  });
});

test('a child that ignores SIGTERM is killed', async () => {
  const state = unwrap(await supervisor.start(child('desk', `process.on('SIGTERM', () => {}); ${READY}`)));
  await supervisor.stop('desk');
  expect(alive(state.pid ?? 0)).toBe(false);
});

test('restart gives a new process from the same specification; stopping during the pause prevents it', async () => {
  const first = unwrap(await supervisor.start(child('kiosk', READY)));
  const second = unwrap(await supervisor.restart('kiosk'));
  expect(second.pid).not.toBe(first.pid);
  supervisor.kill('kiosk', 'SIGKILL');
  await vi.waitFor(() => expect(events.at(-1)?.type).toBe('crashed'), DEADLINE);
  await supervisor.stop('kiosk');
  expect(supervisor.states()[0]).toMatchObject({ phase: 'stopped', pid: null });
});

test('a child that ends by itself while all are being stopped is not started again', async () => {
  const terminated = `process.on('SIGTERM', () => setTimeout(() => process.exit(0), 200)); ${READY}`;
  unwrap(await supervisor.start(child('hub', READY)));
  unwrap(await supervisor.start(child('desk', terminated)));
  const stopped = supervisor.stopAll();
  supervisor.kill('hub', 'SIGINT');
  await stopped;
  expect(events.map((event) => `${event.type} ${event.name}`)).toEqual(['ready hub', 'ready desk', 'stopped desk', 'stopped hub']);
});

test('a log is rotated by size and only so many are kept', () => {
  const path = join(folder, 'a.log');
  const log = openRotatingLog(path, { maxBytes: 100, keep: 2 });
  for (const letter of 'abcdefgh') log.write(Buffer.from(`${letter.repeat(59)}\n`));
  log.close();
  expect(readFileSync(path, 'utf8')).toBe(`${'h'.repeat(59)}\n`);
  expect(readFileSync(`${path}.1`, 'utf8')).toBe(`${'g'.repeat(59)}\n`);
  expect(existsSync(`${path}.2`)).toBe(true);
  expect(existsSync(`${path}.3`)).toBe(false);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
});
