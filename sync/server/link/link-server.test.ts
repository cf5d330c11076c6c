import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { stationIdSchema } from '../../../domain/ids.ts';
import { err, ok } from '../../../domain/result.ts';
import type { Hello } from '../../protocol/link.ts';
import { createLinkServer, type LinkServer, MAX_LINK_MESSAGE_BYTES } from './link-server.ts';

const TOKEN = 'token-of-this-launch';
const HELLO: Hello = {
  server: 'hub',
  stationId: stationIdSchema.parse('hub-1'),
  stationRole: 'hub',
  hallId: null,
  hallName: '测试大厅',
  windowId: null,
  windowNumber: null,
  policy: null,
  syncToken: null,
  demo: true,
  version: '0',
};

let server: Server;
let link: LinkServer;
let port: number;
const logged: string[] = [];

beforeEach(async () => {
  logged.length = 0;
  server = createServer();
  link = createLinkServer({
    server,
    path: '/link',
    token: TOKEN,
    publicRoles: ['screen'],
    hello: () => HELLO,
    onPage: (page) => page.send('docs', { hallId: 'h', collection: 'tickets', prevSeq: 0, seq: 1, epoch: 'e', documents: [] }),
    handlers: {
      'staff.signOut': (page) => {
        page.state.set('out', true);
        return ok(null);
      },
      'help.call': () => err('NO_HELP', '请到服务台。'),
      'help.clear': () => {
        throw new TypeError('a bug');
      },
    },
    logger: { info: () => {}, warn: () => {}, error: (detail: unknown) => void logged.push(String((detail as { err: Error }).err.stack)) },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  link.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A raw client: what was received, and how it was closed. */
async function connect(headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/link`, { headers });
  const inbox: Record<string, unknown>[] = [];
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('message', (data) => inbox.push(JSON.parse(data.toString())));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const answerTo = async (message: unknown, id: number): Promise<Record<string, unknown> | undefined> => {
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    await expect.poll(() => inbox.some((entry) => entry.id === id)).toBe(true);
    return inbox.splice(
      inbox.findIndex((entry) => entry.id === id),
      1,
    )[0];
  };
  const hello = (token: string | null, role = 'desk') => answerTo({ id: 1, method: 'hello', params: { token, role } }, 1);
  return { socket, inbox, closed, answerTo, hello };
}

test('a page with the token is greeted, gets its first snapshot, and its calls are answered', async () => {
  const page = await connect();
  expect(await page.hello(TOKEN)).toEqual({ id: 1, ok: true, result: HELLO });
  await expect.poll(() => page.inbox.map((entry) => entry.event)).toEqual(['docs']);
  expect(await page.answerTo({ id: 2, method: 'staff.signOut', params: {} }, 2)).toEqual({ id: 2, ok: true, result: null });
  expect(await page.answerTo({ id: 3, method: 'help.call', params: {} }, 3)).toEqual({
    id: 3,
    ok: false,
    error: { code: 'NO_HELP', message: '请到服务台。' },
  });
  expect(link.pages()[0]?.state.get('out')).toBe(true);
  page.socket.close();
  await expect.poll(() => link.pages().length).toBe(0);
});

test('a wrong token, no token for a role that needs one, and a call before hello close with 4401', async () => {
  for (const message of [
    { id: 1, method: 'hello', params: { token: 'wrong', role: 'desk' } },
    { id: 1, method: 'hello', params: { token: null, role: 'desk' } },
    { id: 1, method: 'hello', params: { token: 'wrong', role: 'screen' } },
    { id: 1, method: 'staff.signOut', params: {} },
  ]) {
    const page = await connect();
    page.socket.send(JSON.stringify(message));
    expect(await page.closed).toBe(4401);
    expect(page.inbox).toEqual([]);
  }
});

test('a screen without token gets the board only and may call nothing', async () => {
  const screen = await connect();
  expect(await screen.hello(null, 'screen')).toMatchObject({ ok: true });
  expect(await screen.answerTo({ id: 2, method: 'staff.signOut', params: {} }, 2)).toMatchObject({
    ok: false,
    error: { code: 'UNAUTHORIZED' },
  });
  const board = { hallName: '测试' } as never;
  link.broadcast('halls', []);
  link.broadcast('board', board);
  await expect.poll(() => screen.inbox.length).toBe(1);
  expect(screen.inbox).toEqual([{ event: 'board', data: board }]);
});

test('a broadcast reaches the pages the filter lets through', async () => {
  const [desk, kiosk] = [await connect(), await connect()];
  await desk.hello(TOKEN, 'desk');
  await kiosk.hello(TOKEN, 'kiosk');
  link.broadcast('rating', null, (page) => page.role === 'desk');
  link.broadcast('halls', []);
  await expect.poll(() => kiosk.inbox.at(-1)?.event).toBe('halls');
  expect(kiosk.inbox.some((entry) => entry.event === 'rating')).toBe(false);
  expect(desk.inbox.some((entry) => entry.event === 'rating')).toBe(true);
});

test('garbage is answered with one error each and closed after the fifth; bad input is only answered', async () => {
  const page = await connect();
  await page.hello(TOKEN);
  for (let id = 10; id < 20; id++) {
    expect(await page.answerTo({ id, method: 'queue.take', params: { requestId: 'r', number: 5 } }, id)).toMatchObject({
      ok: false,
      error: { code: 'BAD_INPUT' },
    });
  }
  page.inbox.length = 0;
  for (const garbage of ['{', '[]', 'null', '{"id":-4}', '{"id":9,"method":"no.such","params":{}}']) page.socket.send(garbage);
  expect(await page.closed).toBe(1008);
  expect(page.inbox.map((entry) => [entry.id, entry.ok])).toEqual([
    [-1, false],
    [-1, false],
    [-1, false],
    [-1, false],
    [9, false],
  ]);
});

test('an oversized message closes the socket and harms nobody else', async () => {
  const [other, page] = [await connect(), await connect()];
  await other.hello(TOKEN);
  await page.hello(TOKEN);
  page.socket.send('x'.repeat(MAX_LINK_MESSAGE_BYTES + 1));
  expect(await page.closed).toBe(1009);
  expect(await other.answerTo({ id: 2, method: 'staff.signOut', params: {} }, 2)).toMatchObject({ ok: true });
});

test('a page of another origin is refused, its own origin is welcome', async () => {
  await expect(connect({ origin: 'http://evil.example' })).rejects.toThrow('403');
  await expect(connect({ origin: 'null' })).rejects.toThrow('403');
  const page = await connect({ origin: `http://127.0.0.1:${port}` });
  expect(await page.hello(TOKEN)).toMatchObject({ ok: true });
});

test('a bug in a handler is told in plain words, logged with its stack, and the page goes on', async () => {
  const page = await connect();
  await page.hello(TOKEN);
  const answer = await page.answerTo({ id: 2, method: 'help.clear', params: { stationId: 's1' } }, 2);
  expect(answer).toEqual({ id: 2, ok: false, error: { code: 'INTERNAL', message: '程序出错了，请重试；一直不行请联系值班长。' } });
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('link-server.test.ts');
  expect(await page.answerTo({ id: 3, method: 'staff.signOut', params: {} }, 3)).toMatchObject({ ok: true });
});
