import { join } from 'node:path';
import type { HybridClock } from '../../../domain/clock.ts';
import { type HallId, SHARED_HALL_ID } from '../../../domain/ids.ts';
import { ROLE_RIGHTS } from '../../protocol/roles.ts';
import type { EnrolResponse, Outbox, StreamClientMessage } from '../../protocol/wire.ts';
import type { HubConfig } from '../config.ts';
import { enrol, storedKey } from '../enrolment.ts';
import type { Logger } from '../http/client.ts';
import type { SqliteStore } from '../store/sqlite.ts';
import { Upstream, type UpstreamStream } from '../upstream.ts';

/** Changes go up this soon; without any, `Upstream` repeats the presence every 10 s. Thousands of halls share the district's line. */
const PRESENCE_COALESCE_MS = 1_000;

const NO_DISTRICT: Outbox = { count: 0, oldestAt: null, lastSuccessAt: null, parked: 0, upstream: 'unknown' };

export interface DistrictClientOptions {
  readonly config: HubConfig;
  readonly store: SqliteStore;
  readonly clock: HybridClock;
  readonly logger: Logger;
  readonly presence: () => StreamClientMessage;
}

export interface DistrictClient {
  outbox(): Outbox;
  onStatus(listener: () => void): void;
  /** Something the district shows of this hall has changed. */
  changed(): void;
  close(): Promise<void>;
}

/** The hub's way up. A hall that stands alone (no `districtUrl`) owes nobody anything. */
export function connectDistrict(options: DistrictClientOptions): DistrictClient {
  const { config, store, clock, logger, presence } = options;
  const url = config.districtUrl;
  if (url === null) return { outbox: () => NO_DISTRICT, onStatus: () => {}, changed: () => {}, close: async () => {} };
  const keyPath = join(config.dataDir, 'district-key.json');
  let key: EnrolResponse | null = storedKey(keyPath);
  const upstream = new Upstream({
    store,
    hallId: config.hallId,
    url,
    credentials: () => key && { stationId: config.hubId, stationKey: key.stationKey },
    streams: streamsOf(config.hallId),
    clock,
    logger,
    presence,
  });
  upstream.start();
  const abort = new AbortController();
  const enrolment =
    key === null ? enrol({ url, request: enrolRequest(config), keyPath, logger, signal: abort.signal }) : Promise.resolve(key);
  const enrolled = enrolment.then((fresh) => {
    key = fresh;
    upstream.kick();
  });
  let due: NodeJS.Timeout | null = null;
  return {
    outbox: () => upstream.status(),
    onStatus: (listener) => void upstream.onStatus(listener),
    changed: () => {
      due ??= setTimeout(() => {
        due = null;
        upstream.announce();
      }, PRESENCE_COALESCE_MS);
    },
    close: async () => {
      abort.abort();
      if (due !== null) clearTimeout(due);
      await enrolled;
      await upstream.close();
    },
  };
}

function enrolRequest({ districtEnrolCode, hubId, hallId }: HubConfig) {
  return districtEnrolCode === null ? null : { code: districtEnrolCode, stationId: hubId, role: 'hub' as const, hallId };
}

function streamsOf(hallId: HallId): readonly UpstreamStream[] {
  const { pull, push } = ROLE_RIGHTS.hub;
  const own = [...new Set([...pull, ...push])].map((collection): UpstreamStream => {
    const direction = !push.includes(collection) ? 'down' : pull.includes(collection) ? 'both' : 'up';
    return { hallId, collection, direction };
  });
  return [...own, { hallId: SHARED_HALL_ID, collection: 'reference', direction: 'down' }];
}
