import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerPages } from './static.ts';

let dir: string;
let origin: string;
const app = fastify();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bianmin-web-'));
  await mkdir(join(dir, 'web/assets'), { recursive: true });
  await writeFile(join(dir, 'secret.txt'), 'secret');
  await writeFile(join(dir, 'web/index.html'), '<title>便民</title>');
  await writeFile(join(dir, 'web/assets/app-1.js'), 'export {};');
  registerPages(app, join(dir, 'web'));
  app.get('/api', () => ({ api: true }));
  origin = await app.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true });
});

const get = (path: string): Promise<Response> => fetch(origin + path);

test('every page path gets the page, with the headers that keep it in its place', async () => {
  for (const path of ['/', '/kiosk', '/desk?x=1', '/screen/window/w-3', '/screen/hall', '/supervisor', '/district']) {
    const response = await get(path);
    expect([path, response.status, await response.text()]).toEqual([path, 200, '<title>便民</title>']);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe-eval');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  }
});

test('assets are kept for ever, other routes go on working, and unknown paths are no pages', async () => {
  expect((await get('/assets/app-1.js')).headers.get('cache-control')).toContain('immutable');
  const api = await get('/api');
  expect(await api.json()).toEqual({ api: true });
  expect(api.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  const missing = await get('/assets/gone.js');
  expect([missing.status, missing.headers.get('x-content-type-options')]).toEqual([404, 'nosniff']);
  expect((await get('/no/such/page')).status).toBe(404);
});

test('nothing outside the folder is served', async () => {
  for (const path of ['/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt']) {
    expect([path, (await get(path)).status]).not.toEqual([path, 200]);
  }
});
