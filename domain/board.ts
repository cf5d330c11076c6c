import type { TicketState } from './documents.ts';
import type { HallId, WindowId } from './ids.ts';

export type WindowState = 'CLOSED' | 'OPEN' | 'PAUSED';

/** What a public screen may show. Never a person's name, a reason of priority, or an id. */
export interface BoardWindow {
  readonly windowId: WindowId;
  readonly number: number;
  readonly name: string;
  readonly department: string;
  readonly type: string;
  readonly state: WindowState;
  readonly staffName?: string;
  readonly staffNumber?: string;
  readonly staffPost?: string;
  readonly partyMember?: boolean;
  readonly ticketNumber?: string;
  readonly ticketState?: Extract<TicketState, 'called' | 'serving'>;
  readonly itemName?: string;
}

export interface BoardCall {
  /** Rises by one with every call of the hall; the order in which the voice speaks. */
  readonly callSeq: number;
  readonly ticketNumber: string;
  readonly windowNumber: number;
  readonly windowId: WindowId;
  readonly at: number;
  readonly recall: boolean;
}

export interface BoardSeries {
  readonly series: string;
  readonly name: string;
  readonly waiting: number;
}

export interface Board {
  readonly hallId: HallId;
  readonly hallName: string;
  readonly at: number;
  readonly day: string;
  readonly open: boolean;
  /** The screen is fed by its own PC because the hub is away; other windows may be behind. */
  readonly hubAway: boolean;
  readonly windows: readonly BoardWindow[];
  /** Newest first, at most 12. */
  readonly calls: readonly BoardCall[];
  readonly waiting: readonly BoardSeries[];
  readonly waitingTotal: number;
  /** Numbers that are next, in calling order, at most 10. */
  readonly next: readonly string[];
  readonly notices: readonly string[];
}
