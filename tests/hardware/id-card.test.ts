import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Logger } from '../../drivers/core/logger.ts';
import { DEMO_CARDS } from '../../drivers/id-card/demo-cards.ts';
import { type IdCardEmulator, startIdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { createIdCardService, type IdCardService } from '../../drivers/id-card/service.ts';
import { openHandles } from './open-handles.ts';

const [FIRST, SECOND, PERMIT, FOREIGNER] = DEMO_CARDS;
const POLL_MS = 30;
const DEADLINE_MS = 15_000;

let emulator: IdCardEmulator;
let service: IdCardService;
let logged: string[];
let messages: string[];

async function start(prefer: 'pty' | 'tcp' = 'pty'): Promise<void> {
  logged = [];
  messages = [];
  const write = (detail: object, message: string) => void logged.push(JSON.stringify({ detail, message }));
  const logger: Logger = { info: write, warn: write, error: write };
  emulator = await startIdCardEmulator({ prefer });
  service = createIdCardService({ transport: emulator.address, logger, pollMs: POLL_MS });
  service.onStatus((status) => messages.push(status.message));
}

function stateIs(state: string): Promise<void> {
  return vi.waitFor(() => expect(service.status().state).toBe(state), { timeout: DEADLINE_MS, interval: 5 });
}

beforeEach(() => start());

afterEach(async () => {
  await service.close();
  await emulator.close();
});

describe.each(['pty', 'tcp'] as const)('over %s', (prefer) => {
  test('reads each of the four people', async () => {
    await service.close();
    await emulator.close();
    await start(prefer);
    for (const card of [FIRST, SECOND, PERMIT, FOREIGNER]) {
      emulator.placeCard(card);
      expect(await service.read({ timeoutMs: DEADLINE_MS })).toMatchObject({ ok: true, value: card });
    }
    await stateIs('ready');
  });
});

test('waits for a card that comes later', async () => {
  const reading = service.read({ timeoutMs: DEADLINE_MS });
  await vi.waitFor(() => expect(service.status()).toMatchObject({ state: 'reading', phase: 'PLACE' }));
  emulator.placeCard(SECOND);
  expect(await reading).toMatchObject({ ok: true, value: { name: '李𠮷祥', ethnic: '土家', validTo: '2038-09-10' } });
});

test('says that no card came', async () => {
  expect(await service.read({ timeoutMs: 400 })).toMatchObject({ ok: false, error: { code: 'CARD_TIMEOUT' } });
  await stateIs('ready');
});

test('stops when cancelled, before or while waiting', async () => {
  const cancel = new AbortController();
  const reading = service.read({ timeoutMs: DEADLINE_MS, signal: cancel.signal });
  await stateIs('reading');
  expect(await service.read({ timeoutMs: 100 })).toMatchObject({ ok: false, error: { code: 'READER_BUSY' } });
  cancel.abort();
  expect(await reading).toMatchObject({ ok: false, error: { code: 'CARD_CANCELLED' } });
  expect(await service.read({ timeoutMs: 100, signal: cancel.signal })).toMatchObject({ ok: false, error: { code: 'CARD_CANCELLED' } });
});

test('the same card still lying there is asked to be lifted, and is read again after that', async () => {
  emulator.placeCard(FIRST);
  expect(await service.read({ timeoutMs: DEADLINE_MS })).toMatchObject({ ok: true });
  const again = service.read({ timeoutMs: DEADLINE_MS });
  await vi.waitFor(() => expect(service.status().message).toContain('已经放好的，请拿起来'), { timeout: DEADLINE_MS });
  emulator.removeCard();
  emulator.placeCard(FIRST);
  expect(await again).toMatchObject({ ok: true, value: { name: FIRST.name } });
});

test('a card pulled in the middle of a read is asked for again', async () => {
  emulator.setFault('pulled-mid-read');
  emulator.placeCard(FIRST);
  const reading = service.read({ timeoutMs: DEADLINE_MS });
  await vi.waitFor(() => expect(service.status()).toMatchObject({ phase: 'LIFT_AND_REPLACE' }), { timeout: DEADLINE_MS, interval: 5 });
  emulator.placeCard(FIRST);
  expect(await reading).toMatchObject({ ok: true, value: FIRST });
});

test('reads through noise before every answer', async () => {
  emulator.setFault('noise');
  emulator.placeCard(SECOND);
  expect(await service.read({ timeoutMs: DEADLINE_MS })).toMatchObject({ ok: true, value: SECOND });
});

test('an answer that breaks off is survived: connect again, lift, read', async () => {
  emulator.setFault('half-frame');
  emulator.placeCard(FIRST);
  const reading = service.read({ timeoutMs: DEADLINE_MS });
  await vi.waitFor(() => expect(logged.join()).toContain('READER_GARBLED'), { timeout: DEADLINE_MS });
  emulator.setFault(null);
  emulator.placeCard(FIRST);
  expect(await reading).toMatchObject({ ok: true, value: FIRST });
});

test.each([
  ['silent', 'READER_SILENT'],
  ['checksum', 'READER_GARBLED'],
] as const)('a reader that is %s fails at once with %s, and works again when the fault is gone', async (fault, code) => {
  await stateIs('ready');
  emulator.setFault(fault);
  emulator.placeCard(FIRST);
  await stateIs('disconnected');
  expect(await service.read({ timeoutMs: DEADLINE_MS })).toMatchObject({ ok: false, error: { code } });
  emulator.setFault(null);
  expect(await service.read({ timeoutMs: DEADLINE_MS })).toMatchObject({ ok: true, value: FIRST });
});

test('unplugged: says so, refuses a read with the reason, logs one line, comes back by itself', async () => {
  await stateIs('ready');
  await emulator.unplug();
  await stateIs('disconnected');
  expect(await service.read({ timeoutMs: DEADLINE_MS })).toMatchObject({ ok: false, error: { code: 'PORT_NOT_FOUND' } });
  const linesWhileAway = logged.length;
  const polls = vi.fn();
  const timer = setInterval(polls, POLL_MS);
  await vi.waitFor(() => expect(polls.mock.calls.length).toBeGreaterThan(10), { timeout: DEADLINE_MS });
  clearInterval(timer);
  expect(logged).toHaveLength(linesWhileAway);
  await emulator.plug();
  await stateIs('ready');
});

test('unplugged while waiting for a card: the read ends with a sentence', async () => {
  const reading = service.read({ timeoutMs: DEADLINE_MS });
  await stateIs('reading');
  await emulator.unplug();
  expect(await reading).toMatchObject({ ok: false, error: { code: 'PORT_NOT_FOUND' } });
});

test('20 rounds of unplug and plug leave no handle behind', async () => {
  const round = async () => {
    await emulator.unplug();
    await stateIs('disconnected');
    await emulator.plug();
    emulator.placeCard(FIRST);
    expect(await service.read({ timeoutMs: DEADLINE_MS })).toMatchObject({ ok: true });
  };
  await round();
  const before = openHandles();
  for (let count = 0; count < 20; count += 1) await round();
  await vi.waitFor(() => expect(openHandles()).toBeLessThanOrEqual(before), { timeout: DEADLINE_MS });
});

test('nothing personal is logged or shown as status', async () => {
  for (const card of DEMO_CARDS) {
    emulator.placeCard(card);
    await service.read({ timeoutMs: DEADLINE_MS });
  }
  emulator.setFault('pulled-mid-read');
  emulator.placeCard(FIRST);
  await service.read({ timeoutMs: 500 });
  const written = [...logged, ...messages].join('\n');
  expect(written).toContain('已就绪');
  for (const card of DEMO_CARDS) {
    for (const secret of [card.name, card.idNumber, card.address ?? card.name, card.birthDate]) expect(written).not.toContain(secret);
  }
});
