import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ticket, TicketBody, TicketState } from './documents.ts';
import { hallIdSchema, itemIdSchema, stationIdSchema, ticketIdOf, windowIdSchema } from './ids.ts';
import { formatNumber, nextFreeValue, nextLeaseBlock, parseNumber } from './numbering.ts';
import { aheadOf, estimateWait, pickNext, rejoinOrder, waitingLine } from './queue.ts';

const w1 = windowIdSchema.parse('w1');
const policy = { priorityInterleave: 1, ordinaryMaxWaitMin: 40 };
const hallId = hallIdSchema.parse('h1');
const stationId = stationIdSchema.parse('kiosk-1');

function ticket(value: number, state: TicketState = 'waiting', body: Partial<TicketBody> = {}): Ticket {
  const number = formatNumber('A', value, 3);
  const base = {
    number,
    series: 'A',
    itemId: itemIdSchema.parse('i'),
    itemName: '',
    issuedAt: value * 1000,
    issuedBy: stationId,
    priority: 'NORMAL' as const,
  };
  const counts = { printAttempts: 1, callCount: 0, heldMs: 0, missedCount: 0, orderAt: value * 1000, clashes: [] };
  return {
    id: ticketIdOf(hallId, '2026-11-20', number),
    hallId,
    kind: 'ticket',
    state,
    day: '2026-11-20',
    updatedAt: '',
    updatedBy: stationId,
    _deleted: false,
    body: { ...base, ...counts, ...body },
  };
}

const pick = (today: readonly Ticket[], now = 60_000) => pickNext(today, { windowId: w1, series: ['A'], now, policy });

describe('pickNext', () => {
  it('takes whoever stands first', () => {
    expect(pick([ticket(2), ticket(1), ticket(3)])?.ticket.body.number).toBe('A001');
  });

  it('leaves other series, other windows and unconfirmed paper alone', () => {
    const others = [
      ticket(1, 'waiting', { series: 'B' }),
      ticket(2, 'waiting', { forWindowId: windowIdSchema.parse('w2') }),
      ticket(3, 'unconfirmed'),
      ticket(4, 'printing'),
    ];
    expect(pick(others)).toBeNull();
  });

  it('prefers a ticket sent to this window', () => {
    const found = pick([ticket(1), ticket(9, 'waiting', { forWindowId: w1 })]);
    expect([found?.ticket.body.number, found?.reason]).toEqual(['A009', '由其他窗口转来本窗口']);
  });

  it('mixes priority with ordinary tickets', () => {
    const line = [ticket(1), ticket(2), ticket(8, 'waiting', { priority: 'PRIORITY' }), ticket(9, 'waiting', { priority: 'PRIORITY' })];
    expect(pick(line)?.ticket.body.number).toBe('A008');
    const afterOne = [...line.slice(0, 2), ticket(8, 'serving', { priority: 'PRIORITY', firstCalledAt: 5 }), line[3] as Ticket];
    expect(pick(afterOne)?.ticket.body.number).toBe('A001');
  });

  it('lets no ordinary ticket starve', () => {
    const late = 41 * 60_000;
    const found = pick([ticket(1), ticket(2, 'waiting', { priority: 'PRIORITY' })], late);
    expect([found?.ticket.body.number, found?.reason.includes('40 分钟')]).toEqual(['A001', true]);
  });

  it('whoever keeps calling ends with an empty line, each ticket once', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), (priorities) => {
        let today: Ticket[] = priorities.map((priority, index) => ticket(index + 1, 'waiting', priority ? { priority: 'PRIORITY' } : {}));
        const seen = new Set<string>();
        for (let round = 1; ; round += 1) {
          const next = pick(today);
          if (next === null) break;
          expect(seen.has(next.ticket.id)).toBe(false);
          seen.add(next.ticket.id);
          today = today.map((one) =>
            one.id === next.ticket.id ? { ...one, state: 'done' as const, body: { ...one.body, firstCalledAt: round } } : one,
          );
        }
        expect(seen.size).toBe(priorities.length);
      }),
    );
  });
});

describe('places in the line', () => {
  it('counts people ahead in the same series', () => {
    expect(aheadOf([ticket(1), ticket(2), ticket(3, 'waiting', { series: 'B' })], ticket(4))).toBe(2);
  });

  it('a rejoined ticket stands behind the policy number of people, and never before its turn by more', () => {
    const line = [ticket(10), ticket(11), ticket(12), ticket(13)];
    const missed = ticket(1, 'missed');
    const orderAt = rejoinOrder(line, missed, { missedRule: 'REJOIN_BEHIND', missedBehind: 3 });
    const after = waitingLine([...line, ticket(1, 'waiting', { orderAt })]).map((one) => one.body.number);
    expect(after).toEqual(['A010', 'A011', 'A012', 'A001', 'A013']);
    expect(rejoinOrder(line, missed, { missedRule: 'REJOIN_NEXT', missedBehind: 3 })).toBeLessThan(10_000);
  });
});

describe('estimateWait', () => {
  it('is unknown with few services or no open window', () => {
    expect(estimateWait([ticket(1, 'done', { startedAt: 0, finishedAt: 60_000 })], 3, 2)).toBeNull();
    const five = [1, 2, 3, 4, 5].map((value) => ticket(value, 'done', { startedAt: 0, finishedAt: value * 60_000 }));
    expect(estimateWait(five, 3, 0)).toBeNull();
    expect(estimateWait(five, 4, 2)).toEqual({ fromMin: 4, toMin: 10 });
  });
});

describe('numbers', () => {
  it('read back as they were printed', () => {
    fc.assert(
      fc.property(fc.constantFrom('A', 'B', 'AB'), fc.integer({ min: 1, max: 99_999 }), (series, value) => {
        expect(parseNumber(formatNumber(series, value, 3))).toEqual({ series, value });
      }),
    );
  });

  it('the hub sequence and leases never meet, whatever the order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('issue', 'lease'), { maxLength: 200 }),
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (steps, leaseFrom, leaseSize) => {
          const used = new Set<number>();
          const leased: { from: number; to: number }[] = [];
          let last = 0;
          for (const step of steps) {
            if (step === 'issue') {
              last = nextFreeValue(last, leased);
              expect(used.has(last)).toBe(false);
              used.add(last);
            } else {
              const block = nextLeaseBlock(last, leased, { leaseFrom, leaseSize });
              leased.push(block);
              for (let value = block.from; value <= block.to; value += 1) {
                expect(used.has(value)).toBe(false);
                used.add(value);
              }
            }
          }
        },
      ),
    );
  });
});
