import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RATING_LEVELS } from '../../domain/rating-level.ts';
import { type Logger, SILENT_LOGGER } from '../../drivers/core/logger.ts';
import { type KeypadEmulator, startKeypadEmulator } from '../../drivers/keypad/emulator.ts';
import { createKeypadService, type KeypadService } from '../../drivers/keypad/service.ts';
import { openHandles } from './open-handles.ts';

const PROFILE_ID = 'qs-ff68';
const POLL_MS = 30;
const DEADLINE_MS = 15_000;

let emulator: KeypadEmulator;
let service: KeypadService;
let logged: string[];

async function start(prefer: 'pty' | 'tcp' = 'pty'): Promise<void> {
  logged = [];
  const write = (_: object, message: string) => void logged.push(message);
  const logger: Logger = { info: write, warn: write, error: write };
  emulator = await startKeypadEmulator({ prefer, profileId: PROFILE_ID });
  service = createKeypadService({ transport: emulator.address, profileId: PROFILE_ID, logger, pollMs: POLL_MS });
}

async function stop(): Promise<void> {
  await service.close();
  await emulator.close();
}

function stateIs(state: string): Promise<void> {
  return vi.waitFor(() => expect(service.status().state).toBe(state), { timeout: DEADLINE_MS, interval: 5 });
}

function promptIs(prompting: boolean): Promise<void> {
  return vi.waitFor(() => expect(emulator.prompting()).toBe(prompting), { timeout: DEADLINE_MS, interval: 5 });
}

beforeEach(() => start());
afterEach(stop);

describe.each(['pty', 'tcp'] as const)('over %s', (prefer) => {
  test('each of the five keys gives its level and is acknowledged', async () => {
    await stop();
    await start(prefer);
    for (const level of RATING_LEVELS) {
      const asked = service.ask({ timeoutMs: DEADLINE_MS });
      await promptIs(true);
      expect(await emulator.pressLevel(level)).toBe(true);
      expect(await asked).toEqual({ ok: true, value: level });
    }
    await stateIs('ready');
  });
});

test('no key is no rating', async () => {
  expect(await service.ask({ timeoutMs: 50 })).toMatchObject({ ok: false, error: { code: 'RATING_TIMEOUT' } });
  await stateIs('ready');
});

test('a cancelled question ends at once, and only one is asked at a time', async () => {
  const cancel = new AbortController();
  const asked = service.ask({ timeoutMs: DEADLINE_MS, signal: cancel.signal });
  await stateIs('asking');
  expect(await service.ask({ timeoutMs: DEADLINE_MS })).toMatchObject({ ok: false, error: { code: 'RATING_BUSY' } });
  cancel.abort();
  expect(await asked).toMatchObject({ ok: false, error: { code: 'RATING_CANCELLED' } });
  expect(await service.ask({ timeoutMs: DEADLINE_MS, signal: cancel.signal })).toMatchObject({
    ok: false,
    error: { code: 'RATING_CANCELLED' },
  });
});

test('a key that nobody asked for is acknowledged, ignored, logged once, and never becomes the next answer', async () => {
  await stateIs('ready');
  expect(await emulator.pressLevel('VERY_DISSATISFIED')).toBe(true);
  expect(await emulator.pressLevel('VERY_DISSATISFIED')).toBe(true);
  expect(logged.filter((line) => line.includes('key ignored'))).toHaveLength(1);
  const asked = service.ask({ timeoutMs: DEADLINE_MS });
  await promptIs(true);
  await emulator.pressLevel('SATISFIED');
  expect(await asked).toEqual({ ok: true, value: 'SATISFIED' });
});

test('a key is read through noise', async () => {
  const asked = service.ask({ timeoutMs: DEADLINE_MS });
  await promptIs(true);
  emulator.setFault('noise');
  expect(await emulator.pressLevel('DISSATISFIED')).toBe(true);
  expect(await asked).toEqual({ ok: true, value: 'DISSATISFIED' });
});

test.each(['silent', 'checksum', 'half-frame'] as const)('a key that arrives %s is no rating, and the next press counts', async (fault) => {
  const asked = service.ask({ timeoutMs: DEADLINE_MS });
  await promptIs(true);
  emulator.setFault(fault);
  expect(await emulator.pressLevel('VERY_DISSATISFIED')).toBe(false);
  emulator.setFault(null);
  expect(await emulator.pressLevel('VERY_SATISFIED')).toBe(true);
  expect(await asked).toEqual({ ok: true, value: 'VERY_SATISFIED' });
});

test('unplugged while asking: ends with DEVICE_GONE, refuses while away, works again when plugged', async () => {
  const asked = service.ask({ timeoutMs: DEADLINE_MS });
  await promptIs(true);
  await emulator.unplug();
  expect(await asked).toMatchObject({ ok: false, error: { code: 'DEVICE_GONE' } });
  await stateIs('disconnected');
  expect(await service.ask({ timeoutMs: DEADLINE_MS })).toMatchObject({ ok: false, error: { code: 'DEVICE_GONE' } });
  await emulator.plug();
  await stateIs('ready');
  const again = service.ask({ timeoutMs: DEADLINE_MS });
  await vi.waitFor(() => expect(service.status().state).toBe('asking'));
  await emulator.pressLevel('SATISFIED');
  expect(await again).toEqual({ ok: true, value: 'SATISFIED' });
});

test('20 rounds of unplug and plug leave no handle behind and log one line per change', async () => {
  const round = async () => {
    await emulator.unplug();
    await stateIs('disconnected');
    await emulator.plug();
    await stateIs('ready');
    const asked = service.ask({ timeoutMs: DEADLINE_MS });
    await stateIs('asking');
    await emulator.pressLevel('SATISFIED');
    expect(await asked).toMatchObject({ ok: true });
  };
  await round();
  const before = openHandles();
  const linesBefore = logged.length;
  for (let count = 0; count < 20; count += 1) await round();
  await vi.waitFor(() => expect(openHandles()).toBeLessThanOrEqual(before), { timeout: DEADLINE_MS });
  // Gone (by the system and by the next attempt to open), ready, asking, ready.
  expect(logged.length - linesBefore).toBeLessThanOrEqual(20 * 5);
});

test('an unknown profile is said in words and never crashes the station', async () => {
  const misconfigured = createKeypadService({ transport: emulator.address, profileId: 'no-such', logger: SILENT_LOGGER, pollMs: POLL_MS });
  await vi.waitFor(() => expect(misconfigured.status().state).toBe('error'));
  expect(await misconfigured.ask({ timeoutMs: 50 })).toMatchObject({
    ok: false,
    error: { code: 'DEVICE_GONE', message: expect.stringContaining('型号') },
  });
  await misconfigured.close();
});
