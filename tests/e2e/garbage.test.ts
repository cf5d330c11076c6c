import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { logsOf, openHall, type TestHall } from '../support/hall.ts';
import { until } from '../support/until.ts';

// Garbage on every port of a living hall: it is refused, nothing changes, nobody dies, and the logs stay readable.

const SEED = 20_261_121;
/** District, hub and four stations. */
const TIERS = 6;
/** 182 items, the hall with its windows, staff, policy and notice, and the calendars. */
const REFERENCE_DOCUMENTS = 197 + 23;
const ROUTES = [
  '/',
  '/healthz',
  '/docs',
  '/link',
  '/sync/v1/stream',
  '/sync/v1/tickets/pull',
  '/sync/v1/cases/push',
  '/sync/v1/commands',
  '/sync/v1/leases',
  '/sync/v1/enrol',
  '/%00',
  '//',
  '/..%2f..%2fetc/passwd',
  '/api',
];

let hall: TestHall;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());

const ports = (): readonly number[] => hall.hall.processes.states().flatMap((state) => state.port ?? []);
const pids = () => hall.hall.processes.states().map((state) => `${state.name} ${state.pid} ${state.restarts}`);
const samples = (count: number) => fc.sample(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), { numRuns: count, seed: SEED });

/** Every document of every database of the hall: id and stamp. */
function documents(): readonly string[] {
  const files = readdirSync(hall.hall.dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(db|sqlite)$/.test(name));
  return files
    .flatMap((name) => {
      const db = new DatabaseSync(join(hall.hall.dataDir, name), { readOnly: true });
      const rows = db.prepare('SELECT hall_id, collection, id, updated_at FROM docs').all();
      db.close();
      return rows.map((row) => `${name} ${Object.values(row).join(' ')}`);
    })
    .sort();
}

function sendBytes(port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('close', () => resolve());
    socket.once('error', () => socket.destroy());
    socket.setTimeout(2_000, () => socket.destroy());
    socket.end(bytes);
    socket.resume();
  });
}

function sendFrames(port: number, path: string, frames: readonly Uint8Array[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    socket.on('open', () => {
      for (const frame of frames) socket.send(frame.length % 2 === 0 ? frame : Buffer.from(frame).toString('latin1'));
      socket.close();
    });
  });
}

test('garbage on every port is refused, changes nothing, stops nothing and is not repeated in the logs', { timeout: 240_000 }, async () => {
  await until('every tier holds the reference data', () => documents().length >= TIERS * REFERENCE_DOCUMENTS);
  const [before, alive, logLines] = [documents(), pids(), lines()];
  const answers: { readonly route: string; readonly status: number }[] = [];
  for (const port of ports()) {
    await Promise.all(samples(40).map((bytes) => sendBytes(port, bytes)));
    await Promise.all(
      samples(20).map((bytes) =>
        sendBytes(port, Buffer.concat([Buffer.from('POST /sync/v1/commands HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n'), bytes])),
      ),
    );
    for (const route of ROUTES) {
      for (const body of ['', '{', '[]', '{"commands":[{"kind":"void"}]}', '\u0000\uFFFF', '['.repeat(20_000)]) {
        const response = await fetch(`http://127.0.0.1:${port}${route}`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        });
        await response.arrayBuffer();
        answers.push({ route, status: response.status });
      }
    }
    await sendFrames(port, '/link', samples(12));
    await sendFrames(port, '/sync/v1/stream', samples(3));
  }
  expect(answers.filter(({ status }) => status < 400 || status >= 500)).toEqual([]);
  expect(pids()).toEqual(alive);
  expect(documents()).toEqual(before);
  const grown = Object.entries(lines()).map(([name, count]) => [name, count - (logLines[name] ?? 0)] as const);
  expect(grown.filter(([, count]) => count > 60)).toEqual([]);
});

test('the hall still works afterwards', async () => {
  const kiosk = await hall.link('kiosk-1', 'kiosk');
  const answer = await kiosk.link.call('ticket.issue', { requestId: 'after-garbage', itemId: 'item-083' as never, cardId: null });
  expect(answer).toMatchObject({ ok: true, value: { print: 'printed' } });
});

function lines(): Record<string, number> {
  return Object.fromEntries(Object.entries(logsOf(hall)).map(([name, text]) => [name, text.split('\n').length]));
}
