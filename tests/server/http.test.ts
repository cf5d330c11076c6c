import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { COLLECTIONS } from '../../domain/documents.ts';
import { MAX_REQUEST_BYTES } from '../../sync/protocol/wire.ts';
import type { SyncClient } from '../../sync/server/http/client.ts';
import { SqliteStore } from '../../sync/server/store/sqlite.ts';
import { type Credentials, requestHeaders } from '../../sync/server/upstream/http.ts';
import { review, ticket } from '../support/documents.ts';
import { enrol, freshDir, HALL, removeDir, startTier, type Tier } from '../support/tier.ts';
import { until } from '../support/until.ts';

const DESK = { stationId: 'desk-1', role: 'desk' } as const;
const KIOSK = { stationId: 'kiosk-1', role: 'kiosk' } as const;
const SCREEN = { stationId: 'screen-1', role: 'screen' } as const;

let dir: string;
let store: SqliteStore;
let tier: Tier;
let desk: Credentials;
const connections: [string, boolean][] = [];

beforeEach(async () => {
  dir = freshDir();
  connections.length = 0;
  store = new SqliteStore({ path: join(dir, 'hub.db') });
  tier = await startTier(store, [DESK, KIOSK, SCREEN], {
    minimumProtocol: 1,
    onCommands: (_client, commands) => commands.map(({ id }) => ({ ok: false, commandId: id, error: { code: 'TEST', message: '测试。' } })),
    onConnection: (client: SyncClient, connected) => connections.push([client.stationId, connected]),
  });
  desk = await enrol(tier.url, DESK);
});
afterEach(async () => {
  await tier.close();
  await store.close();
  removeDir(dir);
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(tier.url + path, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers: { 'content-type': 'application/json', ...headers },
  });
  const text = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return { status: response.status, body: JSON.parse(text) };
}

const failure = (code: string) => ({ error: { code, message: expect.stringMatching(/[\u4e00-\u9fff]/) } });
const expectAlive = async () => expect((await fetch(`${tier.url}/healthz`)).status).toBe(200);

describe('what is refused', () => {
  const GARBAGE = [
    '',
    '{',
    'null',
    '0',
    '"x"',
    '[]',
    '[null]',
    '[[[[',
    '{"limit":-1}',
    '{"limit":1e9}',
    '{"__proto__":{"limit":5}}',
    '\u0000\u0001',
    '{"a":"\ud800"}',
    '[{"newDocumentState":null}]',
    '[{"newDocumentState":{"id":5}}]',
  ];

  test('garbage to every route is answered in JSON with a sentence, never with 5xx, and logged once', async () => {
    const paths = [
      ...COLLECTIONS.flatMap((c) => [`/sync/v1/${c}/pull`, `/sync/v1/${c}/push`]),
      '/sync/v1/enrol',
      '/sync/v1/commands',
      '/sync/v1/leases',
      '/sync/v1/nix/pull',
      '/sync/v2/cases/pull',
      '/',
    ];
    for (const path of paths) {
      for (const body of GARBAGE) {
        const { status, body: answer } = await post(path, body, requestHeaders(desk));
        if (status === 200) expect(body).toBe('[]');
        else expect(answer).toMatchObject({ error: { code: expect.any(String), message: expect.stringMatching(/[\u4e00-\u9fff]/) } });
        expect(status).toBeLessThan(500);
      }
    }
    const routes = tier.lines.map(({ detail }) => `${detail.route} ${detail.code}`);
    expect(routes.length).toBe(new Set(routes).size);
    expect(tier.lines.filter(({ level }) => level === 'error')).toEqual([]);
    await expectAlive();
  });

  test('sizes, types, methods, unknown routes and bytes that are not HTTP', async () => {
    expect(await post('/sync/v1/cases/push', Buffer.alloc(MAX_REQUEST_BYTES + 1, 32), requestHeaders(desk))).toEqual({
      status: 413,
      body: failure('REQUEST_TOO_LARGE'),
    });
    expect(
      await post('/sync/v1/cases/pull', 'limit=1', { ...requestHeaders(desk), 'content-type': 'application/x-www-form-urlencoded' }),
    ).toEqual({ status: 415, body: failure('NOT_JSON') });
    expect(await post('/nix', '{}')).toEqual({ status: 404, body: failure('NOT_FOUND') });
    const get = await fetch(`${tier.url}/sync/v1/cases/pull`);
    expect([get.status, await get.json()]).toEqual([404, failure('NOT_FOUND')]);
    const socket = connect(tier.port, '127.0.0.1');
    socket.end('\x16\x03\x01garbage\r\n\r\n');
    let raw = '';
    for await (const chunk of socket) raw += String(chunk);
    expect(raw).toMatch(/^HTTP\/1\.1 400 .*BAD_HTTP/s);
    await expectAlive();
  });

  test('who may do what', async () => {
    const pull = JSON.stringify({ limit: 10 });
    expect(await post('/sync/v1/cases/pull', pull)).toEqual({ status: 401, body: failure('UNAUTHORIZED') });
    expect(
      await post('/sync/v1/cases/pull', pull, { authorization: 'Bearer desk-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
    ).toMatchObject({ status: 401 });
    const kiosk = requestHeaders(await enrol(tier.url, KIOSK));
    expect(await post('/sync/v1/cases/pull', pull, kiosk)).toMatchObject({ status: 403, body: failure('FORBIDDEN') });
    expect(await post('/sync/v1/cases/push', '[]', kiosk)).toMatchObject({ status: 403 });
    expect(await post('/sync/v1/tickets/push', '[]', requestHeaders(desk))).toMatchObject({ status: 403 });
    expect(await post('/sync/v1/cases/pull', JSON.stringify({ limit: 1, hallId: 'hall-2' }), requestHeaders(desk))).toMatchObject({
      status: 403,
      body: failure('WRONG_HALL'),
    });
    expect(await post('/sync/v1/reference/pull', JSON.stringify({ limit: 1, hallId: 'shared' }), requestHeaders(desk))).toMatchObject({
      status: 200,
    });
    const command = { id: 'c-1', hallId: HALL, stationId: 'kiosk-1', at: 1, kind: 'finish', ticketId: 't', windowId: 'w' };
    expect(await post('/sync/v1/commands', JSON.stringify({ commands: [command] }), requestHeaders(desk))).toMatchObject({ status: 403 });
    expect(await post('/sync/v1/commands', JSON.stringify({ commands: [command] }), kiosk)).toEqual({
      status: 200,
      body: { results: [{ ok: false, commandId: 'c-1', error: { code: 'TEST', message: '测试。' } }] },
    });
    expect(await post('/sync/v1/leases', JSON.stringify({ series: ['A'] }), kiosk)).toEqual({ status: 404, body: failure('NOT_OFFERED') });
    expect(await post('/sync/v1/cases/pull', pull, { ...requestHeaders(desk), 'x-bianmin-protocol': '0' })).toEqual({
      status: 426,
      body: { error: expect.objectContaining({ code: 'CLIENT_TOO_OLD' }) },
    });
  });

  test('a code makes one key, wrong codes lock the address out, and only hashes are stored', async () => {
    const enrolment = (code: string, stationId: string = SCREEN.stationId) =>
      post('/sync/v1/enrol', JSON.stringify({ code, stationId, role: 'screen', hallId: HALL }));
    const first = await enrolment('code-screen-1');
    // The answer was lost on the way: the same code works until the key is used.
    const second = await enrolment('code-screen-1');
    expect([first.status, second.status]).toEqual([200, 200]);
    const { stationKey } = second.body as { stationKey: string };
    expect(store.db.prepare('SELECT group_concat(value) AS all_meta FROM meta').get()?.all_meta).not.toContain(stationKey);
    const headers = requestHeaders({ stationId: SCREEN.stationId, stationKey });
    expect(await post('/sync/v1/reference/pull', JSON.stringify({ limit: 1 }), headers)).toMatchObject({ status: 200 });
    expect(await enrolment('code-screen-1')).toEqual({ status: 403, body: failure('ENROL_CODE_USED') });
    for (let i = 0; i < 5; i++) expect(await enrolment(`wrong-${i}`)).toEqual({ status: 403, body: failure('ENROL_CODE_WRONG') });
    expect(await enrolment('code-screen-1')).toEqual({ status: 429, body: failure('ENROL_LOCKED') });
  });
});

describe('the stream', () => {
  const open = (headers: Record<string, string>) => new WebSocket(`ws://127.0.0.1:${tier.port}/sync/v1/stream`, { headers });
  const listen = (socket: WebSocket) => {
    const messages: { type: string; [key: string]: unknown }[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data))));
    return messages;
  };

  test('carries what the role may see and the board, in order, with hello first', async () => {
    tier.server.broadcast(HALL, { type: 'board', board: { at: 1 } });
    const kiosk = open(requestHeaders(await enrol(tier.url, KIOSK)));
    const messages = listen(kiosk);
    await until('hello and board', () => messages.length === 2);
    expect(messages).toMatchObject([
      { type: 'hello', epoch: store.epoch, version: 1 },
      { type: 'board', board: { at: 1 } },
    ]);
    await store.put(HALL, 'reviews', [review()]);
    await store.put('hall-2', 'tickets', [ticket({ hallId: 'hall-2' })]);
    await store.put(HALL, 'tickets', [ticket({ id: 't-1' })]);
    await store.put(HALL, 'tickets', [ticket({ id: 't-2' })]);
    tier.server.broadcast(HALL, { type: 'board', board: { at: 2 } });
    await until('all', () => messages.length === 5);
    expect(messages.slice(2)).toMatchObject([
      { type: 'docs', collection: 'tickets', prevSeq: 0, seq: 2, documents: [{ id: 't-1' }] },
      { type: 'docs', collection: 'tickets', prevSeq: 2, seq: 3, documents: [{ id: 't-2' }] },
      { type: 'board', board: { at: 2 } },
    ]);
    expect(tier.server.clients().map(({ stationId }) => stationId)).toEqual(['kiosk-1']);
    kiosk.terminate();
    await until('gone', () => tier.server.clients().length === 0);
    expect(connections).toEqual([
      ['kiosk-1', true],
      ['kiosk-1', false],
    ]);
  });

  test('a commit too large for one message is announced as a gap', async () => {
    const socket = open(requestHeaders(desk));
    const messages = listen(socket);
    await until('hello', () => messages.length === 1);
    await store.put(
      HALL,
      'reviews',
      Array.from({ length: 20 }, () => review({ body: { text: 'x'.repeat(40_000) } })),
    );
    await until('gap', () => messages.length === 2);
    expect(messages[1]).toMatchObject({ type: 'docs', prevSeq: 20, seq: 20, documents: [] });
    socket.terminate();
  });

  test('strangers, other origins and old clients are turned away before the handshake', async () => {
    const status = async (headers: Record<string, string>) => {
      const socket = open(headers);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      socket.on('error', () => {});
      socket.terminate();
      return response.statusCode;
    };
    expect(await status({})).toBe(401);
    expect(await status({ ...requestHeaders(desk), origin: 'http://evil.example' })).toBe(403);
    expect(await status({ ...requestHeaders(desk), 'x-bianmin-protocol': '0' })).toBe(426);
  });

  test.each([
    ['text', 'not json'],
    ['bytes', Buffer.from([0, 255, 254])],
    ['an unknown type', '{"type":"nix"}'],
    [
      'the word of another station',
      JSON.stringify({
        type: 'presence',
        presence: {
          stationId: 'kiosk-1',
          role: 'kiosk',
          devices: [],
          outbox: { count: 0, oldestAt: null, lastSuccessAt: null, parked: 0, upstream: 'online' },
          helpSince: null,
          at: 1,
        },
      }),
    ],
    ['two megabytes', 'x'.repeat(2 * 1024 * 1024)],
  ])('%s on the stream ends that stream only', async (_name, data) => {
    const socket = open(requestHeaders(desk));
    await once(socket, 'open');
    socket.on('error', () => {});
    socket.send(data);
    await once(socket, 'close');
    await expectAlive();
    expect(tier.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('broken WebSocket frames end that stream only', async () => {
    const socket = connect(tier.port, '127.0.0.1');
    const { authorization = '' } = requestHeaders(desk);
    socket.write(
      `GET /sync/v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: ${authorization}\r\n\r\n`,
    );
    await once(socket, 'data');
    socket.write(Buffer.alloc(100, 0xff));
    socket.resume();
    await once(socket, 'close');
    await expectAlive();
  });
});

test('the interface describes itself', async () => {
  const response = await fetch(`${tier.url}/docs/json`);
  const api = (await response.json()) as { paths: Record<string, unknown> };
  expect(Object.keys(api.paths).sort()).toEqual([
    '/healthz',
    '/sync/v1/commands',
    '/sync/v1/enrol',
    '/sync/v1/leases',
    '/sync/v1/{collection}/pull',
    '/sync/v1/{collection}/push',
  ]);
  expect((await fetch(`${tier.url}/docs`)).status).toBe(200);
});
