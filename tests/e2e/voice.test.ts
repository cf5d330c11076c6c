import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { BoardCall } from '../../domain/board.ts';
import { CHROMIUM, QUIET_FLAGS, SOUND_FLAG } from '../support/browser.ts';

// The voice player alone in a real browser: real clips on a real audio clock, boards handed in by the test.

const ROOT = resolve(import.meta.dirname, '../..');
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wav': 'audio/wav', '.json': 'application/json' };
const DEADLINE = { timeout: 60_000, interval: 50 };
const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module">
  import { startVoicePlayer } from '/voice-player.js';
  globalThis.spoken = []; globalThis.started = []; globalThis.states = [];
  document.addEventListener('bianmin:spoken', (event) => spoken.push(event.detail));
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (at) { started.push({ at, duration: this.buffer.duration }); return start.call(this, at); };
  globalThis.player = startVoicePlayer((state) => states.push(state));
</script>`;

interface Heard {
  readonly spoken: readonly { callSeq: number; caption: string }[];
  readonly started: readonly { at: number; duration: number }[];
  readonly states: readonly { caption: string | null; needsGesture: boolean }[];
}

let folder: string;
let server: Server;
let origin: string;
let browser: Browser;
let mute: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voice-'));
  const lib = { entry: join(ROOT, 'renderer/screens/voice-player.ts'), formats: ['es' as const], fileName: () => 'voice-player.js' };
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    publicDir: 'renderer/public',
    build: { outDir: folder, emptyOutDir: true, lib },
  });
  server = createServer((request, response) => {
    const path = request.url ?? '/';
    response.setHeader('content-type', TYPES[extname(path)] ?? 'text/html');
    response.end(path === '/' ? PAGE : readFileSync(join(folder, path)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET_FLAGS, SOUND_FLAG] });
  mute = await chromium.launch({ executablePath: CHROMIUM, args: QUIET_FLAGS });
});

afterAll(async () => {
  await browser?.close();
  await mute?.close();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

let seconds = 0;
function call(callSeq: number, ticketNumber: string, recall = false): BoardCall {
  seconds += 1;
  return { callSeq, ticketNumber, windowNumber: 3, windowId: 'w3' as BoardCall['windowId'], at: Date.now() + seconds, recall };
}

async function open(from: Browser): Promise<Page> {
  const page = await from.newPage();
  await page.goto(origin);
  await page.waitForFunction('globalThis.player !== undefined');
  return page;
}

/** Newest first, as on the board. */
async function show(page: Page, calls: readonly BoardCall[], repeat = 1): Promise<void> {
  const board = JSON.stringify({ calls, at: Date.now() });
  await page.evaluate(`player.update(${board}, { oneAsYao: true, repeat: ${repeat} })`);
}

const heard = (page: Page): Promise<Heard> => page.evaluate('({ spoken, started, states })');
const spokenSeqs = async (page: Page) => (await heard(page)).spoken.map(({ callSeq }) => callSeq);

test('calls are spoken in order, each to its end and without a hole, and a recall is spoken again', async () => {
  const page = await open(browser);
  await show(page, [call(1, 'A1')]);
  const [second, third, fourth] = [call(2, 'A012'), call(3, 'B7'), call(4, 'A012', true)];
  await show(page, [second]);
  await show(page, [fourth, third, second]);
  await vi.waitFor(async () => expect(await spokenSeqs(page)).toEqual([2, 3, 4]), DEADLINE);
  const { spoken, started } = await heard(page);
  expect(spoken.map(({ caption }) => caption)).toEqual(['请A零一二号到三号窗口', '请B七号到三号窗口', '请A零一二号到三号窗口']);

  const sentences: { at: number; duration: number }[][] = [];
  for (const clip of started) {
    const last = sentences.at(-1)?.at(-1);
    if (last === undefined || clip.at > last.at + last.duration + 0.01) sentences.push([]);
    sentences.at(-1)?.push(clip);
  }
  expect(sentences.map((clips) => clips.length)).toEqual([8, 6, 8]);
  for (const clip of started.slice(1).map((next, index) => ({ next, last: started[index] }))) {
    expect(clip.next.at).toBeGreaterThanOrEqual((clip.last?.at ?? 0) + (clip.last?.duration ?? 0) - 0.001);
  }
  await page.close();
});

test('the policy may have each call spoken twice', async () => {
  const page = await open(browser);
  await show(page, []);
  await show(page, [call(1, 'A1')], 2);
  await vi.waitFor(async () => expect(await spokenSeqs(page)).toEqual([1]), DEADLINE);
  expect((await heard(page)).started).toHaveLength(2 * 6);
  await page.close();
});

test('a reload repeats the sentence that it cut, and nothing that was spoken to its end', async () => {
  const page = await open(browser);
  await show(page, []);
  const calls = [call(2, 'A2'), call(1, 'A1')];
  await show(page, calls);
  await vi.waitFor(async () => expect(await spokenSeqs(page)).toEqual([1]), DEADLINE);
  await vi.waitFor(async () => expect((await heard(page)).states.at(-1)?.caption).toBe('请A二号到三号窗口'), DEADLINE);
  await page.reload();
  await page.waitForFunction('globalThis.player !== undefined');
  await show(page, calls);
  await vi.waitFor(async () => expect(await spokenSeqs(page)).toEqual([2]), DEADLINE);
  await page.reload();
  await page.waitForFunction('globalThis.player !== undefined');
  await show(page, [call(3, 'A3'), ...calls]);
  await vi.waitFor(async () => expect(await spokenSeqs(page)).toEqual([3]), DEADLINE);
  await page.close();
});

test('where the browser keeps the sound shut, captions keep their pace until a touch opens it', async () => {
  const page = await open(mute);
  await vi.waitFor(async () => expect((await heard(page)).states.at(-1)?.needsGesture).toBe(true), DEADLINE);
  await show(page, []);
  await show(page, [call(1, 'A1')]);
  await vi.waitFor(async () => expect(await spokenSeqs(page)).toEqual([1]), DEADLINE);
  expect((await heard(page)).started).toEqual([]);
  await page.evaluate(`document.addEventListener('click', () => player.unlock())`);
  await page.mouse.click(5, 5);
  await vi.waitFor(async () => expect((await heard(page)).states.at(-1)?.needsGesture).toBe(false), DEADLINE);
  await show(page, [call(2, 'A2')]);
  await vi.waitFor(async () => expect(await spokenSeqs(page)).toEqual([1, 2]), DEADLINE);
  expect((await heard(page)).started).toHaveLength(6);
  await page.close();
});
