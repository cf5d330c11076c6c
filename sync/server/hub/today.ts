import type { Envelope, Ticket } from '../../../domain/documents.ts';
import type { HallId } from '../../../domain/ids.ts';
import type { SqliteStore } from '../store/sqlite.ts';
import { DayDocs } from './day-docs.ts';

/** Tickets of the business day that was asked for last, in memory. */
export class TicketsOfDay {
  readonly #docs: DayDocs;

  constructor(store: SqliteStore, hallId: HallId) {
    this.#docs = new DayDocs(store, hallId, 'tickets');
  }

  of(day: string): readonly Ticket[] {
    return this.#docs.of(day).map(asTicket);
  }
}

/** Tickets are written by the reducer only, so a stored one fits. */
export function asTicket(doc: Envelope): Ticket {
  return doc as unknown as Ticket;
}
