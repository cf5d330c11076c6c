import type { Board, BoardCall, WindowState } from '../../domain/board.ts';
import { buildBoard } from '../../domain/board-view.ts';
import type { Ticket } from '../../domain/documents.ts';
import type { StaffId, WindowId } from '../../domain/ids.ts';
import { boardSchema } from '../../sync/protocol/board-schema.ts';
import type { Station } from './context.ts';
import type { LocalTickets } from './local-tickets.ts';

/** Thousands of calls fit between two of the hub. */
const LOCAL_STEP = 2 ** -16;

export interface OwnWindow {
  readonly state: WindowState;
  readonly staffId: StaffId | undefined;
}

/** The public view: the hub's word while it is there, otherwise what this station knows, marked as such. */
export class BoardRelay {
  readonly #station: Station;
  readonly #tickets: LocalTickets;
  readonly #own: () => OwnWindow;
  #ofHub: Board | null = null;
  #localCalls: BoardCall[] = [];

  constructor(station: Station, tickets: LocalTickets, own: () => OwnWindow) {
    this.#station = station;
    this.#tickets = tickets;
    this.#own = own;
  }

  /** True when it is a board. */
  takeHubBoard(board: unknown): boolean {
    const parsed = boardSchema.safeParse(board);
    if (!parsed.success) return false;
    this.#ofHub = parsed.data;
    this.#localCalls = [];
    return true;
  }

  /**
   * This desk called while the hub was away: its own screen and voice follow. Its place is between the hub's last call and the
   * hub's next, so that neither is taken for one that was spoken already.
   */
  addLocalCall(ticket: Ticket, recall: boolean): void {
    const { config, reference, ledger } = this.#station;
    const { windowId } = config;
    if (windowId === undefined) return;
    const callSeq = Math.max(0, ...this.#calls().map((call) => call.callSeq)) + LOCAL_STEP;
    const windowNumber = reference.window(windowId)?.number ?? 0;
    this.#localCalls.push({ callSeq, ticketNumber: ticket.body.number, windowNumber, windowId, at: ledger.now(), recall });
  }

  /** null before the first reference data. */
  current(hubOnline: boolean): Board | null {
    if (hubOnline && this.#ofHub !== null) return this.#ofHub;
    const { reference, config, ledger } = this.#station;
    // A screen holds no tickets of its own: the last picture is all it knows.
    if (config.role === 'screen' && this.#ofHub !== null) return { ...this.#ofHub, hubAway: true };
    const hall = reference.current;
    if (hall === null) return null;
    return buildBoard({
      hallId: config.hallId,
      hall: hall.hall,
      windows: hall.windows,
      staff: hall.staff,
      windowStates: this.#windowStates(),
      today: this.#tickets.today(),
      calls: this.#calls(),
      notices: hall.notices,
      policy: hall.policy,
      day: this.#station.today(),
      now: ledger.now(),
      hubAway: true,
    });
  }

  #calls(): BoardCall[] {
    const known = this.#ofHub !== null && this.#ofHub.day === this.#station.today() ? this.#ofHub.calls : [];
    return [...known, ...this.#localCalls];
  }

  #windowStates(): ReadonlyMap<WindowId, { readonly state: WindowState; readonly staffId?: string }> {
    const states = new Map<WindowId, { readonly state: WindowState; readonly staffId?: string }>();
    const staff = this.#station.reference.current?.staff ?? [];
    for (const { windowId, state, staffNumber } of this.#ofHub?.windows ?? []) {
      const staffId = staff.find((person) => person.staffNumber === staffNumber)?.staffId;
      states.set(windowId, { state, ...(staffId !== undefined && { staffId }) });
    }
    const { windowId } = this.#station.config;
    const { state, staffId } = this.#own();
    if (windowId !== undefined) states.set(windowId, { state, ...(staffId !== undefined && { staffId }) });
    return states;
  }
}
