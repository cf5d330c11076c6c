import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemIdSchema } from '../../domain/ids.ts';
import { idleState, idleTimes } from './idle.ts';
import { FRESH, type Step } from './kiosk-flow.ts';

const POLICY = { kioskIdleS: 60, kioskIdleWarnS: 20, kioskCardTimeoutS: 30 };
const itemId = itemIdSchema.parse('i1');
const at = (step: Step, large = false) => idleTimes({ ...FRESH, step, large }, POLICY);

describe('how long a screen may stand', () => {
  test('60 s and 20 s of asking; 30 s and 20 s where the card is', () => {
    expect(at({ at: 'ways' })).toEqual({ idleMs: 60_000, warnMs: 20_000 });
    expect(at({ at: 'identify', itemId, attempt: 1, problem: null })).toEqual({ idleMs: 30_000, warnMs: 20_000 });
  });

  test('大字 doubles all of it', () => {
    expect(at({ at: 'ways' }, true)).toEqual({ idleMs: 120_000, warnMs: 40_000 });
    expect(at({ at: 'identify', itemId, attempt: 1, problem: null }, true)).toEqual({ idleMs: 60_000, warnMs: 40_000 });
  });

  test('the first screen and a working printer are not hurried; changed settings go back unasked', () => {
    expect(at({ at: 'welcome' })).toBeNull();
    expect(at({ at: 'issuing', itemId, cardId: null, requestId: 'r' })).toBeNull();
    expect(at({ at: 'welcome' }, true)).toEqual({ idleMs: 120_000, warnMs: 0 });
  });
});

test('first quiet, then a countdown from the full warning time, then over', () => {
  const times = { idleMs: 60_000, warnMs: 20_000 };
  expect(idleState(times, 59_999)).toEqual({ kind: 'active' });
  expect(idleState(times, 60_000)).toEqual({ kind: 'warn', secondsLeft: 20 });
  expect(idleState(times, 79_999)).toEqual({ kind: 'warn', secondsLeft: 1 });
  expect(idleState(times, 80_000)).toEqual({ kind: 'over' });
});

test('nobody is wiped without the whole warning time', () => {
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(60_000), fc.nat(400_000), (idleMs, warnMs, untouchedMs) => {
      expect(idleState({ idleMs, warnMs }, untouchedMs).kind === 'over').toBe(untouchedMs >= idleMs + warnMs);
    }),
  );
});
