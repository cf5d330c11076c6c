import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { openTransport, transportConfigSchema } from './transport.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(onConnection: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return { server, port: (server.address() as AddressInfo).port };
}

test('a TCP transport carries bytes both ways and reports the end of the peer', async () => {
  const { port } = await listen((socket) => socket.on('data', (bytes) => socket.end(bytes.toReversed())));
  const transport = unwrap(await openTransport({ type: 'tcp', host: '127.0.0.1', port }));
  const received = new Promise<Uint8Array>((resolve) => transport.onData(resolve));
  const closed = new Promise<void>((resolve) => transport.onClose(resolve));
  expect(await transport.write(Uint8Array.of(1, 2, 3))).toEqual({ ok: true, value: undefined });
  expect([...(await received)]).toEqual([3, 2, 1]);
  await closed;
  expect(await transport.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: 'TRANSPORT_CLOSED' } });
  await transport.close();
});

test('what was written arrives though close follows at once', async () => {
  const chunks: Buffer[] = [];
  const ended = Promise.withResolvers<void>();
  const { port } = await listen((socket) => socket.on('data', (bytes) => chunks.push(bytes)).on('end', ended.resolve));
  const transport = unwrap(await openTransport({ type: 'tcp', host: '127.0.0.1', port }));
  const sent = new Uint8Array(1_000_000).fill(7);
  const written = transport.write(sent);
  await transport.close();
  await written;
  await ended.promise;
  expect(Buffer.concat(chunks).length).toBe(sent.length);
});

test('an address where nobody listens is refused in words', async () => {
  const { server, port } = await listen(() => {});
  await new Promise((resolve) => server.close(resolve));
  const opened = await openTransport({ type: 'tcp', host: '127.0.0.1', port });
  expect(opened).toMatchObject({ ok: false, error: { code: 'CONNECT_REFUSED' } });
});

test('a serial port or device file that does not exist is not found, and is not created', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'transport-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 'lp0');
  expect(await openTransport({ type: 'serial', path, baudRate: 9600 })).toMatchObject({ ok: false, error: { code: 'PORT_NOT_FOUND' } });
  expect(await openTransport({ type: 'file', path })).toMatchObject({ ok: false, error: { code: 'PORT_NOT_FOUND' } });
  await expect(readFile(path)).rejects.toThrow('ENOENT');
});

test('a device file takes every byte in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'transport-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 'lp0');
  await writeFile(path, '');
  const transport = unwrap(await openTransport({ type: 'file', path }));
  expect(transport.canRead).toBe(false);
  unwrap(await transport.write(Uint8Array.of(0x1b, 0x40)));
  unwrap(await transport.write(Uint8Array.of(0x0a)));
  await transport.close();
  expect([...(await readFile(path))]).toEqual([0x1b, 0x40, 0x0a]);
});

test('the configuration refuses a port out of range and an unknown type', () => {
  expect(transportConfigSchema.safeParse({ type: 'tcp', host: 'p', port: 70_000 }).success).toBe(false);
  expect(transportConfigSchema.safeParse({ type: 'usb' }).success).toBe(false);
});
