import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROLE_RIGHTS } from '../../sync/protocol/roles.ts';
import type { Authenticator } from '../../sync/server/http/client.ts';
import { STREAM_PATH } from '../../sync/server/http/stream.ts';
import { createSyncServer } from '../../sync/server/http/sync-server.ts';
import { createLogger } from '../../sync/server/log.ts';
import { listen, type RunningServer, runProcess } from '../../sync/server/run.ts';
import { isSameSecret } from '../../sync/server/same-secret.ts';
import { registerPages } from '../../sync/server/static.ts';
import { type StationConfig, stationConfigSchema } from './config.ts';
import { Station } from './context.ts';
import { keptKeys, obtainKeys } from './enrolment.ts';
import { Ledger } from './ledger.ts';
import { createPageLink } from './page-link.ts';
import { assemble } from './parts.ts';
import { StationReference } from './reference.ts';

// The station process of one PC: composition root.
//
//   page ──link──► handlers ─► ledger (one transaction, fsync) ─► answer "saved"
//     └──/sync/v1 pull (its replica)        │
//                                           └─ HubLink: documents by Upstream, ticket commands in order ─► hub
//   devices ◄─► services ─► cards, tickets, rating
//
// Everything listens on the loopback only and wants the page token.

const LOOPBACK = '127.0.0.1';
/** Opening hours, the business day and overdue papers change without anybody writing. */
const TICK_MS = 15_000;

export async function startStation(config: StationConfig): Promise<RunningServer> {
  const log = createLogger('station', config.logLevel).child({ stationId: config.stationId });
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const ledger = new Ledger({ path: join(config.dataDir, 'ledger.sqlite'), hallId: config.hallId, stationId: config.stationId });
  const station = new Station({ config, log, ledger, reference: new StationReference(ledger.store, config.hallId, log) });
  station.keys = keptKeys(config);
  const parts = assemble(station);
  const server = createSyncServer({ store: ledger.store, auth: pageAuth(config), clock: ledger.clock, logger: log });
  const link = createPageLink(server.app.server, parts);
  registerPages(server.app, config.webDir);

  parts.ticketing.recoverPrints();
  parts.hub.start();
  const stopping = new AbortController();
  if (station.keys === null) station.background(enrolWhenPossible(station, () => parts.hub.enrolled(), stopping.signal));
  const tick = setInterval(() => station.changed(), TICK_MS);
  const port = await listen(server.app, { host: LOOPBACK, port: config.port }, ['/link', STREAM_PATH]);

  return {
    port,
    close: async () => {
      stopping.abort();
      clearInterval(tick);
      link.close();
      parts.cards.close();
      parts.rating.close();
      await server.app.close();
      await parts.devices.close();
      await parts.hub.close();
      station.close();
      await ledger.close();
    },
  };
}

async function enrolWhenPossible(station: Station, onKeys: () => void, signal: AbortSignal): Promise<void> {
  const keys = await obtainKeys(station.config, station.log, signal);
  if (keys === null) return;
  station.keys = keys;
  onKeys();
  station.changed();
}

/** This station's own pages, by the token of this launch; they may read what the station may, and write over the link only. */
function pageAuth({ stationId, role, hallId, windowId, pageToken }: StationConfig): Authenticator {
  return {
    async authenticate(authorization) {
      if (authorization === undefined || !isSameSecret(authorization, `Bearer ${pageToken}`)) return null;
      return { stationId, role, hallId, rights: { pull: ROLE_RIGHTS[role].pull, push: [] }, ...(windowId !== undefined && { windowId }) };
    },
  };
}

if (import.meta.main) await runProcess('station', stationConfigSchema, startStation);
