import type { BoardWindow } from '../../domain/board.ts';
import type { StationId, TicketId } from '../../domain/ids.ts';
import type { HallOverview } from '../../sync/protocol/link.ts';
import type { DeviceStatus, StationRole } from '../../sync/protocol/wire.ts';

const MINUTE_MS = 60_000;

export interface StationRow {
  readonly stationId: StationId;
  readonly role: StationRole;
  readonly windowNumber: number | null;
  readonly online: boolean;
  readonly badDevices: readonly DeviceStatus[];
  readonly goodDevices: readonly DeviceStatus[];
  readonly unsent: number;
  /** Whole minutes since the oldest unsent record; null when nothing is unsent. */
  readonly unsentMin: number | null;
  readonly parked: number;
  readonly helpMin: number | null;
}

/** Stations that need somebody first: help called, then offline, then a bad device, then the rest by window and id. */
export function stationRows(overview: HallOverview, nowMs: number): readonly StationRow[] {
  const numbers = new Map((overview.board?.windows ?? []).map((window: BoardWindow) => [window.windowId, window.number]));
  const rows = overview.stations.map(({ stationId, role, windowId, online, devices, outbox, helpSince }) => ({
    stationId,
    role,
    windowNumber: windowId === undefined ? null : (numbers.get(windowId) ?? null),
    online,
    badDevices: devices.filter((device) => !device.ok),
    goodDevices: devices.filter((device) => device.ok),
    unsent: outbox.count,
    unsentMin: outbox.count === 0 || outbox.oldestAt === null ? null : minutesSince(outbox.oldestAt, nowMs),
    parked: outbox.parked,
    helpMin: helpSince === null ? null : minutesSince(helpSince, nowMs),
  }));
  return rows.sort(
    (a, b) => urgency(a) - urgency(b) || (a.windowNumber ?? 0) - (b.windowNumber ?? 0) || a.stationId.localeCompare(b.stationId),
  );
}

function urgency(row: StationRow): number {
  if (row.helpMin !== null) return 0;
  if (!row.online) return 1;
  return row.badDevices.length > 0 || row.parked > 0 ? 2 : 3;
}

/** Longest call first. */
export function helpCalls(rows: readonly StationRow[]): readonly (StationRow & { readonly helpMin: number })[] {
  return rows.flatMap((row) => (row.helpMin === null ? [] : [{ ...row, helpMin: row.helpMin }])).sort((a, b) => b.helpMin - a.helpMin);
}

export interface SeriesRow {
  readonly series: string;
  readonly name: string;
  readonly waiting: number;
  /** Whole minutes; null when nobody waits or the hub does not say. */
  readonly oldestMin: number | null;
}

export interface UnconfirmedRow {
  readonly ticketId: TicketId;
  readonly number: string;
  readonly itemName: string;
  readonly minutes: number;
}

export function seriesRows(overview: HallOverview, nowMs: number): readonly SeriesRow[] {
  return (overview.board?.waiting ?? []).map(({ series, name, waiting }) => {
    const since = overview.queue?.oldestWaitingSince[series];
    return { series, name, waiting, oldestMin: since === undefined || waiting === 0 ? null : minutesSince(since, nowMs) };
  });
}

/** null: the hub does not say. */
export function unconfirmedRows(overview: HallOverview, nowMs: number): readonly UnconfirmedRow[] | null {
  return (
    overview.queue?.unconfirmed.map(({ ticketId, number, itemName, issuedAt }) => ({
      ticketId,
      number,
      itemName,
      minutes: minutesSince(issuedAt, nowMs),
    })) ?? null
  );
}

function minutesSince(atMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - atMs) / MINUTE_MS));
}
