import { statfsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { HybridClock } from '../../../domain/clock.ts';
import { err, ok } from '../../../domain/result.ts';
import type { Hello, LinkEvents, StationStatus } from '../../protocol/link.ts';
import type { Outbox } from '../../protocol/wire.ts';
import type { HubConfig } from '../config.ts';
import { appendEvent } from '../events.ts';
import type { Logger } from '../http/client.ts';
import { createLinkServer, type LinkServer } from '../link/link-server.ts';
import type { Reference } from '../reference.ts';
import type { SqliteStore } from '../store/sqlite.ts';
import { VERSION } from '../version.ts';
import type { HallState } from './hall-state.ts';
import type { QueueService } from './queue-service.ts';

const STATUS_EVERY_MS = 2_000;
/** The duty manager sees changes at this pace at most; each overview counts the whole day. */
const OVERVIEW_COALESCE_MS = 300;
const DISK_RESERVE_BYTES = 64 * 1024 * 1024;

export interface HubLinkOptions {
  readonly server: Server;
  readonly config: HubConfig;
  readonly store: SqliteStore;
  readonly clock: HybridClock;
  readonly reference: Reference;
  readonly queue: QueueService;
  readonly hall: HallState;
  readonly wallMs: () => number;
  readonly outbox: () => Outbox;
  readonly logger: Logger;
}

export interface HubLink {
  readonly board: (board: LinkEvents['board']) => void;
  /** The overview has changed; it is sent soon, and only if somebody looks. */
  readonly changed: () => void;
  readonly close: () => void;
}

/** The hub's own pages: the duty manager (token), and public screens without a station of their own (board only). */
export function createHubLink(options: HubLinkOptions): HubLink {
  const { server, config, hall, logger } = options;
  let overviewDue: NodeJS.Timeout | null = null;
  const link: LinkServer = createLinkServer({
    server,
    path: '/link',
    token: config.pageToken,
    publicRoles: ['screen'],
    hello: () => hubHello(options),
    onPage: (page) => {
      const board = hall.board();
      if (board !== null) page.send('board', board);
      page.send('status', hubStatus(options));
      if (page.role === 'supervisor') page.send('overview', hall.overview());
    },
    handlers: {
      'hall.overview': () => ok(hall.overview()),
      'help.clear': (_page, { stationId }) => {
        if (!hall.answerHelp(stationId)) return err('NO_HELP_CALL', '这台终端没有呼叫工作人员。');
        recordHelpAnswered(options, stationId);
        return ok(null);
      },
    },
    logger,
  });
  const isSupervisor = (page: { readonly role: string }): boolean => page.role === 'supervisor';
  const statusTimer = setInterval(() => link.broadcast('status', hubStatus(options)), STATUS_EVERY_MS);
  return {
    board: (board) => link.broadcast('board', board),
    changed: () => {
      if (overviewDue !== null || !link.pages().some(isSupervisor)) return;
      overviewDue = setTimeout(() => {
        overviewDue = null;
        link.broadcast('overview', hall.overview(), isSupervisor);
      }, OVERVIEW_COALESCE_MS);
    },
    close: () => {
      clearInterval(statusTimer);
      if (overviewDue !== null) clearTimeout(overviewDue);
      link.close();
    },
  };
}

function hubHello({ config, reference }: HubLinkOptions): Hello {
  return {
    server: 'hub',
    stationId: config.hubId,
    stationRole: 'hub',
    hallId: config.hallId,
    hallName: reference.current?.hall.name ?? '',
    windowId: null,
    windowNumber: null,
    policy: reference.current?.policy ?? null,
    syncToken: null,
    demo: config.demo,
    version: VERSION,
  };
}

function hubStatus({ config, reference, outbox }: HubLinkOptions): StationStatus {
  const state = outbox();
  const missing = reference.require();
  return {
    hub: 'self',
    upstream: state.upstream,
    outbox: state,
    hubOutbox: null,
    devices: missing.ok ? [] : [{ device: 'reference', name: '大厅资料', state: 'missing', ok: false, message: missing.error.message }],
    numbersLeft: null,
    clockOffsetMs: null,
    diskFull: isDiskLow(config.dataDir),
  };
}

function isDiskLow(path: string): boolean {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize < DISK_RESERVE_BYTES;
}

function recordHelpAnswered({ store, clock, config, queue, wallMs }: HubLinkOptions, stationId: string): void {
  const chain = { hallId: config.hallId, stationId: config.hubId, stamp: clock.tick() };
  store.transact(config.hallId, (tx) => {
    appendEvent(store, tx, chain, { act: 'help.clear', at: wallMs(), day: queue.day() ?? '', detail: { of: stationId } });
  });
}
