import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Ticket } from '../../domain/documents.ts';
import { commandIdSchema, hallIdSchema, itemIdSchema, stationIdSchema, ticketIdOf } from '../../domain/ids.ts';
import type { TicketCommand } from '../../domain/ticket-commands.ts';
import { Ledger } from './ledger.ts';

const HALL = hallIdSchema.parse('hall-1');
const STATION = stationIdSchema.parse('kiosk-1');
const DAY = '2026-03-02';
const MORNING_MS = Date.parse('2026-03-02T01:30:00Z');

function openLedger(dir: string, wallMs: () => number = () => MORNING_MS): Ledger {
  const ledger = new Ledger({ path: join(dir, 'ledger.sqlite'), hallId: HALL, stationId: STATION, wallMs });
  onTestFinished(() => ledger.close());
  return ledger;
}

function freshDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'bianmin-ledger-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function ticketAt(stamp: string, state: Ticket['state']): Ticket {
  return {
    id: ticketIdOf(HALL, DAY, 'A001'),
    hallId: HALL,
    kind: 'ticket',
    state,
    day: DAY,
    updatedAt: stamp,
    updatedBy: stationIdSchema.parse(stamp.slice(19)),
    _deleted: false,
    body: {
      number: 'A001',
      series: 'A',
      itemId: itemIdSchema.parse('item-1'),
      itemName: '社保卡补办',
      issuedAt: 1,
      orderAt: 1,
      issuedBy: STATION,
      priority: 'NORMAL',
      printAttempts: 0,
      callCount: 0,
      heldMs: 0,
      missedCount: 0,
      clashes: [],
    },
  };
}

function voiding(id: string): TicketCommand {
  return {
    id: commandIdSchema.parse(id),
    kind: 'void',
    hallId: HALL,
    stationId: STATION,
    at: MORNING_MS,
    ticketId: ticketIdOf(HALL, DAY, 'A001'),
    reason: '测试',
  };
}

test('leased numbers come each once, in order, over several blocks and a restart', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }), fc.nat({ max: 12 }), (sizes, before) => {
      const dir = mkdtempSync(join(tmpdir(), 'bianmin-ledger-'));
      const open = () => new Ledger({ path: join(dir, 'ledger.sqlite'), hallId: HALL, stationId: STATION, wallMs: () => MORNING_MS });
      const leases = sizes.map((size, index) => ({ day: DAY, series: 'A', from: 100 * (index + 1), to: 100 * (index + 1) + size - 1 }));
      const expected = leases.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
      let ledger = open();
      ledger.write((tx) => tx.addLeases(leases));
      const taken: (number | null)[] = [];
      const take = () => void taken.push(ledger.write((tx) => tx.takeNumber(DAY, 'A')));
      for (let n = 0; n < Math.min(before, expected.length); n += 1) take();
      void ledger.close();
      ledger = open();
      // The hub names the same open blocks again.
      ledger.write((tx) => tx.addLeases(leases));
      while (taken.length < expected.length) take();
      expect(taken).toEqual(expected);
      expect(ledger.write((tx) => tx.takeNumber(DAY, 'A'))).toBeNull();
      expect(ledger.write((tx) => tx.takeNumber('2026-03-03', 'A'))).toBeNull();
      void ledger.close();
      rmSync(dir, { recursive: true, force: true });
    }),
    { numRuns: 15 },
  );
});

test('a transaction that fails leaves nothing: no answer, no command, no number', () => {
  const ledger = openLedger(freshDir());
  ledger.write((tx) => tx.addLeases([{ day: DAY, series: 'A', from: 1, to: 5 }]));
  expect(() =>
    ledger.write((tx) => {
      tx.takeNumber(DAY, 'A');
      tx.queue(voiding('c1'));
      tx.answer('r1', 'ticket.issue', { number: 'A001' });
      throw new Error('power cut');
    }),
  ).toThrow('power cut');
  expect(ledger.numbersLeft(DAY).get('A')).toBe(5);
  expect(ledger.pendingCount()).toBe(0);
  expect(ledger.answerTo('r1')).toBeNull();
});

test('queued commands keep their order over a restart; what the hub refuses is kept aside with its reason', async () => {
  const dir = freshDir();
  const first = openLedger(dir);
  first.write((tx) => {
    for (const id of ['c1', 'c2', 'c1', 'c3']) tx.queue(voiding(id));
  });
  await first.close();
  const ledger = openLedger(dir);
  const pending = ledger.pending(10);
  expect(pending.map(({ command }) => command.id)).toEqual(['c1', 'c2', 'c3']);
  ledger.write((tx) => {
    for (const entry of pending.slice(0, 1)) tx.refuse(entry, { code: 'TICKET_UNKNOWN', message: '找不到这张号票。' });
  });
  expect(ledger.pending(10).map(({ command }) => command.id)).toEqual(['c2', 'c3']);
  expect(ledger.refusedCount()).toBe(1);
});

test("the hub's word on a ticket replaces ours, never a newer word of the hub", () => {
  const ledger = openLedger(freshDir());
  const state = () => ledger.ticket(ticketIdOf(HALL, DAY, 'A001'))?.state;
  const take = (ticket: Ticket) => ledger.write((tx) => tx.takeTicketOfHub(ticket));
  ledger.write((tx) => tx.keepTicket(ticketAt('1800000000000-0000-kiosk-1', 'serving')));
  take(ticketAt('1700000000002-0000-hub-1', 'called'));
  expect(state()).toBe('called');
  take(ticketAt('1700000000001-0000-hub-1', 'waiting'));
  expect(state()).toBe('called');
  take(ticketAt('1700000000003-0000-hub-1', 'done'));
  expect(state()).toBe('done');
});

test('stamps never run backwards, though the clock does over a restart', async () => {
  const dir = freshDir();
  const first = openLedger(dir, () => MORNING_MS);
  const before = first.write((tx) => tx.stamp());
  await first.close();
  const again = openLedger(dir, () => MORNING_MS - 3_600_000);
  expect(again.write((tx) => tx.stamp()) > before).toBe(true);
});

test('tickets are never owed to the hub as documents; cases are', () => {
  const ledger = openLedger(freshDir());
  ledger.write((tx) => {
    tx.keepTicket(ticketAt('1700000000001-0000-kiosk-1', 'serving'));
    tx.event({ act: 'help.call', at: MORNING_MS, day: DAY });
  });
  const owed = ledger.store.outbox(HALL, ['tickets', 'events'], 10);
  expect(owed.map(({ collection }) => collection)).toEqual(['events']);
});
