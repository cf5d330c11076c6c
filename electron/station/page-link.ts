import type { Server } from 'node:http';
import type { Ticket } from '../../domain/documents.ts';
import type { DeskState, Hello, StationStatus } from '../../sync/protocol/link.ts';
import { ROLE_RIGHTS } from '../../sync/protocol/roles.ts';
import type { LinkPage } from '../../sync/server/link/link-page.ts';
import { createLinkServer, type LinkServer } from '../../sync/server/link/link-server.ts';
import { VERSION } from '../../sync/server/version.ts';
import { listsOf } from './desk-view.ts';
import { stationHandlers } from './handlers.ts';
import type { Parts } from './parts.ts';

const NOBODY: Omit<DeskState, 'window' | 'rating' | 'lastRating'> = {
  staff: null,
  ticket: null,
  cases: [],
  held: [],
  waiting: [],
  missed: [],
  unconfirmed: [],
  clashes: [],
};

export interface PageLink {
  close(): void;
}

/** The link of this station's pages: methods (handlers.ts) and what is pushed to them on every change. */
export function createPageLink(server: Server, parts: Parts): PageLink {
  const { station, rating, hub, board } = parts;
  const { config, log } = station;
  const handlers = stationHandlers(parts);
  /** A page came before the hall's data and was told of no hall and no policy. */
  let toldTooEarly = false;
  const openLink = (): LinkServer =>
    createLinkServer({
      server,
      path: '/link',
      token: config.pageToken,
      publicRoles: ['screen'],
      handlers,
      hello: () => {
        toldTooEarly ||= station.reference.current === null;
        return helloOf(parts);
      },
      onPage: (page) => greet(page, parts),
      logger: log,
    });
  let link = openLink();
  let boardShown = '';
  const showBoard = (): void => {
    const current = board.current(hub.online);
    if (current === null) return;
    const text = JSON.stringify({ ...current, at: 0 });
    if (text !== boardShown) link.broadcast('board', current);
    boardShown = text;
  };
  const desk = config.role === 'desk' ? deskFeed(() => link, parts) : null;
  station.onChange(() => {
    if (toldTooEarly && station.reference.current !== null) {
      // All pages come again and are told what there is now.
      toldTooEarly = false;
      link.close();
      link = openLink();
    }
    link.broadcast('status', statusOf(parts));
    showBoard();
    desk?.refresh();
    hub.announceChange();
  });
  hub.onHubOutbox(() => link.broadcast('status', statusOf(parts)));
  hub.onBoard((received) => {
    if (board.takeHubBoard(received)) showBoard();
  });
  rating.onRated((sessionId) => link.broadcast('rated', { sessionId }, (page) => page.role === 'rating'));
  rating.onPrompt((prompt) => link.broadcast('rating', prompt, (page) => page.role === 'rating'));
  const stopDocs = station.ledger.store.onCommit((commit) => {
    if (ROLE_RIGHTS[config.role].pull.includes(commit.collection)) {
      link.broadcast('docs', { ...commit, epoch: station.ledger.store.epoch }, mayReplicate);
    }
    station.changed();
  });
  return {
    close() {
      stopDocs();
      link.close();
    },
  };
}

/** Pages with a replica of their own; screens and the rating page show live views only. */
function mayReplicate(page: LinkPage): boolean {
  return page.role === 'kiosk' || page.role === 'desk';
}

function greet(page: LinkPage, parts: Parts): void {
  const board = parts.board.current(parts.hub.online);
  if (board !== null) page.send('board', board);
  page.send('status', statusOf(parts));
  if (page.role === 'rating') page.send('rating', parts.rating.prompt);
  if (page.role === 'desk' && parts.station.config.role === 'desk') {
    parts.station.background(deskState(parts).then((state) => page.send('desk', state)));
  }
}

function helloOf({ station }: Parts): Hello {
  const { config, reference } = station;
  return {
    server: 'station',
    stationId: config.stationId,
    stationRole: config.role,
    hallId: config.hallId,
    hallName: reference.current?.hall.name ?? '',
    windowId: config.windowId ?? null,
    windowNumber: reference.window(config.windowId)?.number ?? null,
    policy: reference.current?.policy ?? null,
    syncToken: config.role === 'screen' ? null : config.pageToken,
    demo: config.demo,
    version: VERSION,
  };
}

function statusOf({ station, hub, devices }: Parts): StationStatus {
  const outbox = hub.outbox();
  const hubOutbox = hub.hubOutbox();
  const left = station.ledger.numbersLeft(station.today());
  return {
    hub: hub.online ? 'online' : 'offline',
    upstream: hubOutbox?.upstream ?? 'unknown',
    outbox,
    hubOutbox,
    devices: devices.status(),
    numbersLeft: station.config.role === 'screen' ? null : [...left.values()].reduce((sum, n) => sum + n, 0),
    clockOffsetMs: hub.clockOffsetMs(),
    diskFull: station.diskFull,
  };
}

/** Opening sealed cases takes a moment; changes that come meanwhile make one more state, never an older one. */
function deskFeed(link: () => LinkServer, parts: Parts): { refresh(): void } {
  let stale = false;
  let running = false;
  const isDesk = (page: LinkPage): boolean => page.role === 'desk';
  const run = async (): Promise<void> => {
    running = true;
    while (stale) {
      stale = false;
      if (link().pages().some(isDesk)) link().broadcast('desk', await deskState(parts), isDesk);
    }
    running = false;
  };
  return {
    refresh() {
      stale = true;
      if (!running) parts.station.background(run());
    },
  };
}

async function deskState(parts: Parts): Promise<DeskState> {
  const { station, desk, sessions, tickets, cases, vault, rating } = parts;
  const { windowId } = station.config;
  const staff = sessions.current;
  const common = { window: desk.window.state, rating: rating.prompt, lastRating: rating.last };
  if (staff === null || windowId === undefined) return { ...NOBODY, ...common };
  const series = station.reference.window(windowId)?.series ?? [];
  const ticket: Ticket | null = tickets.current();
  // Of the person at the window only: nobody sees on the desk who was served before.
  const views = await Promise.all((ticket === null ? [] : cases.ofTicket(ticket.id)).map((doc) => vault.view(doc)));
  return { ...common, staff, ticket, cases: views, ...listsOf({ tickets: tickets.today(), windowId, series, now: station.ledger.now() }) };
}
