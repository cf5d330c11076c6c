import { isDeepStrictEqual } from 'node:util';
import type { Board, WindowState } from '../../../domain/board.ts';
import { buildBoard } from '../../../domain/board-view.ts';
import type { Case, Rating, Ticket } from '../../../domain/documents.ts';
import { type HallId, type StationId, ticketIdSchema, type WindowId } from '../../../domain/ids.ts';
import { businessDay } from '../../../domain/local-time.ts';
import { summarizeDay } from '../../../domain/statistics.ts';
import type { HallOverview } from '../../protocol/link.ts';
import type { Outbox, Presence } from '../../protocol/wire.ts';
import type { Reference } from '../reference.ts';
import type { SqliteStore } from '../store/sqlite.ts';
import { DayDocs } from './day-docs.ts';
import type { QueueService } from './queue-service.ts';

export interface HallStateOptions {
  readonly store: SqliteStore;
  readonly hallId: HallId;
  readonly reference: Reference;
  readonly queue: QueueService;
  readonly wallMs: () => number;
  readonly outbox: () => Outbox;
  /** Called at most once per turn of the event loop, after anything that a public screen shows has changed. */
  readonly onBoard: (board: Board) => void;
  /** Anything the duty manager sees has changed; the board included. */
  readonly onChange: () => void;
}

interface Station {
  presence: Presence | null;
  heardAt: number;
  connections: number;
  /** `helpSince` of the call for help that the duty manager has answered. */
  helpAnswered: number | null;
}

export type StationView = HallOverview['stations'][number];

/** What the hub knows of its hall right now: who is there, which window is open, and the board made of it. */
export class HallState {
  readonly #options: HallStateOptions;
  readonly #stations = new Map<StationId, Station>();
  readonly #cases: DayDocs;
  readonly #ratings: DayDocs;
  readonly #stopListening: () => void;
  #board: Board | null = null;
  #boardDue: NodeJS.Immediate | null = null;

  constructor(options: HallStateOptions) {
    this.#options = options;
    const { store, hallId } = options;
    this.#cases = new DayDocs(store, hallId, 'cases');
    this.#ratings = new DayDocs(store, hallId, 'ratings');
    this.#stopListening = store.onCommit((commit) => {
      if (commit.hallId !== hallId) return;
      if (commit.collection === 'tickets' || commit.collection === 'reference') this.refreshBoard();
      else if (commit.collection === 'cases' || commit.collection === 'ratings') options.onChange();
    });
  }

  close(): void {
    this.#stopListening();
    if (this.#boardDue !== null) clearImmediate(this.#boardDue);
  }

  /** Many changes in one turn make one board. */
  refreshBoard(): void {
    this.#boardDue ??= setImmediate(() => {
      this.#boardDue = null;
      const board = this.board();
      if (board !== null) this.#options.onBoard(board);
      this.#options.onChange();
    });
  }

  onPresence(presence: Presence): void {
    const station = this.#station(presence.stationId);
    const before = station.presence;
    station.presence = presence;
    station.heardAt = this.#options.wallMs();
    if (!isDeepStrictEqual(presence.window, before?.window)) this.refreshBoard();
    else if (!isDeepStrictEqual({ ...presence, at: 0 }, { ...before, at: 0 })) this.#options.onChange();
  }

  onConnection(stationId: StationId, connected: boolean): void {
    this.#station(stationId).connections += connected ? 1 : -1;
    this.#options.onChange();
  }

  /** The duty manager has gone there: false when nobody there calls for help. */
  answerHelp(stationId: StationId): boolean {
    const station = this.#stations.get(stationId);
    const since = station?.presence?.helpSince ?? null;
    if (station === undefined || since === null) return false;
    station.helpAnswered = since;
    this.#options.onChange();
    return true;
  }

  openWindows(series: string): number {
    const states = this.#windowStates();
    const windows = this.#options.reference.current?.windows ?? [];
    return windows.filter((window) => window.series.includes(series) && states.get(window.windowId)?.state === 'OPEN').length;
  }

  /** null without reference data. */
  board(): Board | null {
    const { reference, queue, hallId, wallMs } = this.#options;
    const { current } = reference;
    const day = queue.day();
    if (current === null || day === null) return null;
    this.#board = buildBoard({
      hallId,
      hall: current.hall,
      windows: current.windows,
      staff: current.staff,
      windowStates: this.#windowStates(),
      today: queue.today(),
      calls: queue.calls.calls().filter((call) => businessDay(call.at, current.policy) === day),
      notices: current.notices,
      policy: current.policy,
      day,
      now: wallMs(),
      hubAway: false,
    });
    return this.#board;
  }

  stations(): readonly StationView[] {
    return [...this.#stations.values()].flatMap(({ presence, connections, helpAnswered }) => {
      if (presence === null) return [];
      const helpSince = presence.helpSince === helpAnswered ? null : presence.helpSince;
      return [{ ...presence, helpSince, online: connections > 0 }];
    });
  }

  overview(): HallOverview {
    const { queue, hallId, reference, outbox, wallMs } = this.#options;
    const day = queue.day() ?? '';
    const cases = this.#cases.of(day) as unknown as Case[];
    const ratings = this.#ratings.of(day) as unknown as Rating[];
    return {
      hallId,
      hallName: reference.current?.hall.name ?? '',
      board: this.#board ?? this.board(),
      stations: this.stations(),
      outbox: outbox(),
      lastHeardAt: wallMs(),
      online: true,
      queue: queueOf(queue.today()),
      today: summarizeDay(queue.today(), cases, ratings),
    };
  }

  /** What the desks said today; a window that was left open overnight is closed. */
  #windowStates(): ReadonlyMap<WindowId, { readonly state: WindowState; readonly staffId?: string }> {
    const { reference, queue } = this.#options;
    const states = new Map<WindowId, { state: WindowState; staffId?: string }>();
    const { current } = reference;
    const day = queue.day();
    if (current === null) return states;
    for (const { presence, heardAt } of this.#stations.values()) {
      if (presence?.windowId === undefined || presence.window === undefined) continue;
      if (businessDay(heardAt, current.policy) !== day) continue;
      const { state, staffId } = presence.window;
      states.set(presence.windowId, staffId === undefined ? { state } : { state, staffId });
    }
    return states;
  }

  #station(stationId: StationId): Station {
    const known = this.#stations.get(stationId);
    if (known !== undefined) return known;
    const station: Station = { presence: null, heardAt: 0, connections: 0, helpAnswered: null };
    this.#stations.set(stationId, station);
    return station;
  }
}

/** What the duty manager must see of the queue besides its length. */
function queueOf(today: readonly Ticket[]): NonNullable<HallOverview['queue']> {
  const oldestWaitingSince: Record<string, number> = {};
  for (const { state, body } of today) {
    if (state !== 'waiting') continue;
    const since = body.waitingSince ?? body.issuedAt;
    oldestWaitingSince[body.series] = Math.min(since, oldestWaitingSince[body.series] ?? since);
  }
  const unconfirmed = today
    .filter((ticket) => ticket.state === 'unconfirmed')
    .map(({ id, body }) => ({ ticketId: ticketIdSchema.parse(id), number: body.number, itemName: body.itemName, issuedAt: body.issuedAt }));
  return { oldestWaitingSince, unconfirmed };
}
