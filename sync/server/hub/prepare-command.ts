import type { Ticket } from '../../../domain/documents.ts';
import { ticketIdOf } from '../../../domain/ids.ts';
import { businessDay } from '../../../domain/local-time.ts';
import { formatNumber } from '../../../domain/numbering.ts';
import { pickNext, rejoinOrder } from '../../../domain/queue.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import type { IssueCommand, TicketCommand } from '../../../domain/ticket-commands.ts';
import type { HallReference } from '../reference.ts';
import type { StoreTx } from '../store/sqlite-tx.ts';
import type { NumberBook } from './number-book.ts';
import { asTicket } from './today.ts';

export interface PrepareContext {
  readonly tx: StoreTx;
  readonly today: readonly Ticket[];
  readonly now: number;
  readonly reference: HallReference;
  readonly numbers: NumberBook;
}

/** What the reducer needs to know of the rest of the hall. */
export interface Prepared {
  readonly ticket: Ticket | null;
  readonly day: string;
  readonly number?: string;
  readonly callReason?: string;
  readonly orderAt?: number;
}

/** Finds the ticket a command is about; null when it calls the next and nobody waits. Codes: UNKNOWN_SERIES, BAD_NUMBER, NO_TARGET. */
export function prepareCommand(command: TicketCommand, context: PrepareContext): Result<Prepared | null> {
  const { tx, today, now, reference } = context;
  const { policy } = reference;
  const day = businessDay(now, policy);
  const find = (id: string): Ticket | null => {
    const doc = tx.get('tickets', id);
    return doc === null ? null : asTicket(doc);
  };
  switch (command.kind) {
    case 'issue':
      return prepareIssue(command, context, day, find);
    case 'call': {
      const pick = pickNext(today, { windowId: command.windowId, series: command.series, now, policy });
      return ok(pick && { ticket: pick.ticket, day, callReason: pick.reason });
    }
    case 'take':
      if (command.ticketId !== ticketIdOf(command.hallId, command.day, command.number)) {
        return err('BAD_NUMBER', '号码与号票不一致，请重新输入号票上的号码。');
      }
      return ok({ ticket: find(command.ticketId), day: command.day });
    case 'rejoin': {
      const ticket = find(command.ticketId);
      return ok({ ticket, day, ...(ticket !== null && { orderAt: rejoinOrder(today, ticket, policy) }) });
    }
    case 'transfer': {
      const { toWindowId, toSeries } = command;
      const known =
        (toWindowId === undefined || reference.windows.some((window) => window.windowId === toWindowId)) &&
        (toSeries === undefined || isSeries(toSeries, reference));
      return known ? ok({ ticket: find(command.ticketId), day }) : err('NO_TARGET', '没有这个窗口或业务，请重新选择。');
    }
    default:
      return ok({ ticket: find(command.ticketId), day });
  }
}

function prepareIssue(command: IssueCommand, context: PrepareContext, day: string, find: (id: string) => Ticket | null): Result<Prepared> {
  const { tx, reference, numbers } = context;
  const { numberDigits } = reference.policy;
  if (command.leased !== undefined) {
    // The paper is out. Whether or not the value lies in a lease that we know of, the record is kept; a number that exists becomes a clash.
    const number = formatNumber(command.series, command.leased.value, numberDigits);
    return ok({ ticket: find(ticketIdOf(command.hallId, command.leased.day, number)), day: command.leased.day, number });
  }
  if (!isSeries(command.series, reference)) return err('UNKNOWN_SERIES', '大厅没有这个号段，请联系管理员。', { series: command.series });
  return ok({ ticket: null, day, number: numbers.next(tx, day, command.series, numberDigits) });
}

function isSeries(series: string, reference: HallReference): boolean {
  return reference.hall.series.some((own) => own.prefix === series);
}
