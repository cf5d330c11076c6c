import fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HybridClock } from '../../../domain/clock.ts';
import { MAX_REQUEST_BYTES, PROTOCOL_VERSION } from '../../protocol/wire.ts';
import type { DocumentStore } from '../store/store.ts';
import type { Authenticator, Logger, SyncClient } from './client.ts';
import { badHttp, registerErrors } from './errors.ts';
import { FoldedLog } from './fold-log.ts';
import { checkProtocol } from './guard.ts';
import { registerOpenApi, routeSchema } from './openapi.ts';
import { EventStream, type HallMessage, type PresenceMessage } from './stream.ts';
import { type CommandsHandler, type LeaseHandler, registerSyncRoutes } from './sync-routes.ts';

// The server half of replication; the same on a station (for its page), a hub (for its stations) and a district (for its hubs).
//
//   request ── errors.ts (every failure is {error: Failure}) ── guard.ts (version, who, rights) ── sync-routes.ts
//                pull      store.pull: documents after a sequence number
//                push      store.push: decided in store/push.ts, inside the store's transaction; here only who may push
//                commands  onCommands: the queue's authority (hub only); never decided by replication
//                leases    onLease (hub only)
//   upgrade ── stream.ts: store.onCommit ─► every client that may see it; presence of the clients ─► onPresence
//
// Pages, /link and other routes are added by the composition root to `app` before it listens.

export interface SyncServerOptions {
  readonly store: DocumentStore;
  readonly auth: Authenticator;
  /** Takes note of every stamp that is stored here. */
  readonly clock: HybridClock;
  readonly logger: Logger;
  readonly onPresence?: (client: SyncClient, message: PresenceMessage) => void;
  /** A client's stream opened or closed. */
  readonly onConnection?: (client: SyncClient, connected: boolean) => void;
  readonly onCommands?: CommandsHandler;
  readonly onLease?: LeaseHandler;
  /** Clients that speak an older protocol are told to upgrade (426). */
  readonly minimumProtocol?: number;
  readonly nowMs?: () => number;
  /** More for `/healthz`: what an administrator must know, such as reference data that never arrived. */
  readonly health?: () => Readonly<Record<string, unknown>>;
}

export interface SyncServer {
  readonly app: FastifyInstance;
  /** To every station of the hall now, and to each that connects later until the next one. */
  broadcast(hallId: string, message: HallMessage): void;
  /** Whose stream is open. */
  clients(): readonly SyncClient[];
}

/** The caller listens on and closes `app`. */
export function createSyncServer(options: SyncServerOptions): SyncServer {
  const { store, auth, clock, logger, minimumProtocol = PROTOCOL_VERSION, nowMs = Date.now } = options;
  const folded = new FoldedLog(logger, nowMs);
  const app = fastify({
    bodyLimit: MAX_REQUEST_BYTES,
    forceCloseConnections: true,
    // A field of that name is taken out of its row: the rest of the batch must not suffer for it.
    onProtoPoisoning: 'remove',
    onConstructorPoisoning: 'remove',
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end(badHttp());
      else socket.destroy();
    },
  });
  registerErrors(app, logger, folded);
  registerOpenApi(app);
  app.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/sync/')) checkProtocol(request.headers, minimumProtocol);
  });
  app.register(async (scope) => {
    registerSyncRoutes(scope, options);
    scope.get(
      '/healthz',
      { schema: routeSchema({ summary: '运行状态', answer: z.looseObject({ ok: z.literal(true), epoch: z.string() }), open: true }) },
      async () => ({
        ok: true,
        epoch: store.epoch,
        ...options.health?.(),
      }),
    );
  });

  const stream = new EventStream({ ...options, auth, folded, minimumProtocol, nowMs });
  const stopObserving = store.onCommit(({ documents }) => {
    for (const { updatedAt } of documents) clock.observe(updatedAt);
  });
  stream.attach(app.server);
  app.addHook('preClose', async () => {
    stopObserving();
    stream.close();
  });
  return { app, broadcast: (hallId, message) => stream.broadcast(hallId, message), clients: () => stream.clients() };
}
