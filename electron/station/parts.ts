import type { RatingLevel } from '../../domain/rating-level.ts';
import type { Presence } from '../../sync/protocol/wire.ts';
import { BoardRelay } from './board.ts';
import { Cards } from './cards.ts';
import { CaseVault } from './case-vault.ts';
import { Cases } from './cases.ts';
import type { Station } from './context.ts';
import { Desk } from './desk.ts';
import { askKeypad, Devices } from './devices.ts';
import { HelpCall } from './help.ts';
import { HubLink } from './hub-link.ts';
import { LocalTickets } from './local-tickets.ts';
import { RatingDesk } from './rating.ts';
import { Receipts } from './receipts.ts';
import { Requests } from './requests.ts';
import { StaffSessions } from './staff.ts';
import { Ticketing } from './tickets.ts';

/** Everything a station is made of, wired together. */
export interface Parts {
  readonly station: Station;
  readonly devices: Devices;
  readonly hub: HubLink;
  readonly tickets: LocalTickets;
  readonly ticketing: Ticketing;
  readonly sessions: StaffSessions;
  readonly desk: Desk;
  readonly cards: Cards;
  readonly vault: CaseVault;
  readonly cases: Cases;
  readonly receipts: Receipts;
  readonly rating: RatingDesk;
  readonly help: HelpCall;
  readonly board: BoardRelay;
}

export function assemble(station: Station): Parts {
  const devices = new Devices(station);
  const tickets = new LocalTickets(station);
  const sessions = new StaffSessions(station);
  const requests = new Requests(station.ledger);
  const help = new HelpCall(station);
  const hub = new HubLink(station, () => presenceOf(parts));
  const cards = new Cards(station, devices.idCard);
  const vault = new CaseVault(station);
  const cases = new Cases({ station, requests, cards, vault });
  const rating = new RatingDesk(station);
  const board = new BoardRelay(station, tickets, () => ({ state: desk.window.state, staffId: sessions.current?.staffId }));
  const desk: Desk = new Desk({
    station,
    hub,
    tickets,
    requests,
    rating,
    cases,
    onLocalRecall: (ticket) => board.addLocalCall(ticket, true),
  });
  const ticketing = new Ticketing({ station, hub, tickets, requests, printer: devices.printer });
  const receipts = new Receipts({ station, requests, cases, printer: devices.printer });
  connectKeypad(station, devices, rating);
  const parts: Parts = { station, devices, hub, tickets, ticketing, sessions, desk, cards, vault, cases, receipts, rating, help, board };
  return parts;
}

/** The last word of this station; the hub keeps it in memory. */
export function presenceOf({ station, devices, hub, desk, sessions, help }: Parts): Presence {
  const { stationId, role, windowId } = station.config;
  const { state, reason } = desk.window;
  const staffId = sessions.current?.staffId;
  return {
    stationId,
    role,
    ...(windowId !== undefined && { windowId }),
    ...(role === 'desk' && { window: { state, ...(staffId !== undefined && { staffId }), ...(reason !== undefined && { reason }) } }),
    devices: devices.status(),
    outbox: hub.outbox(),
    helpSince: help.since,
    at: station.ledger.now(),
  };
}

/** Keypad and screen ask at the same time; whichever answers first ends the other. */
function connectKeypad(station: Station, { keypad }: Devices, rating: RatingDesk): void {
  if (keypad === null) return;
  let asking = new AbortController();
  rating.onPrompt((prompt) => {
    asking.abort();
    if (prompt === null) return;
    asking = new AbortController();
    const record = (level: RatingLevel | null): void => {
      if (level !== null) rating.submit(prompt.sessionId, level, 'KEYPAD');
    };
    station.background(askKeypad(keypad, prompt.expiresAt, station.ledger.now, asking.signal).then(record));
  });
}
