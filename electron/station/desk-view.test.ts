import { expect, test } from 'vitest';
import type { Ticket, TicketBody, TicketState } from '../../domain/documents.ts';
import { commandIdSchema, hallIdSchema, itemIdSchema, stationIdSchema, ticketIdOf, windowIdSchema } from '../../domain/ids.ts';
import { listsOf } from './desk-view.ts';

const HALL = hallIdSchema.parse('hall-1');
const KIOSK = stationIdSchema.parse('kiosk-1');
const W1 = windowIdSchema.parse('w1');
const W2 = windowIdSchema.parse('w2');
const NOW = 1_000_000;

function ticket(number: string, state: TicketState, body: Partial<TicketBody> = {}): Ticket {
  const issuedAt = body.issuedAt ?? NOW - 60_000;
  return {
    id: ticketIdOf(HALL, '2026-03-02', number),
    hallId: HALL,
    kind: 'ticket',
    state,
    day: '2026-03-02',
    updatedAt: '1700000000001-0000-hub-1',
    updatedBy: stationIdSchema.parse('hub-1'),
    _deleted: false,
    body: {
      number,
      series: number.slice(0, 1),
      itemId: itemIdSchema.parse('item-1'),
      itemName: '社保卡补办',
      issuedAt,
      orderAt: issuedAt,
      issuedBy: KIOSK,
      priority: 'NORMAL',
      printAttempts: 1,
      printJobId: 'job',
      callCount: 0,
      heldMs: 0,
      missedCount: 0,
      clashes: [],
      ...body,
    },
  };
}

const numbers = (tickets: readonly Ticket[]) => tickets.map(({ body }) => body.number);
const lists = (tickets: readonly Ticket[]) => listsOf({ tickets, windowId: W1, series: ['A'], now: NOW });

test('a window sees its series and what was sent to it, not what was sent elsewhere', () => {
  const { waiting, held } = lists([
    ticket('A002', 'waiting', { issuedAt: NOW - 1 }),
    ticket('A001', 'waiting'),
    ticket('B001', 'waiting'),
    ticket('B002', 'waiting', { forWindowId: W1 }),
    ticket('A003', 'waiting', { forWindowId: W2 }),
    ticket('A004', 'held', { forWindowId: W2 }),
    ticket('A005', 'held'),
  ]);
  expect(numbers(waiting)).toEqual(['A001', 'B002', 'A002']);
  expect(numbers(held)).toEqual(['A005']);
});

test('a number without paper is listed once it needs a person, not while it prints', () => {
  const { printJobId: _, ...noJob } = ticket('A004', 'reserved').body;
  const { unconfirmed } = lists([
    ticket('A001', 'unconfirmed'),
    ticket('A002', 'printing', { issuedAt: NOW - 1_000 }),
    ticket('A003', 'printing', { issuedAt: NOW - 20_000 }),
    { ...ticket('A004', 'reserved'), body: noJob },
    ticket('A005', 'reserved'),
  ]);
  expect(numbers(unconfirmed).sort()).toEqual(['A001', 'A003', 'A004']);
});

test('both windows of a clash are told', () => {
  const clash = { commandId: commandIdSchema.parse('c1'), kind: 'take', stationId: stationIdSchema.parse('desk-2'), windowId: W2, at: NOW };
  const clashed = ticket('A001', 'done', { windowId: W1, clashes: [clash] });
  const at = (windowId: typeof W1) => numbers(listsOf({ tickets: [clashed], windowId, series: [], now: NOW }).clashes);
  expect([at(W1), at(W2), at(windowIdSchema.parse('w3'))]).toEqual([['A001'], ['A001'], []]);
});
