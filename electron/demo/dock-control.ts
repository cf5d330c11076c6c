import { err, ok, type Result } from '../../domain/result.ts';
import { DEMO_CARDS } from '../../drivers/id-card/demo-cards.ts';
import type { DockAct, DockPapers, DockState, DockStation } from '../../renderer/dock/protocol.ts';
import type { DemoHall } from './demo-hall.ts';
import type { StationDevices } from './devices.ts';
import { EXTRANET } from './hall-plan.ts';
import type { Monitor } from './monitor.ts';

const MAX_PAPERS = 20;
const KIND_ZH = {
  RESIDENT: '居民身份证',
  HK_MO_TW: '港澳台居民居住证',
  FOREIGNER_2017: '外国人永居证',
  FOREIGNER_2023: '外国人永居证（新）',
} as const;

/** What lies on or is wrong with a device: emulators take it, and do not tell it. */
interface Setting {
  card: number | null;
  cardFault: NonNullable<DockStation['idCard']>['fault'];
  keypadFault: NonNullable<DockStation['keypad']>['fault'];
  cardPlugged: boolean;
  keypadPlugged: boolean;
  armed: string | null;
}

export interface DockControl {
  state(): DockState;
  /** null: no such station or printer. */
  papers(stationId: string): DockPapers | null;
  act(act: DockAct): Promise<Result<null, 'NOT_FOUND'>>;
}

export function createDockControl(hall: DemoHall, monitor: Monitor): DockControl {
  const settings = new Map(Object.keys(hall.devices).map((stationId) => [stationId, newSetting()]));
  for (const [stationId, { printer }] of Object.entries(hall.devices)) {
    printer?.onPaper(() => {
      const setting = settings.get(stationId);
      if (setting !== undefined) setting.armed = null;
    });
  }
  return {
    state: () => ({
      hallName: hall.plan.hallName,
      stations: hall.plan.stations.map((station) => ({
        stationId: station.stationId,
        title: station.title,
        role: station.role,
        cut: hall.links[station.stationId]?.isCut ?? false,
        ...devicesState(hall.devices[station.stationId] ?? {}, settings.get(station.stationId) ?? newSetting()),
      })),
      extranetCut: hall.links[EXTRANET]?.isCut ?? false,
      processes: hall.processes
        .states()
        .map((process) => ({ ...process, title: titleOf(hall, process.name), outbox: monitor.outbox(process.name) })),
      cards: DEMO_CARDS.map((card) => ({ name: card.name, kind: KIND_ZH[card.kind] })),
      pages: hall.pages.filter((page) => page.name !== 'dock').map(({ title, url }) => ({ title, url })),
      staff: hall.plan.staff,
    }),
    papers(stationId) {
      const printer = hall.devices[stationId]?.printer;
      if (printer === undefined) return null;
      const papers = printer.papers().map((paper, index) => ({ n: index + 1, paper }));
      return { papers: papers.slice(-MAX_PAPERS).reverse() };
    },
    async act(act) {
      if ('link' in act) return actOnLink(hall, act);
      if ('process' in act) return actOnProcess(hall, act);
      const devices = hall.devices[act.stationId];
      const setting = settings.get(act.stationId);
      if (devices === undefined || setting === undefined) return notFound();
      return actOnDevice(devices, setting, act);
    },
  };
}

function newSetting(): Setting {
  return { card: null, cardFault: null, keypadFault: null, cardPlugged: true, keypadPlugged: true, armed: null };
}

function devicesState({ idCard, keypad, printer }: StationDevices, setting: Setting): Pick<DockStation, 'idCard' | 'keypad' | 'printer'> {
  return {
    ...(idCard !== undefined && { idCard: { card: setting.card, fault: setting.cardFault, plugged: setting.cardPlugged } }),
    ...(keypad !== undefined && { keypad: { prompting: keypad.prompting(), fault: setting.keypadFault, plugged: setting.keypadPlugged } }),
    ...(printer !== undefined && { printer: { ...printer.state(), papers: printer.papers().length, armed: setting.armed } }),
  };
}

type LinkAct = Extract<DockAct, { link: string }>;
type ProcessAct = Extract<DockAct, { process: string }>;
type DeviceAct = Exclude<DockAct, LinkAct | ProcessAct>;

function actOnLink(hall: DemoHall, act: LinkAct): Result<null, 'NOT_FOUND'> {
  const link = hall.links[act.link];
  if (link === undefined) return notFound();
  if (act.cut) link.cut();
  else link.restore();
  return ok(null);
}

async function actOnProcess(hall: DemoHall, act: ProcessAct): Promise<Result<null, 'NOT_FOUND'>> {
  if (!hall.processes.states().some((process) => process.name === act.process)) return notFound();
  if (act.act === 'process.kill') hall.processes.kill(act.process, 'SIGKILL');
  else await hall.processes.restart(act.process);
  return ok(null);
}

async function actOnDevice(
  { idCard, keypad, printer }: StationDevices,
  setting: Setting,
  act: DeviceAct,
): Promise<Result<null, 'NOT_FOUND'>> {
  switch (act.act) {
    case 'card.place': {
      const card = DEMO_CARDS[act.card];
      if (idCard === undefined || card === undefined) return notFound();
      idCard.placeCard(card);
      setting.card = act.card;
      return ok(null);
    }
    case 'card.remove':
      idCard?.removeCard();
      setting.card = null;
      return found(idCard);
    case 'card.fault':
      idCard?.setFault(act.fault);
      setting.cardFault = act.fault;
      return found(idCard);
    case 'keypad.press':
      await keypad?.pressLevel(act.level);
      return found(keypad);
    case 'keypad.fault':
      keypad?.setFault(act.fault);
      setting.keypadFault = act.fault;
      return found(keypad);
    case 'device.plug':
      return plug(act.device === 'idCard' ? idCard : keypad, act.plugged, () => {
        setting[act.device === 'idCard' ? 'cardPlugged' : 'keypadPlugged'] = act.plugged;
      });
    case 'printer.set': {
      const { act: _act, stationId: _station, ...change } = act;
      printer?.setState(change);
      return found(printer);
    }
    case 'printer.fault':
      printer?.setFault(act.fault);
      setting.armed = act.fault?.kind ?? null;
      return found(printer);
  }
}

async function plug(
  device: { plug(): Promise<void>; unplug(): Promise<void> } | undefined,
  plugged: boolean,
  remember: () => void,
): Promise<Result<null, 'NOT_FOUND'>> {
  if (device === undefined) return notFound();
  await (plugged ? device.plug() : device.unplug());
  remember();
  return ok(null);
}

function found(device: object | undefined): Result<null, 'NOT_FOUND'> {
  return device === undefined ? notFound() : ok(null);
}

function notFound(): Result<null, 'NOT_FOUND'> {
  return err('NOT_FOUND', '没有这个终端或设备。');
}

function titleOf(hall: DemoHall, name: string): string {
  if (name === 'district') return '区县服务器';
  if (name === 'hub') return '大厅主机';
  return hall.plan.stations.find((station) => station.stationId === name)?.title ?? name;
}
