import type { Board } from '../../../domain/board.ts';
import { type Case, type Rating, referenceBodySchemas, type Ticket } from '../../../domain/documents.ts';
import type { HallId } from '../../../domain/ids.ts';
import { businessDay } from '../../../domain/local-time.ts';
import type { PolicyValues } from '../../../domain/policy.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { type DaySummary, summarizeDay } from '../../../domain/statistics.ts';
import { boardSchema } from '../../protocol/board-schema.ts';
import type { DistrictHallDetail, HallOverview } from '../../protocol/link.ts';
import type { StreamClientMessage } from '../../protocol/wire.ts';
import type { Commit, DocumentStore } from '../store/store.ts';
import { caseRow, ratingRow, ticketRow } from './rows.ts';

export type HallPresence = Extract<StreamClientMessage, { type: 'hallPresence' }>;

export interface DistrictHallsOptions {
  readonly store: DocumentStore;
  readonly hallIds: readonly HallId[];
  /** Last word of each hall before this process started, ms. */
  readonly lastHeard: ReadonlyMap<HallId, number>;
  readonly wallMs: () => number;
  readonly onChange: () => void;
}

interface Hall {
  readonly hallId: HallId;
  connections: number;
  heardAt: number | null;
  presence: HallPresence | null;
  board: Board | null;
  reference: Promise<HallFacts> | null;
  summary: { readonly day: string; readonly value: Promise<DaySummary> } | null;
}

interface HallFacts {
  readonly name: string;
  readonly policy: PolicyValues | null;
}

const COUNTED: ReadonlySet<string> = new Set(['tickets', 'cases', 'ratings']);

/** The halls of a district as their hubs last described them, and the day's figures from what was replicated. */
export class DistrictHalls {
  readonly #options: DistrictHallsOptions;
  readonly #halls = new Map<HallId, Hall>();
  readonly #stopListening: () => void;

  constructor(options: DistrictHallsOptions) {
    this.#options = options;
    for (const hallId of options.hallIds) this.#hall(hallId);
    this.#stopListening = options.store.onCommit((commit) => this.#onCommit(commit));
  }

  close(): void {
    this.#stopListening();
  }

  onPresence(presence: HallPresence): void {
    const hall = this.#hall(presence.hallId);
    const board = boardSchema.safeParse(presence.board);
    hall.presence = presence;
    hall.board = board.success ? board.data : null;
    hall.heardAt = this.#options.wallMs();
    this.#options.onChange();
  }

  onConnection(hallId: HallId, connected: boolean): void {
    const hall = this.#hall(hallId);
    hall.connections += connected ? 1 : -1;
    hall.heardAt = this.#options.wallMs();
    this.#options.onChange();
  }

  lastHeard(): ReadonlyMap<HallId, number> {
    return new Map([...this.#halls.values()].flatMap(({ hallId, heardAt }) => (heardAt === null ? [] : [[hallId, heardAt] as const])));
  }

  overviews(): Promise<readonly HallOverview[]> {
    return Promise.all([...this.#halls.values()].map((hall) => this.#overview(hall)));
  }

  /** Today's records of one hall. Code: UNKNOWN_HALL. */
  async detail(hallId: HallId): Promise<Result<DistrictHallDetail, 'UNKNOWN_HALL'>> {
    const hall = this.#halls.get(hallId);
    if (hall === undefined) return err('UNKNOWN_HALL', '没有这个大厅，请刷新页面。');
    const day = await this.#day(hall);
    const [tickets, cases, ratings] = await this.#records(hallId, day);
    return ok({
      overview: await this.#overview(hall),
      cases: cases.map(caseRow).sort((a, b) => (b.receivedAt ?? 0) - (a.receivedAt ?? 0)),
      ratings: ratings.map((rating) => ratingRow(rating, tickets)).sort((a, b) => b.ratedAt - a.ratedAt),
      tickets: tickets.map(ticketRow).sort((a, b) => b.issuedAt - a.issuedAt),
    });
  }

  async #overview(hall: Hall): Promise<HallOverview> {
    const { hallId, presence, board, heardAt } = hall;
    const online = hall.connections > 0;
    const { name } = await this.#facts(hall);
    return {
      hallId,
      hallName: name,
      board,
      stations: (presence?.stations ?? []).map((station) => ({ ...station, online: online && station.online })),
      outbox: presence?.outbox ?? null,
      lastHeardAt: heardAt,
      online,
      today: await this.#summary(hall),
    };
  }

  /** Counted again only after something of the hall has arrived, or on a new day. */
  async #summary(hall: Hall): Promise<DaySummary> {
    const day = await this.#day(hall);
    if (hall.summary?.day !== day) {
      const value = this.#records(hall.hallId, day).then((records) => summarizeDay(...records));
      hall.summary = { day, value };
      value.catch(() => {
        hall.summary = null;
      });
    }
    return hall.summary.value;
  }

  async #records(hallId: HallId, day: string): Promise<[readonly Ticket[], readonly Case[], readonly Rating[]]> {
    const { store } = this.#options;
    // The store has checked every document against the schema of its collection.
    const read = async <T>(collection: 'tickets' | 'cases' | 'ratings') =>
      (await store.query(hallId, collection, { day })) as unknown as T[];
    return [await read<Ticket>('tickets'), await read<Case>('cases'), await read<Rating>('ratings')];
  }

  async #day(hall: Hall): Promise<string> {
    const { policy } = await this.#facts(hall);
    return policy === null ? '' : businessDay(this.#options.wallMs(), policy);
  }

  #facts(hall: Hall): Promise<HallFacts> {
    if (hall.reference === null) {
      hall.reference = this.#readFacts(hall.hallId);
      hall.reference.catch(() => {
        hall.reference = null;
      });
    }
    return hall.reference;
  }

  async #readFacts(hallId: HallId): Promise<HallFacts> {
    const { store } = this.#options;
    const body = referenceBodySchemas.hall.safeParse((await store.get(hallId, 'reference', `hall:${hallId}`))?.body);
    const policy = referenceBodySchemas.policy.safeParse((await store.get(hallId, 'reference', `policy:${hallId}`))?.body);
    return { name: body.success ? body.data.name : hallId, policy: policy.success ? policy.data.values : null };
  }

  #onCommit({ hallId, collection }: Commit): void {
    const hall = this.#halls.get(hallId as HallId);
    if (hall === undefined) return;
    if (collection === 'reference') hall.reference = null;
    else if (COUNTED.has(collection)) hall.summary = null;
    else return;
    this.#options.onChange();
  }

  #hall(hallId: HallId): Hall {
    const known = this.#halls.get(hallId);
    if (known !== undefined) return known;
    const heardAt = this.#options.lastHeard.get(hallId) ?? null;
    const hall: Hall = { hallId, connections: 0, heardAt, presence: null, board: null, reference: null, summary: null };
    this.#halls.set(hallId, hall);
    return hall;
  }
}
