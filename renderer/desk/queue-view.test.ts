import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../domain/documents.ts';
import type { DeskState } from '../../sync/protocol/link.ts';
import { queueRows } from './queue-view.ts';

const MINUTE_MS = 60_000;
const ticket = (body: Record<string, unknown>) =>
  ({
    id: 'h:2026-11-21:A001',
    body: { number: 'A001', itemName: '身份证', priority: 'NORMAL', issuedAt: 0, missedCount: 0, clashes: [], ...body },
  }) as unknown as Ticket;
const desk = (lists: Partial<DeskState>) =>
  ({ waiting: [], held: [], missed: [], unconfirmed: [], clashes: [], ...lists }) as unknown as DeskState;

describe('queue rows', () => {
  it('counts whole minutes in the state, never below zero when clocks differ', () => {
    const state = desk({ waiting: [ticket({ waitingSince: 2 * MINUTE_MS }), ticket({ waitingSince: 60 * MINUTE_MS })] });
    expect(queueRows(state, 'waiting', 13.5 * MINUTE_MS).map((row) => row.minutes)).toEqual([11, 0]);
  });

  it('a held ticket counts from its hold and names its kind', () => {
    const [row] = queueRows(desk({ held: [ticket({ heldSince: 5 * MINUTE_MS, holdKind: 'AWAITING' })] }), 'held', 9 * MINUTE_MS);
    expect(row).toMatchObject({ minutes: 4, holdKind: 'AWAITING' });
  });

  it('names each window of a clash once', () => {
    const clashes = [{ windowId: 'w2', at: 1 }, { windowId: 'w1', at: 2 }, { at: 3 }];
    expect(queueRows(desk({ clashes: [ticket({ windowId: 'w1', clashes })] }), 'clashes', 10)[0]?.clashWindowIds).toEqual(['w1', 'w2']);
  });
});
