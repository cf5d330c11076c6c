import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { LINK_UNAUTHORIZED_CLOSE_CODE } from '../../sync/protocol/link.ts';
import { connectLink, type Link, type LinkState } from './client.ts';

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** A real WebSocket server that keeps what it is asked and answers `hello`; the rest is for the test to answer. */
class Peer {
  readonly #server: WebSocketServer;
  readonly asked: Request[] = [];
  sockets: ServerSocket[] = [];
  answersHello = true;
  closesWith: number | null = null;

  constructor(port: number) {
    this.#server = new WebSocketServer({ host: '127.0.0.1', port });
    this.#server.on('connection', (socket) => {
      this.sockets.push(socket);
      if (this.closesWith !== null) socket.close(this.closesWith);
      socket.on('message', (data) => {
        const request = JSON.parse(String(data)) as Request;
        this.asked.push(request);
        if (request.method === 'hello' && this.answersHello) this.send({ id: request.id, ok: true, result: { server: 'station' } });
      });
    });
  }

  async start(): Promise<number> {
    if (this.#server.address() === null) await new Promise((resolve) => this.#server.once('listening', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  send(message: unknown): void {
    this.sockets.at(-1)?.send(JSON.stringify(message));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

let peer: Peer;
let port: number;
let link: Link | null = null;

beforeEach(async () => {
  peer = new Peer(0);
  port = await peer.start();
});
afterEach(async () => {
  vi.useRealTimers();
  link?.close();
  await peer.stop();
});

function connect(): Link {
  link = connectLink({ role: 'kiosk', url: `ws://127.0.0.1:${port}/link`, token: 'page-token' });
  return link;
}
const until = (state: LinkState) => vi.waitFor(() => expect(link?.state).toBe(state), { timeout: 10_000 });
const lastAsked = (method: string) =>
  vi.waitFor(() => peer.asked.findLast((each) => each.method === method) ?? Promise.reject(new Error(`no ${method} yet`)));

describe('link client', () => {
  test('says hello with its token first, then carries calls and events', async () => {
    const client = connect();
    await until('up');
    expect(peer.asked[0]).toMatchObject({ method: 'hello', params: { token: 'page-token', role: 'kiosk' } });
    expect(client.hello).toMatchObject({ server: 'station' });

    const answer = client.call('help.call', {});
    peer.send({ id: (await lastAsked('help.call')).id, ok: false, error: { code: 'HUB_AWAY', message: '连不上' } });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'HUB_AWAY' } });

    const heard: unknown[] = [];
    const stop = client.on('rating', (prompt) => heard.push(prompt));
    peer.send({ event: 'rating', data: null });
    await vi.waitFor(() => expect(heard).toEqual([null]));
    stop();
  });

  test('a call before the first connection fails at once', async () => {
    expect(await connect().call('help.call', {})).toMatchObject({ ok: false, error: { code: 'LINK_DOWN' } });
  });

  test('a lost socket fails what waits, then the link comes back by itself and says hello again', async () => {
    const client = connect();
    await until('up');
    const answer = client.call('help.call', {});
    await lastAsked('help.call');
    await peer.stop();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'LINK_DOWN' } });
    expect(client.state).toBe('down');
    peer = new Peer(port);
    await until('up');
    expect(peer.asked[0]?.method).toBe('hello');
  });

  test('a refused token is final', async () => {
    peer.answersHello = false;
    peer.closesWith = LINK_UNAUTHORIZED_CLOSE_CODE;
    connect();
    await until('unauthorized');
    expect(peer.sockets).toHaveLength(1);
  });

  test('a process that hangs: the call times out, and a connection without an answer is given up', async () => {
    const client = connect();
    await until('up');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = client.call('help.call', {});
    vi.advanceTimersByTime(15_000);
    expect(await answer).toMatchObject({ ok: false, error: { code: 'LINK_TIMEOUT' } });
    client.close();

    peer.answersHello = false;
    connect();
    vi.advanceTimersByTime(5_000);
    expect(link?.state).toBe('down');
  });

  test('a link that falls silent is taken for lost, as a pulled cable closes no socket; beats keep it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const client = connect();
    let beats = 0;
    client.on('beat', () => {
      beats += 1;
    });
    await realUntil(() => client.state === 'up');
    vi.advanceTimersByTime(30_000);
    peer.send({ event: 'beat', data: null });
    await realUntil(() => beats === 1);
    vi.advanceTimersByTime(30_000);
    expect(client.state).toBe('up');
    vi.advanceTimersByTime(6_000);
    expect(client.state).toBe('down');
  });
});

/** Polls by the event loop: timers are held in that test. */
async function realUntil(holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error('not in time');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
