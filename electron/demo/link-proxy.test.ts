import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startLinkProxy } from './link-proxy.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function echoServer(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

async function openProxy() {
  const proxy = await startLinkProxy({ port: 0, targetPort: await echoServer() });
  cleanups.push(() => proxy.close());
  return proxy;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

function closed(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function echoed(socket: Socket, text: string): Promise<string> {
  socket.end(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('bytes pass both ways in order, also many and slowly', async () => {
  const proxy = await openProxy();
  const text = 'x0123456789'.repeat(200_000);
  expect(await echoed(await dial(proxy.port), text)).toBe(text);
  proxy.setDelay(20);
  expect(await echoed(await dial(proxy.port), 'a'.repeat(100_000))).toBe('a'.repeat(100_000));
});

test('a cut ends live connections and resets new ones until it is restored', async () => {
  const proxy = await openProxy();
  const live = await dial(proxy.port);
  live.write('hello');
  await once(live, 'data');
  const ended = closed(live);
  proxy.cut();
  await ended;
  expect(proxy.isCut).toBe(true);

  await expect(dial(proxy.port).then((socket) => echoed(socket, 'nobody'))).rejects.toMatchObject({
    code: expect.stringMatching(/ECONNRESET|EPIPE/),
  });
  proxy.restore();
  expect(await echoed(await dial(proxy.port), 'back')).toBe('back');
});

test('when the far side is not there the near side is closed', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, 'close');
  const proxy = await startLinkProxy({ port: 0, targetPort: port });
  cleanups.push(() => proxy.close());
  const socket = await dial(proxy.port);
  socket.resume();
  await closed(socket);
});
