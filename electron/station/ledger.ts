import { z } from 'zod';
import { type ClockState, HybridClock } from '../../domain/clock.ts';
import type { Collection, Envelope, Ticket } from '../../domain/documents.ts';
import type { HallId, StationId } from '../../domain/ids.ts';
import type { Failure } from '../../domain/result.ts';
import { type TicketCommand, ticketCommandSchema } from '../../domain/ticket-commands.ts';
import type { Lease } from '../../sync/protocol/wire.ts';
import { type Act, appendEvent } from '../../sync/server/events.ts';
import { SqliteStore } from '../../sync/server/store/sqlite.ts';
import type { StoreTx } from '../../sync/server/store/sqlite-tx.ts';
import { LEDGER_MIGRATIONS } from './ledger-schema.ts';

// Everything a page was told is saved stands here first (node:sqlite, WAL, synchronous=FULL).
//
//   page's request ─► write(tx ⇒ …)  documents, queued commands, the answer to the request: one transaction, one fsync
//                        │
//                        ├─ documents of our own (cases, events, ratings)  → unsent, Upstream pushes them
//                        ├─ tickets                                        → never pushed: the hub alone writes tickets
//                        └─ queued commands                                → HubLink sends them, in order of `n`

const DAY_MS = 86_400_000;
const KEPT_MS = 7 * DAY_MS;
const clockStateSchema = z.object({ ms: z.number().int(), counter: z.number().int() });

export type PrintKind = 'ticket' | 'receipt';
export interface PrintJobRow {
  readonly jobId: string;
  readonly kind: PrintKind;
  /** Id of the ticket or case. */
  readonly subjectId: string;
  readonly attempts: number;
}
export interface PendingCommand {
  readonly n: number;
  readonly command: TicketCommand;
  /** Once the hub has told which ticket the attempt made, that ticket is voided with these words. */
  readonly voidReason: string | null;
}
export interface PinFailures {
  readonly failures: number;
  readonly lockedUntil: number;
}

export interface LedgerOptions {
  readonly path: string;
  readonly hallId: HallId;
  readonly stationId: StationId;
  readonly wallMs?: () => number;
}

/** The station's ledger: documents of the store plus what only this station knows. All calls are synchronous and durable. */
export class Ledger {
  readonly store: SqliteStore;
  readonly clock: HybridClock;
  readonly hallId: HallId;
  readonly stationId: StationId;
  readonly now: () => number;
  #keptClock: ClockState | null = null;

  /** Throws StoreOpenError (sync/server/store/sqlite-schema.ts). */
  constructor({ path, hallId, stationId, wallMs = Date.now }: LedgerOptions) {
    this.store = new SqliteStore({ path, wallMs });
    this.store.ensureSchema('station', LEDGER_MIGRATIONS);
    this.hallId = hallId;
    this.stationId = stationId;
    this.now = wallMs;
    const kept = this.store.getMeta('clock');
    this.clock = new HybridClock(stationId, wallMs, kept === null ? undefined : clockStateSchema.parse(JSON.parse(kept)));
    this.#forgetOld();
  }

  /** One durable transaction; a throw leaves nothing behind. */
  write<T>(body: (tx: LedgerTx) => T): T {
    return this.store.transact(this.hallId, (tx) => {
      const result = body(new LedgerTx(this, tx));
      // Also what was observed of others since the last write.
      if (this.clock.state !== this.#keptClock) this.store.setMeta('clock', JSON.stringify(this.clock.state));
      this.#keptClock = this.clock.state;
      return result;
    });
  }

  ticket(ticketId: string): Ticket | null {
    return this.store.getSync(this.hallId, 'tickets', ticketId) as Ticket | null;
  }

  ticketsOf(day: string): readonly Ticket[] {
    return this.store.querySync(this.hallId, 'tickets', { day }) as unknown as readonly Ticket[];
  }

  get<T = Envelope>(collection: Collection, id: string): T | null {
    return this.store.getSync(this.hallId, collection, id) as T | null;
  }

  answerTo(requestId: string): { readonly method: string; readonly answer: unknown } | null {
    const row = this.store.db.prepare('SELECT method, answer FROM requests WHERE request_id=?').get(requestId);
    return row === undefined ? null : { method: String(row.method), answer: JSON.parse(String(row.answer)) };
  }

  pending(limit: number): readonly PendingCommand[] {
    const rows = this.store.db.prepare('SELECT n, command, void_reason FROM pending_commands ORDER BY n LIMIT ?').all(limit);
    return rows.map((row) => ({
      n: Number(row.n),
      command: ticketCommandSchema.parse(JSON.parse(String(row.command))),
      voidReason: row.void_reason === null ? null : String(row.void_reason),
    }));
  }

  pendingCount(): number {
    return Number(this.store.db.prepare('SELECT count(*) AS n FROM pending_commands').get()?.n);
  }

  /** When the oldest command that the hub has not had yet was given. */
  oldestPendingAt(): number | null {
    return this.pending(1)[0]?.command.at ?? null;
  }

  pendingFor(ticketId: string): readonly TicketCommand[] {
    const rows = this.store.db.prepare('SELECT command FROM pending_commands WHERE ticket_id=? ORDER BY n').all(ticketId);
    return rows.map((row) => ticketCommandSchema.parse(JSON.parse(String(row.command))));
  }

  refusedCount(): number {
    return Number(this.store.db.prepare('SELECT count(*) AS n FROM refused_commands').get()?.n);
  }

  /** Numbers of the day's leases that are still free, by series. */
  numbersLeft(day: string): ReadonlyMap<string, number> {
    const rows = this.store.db
      .prepare('SELECT series, sum(to_value - next_value + 1) AS n FROM leases WHERE day=? GROUP BY series')
      .all(day);
    return new Map(rows.map((row) => [String(row.series), Number(row.n)]));
  }

  openPrintJobs(): readonly PrintJobRow[] {
    const rows = this.store.db.prepare("SELECT job_id, kind, subject_id, attempts FROM print_jobs WHERE state='printing'").all();
    return rows.map((row) => ({
      jobId: String(row.job_id),
      kind: String(row.kind) as PrintKind,
      subjectId: String(row.subject_id),
      attempts: Number(row.attempts),
    }));
  }

  pinFailures(staffId: string): PinFailures {
    const row = this.store.db.prepare('SELECT failures, locked_until FROM pin_failures WHERE staff_id=?').get(staffId);
    return { failures: Number(row?.failures ?? 0), lockedUntil: Number(row?.locked_until ?? 0) };
  }

  /** Small facts that must survive a restart, such as who is signed in. */
  fact<T>(name: string, schema: z.ZodType<T>): T | null {
    const text = this.store.getMeta(`station:${name}`);
    const parsed = schema.safeParse(text === null ? null : JSON.parse(text));
    return parsed.success ? parsed.data : null;
  }

  close(): Promise<void> {
    return this.store.close();
  }

  #forgetOld(): void {
    const before = this.now() - KEPT_MS;
    this.store.db.prepare('DELETE FROM requests WHERE at<?').run(before);
    this.store.db.prepare("DELETE FROM print_jobs WHERE at<? AND state='ended'").run(before);
    this.store.db.prepare('DELETE FROM leases WHERE day<?').run(new Date(before).toISOString().slice(0, 10));
  }
}

/** What may be written in one transaction of the ledger. */
export class LedgerTx {
  readonly #ledger: Ledger;
  readonly #tx: StoreTx;

  constructor(ledger: Ledger, tx: StoreTx) {
    this.#ledger = ledger;
    this.#tx = tx;
  }

  stamp(): string {
    return this.#ledger.clock.tick();
  }

  ticket(ticketId: string): Ticket | null {
    return this.#tx.get('tickets', ticketId) as Ticket | null;
  }

  get<T = Envelope>(collection: Collection, id: string): T | null {
    return this.#tx.get(collection, id) as T | null;
  }

  /** A document of this station's own; Upstream pushes it. */
  put(collection: 'cases' | 'ratings', doc: object): void {
    this.#tx.put(collection, doc as Envelope);
  }

  /** The station's own copy of a ticket: what the hub said, or what a command made of it until the hub has said. */
  keepTicket(ticket: Ticket): void {
    this.#tx.put('tickets', ticket as unknown as Envelope, { acked: true });
  }

  /** Takes the hub's word on a ticket, unless something newer from the hub is here already. */
  takeTicketOfHub(ticket: Ticket): void {
    const local = this.ticket(ticket.id);
    const localIsOurs = local === null || local.updatedBy === this.#ledger.stationId;
    if (localIsOurs || local.updatedAt < ticket.updatedAt) this.keepTicket(ticket);
  }

  event(act: Act): void {
    const { store, hallId, stationId } = this.#ledger;
    appendEvent(
      store,
      { put: (collection, doc) => this.#tx.put(collection, doc as unknown as Envelope) },
      { hallId, stationId, stamp: this.stamp() },
      act,
    );
  }

  /** The first answer to a request is the answer to every repeat of it; `answer` must hold nothing personal. */
  answer(requestId: string, method: string, answer: unknown): void {
    this.#tx.db
      .prepare('INSERT INTO requests(request_id, method, answer, at) VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET answer=excluded.answer')
      .run(requestId, method, JSON.stringify(answer), this.#ledger.now());
  }

  queue(command: TicketCommand, voidReason: string | null = null): void {
    const ticketId = 'ticketId' in command ? command.ticketId : null;
    this.#tx.db
      .prepare('INSERT INTO pending_commands(id, command, ticket_id, void_reason) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(command.id, JSON.stringify(command), ticketId, voidReason);
  }

  settle(n: number): void {
    this.#tx.db.prepare('DELETE FROM pending_commands WHERE n=?').run(n);
  }

  /** The hub will not have it: kept with the reason, never dropped. */
  refuse(pending: PendingCommand, error: Failure): void {
    this.#tx.db
      .prepare('INSERT INTO refused_commands(id, command, error, at) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(pending.command.id, JSON.stringify(pending.command), JSON.stringify(error), this.#ledger.now());
    this.settle(pending.n);
  }

  /** A block that is known keeps its place in the sequence. */
  addLeases(leases: readonly Lease[]): void {
    const insert = this.#tx.db.prepare(
      'INSERT INTO leases(day, series, from_value, to_value, next_value) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    for (const { day, series, from, to } of leases) insert.run(day, series, from, to, from);
  }

  /** The next leased number, or null when none is left. */
  takeNumber(day: string, series: string): number | null {
    const row = this.#tx.db
      .prepare(
        `UPDATE leases SET next_value=next_value+1 WHERE day=? AND series=? AND from_value=(
           SELECT min(from_value) FROM leases WHERE day=? AND series=? AND next_value<=to_value) RETURNING next_value-1 AS value`,
      )
      .get(day, series, day, series);
    return row === undefined ? null : Number(row.value);
  }

  /** Device counter: 1, 2, 3 … for ever, whatever the clock does. */
  count(name: string): number {
    const row = this.#tx.db
      .prepare('INSERT INTO counters(name, value) VALUES(?, 1) ON CONFLICT DO UPDATE SET value=value+1 RETURNING value')
      .get(name);
    return Number(row?.value);
  }

  startPrint(job: PrintJobRow): void {
    this.#tx.db
      .prepare("INSERT INTO print_jobs(job_id, kind, subject_id, state, attempts, at) VALUES(?, ?, ?, 'printing', ?, ?)")
      .run(job.jobId, job.kind, job.subjectId, job.attempts, this.#ledger.now());
  }

  endPrint(jobId: string, outcome: string): void {
    this.#tx.db.prepare("UPDATE print_jobs SET state='ended', outcome=? WHERE job_id=?").run(outcome, jobId);
  }

  setPinFailures(staffId: string, { failures, lockedUntil }: PinFailures): void {
    this.#tx.db
      .prepare(
        'INSERT INTO pin_failures VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET failures=excluded.failures, locked_until=excluded.locked_until',
      )
      .run(staffId, failures, lockedUntil);
  }

  setFact(name: string, value: unknown): void {
    this.#ledger.store.setMeta(`station:${name}`, JSON.stringify(value));
  }
}
