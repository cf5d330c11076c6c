import { describe, expect, it } from 'vitest';
import type { HallOverview } from '../../sync/protocol/link.ts';
import { figuresOf, heardOf, totalOf } from './halls-view.ts';

const ratings = { VERY_SATISFIED: 5, SATISFIED: 4, BASICALLY_SATISFIED: 3, DISSATISFIED: 2, VERY_DISSATISFIED: 1 };
const hall = (issued: number) => ({ today: { issued, done: 1, missed: 2, cases: 3, ratings } }) as HallOverview;

describe('word of a hall', () => {
  it('is fresh for a minute while the hall is connected', () => {
    expect(heardOf({ lastHeardAt: 7_000, online: true }, 10_900)).toEqual({ kind: 'FRESH', seconds: 3 });
    expect(heardOf({ lastHeardAt: 0, online: true }, 60_000)).toEqual({ kind: 'STALE', unit: 'minutes', count: 1 });
  });

  it('is stale at once when the hall is not connected', () => {
    expect(heardOf({ lastHeardAt: 0, online: false }, 3_000)).toEqual({ kind: 'STALE', unit: 'seconds', count: 3 });
    expect(heardOf({ lastHeardAt: 0, online: false }, 12.5 * 60_000)).toEqual({ kind: 'STALE', unit: 'minutes', count: 12 });
    expect(heardOf({ lastHeardAt: 0, online: false }, 50 * 3_600_000)).toEqual({ kind: 'STALE', unit: 'days', count: 2 });
  });

  it('may be missing, and is never from the future', () => {
    expect(heardOf({ lastHeardAt: null, online: false }, 5)).toEqual({ kind: 'NEVER' });
    expect(heardOf({ lastHeardAt: 9_000, online: true }, 5_000)).toEqual({ kind: 'FRESH', seconds: 0 });
  });
});

describe('figures of the day', () => {
  it('counts 不满意 and 非常不满意 as bad, 基本满意 not', () => {
    expect(figuresOf(hall(9))).toEqual({ issued: 9, done: 1, missed: 2, cases: 3, rated: 15, bad: 3 });
  });

  it('adds the halls up', () => {
    expect(totalOf([hall(9), hall(1)])).toEqual({ issued: 10, done: 2, missed: 4, cases: 6, rated: 30, bad: 6 });
    expect(totalOf([]).issued).toBe(0);
  });
});
