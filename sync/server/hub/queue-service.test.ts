import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HybridClock } from '../../../domain/clock.ts';
import type { EventDoc } from '../../../domain/documents.ts';
import { hallIdSchema, newId, stationIdSchema } from '../../../domain/ids.ts';
import { formatNumber } from '../../../domain/numbering.ts';
import { profileDocuments } from '../../../domain/profile.ts';
import { type TicketCommand, ticketCommandSchema } from '../../../domain/ticket-commands.ts';
import type { CommandResult } from '../../protocol/wire.ts';
import { findBrokenLink } from '../events.ts';
import { loadProfile } from '../profile-files.ts';
import { Reference } from '../reference.ts';
import { SqliteStore } from '../store/sqlite.ts';
import { QueueService } from './queue-service.ts';

const HUB = stationIdSchema.parse('hub-1');
const START_MS = Date.parse('2026-03-02T09:30:00+08:00');
const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;
const parts = loadProfile(join(import.meta.dirname, '../../../domain/profiles/town.json'));
const HALL = hallIdSchema.parse(parts.profile.hall.hallId);
const SERIES = parts.profile.hall.series[0]?.prefix ?? '';
const [W1, W2] = parts.profile.windows.map((window) => window.windowId);
const silent = { info: () => {}, warn: () => {}, error: (detail: unknown) => console.error(detail) };

let dir: string;
let store: SqliteStore;
let queue: QueueService;
let now: number;

function open(): void {
  store = new SqliteStore({ path: join(dir, 'hub.sqlite'), wallMs: () => now });
  const reference = new Reference(store, HALL, silent);
  const clock = new HybridClock(HUB, () => now, JSON.parse(store.getMeta('clock') ?? '{"ms":0,"counter":0}'));
  queue = new QueueService({ store, hallId: HALL, hubId: HUB, reference, clock, wallMs: () => now, openWindows: () => 1, logger: silent });
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bianmin-queue-'));
  now = START_MS;
  open();
  const clock = new HybridClock('district', () => now);
  for (const { hallId, docs } of profileDocuments(parts, { stationId: stationIdSchema.parse('district'), stamp: () => clock.tick() })) {
    await store.put(hallId, 'reference', docs);
  }
});

afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

function command(kind: TicketCommand['kind'], rest: object = {}): TicketCommand {
  const issue = { itemId: 'item-001', itemName: '事项', series: SERIES, priority: 'NORMAL' };
  return ticketCommandSchema.parse({
    id: newId(now),
    hallId: HALL,
    stationId: 'kiosk-1',
    at: now,
    kind,
    ...(kind === 'issue' && issue),
    ...(kind === 'call' && { series: [SERIES] }),
    ...rest,
  });
}

function ticketOf(result: CommandResult) {
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`);
  if (result.ticket === undefined) throw new Error('no ticket');
  return result.ticket;
}

function issueWaiting(rest: object = {}) {
  const ticket = ticketOf(queue.execute(command('issue', rest)));
  queue.execute(command('printStarted', { ticketId: ticket.id, jobId: `job-${ticket.id}` }));
  return ticketOf(queue.execute(command('printConfirmed', { ticketId: ticket.id, jobId: `job-${ticket.id}` })));
}

const events = () => store.querySync(HALL, 'events', {}) as unknown as EventDoc[];

test("a ticket lives from issue to finish; every act is in the hub's chain and the calls are numbered", () => {
  const ticket = issueWaiting();
  expect(ticket).toMatchObject({ id: `${HALL}:2026-03-02:${SERIES}001`, state: 'waiting' });
  const called = ticketOf(queue.execute(command('call', { windowId: W1, staffId: 'staff-1' })));
  expect(called).toMatchObject({ id: ticket.id, state: 'called', body: { windowId: W1, callReason: '先来先办，已等候 0 分钟' } });
  for (const kind of ['recall', 'start', 'finish'] as const) ticketOf(queue.execute(command(kind, { windowId: W1, ticketId: ticket.id })));
  expect(queue.today().map((entry) => entry.state)).toEqual(['done']);
  expect(queue.calls.calls().map((call) => [call.callSeq, call.ticketNumber, call.recall])).toEqual([
    [2, `${SERIES}001`, true],
    [1, `${SERIES}001`, false],
  ]);
  const chain = events().sort((a, b) => a.body.n - b.body.n);
  expect(chain.map((event) => event.body.act)).toEqual(
    ['issue', 'printStarted', 'printConfirmed', 'call', 'recall', 'start', 'finish'].map((act) => `ticket.${act}`),
  );
  expect(findBrokenLink(chain)).toBeNull();
});

test('a repeated command gets the first answer and changes nothing, also after a restart', async () => {
  const issue = command('issue');
  const first = queue.execute(issue);
  const call = command('call', { windowId: W1 });
  const nobody = queue.execute(call);
  expect(nobody).toEqual({ ok: true, commandId: call.id });
  issueWaiting();
  await store.close();
  open();
  expect(queue.execute(issue)).toEqual(JSON.parse(JSON.stringify(first)));
  expect(queue.execute(call)).toEqual(nobody);
  expect(queue.today()).toHaveLength(2);
  expect(ticketOf(queue.execute(command('issue'))).body.number).toBe(`${SERIES}003`);
});

test('a number without confirmed paper does not wait, and is void when nobody prints it in time', () => {
  const reserved = ticketOf(queue.execute(command('issue')));
  const printing = ticketOf(queue.execute(command('issue')));
  queue.execute(command('printStarted', { ticketId: printing.id, jobId: 'j' }));
  expect(queue.execute(command('call', { windowId: W1 }))).not.toHaveProperty('ticket');
  now += 14 * MINUTE_MS;
  queue.sweep();
  expect(queue.today().map((ticket) => ticket.state)).toEqual(['reserved', 'printing']);
  now += MINUTE_MS;
  queue.sweep();
  expect(queue.today().map((ticket) => [ticket.id, ticket.state])).toEqual([
    [reserved.id, 'void'],
    [printing.id, 'void'],
  ]);
  expect(queue.execute(command('printConfirmed', { ticketId: printing.id, jobId: 'j' }))).toMatchObject({
    ok: true,
    ticket: { state: 'void' },
  });
});

test('a new business day closes what the old one left open, with an event each, and starts again at 1', () => {
  const left = issueWaiting();
  issueWaiting();
  ticketOf(queue.execute(command('call', { windowId: W1 })));
  queue.sweep();
  now += DAY_MS;
  queue.sweep();
  const states = store.querySync(HALL, 'tickets', { day: '2026-03-02' }).map((ticket) => ticket.state);
  expect(states).toEqual(['called', 'abandoned']);
  expect(events().filter((event) => event.body.act === 'ticket.abandon')).toHaveLength(1);
  expect(queue.today()).toEqual([]);
  expect(ticketOf(queue.execute(command('issue')))).toMatchObject({ day: '2026-03-03', body: { number: left.body.number } });
  expect(queue.execute(command('call', { windowId: W1 }))).toMatchObject({ ok: true });
});

test("the place in line follows the hub's clock, not a kiosk's that is wrong", () => {
  const early = issueWaiting({ at: now + DAY_MS });
  now += 1000;
  issueWaiting({ at: 0, stationId: 'kiosk-2' });
  expect(ticketOf(queue.execute(command('call', { windowId: W1 }))).id).toBe(early.id);
});

test('one number per person, one person at a window', () => {
  issueWaiting({ personHash: 'p1' });
  expect(queue.execute(command('issue', { personHash: 'p1' }))).toMatchObject({ ok: false, error: { code: 'HAS_TICKET' } });
  issueWaiting({ personHash: 'p2' });
  const called = ticketOf(queue.execute(command('call', { windowId: W1 })));
  expect(queue.execute(command('call', { windowId: W1 }))).toMatchObject({ ok: false, error: { code: 'WINDOW_BUSY' } });
  expect(ticketOf(queue.execute(command('call', { windowId: W2 }))).id).not.toBe(called.id);
});

test('what cannot be is refused in words: unknown series, unknown window, a number that is not its ticket', () => {
  const ticket = issueWaiting();
  expect(queue.execute(command('issue', { series: 'ZZ' }))).toMatchObject({ ok: false, error: { code: 'UNKNOWN_SERIES' } });
  ticketOf(queue.execute(command('call', { windowId: W1 })));
  expect(queue.execute(command('transfer', { ticketId: ticket.id, windowId: W1, toWindowId: 'no-such' }))).toMatchObject({
    ok: false,
    error: { code: 'NO_TARGET' },
  });
  const take = command('take', { ticketId: ticket.id, windowId: W2, number: `${SERIES}777`, day: '2026-03-02', offline: true });
  expect(queue.execute(take)).toMatchObject({ ok: false, error: { code: 'BAD_NUMBER' } });
});

test('what a cut-off kiosk and desk did merges in either order; two desks with one ticket are both told', () => {
  const [lease] = unwrapLease('kiosk-1');
  const leased = { day: '2026-03-02', value: lease?.from ?? 0 };
  const number = `${SERIES}${leased.value}`;
  const ticketId = `${HALL}:2026-03-02:${number}`;
  const offline = { offline: true, at: now - 10 * MINUTE_MS };
  const take = (windowId: string | undefined, stationId: string) =>
    queue.execute(command('take', { ...offline, stationId, windowId, ticketId, number, day: '2026-03-02' }));
  expect(take(W1, 'desk-1')).toMatchObject({ ok: true, ticket: { state: 'serving', body: { adopted: true } } });
  const issued = ticketOf(queue.execute(command('issue', { ...offline, leased })));
  expect(issued).toMatchObject({ id: ticketId, state: 'serving', body: { itemName: '事项', issuedBy: 'kiosk-1', issuedAt: offline.at } });
  expect(issued.body).not.toHaveProperty('adopted');
  const second = take(W2, 'desk-2');
  expect(second).toMatchObject({
    ok: true,
    clash: true,
    ticket: { body: { windowId: W1, clashes: [{ stationId: 'desk-2', windowId: W2, kind: 'take' }] } },
  });
  expect(queue.today()[0]?.body.clashes).toHaveLength(1);
  expect(events().map((event) => event.body.act)).toContain('ticket.clash');
});

test('a kiosk whose request was answered too late printed a leased number: both numbers are known, the paper counts', () => {
  const issue = command('issue');
  const late = ticketOf(queue.execute(issue));
  const [lease] = unwrapLease('kiosk-1');
  const replay = ticketOf(
    queue.execute({ ...issue, offline: true, leased: { day: '2026-03-02', value: lease?.from ?? 0 } } as TicketCommand),
  );
  expect(replay.body.number).toBe(`${SERIES}${lease?.from}`);
  expect(late.body.number).toBe(`${SERIES}001`);
});

function unwrapLease(stationId: string, series = [SERIES]) {
  const result = queue.lease(stationIdSchema.parse(stationId), { series });
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

test('a lease stays the same until half of it is used, and is refused for a day that is not now', () => {
  const [first] = unwrapLease('kiosk-1');
  expect(unwrapLease('kiosk-1')).toEqual([first]);
  const size = (first?.to ?? 0) - (first?.from ?? 0) + 1;
  for (let index = 0; index < size / 2; index++) {
    ticketOf(queue.execute(command('issue', { offline: true, leased: { day: '2026-03-02', value: (first?.from ?? 0) + index } })));
  }
  const [second] = unwrapLease('kiosk-1');
  expect(second?.from).toBeGreaterThan(first?.to ?? 0);
  expect(queue.lease(HUB, { series: [SERIES], day: '2026-03-01' })).toMatchObject({ ok: false, error: { code: 'BAD_DAY' } });
  expect(queue.lease(HUB, { series: ['ZZ'] })).toMatchObject({ ok: false, error: { code: 'UNKNOWN_SERIES' } });
});

test('no two papers of one day carry the same number, however issues, leases, offline issues and restarts interleave', async () => {
  const KIOSKS = ['kiosk-1', 'kiosk-2', 'kiosk-3'] as const;
  const act = fc.oneof(
    { weight: 6, arbitrary: fc.record({ act: fc.constant('issue' as const), kiosk: fc.constantFrom(...KIOSKS) }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constant('lease' as const), kiosk: fc.constantFrom(...KIOSKS) }) },
    { weight: 6, arbitrary: fc.record({ act: fc.constant('offline' as const), kiosk: fc.constantFrom(...KIOSKS) }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constant('replay' as const), kiosk: fc.constantFrom(...KIOSKS) }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('restart' as const), kiosk: fc.constant('kiosk-1' as const) }) },
  );
  // Blocks so low and small that the hub's own sequence runs into them all the time.
  const policy = store.querySync(HALL, 'reference', { kind: 'policy' })[0];
  if (policy === undefined) throw new Error('no policy');
  const values = { ...(policy.body.values as object), leaseFrom: 3, leaseSize: 4 };
  await store.put(HALL, 'reference', [{ ...policy, updatedAt: '1900000000000-0000-district', body: { ...policy.body, values } }]);
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 80 }), async (acts) => {
      // Each run is a day of its own, so that the runs do not share numbers.
      now += 2 * DAY_MS;
      const day = queue.day() ?? '';
      const papers: string[] = [];
      const held = new Map<string, { next: number; from: number; to: number }>();
      const unsent = new Map<string, TicketCommand[]>();
      for (const { act, kiosk } of acts) {
        if (act === 'issue') papers.push(String(ticketOf(queue.execute(command('issue', { stationId: kiosk }))).body.number));
        if (act === 'lease') {
          const [block] = unwrapLease(kiosk);
          if (block !== undefined && held.get(kiosk)?.from !== block.from) held.set(kiosk, { ...block, next: block.from });
        }
        const block = held.get(kiosk);
        if (act === 'offline' && block !== undefined && block.next <= block.to) {
          papers.push(formatNumber(SERIES, block.next, 3));
          const leased = { day, value: block.next };
          block.next += 1;
          unsent.set(kiosk, [...(unsent.get(kiosk) ?? []), command('issue', { stationId: kiosk, offline: true, leased })]);
        }
        if (act === 'replay')
          for (const issue of unsent.get(kiosk)?.splice(0) ?? []) expect(queue.execute(issue)).toMatchObject({ ok: true });
        if (act === 'restart') {
          await store.close();
          open();
        }
      }
      for (const issue of [...unsent.values()].flat()) expect(queue.execute(issue)).not.toHaveProperty('clash');
      expect(new Set(papers).size).toBe(papers.length);
      expect(
        queue
          .today()
          .map((ticket) => ticket.body.number)
          .sort(),
      ).toEqual(papers.sort());
    }),
    { numRuns: 30 },
  );
});
