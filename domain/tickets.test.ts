import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ticket } from './documents.ts';
import { commandIdSchema, hallIdSchema, itemIdSchema, stationIdSchema, windowIdSchema } from './ids.ts';
import { policyValuesSchema } from './policy.ts';
import defaultPolicy from './profiles/policy-default.json' with { type: 'json' };
import { type TicketCommand, ticketCommandSchema } from './ticket-commands.ts';
import { applyTicketCommand, type TicketContext } from './tickets.ts';

const hallId = hallIdSchema.parse('h1');
const policy = policyValuesSchema.parse(defaultPolicy.values);
const kiosk = stationIdSchema.parse('kiosk-1');
const w1 = windowIdSchema.parse('w1');
const w2 = windowIdSchema.parse('w2');
const day = '2026-11-20';
let serial = 0;

function context(extra: Partial<TicketContext> = {}): TicketContext {
  serial += 1;
  return {
    policy,
    day,
    stamp: `1763600000000-${serial.toString(16).padStart(4, '0')}-hub`,
    stationId: stationIdSchema.parse('hub'),
    ...extra,
  };
}

type Shape = { kind: TicketCommand['kind'] } & Record<string, unknown>;
function command(shape: Shape): TicketCommand {
  serial += 1;
  return ticketCommandSchema.parse({
    id: commandIdSchema.parse(`c${serial}`),
    hallId,
    stationId: kiosk,
    at: 1_000 + serial,
    ticketId: `${hallId}:${day}:A001`,
    ...shape,
  });
}

function applied(ticket: Ticket | null, shape: Shape, extra?: Partial<TicketContext>): Ticket {
  const result = applyTicketCommand(ticket, command(shape), context(extra));
  if (!result.ok) throw new Error(result.error.code);
  return result.value.ticket;
}

function refused(ticket: Ticket | null, shape: Shape): string {
  const result = applyTicketCommand(ticket, command(shape), context());
  return result.ok ? 'accepted' : result.error.code;
}

const issueShape = { kind: 'issue', itemId: itemIdSchema.parse('i1'), itemName: '失业登记', series: 'A', priority: 'NORMAL' } as const;

function waiting(): Ticket {
  const issued = applied(null, issueShape, { number: 'A001' });
  return applied(applied(issued, { kind: 'printStarted', jobId: 'j1' }), { kind: 'printConfirmed', jobId: 'j1' });
}
const called = (at = w1) => applied(waiting(), { kind: 'call', windowId: at, series: ['A'] }, { callReason: '先来先办' });
const serving = (at = w1) => applied(called(at), { kind: 'start', windowId: at });

describe('a number joins the queue only with its paper', () => {
  it('reserved → printing → waiting', () => {
    const issued = applied(null, issueShape, { number: 'A001' });
    expect(issued.state).toBe('reserved');
    const printing = applied(issued, { kind: 'printStarted', jobId: 'j1' });
    expect(printing.state).toBe('printing');
    expect(applied(printing, { kind: 'printConfirmed', jobId: 'j1' }).state).toBe('waiting');
  });

  it('out of paper gives unconfirmed; a reprint keeps the number', () => {
    const printing = applied(applied(null, issueShape, { number: 'A001' }), { kind: 'printStarted', jobId: 'j1' });
    const failed = applied(printing, { kind: 'printFailed', jobId: 'j1', reason: '缺纸' });
    expect(failed.state).toBe('unconfirmed');
    const again = applied(applied(failed, { kind: 'printStarted', jobId: 'j2' }), { kind: 'printConfirmed', jobId: 'j2' });
    expect([again.state, again.body.number, again.body.printAttempts]).toEqual(['waiting', 'A001', 2]);
  });

  it('a late answer of an older job decides nothing', () => {
    const second = applied(applied(applied(null, issueShape, { number: 'A001' }), { kind: 'printStarted', jobId: 'j1' }), {
      kind: 'printStarted',
      jobId: 'j2',
    });
    expect(refused(second, { kind: 'printConfirmed', jobId: 'j1' })).toBe('STALE_JOB');
  });

  it('a failed reprint does not take a waiting person out of the queue', () => {
    const reprint = applied(waiting(), { kind: 'printStarted', jobId: 'j2' });
    expect(applied(reprint, { kind: 'printFailed', jobId: 'j2', reason: '缺纸' }).state).toBe('waiting');
  });
});

describe('one ticket, one window', () => {
  it('a called ticket cannot be called again', () => {
    expect(refused(called(), { kind: 'call', windowId: w2, series: ['A'] })).toBe('WRONG_STATE');
  });

  it.each(['start', 'recall', 'miss', 'finish'] as const)('another window may not %s it', (kind) => {
    expect(refused(called(w1), { kind, windowId: w2 })).toBe('NOT_YOURS');
  });

  it('an offline act of a window that came late is kept as a clash, and the state stays', () => {
    const result = applyTicketCommand(serving(w1), command({ kind: 'take', windowId: w2, number: 'A001', day, offline: true }), context());
    expect(result.ok && [result.value.clash, result.value.ticket.state, result.value.ticket.body.windowId]).toEqual([
      true,
      'serving',
      'w1',
    ]);
    expect(result.ok && result.value.ticket.body.clashes.map((clash) => clash.windowId)).toEqual(['w2']);
  });

  it('the same clash replayed stands once', () => {
    const late = command({ kind: 'take', windowId: w2, number: 'A001', day, offline: true });
    const once = applyTicketCommand(serving(w1), late, context());
    if (!once.ok) throw new Error('refused');
    const twice = applyTicketCommand(once.value.ticket, late, context());
    expect(twice.ok && twice.value.ticket.body.clashes).toHaveLength(1);
  });
});

describe('a cut-off desk', () => {
  it('takes a number it never saw; the issue that arrives later fills in the rest', () => {
    const taken = applied(null, { kind: 'take', windowId: w1, number: 'A501', day, offline: true });
    expect([taken.state, taken.body.adopted]).toEqual(['serving', true]);
    const filled = applied(taken, { ...issueShape, offline: true, leased: { day, value: 501 } }, { number: 'A501' });
    expect([filled.state, filled.body.itemName, filled.body.adopted]).toEqual(['serving', '失业登记', undefined]);
  });

  it('is told when the number is nonsense', () => {
    expect(refused(null, { kind: 'take', windowId: w1, number: '你好', day })).toBe('BAD_NUMBER');
  });
});

describe('holds, misses and transfers', () => {
  it('持件 comes back to its window only; 不持件 to any', () => {
    const withPapers = applied(serving(w1), { kind: 'hold', windowId: w1, holdKind: 'WITH_PAPERS' });
    expect(refused(withPapers, { kind: 'resume', windowId: w2 })).toBe('NOT_YOURS');
    const without = applied(serving(w1), { kind: 'hold', windowId: w1, holdKind: 'WITHOUT_PAPERS' });
    expect(applied(without, { kind: 'resume', windowId: w2 }).body.windowId).toBe('w2');
  });

  it('the held time is counted apart', () => {
    const held = applied(serving(), { kind: 'hold', windowId: w1, holdKind: 'AWAITING' });
    const back = applied(held, { kind: 'resume', windowId: w1, at: (held.body.heldSince ?? 0) + 60_000 });
    expect(back.body.heldMs).toBe(60_000);
  });

  it('recalls are limited by policy', () => {
    const worn = Array.from({ length: policy.recallMax }).reduce<Ticket>(
      (ticket) => applied(ticket, { kind: 'recall', windowId: w1 }),
      called(),
    );
    expect(refused(worn, { kind: 'recall', windowId: w1 })).toBe('RECALL_LIMIT');
  });

  it('a transfer keeps the time of issue', () => {
    const before = serving();
    const after = applied(before, { kind: 'transfer', windowId: w1, toSeries: 'B' });
    expect([after.state, after.body.series, after.body.orderAt]).toEqual(['waiting', 'B', before.body.orderAt]);
  });

  it('a missed ticket rejoins where policy says', () => {
    const missed = applied(called(), { kind: 'miss', windowId: w1 });
    const rejoined = applied(missed, { kind: 'rejoin' }, { orderAt: 77.5 });
    expect([rejoined.state, rejoined.body.orderAt, rejoined.body.missedCount]).toEqual(['waiting', 77.5, 1]);
  });
});

describe('any sequence of commands', () => {
  const kinds = [
    'printStarted',
    'printConfirmed',
    'printFailed',
    'confirmPaper',
    'void',
    'call',
    'recall',
    'start',
    'hold',
    'resume',
    'transfer',
    'miss',
    'rejoin',
    'finish',
    'abandon',
    'take',
  ] as const;
  const shapes = fc.record({
    kind: fc.constantFrom(...kinds),
    windowId: fc.constantFrom(w1, w2),
    offline: fc.boolean(),
    jobId: fc.constantFrom('j1', 'j2'),
  });
  const fill = { reason: 'r', series: ['A'], holdKind: 'AWAITING', toSeries: 'B', number: 'A001', day };

  it('keeps number, day and time of issue, never leaves an ended ticket, and gives an ended ticket no new window', () => {
    fc.assert(
      fc.property(fc.array(shapes, { maxLength: 30 }), (steps) => {
        let ticket = applied(null, issueShape, { number: 'A001' });
        for (const shape of steps) {
          const before = ticket;
          const result = applyTicketCommand(ticket, command({ ...fill, ...shape }), context());
          if (result.ok) ticket = result.value.ticket;
          expect([ticket.body.number, ticket.day, ticket.body.issuedAt]).toEqual([before.body.number, before.day, before.body.issuedAt]);
          expect(ticket.body.clashes.length).toBeGreaterThanOrEqual(before.body.clashes.length);
          if (before.state === 'done') expect([ticket.state, ticket.body.windowId]).toEqual(['done', before.body.windowId]);
          if (before.state === 'called' || before.state === 'serving') {
            const stolen = (ticket.state === 'called' || ticket.state === 'serving') && ticket.body.windowId !== before.body.windowId;
            expect(stolen).toBe(false);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
