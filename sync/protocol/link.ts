import type { Board, WindowState } from '../../domain/board.ts';
import type { CasePersonal, CaseState, HoldKind, Ticket, TicketState } from '../../domain/documents.ts';
import type { CaseId, HallId, ItemId, StaffId, StationId, TicketId, WindowId } from '../../domain/ids.ts';
import type { PolicyValues } from '../../domain/policy.ts';
import type { RatingLevel } from '../../domain/rating-level.ts';
import type { Failure } from '../../domain/result.ts';
import type { DeviceStatus, Outbox, Presence, StationRole } from './wire.ts';

/**
 * The link: one WebSocket `/link` between a page and the process that serves it (station, hub or district).
 * The first message must be `hello`; a wrong token closes the socket with code 4401.
 *
 * page → process  {"id": 7, "method": "queue.call", "params": {...}}
 * process → page  {"id": 7, "ok": true, "result": ...} | {"id": 7, "ok": false, "error": Failure}
 * process → page  {"event": "board", "data": ...}
 */
export type LinkRequest = {
  [M in LinkMethod]: { readonly id: number; readonly method: M; readonly params: LinkMethods[M]['params'] };
}[LinkMethod];
export type LinkResponse =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly error: Failure };
export type LinkPush = { [E in keyof LinkEvents]: { readonly event: E; readonly data: LinkEvents[E] } }[keyof LinkEvents];

export type LinkMethod = keyof LinkMethods;
export const LINK_UNAUTHORIZED_CLOSE_CODE = 4401;
/** The process says `beat` this often; a page that hears nothing for twice as long takes the link for lost. */
export const LINK_BEAT_MS = 15_000;

export type PageRole = 'kiosk' | 'desk' | 'rating' | 'screen' | 'supervisor' | 'district';

export interface Hello {
  readonly server: 'station' | 'hub' | 'district';
  readonly stationId: StationId;
  readonly stationRole: StationRole | 'district';
  readonly hallId: HallId | null;
  readonly hallName: string;
  readonly windowId: WindowId | null;
  readonly windowNumber: number | null;
  readonly policy: PolicyValues | null;
  /** Bearer for `/sync/v1` on this origin, if this page may replicate. */
  readonly syncToken: string | null;
  /** Devices are emulators: pages show a banner. */
  readonly demo: boolean;
  readonly version: string;
}

/** The status line of every page. */
export interface StationStatus {
  readonly hub: 'online' | 'offline' | 'self';
  readonly upstream: 'online' | 'offline' | 'unknown';
  /** What this process still owes. */
  readonly outbox: Outbox;
  /** At a station: what the hub still owes the district; null when it is not known. */
  readonly hubOutbox: Outbox | null;
  readonly devices: readonly DeviceStatus[];
  readonly numbersLeft: number | null;
  readonly clockOffsetMs: number | null;
  readonly diskFull: boolean;
}

export interface WaitRange {
  readonly fromMin: number;
  readonly toMin: number;
}

export interface IssuedTicket {
  readonly ticketId: TicketId;
  readonly number: string;
  readonly itemName: string;
  readonly ahead: number | null;
  /** null: not known. Say so. */
  readonly waitRange: WaitRange | null;
  readonly waitingPlace: string;
  readonly print: 'printed' | 'failed' | 'unknown';
  readonly printError?: Failure;
  /** Issued from the lease because the hub is away. */
  readonly offline: boolean;
}

/** A card that was read. The full fields stay in the station process; the page gets masked ones and a handle. */
export interface ReadCard {
  readonly cardId: string;
  readonly nameMasked: string;
  readonly idNumberMasked: string;
  readonly sex: string;
  readonly ethnic: string | null;
  readonly birthDateMasked: string;
  readonly addressMasked: string | null;
  readonly validTo: string;
  readonly expired: boolean;
  readonly kind: string;
}

export interface StaffSession {
  readonly staffId: StaffId;
  readonly staffNumber: string;
  readonly name: string;
  readonly role: 'CLERK' | 'MANAGER';
}

export interface CaseMaterial {
  readonly name: string;
  readonly required: boolean;
  readonly checked: boolean;
  readonly copies: number;
}

/** A case as the desk shows it: personal fields masked. */
export interface DeskCase {
  readonly caseId: CaseId;
  readonly caseNumber: string;
  readonly state: CaseState;
  readonly ticketId: TicketId | null;
  readonly ticketNumber: string | null;
  readonly itemId: ItemId | null;
  readonly itemName: string | null;
  readonly materials: readonly CaseMaterial[];
  readonly applicantMasked: {
    readonly name: string;
    readonly idNumber: string;
    readonly phone: string | null;
    readonly address: string | null;
    readonly source: 'CARD' | 'TYPED';
  } | null;
  readonly note: string;
  readonly receivedAt: number | null;
  /** Only promised items have a day by which they are decided. */
  readonly promised: boolean;
  readonly dueDay: string | null;
  readonly receiptPrintedAt: number | null;
}

export interface DeskState {
  readonly window: WindowState;
  readonly staff: StaffSession | null;
  readonly ticket: Ticket | null;
  /** Of the ticket at the window. */
  readonly cases: readonly DeskCase[];
  /** Tickets this window may resume, waiting tickets, missed tickets and tickets without confirmed paper. */
  readonly held: readonly Ticket[];
  readonly waiting: readonly Ticket[];
  readonly missed: readonly Ticket[];
  readonly unconfirmed: readonly Ticket[];
  readonly clashes: readonly Ticket[];
  readonly rating: RatingPrompt | null;
  readonly lastRating: { readonly outcome: 'RATED' | 'TIMEOUT' | 'CANCELLED'; readonly at: number } | null;
}

export interface RatingPrompt {
  readonly sessionId: string;
  readonly ticketNumber: string;
  readonly itemName: string;
  readonly windowName: string;
  readonly staffName: string;
  readonly staffNumber: string;
  readonly promptedAt: number;
  readonly expiresAt: number;
}

export interface HallOverview {
  readonly hallId: HallId;
  readonly hallName: string;
  readonly board: Board | null;
  readonly stations: readonly (Presence & { readonly online: boolean })[];
  readonly outbox: Outbox | null;
  readonly lastHeardAt: number | null;
  readonly online: boolean;
  /** Only from the hub itself, for its duty manager. */
  readonly queue?: {
    /** Since when the longest waiting ticket of each series waits, ms. */
    readonly oldestWaitingSince: Readonly<Record<string, number>>;
    readonly unconfirmed: readonly {
      readonly ticketId: TicketId;
      readonly number: string;
      readonly itemName: string;
      readonly issuedAt: number;
    }[];
  };
  readonly today: {
    readonly issued: number;
    readonly done: number;
    readonly missed: number;
    readonly cases: number;
    readonly ratings: Readonly<Record<RatingLevel, number>>;
  };
}

export interface DistrictCaseRow {
  readonly caseId: CaseId;
  readonly caseNumber: string;
  readonly hallId: HallId;
  readonly state: CaseState;
  readonly itemName: string | null;
  readonly applicantMasked: string | null;
  readonly ticketNumber: string | null;
  readonly receivedAt: number | null;
}
export interface DistrictRatingRow {
  readonly ratingId: string;
  readonly hallId: HallId;
  readonly ticketNumber: string;
  readonly level: RatingLevel;
  readonly itemName: string | null;
  readonly ratedAt: number;
}
export interface DistrictHallDetail {
  readonly overview: HallOverview;
  readonly cases: readonly DistrictCaseRow[];
  readonly ratings: readonly DistrictRatingRow[];
  readonly tickets: readonly {
    readonly number: string;
    readonly state: TicketState;
    readonly itemName: string;
    readonly issuedAt: number;
  }[];
}

type Method<Params, Value> = { readonly params: Params; readonly result: Value };
type None = Record<string, never>;

/** `requestId` makes a repeated request (double tap, reconnect) get the first answer. */
export interface LinkMethods {
  hello: Method<{ readonly token: string | null; readonly role: PageRole }, Hello>;

  // kiosk
  'card.read': Method<{ readonly purpose: 'TICKET' | 'CASE' }, ReadCard>;
  'card.cancel': Method<None, null>;
  /** Forgets a read card at once (the person left, or took the number). */
  'card.forget': Method<{ readonly cardId: string }, null>;
  'ticket.issue': Method<{ readonly requestId: string; readonly itemId: ItemId; readonly cardId: string | null }, IssuedTicket>;
  'ticket.reprint': Method<{ readonly requestId: string; readonly ticketId: TicketId }, IssuedTicket>;
  'help.call': Method<None, null>;
  'help.clear': Method<{ readonly stationId: StationId }, null>;

  // desk
  'staff.signIn': Method<{ readonly staffNumber: string; readonly pin: string }, StaffSession>;
  'staff.signOut': Method<None, null>;
  'window.set': Method<{ readonly state: WindowState; readonly reason?: string }, null>;
  'queue.call': Method<{ readonly requestId: string }, Ticket | null>;
  'queue.callTicket': Method<{ readonly requestId: string; readonly ticketId: TicketId; readonly reason: string }, Ticket>;
  /** With the hub away: the number on the paper the person shows. */
  'queue.take': Method<{ readonly requestId: string; readonly number: string }, Ticket>;
  'queue.recall': Method<{ readonly requestId: string }, Ticket>;
  'queue.start': Method<{ readonly requestId: string }, Ticket>;
  'queue.miss': Method<{ readonly requestId: string }, Ticket>;
  'queue.hold': Method<{ readonly requestId: string; readonly holdKind: HoldKind }, Ticket>;
  'queue.resume': Method<{ readonly requestId: string; readonly ticketId: TicketId }, Ticket>;
  'queue.transfer': Method<{ readonly requestId: string; readonly toWindowId?: WindowId; readonly toSeries?: string }, Ticket>;
  'queue.finish': Method<{ readonly requestId: string }, Ticket>;
  'queue.rejoin': Method<{ readonly requestId: string; readonly ticketId: TicketId }, Ticket>;
  'queue.confirmPaper': Method<{ readonly requestId: string; readonly ticketId: TicketId }, Ticket>;
  'queue.void': Method<{ readonly requestId: string; readonly ticketId: TicketId; readonly reason: string }, Ticket>;
  /** A clerk issues a number where there is no kiosk; printed at the desk when it has a printer, else confirmed by the clerk. */
  'queue.issue': Method<{ readonly requestId: string; readonly itemId: ItemId; readonly priority: 'NORMAL' | 'PRIORITY' }, IssuedTicket>;
  /** Full fields of a read card, asked for by the clerk; audited. */
  'card.reveal': Method<{ readonly cardId: string }, NonNullable<CasePersonal['applicant']>>;
  /** Creates (no caseId) or changes a draft; the answer means it is in the ledger. */
  'case.save': Method<
    {
      readonly requestId: string;
      readonly caseId: CaseId | null;
      readonly ticketId: TicketId | null;
      readonly itemId: ItemId | null;
      readonly materials: readonly CaseMaterial[];
      readonly note: string;
      /** Absent: unchanged. */
      readonly applicant?:
        | { readonly cardId: string }
        | { readonly typed: { readonly name: string; readonly idNumber: string; readonly phone?: string } };
    },
    DeskCase
  >;
  'case.receive': Method<{ readonly requestId: string; readonly caseId: CaseId }, DeskCase>;
  'case.refuse': Method<{ readonly requestId: string; readonly caseId: CaseId; readonly reason: string }, DeskCase>;
  /** Tells all missing material once (一次性告知) and asks for it; the case keeps its number. */
  'case.supplement': Method<{ readonly requestId: string; readonly caseId: CaseId; readonly missing: readonly string[] }, DeskCase>;
  'case.reveal': Method<{ readonly caseId: CaseId }, NonNullable<CasePersonal['applicant']>>;
  'case.printReceipt': Method<
    { readonly requestId: string; readonly caseId: CaseId },
    { readonly print: 'printed' | 'failed' | 'unknown'; readonly printError?: Failure }
  >;

  // rating
  'rating.submit': Method<{ readonly sessionId: string; readonly level: RatingLevel }, null>;

  // supervisor (hub), district
  'hall.overview': Method<None, HallOverview>;
  'district.halls': Method<None, readonly HallOverview[]>;
  'district.hall': Method<{ readonly hallId: HallId }, DistrictHallDetail>;
}

export interface LinkEvents {
  /** Sign of life. */
  beat: null;
  board: Board;
  status: StationStatus;
  desk: DeskState;
  rating: RatingPrompt | null;
  /** A key of the keypad answered this prompt; the screen thanks, too. */
  rated: { readonly sessionId: string };
  overview: HallOverview;
  halls: readonly HallOverview[];
  /** The replica behind this page should pull: documents arrived at its server. */
  docs: {
    readonly hallId: string;
    readonly collection: string;
    readonly prevSeq: number;
    readonly seq: number;
    readonly epoch: string;
    readonly documents: readonly unknown[];
  };
  /** While `card.read` waits: what the person should do. */
  card: { readonly phase: 'PLACE' | 'READING' | 'LIFT_AND_REPLACE' | 'TAKE_BACK'; readonly message: string };
}
