import type { Ticket, TicketState } from '../../domain/documents.ts';
import type { WindowId } from '../../domain/ids.ts';
import { waitingLine } from '../../domain/queue.ts';
import type { DeskState } from '../../sync/protocol/link.ts';

/** A paper that is still on its way is nothing to act on; after this time it is. */
const PAPER_OVERDUE_MS = 15_000;
/** A list longer than this helps nobody; the counts stand on the board. */
const MAX_LISTED = 200;

export interface QueueOfWindow {
  readonly tickets: readonly Ticket[];
  readonly windowId: WindowId;
  /** Series that this window serves. */
  readonly series: readonly string[];
  readonly now: number;
}

type Lists = Pick<DeskState, 'held' | 'waiting' | 'missed' | 'unconfirmed' | 'clashes'>;

/** The day's tickets as one window may act on them. */
export function listsOf({ tickets, windowId, series, now }: QueueOfWindow): Lists {
  const mine = (ticket: Ticket): boolean => {
    const { forWindowId } = ticket.body;
    return forWindowId === undefined ? series.includes(ticket.body.series) : forWindowId === windowId;
  };
  const inState = (state: TicketState): Ticket[] => tickets.filter((ticket) => ticket.state === state && mine(ticket));
  const oldestFirst = (list: Ticket[]): Ticket[] => list.sort((a, b) => a.body.issuedAt - b.body.issuedAt).slice(0, MAX_LISTED);
  return {
    waiting: waitingLine(tickets).filter(mine).slice(0, MAX_LISTED),
    held: oldestFirst(inState('held')),
    missed: oldestFirst(inState('missed')),
    unconfirmed: oldestFirst(tickets.filter((ticket) => mine(ticket) && lacksPaper(ticket, now))),
    clashes: oldestFirst(tickets.filter((ticket) => isClashOf(ticket, windowId))),
  };
}

function lacksPaper({ state, body }: Ticket, now: number): boolean {
  if (state === 'unconfirmed') return true;
  // No print job: issued where there is no printer, so the clerk must say that the person has the number.
  if (state === 'reserved') return body.printJobId === undefined;
  return state === 'printing' && now - body.issuedAt > PAPER_OVERDUE_MS;
}

function isClashOf({ body }: Ticket, windowId: WindowId): boolean {
  return body.clashes.length > 0 && (body.windowId === windowId || body.clashes.some((clash) => clash.windowId === windowId));
}
