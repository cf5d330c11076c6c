import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type HallId, hallIdSchema, type StationId, stationIdSchema, type WindowId, windowIdSchema } from '../../domain/ids.ts';
import { freePorts } from './ports.ts';

export type HallKind = 'town' | 'village';
export const HALL_KINDS: readonly HallKind[] = ['town', 'village'];

/** The processes and devices of one demo hall; everything that is said about the hall itself comes from its profile. */
export interface HallPlan {
  readonly kind: HallKind;
  readonly profilePath: string;
  readonly hallId: HallId;
  readonly hallName: string;
  readonly districtName: string;
  readonly staff: readonly DemoStaff[];
  readonly hubId: StationId;
  readonly stations: readonly StationPlan[];
}

export interface DemoStaff {
  readonly staffNumber: string;
  readonly name: string;
  readonly post: string;
  readonly pin: string;
}

export interface StationPlan {
  readonly stationId: StationId;
  readonly role: 'kiosk' | 'desk' | 'screen';
  readonly title: string;
  readonly windowId?: WindowId;
  readonly devices: readonly DeviceKind[];
  /** Distance of its fixed port from the base. */
  readonly portOffset: number;
}
export type DeviceKind = 'idCard' | 'printer' | 'keypad';

/** Name of the link between hub and district. */
export const EXTRANET = 'extranet';

const PROFILES = join(import.meta.dirname, '../../domain/profiles');
const DESK_DEVICES: readonly DeviceKind[] = ['idCard', 'printer', 'keypad'];
const FIXED_OFFSETS = { dock: 0, hub: 100, district: 200 };

const profileSchema = z.object({
  hall: z.object({ hallId: hallIdSchema, name: z.string(), districtName: z.string() }),
  staff: z.array(z.object({ staffNumber: z.string(), name: z.string(), post: z.string(), demoPin: z.string() })),
});

/** `profilePath` replaces the shipped profile of that kind; it must keep the windows at which the kind's desks stand. */
export function planHall(kind: HallKind, profilePath = join(PROFILES, `${kind}.json`)): HallPlan {
  const { hall, staff } = profileSchema.parse(JSON.parse(readFileSync(profilePath, 'utf8')));
  return {
    kind,
    profilePath,
    hallId: hall.hallId,
    hallName: hall.name,
    districtName: hall.districtName,
    staff: staff.map(({ staffNumber, name, post, demoPin }) => ({ staffNumber, name, post, pin: demoPin })),
    hubId: stationIdSchema.parse('hub'),
    stations: kind === 'town' ? TOWN_STATIONS : VILLAGE_STATIONS,
  };
}

const TOWN_STATIONS: readonly StationPlan[] = [
  { stationId: stationIdSchema.parse('kiosk-1'), role: 'kiosk', title: '取号机', devices: ['idCard', 'printer'], portOffset: 111 },
  desk(1, '1号窗口', 121),
  desk(2, '2号窗口', 122),
  { stationId: stationIdSchema.parse('hall-1'), role: 'screen', title: '大厅屏', devices: [], portOffset: 131 },
];

/** One PC does it all: the desk's printer prints the tickets too. */
const VILLAGE_STATIONS: readonly StationPlan[] = [desk(1, '综合窗口', 121)];

function desk(number: number, title: string, portOffset: number): StationPlan {
  const stationId = stationIdSchema.parse(`desk-${number}`);
  return { stationId, role: 'desk', title, windowId: windowIdSchema.parse(`w${number}`), devices: DESK_DEVICES, portOffset };
}

/** Port of every process by name: 'dock', 'hub', 'district' and the station ids. */
export type HallPorts = ReadonlyMap<string, number>;

export function fixedPorts(plan: HallPlan, base: number): HallPorts {
  const stations = plan.stations.map((station): [string, number] => [station.stationId, base + station.portOffset]);
  return new Map([...Object.entries(FIXED_OFFSETS).map(([name, offset]): [string, number] => [name, base + offset]), ...stations]);
}

export async function freeHallPorts(plan: HallPlan): Promise<HallPorts> {
  const names = [...fixedPorts(plan, 0).keys()];
  const ports = await freePorts(names.length);
  return new Map(names.map((name, index): [string, number] => [name, ports[index] ?? 0]));
}

/** A name of the plan that must have a port. */
export function portOf(ports: HallPorts, name: string): number {
  const port = ports.get(name);
  if (port === undefined) throw new Error(`no port for ${name}`);
  return port;
}
