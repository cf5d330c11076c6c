import { expect, test } from 'vitest';
import type { Ticket, TicketState } from './documents.ts';
import { ticketCommandSchema } from './ticket-commands.ts';
import { guardTicketCommand } from './ticket-guards.ts';

const ticket = (id: string, state: TicketState, body: object): Ticket => ({ id, state, body: { number: 'A001', ...body } }) as Ticket;
const command = (kind: string, rest: object) =>
  ticketCommandSchema.parse({ id: 'c', hallId: 'h', stationId: 's', at: 1, kind, series: kind === 'issue' ? 'A' : ['A'], ...rest });
const issue = (rest: object = {}) => command('issue', { itemId: 'i', itemName: '', personHash: 'p1', priority: 'NORMAL', ...rest });
const policy = { onePerPerson: true, issueOutsideHours: true, openingHours: [{ from: '09:00', to: '12:00' }], timeZone: 'Asia/Shanghai' };

test('a person in line gets no second number; one without confirmed paper, done or of another person does', () => {
  for (const state of ['waiting', 'called', 'serving', 'held'] as const) {
    expect(guardTicketCommand([ticket('t', state, { personHash: 'p1' })], issue(), policy)).toMatchObject({
      ok: false,
      error: { code: 'HAS_TICKET', detail: { ticketId: 't' } },
    });
  }
  for (const state of ['reserved', 'printing', 'unconfirmed', 'done', 'void', 'abandoned', 'missed'] as const) {
    expect(guardTicketCommand([ticket('t', state, { personHash: 'p1' })], issue(), policy).ok).toBe(true);
  }
  const today = [ticket('t', 'waiting', { personHash: 'p1' })];
  expect(guardTicketCommand(today, issue({ personHash: 'p2' }), policy).ok).toBe(true);
  expect(guardTicketCommand(today, issue({ personHash: undefined }), policy).ok).toBe(true);
  expect(guardTicketCommand(today, issue(), { ...policy, onePerPerson: false }).ok).toBe(true);
  expect(guardTicketCommand(today, issue({ offline: true }), policy).ok).toBe(true);
});

test('a window with a person at it calls nobody else, unless it did so while cut off', () => {
  const today = [ticket('t', 'serving', { windowId: 'w1' })];
  const call = (windowId: string, rest: object = {}) => command('call', { windowId, ...rest });
  expect(guardTicketCommand(today, call('w1'), policy)).toMatchObject({ ok: false, error: { code: 'WINDOW_BUSY' } });
  expect(guardTicketCommand(today, call('w2'), policy).ok).toBe(true);
  expect(guardTicketCommand(today, call('w1', { offline: true }), policy).ok).toBe(true);
  expect(guardTicketCommand(today, command('resume', { windowId: 'w1', ticketId: 'other' }), policy).ok).toBe(false);
  expect(guardTicketCommand(today, command('callTicket', { windowId: 'w1', ticketId: 't', reason: 'r' }), policy).ok).toBe(true);
  expect(guardTicketCommand(today, command('finish', { windowId: 'w1', ticketId: 't' }), policy).ok).toBe(true);
});

test('outside the opening hours no number is given, unless policy lets it', () => {
  const at = (hhmm: string) => issue({ at: Date.parse(`2026-11-20T${hhmm}:00+08:00`) });
  const strict = { ...policy, issueOutsideHours: false };
  expect(guardTicketCommand([], at('08:59'), strict)).toMatchObject({ ok: false, error: { code: 'HALL_CLOSED' } });
  expect(guardTicketCommand([], at('09:00'), strict).ok).toBe(true);
  expect(guardTicketCommand([], at('08:59'), policy).ok).toBe(true);
});
