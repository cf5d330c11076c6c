import type { HybridClock } from '../../../domain/clock.ts';
import type { Ticket } from '../../../domain/documents.ts';
import type { HallId, StationId } from '../../../domain/ids.ts';
import { businessDay } from '../../../domain/local-time.ts';
import { aheadOf, estimateWait } from '../../../domain/queue.ts';
import { err, type Failure, type Result } from '../../../domain/result.ts';
import type { TicketCommand } from '../../../domain/ticket-commands.ts';
import { guardTicketCommand } from '../../../domain/ticket-guards.ts';
import { applyTicketCommand } from '../../../domain/tickets.ts';
import type { CommandResult, Lease } from '../../protocol/wire.ts';
import { appendEvent } from '../events.ts';
import type { Logger } from '../http/client.ts';
import type { HallReference, Reference } from '../reference.ts';
import type { SqliteStore } from '../store/sqlite.ts';
import { isDiskFull } from '../store/sqlite-schema.ts';
import type { StoreTx } from '../store/sqlite-tx.ts';
import { CallLog } from './call-log.ts';
import { NumberBook } from './number-book.ts';
import { prepareCommand } from './prepare-command.ts';
import { QueueTables } from './queue-tables.ts';
import { closingCommands, staleReservations } from './sweep.ts';
import { TicketsOfDay } from './today.ts';

// The queue authority of a hall (design §5)
//
//   execute(command) ── answered before? ── the first answer
//        └ one transaction: guard ─ prepare (pick, number, place in line) ─ reducer ─ ticket ─ event ─ call log ─ answer
//
// Everything a command changes, its answer included, is in one commit: after a power cut it either happened with its answer, or not.

/** Answers are kept this long; a station that comes back later is told of a clash instead. */
const ANSWERS_KEPT_MS = 14 * 24 * 60 * 60 * 1000;

export interface QueueServiceOptions {
  readonly store: SqliteStore;
  readonly hallId: HallId;
  readonly hubId: StationId;
  readonly reference: Reference;
  readonly clock: HybridClock;
  readonly wallMs: () => number;
  /** Open windows that serve a series, for the estimate of the wait. */
  readonly openWindows: (series: string) => number;
  readonly logger: Logger;
}

export class QueueService {
  readonly calls: CallLog;
  readonly #options: QueueServiceOptions;
  readonly #tables: QueueTables;
  readonly #numbers: NumberBook;
  readonly #tickets: TicketsOfDay;
  #closedBefore = '';

  constructor(options: QueueServiceOptions) {
    this.#options = options;
    this.calls = new CallLog(options.store, options.hallId);
    this.#tables = new QueueTables(options.store);
    this.#numbers = new NumberBook(this.#tables, options.hallId);
    this.#tickets = new TicketsOfDay(options.store, options.hallId);
  }

  /** Business day now; null without reference data. */
  day(): string | null {
    const policy = this.#options.reference.current?.policy;
    return policy === undefined ? null : businessDay(this.#options.wallMs(), policy);
  }

  today(): readonly Ticket[] {
    const day = this.day();
    return day === null ? [] : this.#tickets.of(day);
  }

  /** Durable when it returns. A repeat of a command gets the first answer. Codes: those of the reducer, NOT_READY, DISK_FULL, INTERNAL. */
  execute(command: TicketCommand): CommandResult {
    const key = commandKey(command);
    const earlier = this.#tables.answerTo(key);
    if (earlier !== null) return earlier;
    const reference = this.#options.reference.require();
    if (!reference.ok) return refused(command, reference.error);
    const { store, hallId, wallMs, logger } = this.#options;
    try {
      return store.transact(hallId, (tx) => {
        const result = this.#apply(tx, command, reference.value);
        this.#tables.remember(key, result, wallMs());
        return result;
      });
    } catch (error) {
      if (isDiskFull(error)) return refused(command, err('DISK_FULL', '大厅主机的磁盘满了，没有保存，请联系管理员清理。').error);
      logger.error({ err: error, command: command.kind, id: command.id }, 'ticket command failed');
      return refused(command, err('INTERNAL', '大厅主机出错了，请重试；一直不行请联系值班长。').error);
    }
  }

  /** Blocks of numbers for a station that may be cut off. Codes: NOT_READY, BAD_DAY, UNKNOWN_SERIES. */
  lease(stationId: StationId, request: { readonly day?: string; readonly series: readonly string[] }): Result<readonly Lease[]> {
    const reference = this.#options.reference.require();
    if (!reference.ok) return reference;
    const { store, hallId, wallMs } = this.#options;
    const { policy, hall } = reference.value;
    const day = request.day ?? businessDay(wallMs(), policy);
    return store.transact(hallId, (tx) =>
      this.#numbers.lease(tx, { stationId, day, series: request.series }, { now: wallMs(), policy, hall }),
    );
  }

  /** Voids numbers whose paper never came and closes the tickets of earlier days. Call regularly. */
  sweep(): void {
    const reference = this.#options.reference.current;
    if (reference === null) return;
    const { store, hallId, hubId, wallMs, logger } = this.#options;
    const now = wallMs();
    const day = businessDay(now, reference.policy);
    const writer = { hallId, stationId: hubId, now };
    const commands = staleReservations(this.#tickets.of(day), reference.policy, writer);
    if (this.#closedBefore !== day) commands.push(...closingCommands(store, day, writer));
    if (commands.length === 0 && this.#closedBefore === day) return;
    try {
      store.transact(hallId, (tx) => {
        for (const command of commands) this.#apply(tx, command, reference);
        if (this.#closedBefore !== day) this.#tables.forgetBefore(now - ANSWERS_KEPT_MS);
      });
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      logger.error({ day }, 'disk is full: tickets are swept later');
      return;
    }
    this.#closedBefore = day;
    if (commands.length > 0) logger.info({ tickets: commands.length, day }, 'swept tickets');
  }

  #apply(tx: StoreTx, given: TicketCommand, reference: HallReference): CommandResult {
    const { hubId, clock, store } = this.#options;
    const now = this.#options.wallMs();
    // One clock orders the queue: a kiosk whose clock is wrong must not put people before or behind others.
    const command: TicketCommand = { ...given, at: given.offline === true ? Math.min(given.at, now) : now };
    const today = this.#tickets.of(businessDay(now, reference.policy));
    const allowed = guardTicketCommand(today, command, reference.policy);
    if (!allowed.ok) return refused(command, allowed.error);
    const prepared = prepareCommand(command, { tx, today, now, reference, numbers: this.#numbers });
    if (!prepared.ok) return refused(command, prepared.error);
    if (prepared.value === null) return { ok: true, commandId: command.id };
    const { ticket, day, ...extra } = prepared.value;
    const context = { policy: reference.policy, day, stamp: clock.tick(), stationId: hubId, ...extra };
    const change = applyTicketCommand(ticket, command, context);
    if (!change.ok) return refused(command, change.error);
    if (change.value.ticket !== ticket) {
      this.#write(tx, command, ticket, change.value.ticket, change.value.clash);
      if (!change.value.clash) this.#announce(command, change.value.ticket, reference);
      store.setMeta('clock', JSON.stringify(clock.state));
    }
    return this.#answer(command, change.value.ticket, change.value.clash, today);
  }

  #write(tx: StoreTx, command: TicketCommand, before: Ticket | null, after: Ticket, clash: boolean): void {
    const { store, hallId, hubId, clock } = this.#options;
    tx.put('tickets', { ...after });
    appendEvent(
      store,
      tx,
      { hallId, stationId: hubId, stamp: clock.tick() },
      {
        act: clash ? 'ticket.clash' : `ticket.${command.kind}`,
        at: command.at,
        day: after.day,
        ...(command.staffId !== undefined && { staffId: command.staffId }),
        subject: { collection: 'tickets', id: after.id },
        ...(before !== null && { before: before.state }),
        after: after.state,
        detail: {
          number: after.body.number,
          commandId: command.id,
          command: command.kind,
          by: command.stationId,
          ...('windowId' in command && { windowId: command.windowId }),
          ...('reason' in command && { reason: command.reason }),
          ...(command.offline === true && { offline: true }),
        },
      },
    );
  }

  /** What the voice speaks. What a cut-off desk called was spoken there and then. */
  #announce(command: TicketCommand, ticket: Ticket, reference: HallReference): void {
    if (command.offline === true || (command.kind !== 'call' && command.kind !== 'callTicket' && command.kind !== 'recall')) return;
    const { windowId } = command;
    const windowNumber = reference.windows.find((window) => window.windowId === windowId)?.number ?? 0;
    this.calls.add({ ticketNumber: ticket.body.number, windowNumber, windowId, at: command.at, recall: command.kind === 'recall' });
  }

  #answer(command: TicketCommand, ticket: Ticket, clash: boolean, today: readonly Ticket[]): CommandResult {
    const answer = { ok: true as const, commandId: command.id, ticket: { ...ticket }, ...(clash && { clash: true }) };
    if (command.kind !== 'issue') return answer;
    const ahead = aheadOf(today, ticket);
    return { ...answer, ahead, waitRange: estimateWait(today, ahead, this.#options.openWindows(ticket.body.series)) };
  }
}

/**
 * A kiosk whose request was answered too late prints a leased number instead. The paper is out, so this issue is another act than
 * the unanswered one, even if it came under the same id.
 */
function commandKey(command: TicketCommand): string {
  return command.kind === 'issue' && command.leased !== undefined ? `${command.id}:leased` : command.id;
}

function refused(command: TicketCommand, error: Failure): CommandResult {
  const { code, message, detail } = error;
  return { ok: false, commandId: command.id, error: { code, message, ...(detail !== undefined && { detail }) } };
}
