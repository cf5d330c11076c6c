import type { RatingLevel } from '../../domain/rating-level.ts';
import type { Result } from '../../domain/result.ts';
import { createIdCardService, type IdCardService } from '../../drivers/id-card/service.ts';
import { createKeypadService, type KeypadService } from '../../drivers/keypad/service.ts';
import { encode } from '../../drivers/printer/escpos.ts';
import type { Columns } from '../../drivers/printer/layout.ts';
import type { PrintLine } from '../../drivers/printer/lines.ts';
import { createPrinterService, type PrinterService, type PrintOutcome } from '../../drivers/printer/service.ts';
import type { DeviceStatus } from '../../sync/protocol/wire.ts';
import type { StationConfig } from './config.ts';
import type { Station } from './context.ts';

/** Named as in the configuration; pages know them by these names. */
type DeviceKind = keyof StationConfig['devices'];
const NAMES: Readonly<Record<DeviceKind, string>> = { idCard: '身份证阅读器', ticketPrinter: '号票打印机', keypad: '评价器' };
const WELL: ReadonlySet<string> = new Set(['ready', 'reading', 'asking', 'paper-near-end']);

/** The printer as the station uses it: lines in, one final outcome out. */
export interface StationPrinter {
  readonly columns: Columns;
  print(jobId: string, lines: readonly PrintLine[]): Promise<PrintOutcome>;
}

interface Service {
  status(): { readonly state: string; readonly message: string };
  onStatus(listener: () => void): () => void;
  close(): Promise<void>;
}

/** The devices of this station's configuration; every one is optional. */
export class Devices {
  readonly idCard: IdCardService | null;
  readonly keypad: KeypadService | null;
  readonly printer: StationPrinter | null;
  readonly #services: ReadonlyMap<DeviceKind, Service>;

  constructor(station: Station) {
    const { devices } = station.config;
    const logger = station.log;
    const services = new Map<DeviceKind, Service>();
    this.idCard = devices.idCard === undefined ? null : createIdCardService({ ...devices.idCard, logger });
    this.keypad =
      devices.keypad === undefined
        ? null
        : createKeypadService({ transport: devices.keypad.transport, profileId: devices.keypad.profile, logger });
    const printer = devices.ticketPrinter === undefined ? null : openPrinter(devices.ticketPrinter, station);
    this.printer = printer?.printer ?? null;
    if (this.idCard !== null) services.set('idCard', this.idCard);
    if (printer !== null) services.set('ticketPrinter', printer.service);
    if (this.keypad !== null) services.set('keypad', this.keypad);
    for (const service of services.values()) service.onStatus(() => station.changed());
    this.#services = services;
  }

  status(): DeviceStatus[] {
    return [...this.#services].map(([device, service]) => {
      const { state, message } = service.status();
      return { device, name: NAMES[device], state, ok: WELL.has(state), message };
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.close()));
  }
}

function openPrinter(
  config: NonNullable<Station['config']['devices']['ticketPrinter']>,
  station: Station,
): { readonly service: PrinterService; readonly printer: StationPrinter } {
  // 42 columns: the narrow layout fits as well.
  const columns = config.columns === 48 ? 48 : 32;
  const service = createPrinterService({
    transport: config.transport,
    profile: { columns, statusMode: config.statusMode, rareCharacters: true, confirmTimeoutMs: PRINT_TIMEOUT_MS },
    logger: station.log,
  });
  return { service, printer: { columns, print: (jobId, lines) => service.print({ jobId, bytes: encode(lines, { columns }) }) } };
}

const PRINT_TIMEOUT_MS = 8_000;
const ASK_AGAIN_MS = 1_000;

/**
 * Asks at the keypad until a key was pressed, the time is over or it is cancelled. A keypad that is pulled out and plugged in
 * again while the person still stands there is asked again.
 */
export async function askKeypad(
  keypad: KeypadService,
  expiresAt: number,
  now: () => number,
  signal: AbortSignal,
): Promise<RatingLevel | null> {
  while (!signal.aborted && now() < expiresAt) {
    const answer: Result<RatingLevel> = await keypad.ask({ timeoutMs: expiresAt - now(), signal });
    if (answer.ok) return answer.value;
    if (answer.error.code !== 'DEVICE_GONE' && answer.error.code !== 'RATING_BUSY') return null;
    await new Promise((resolve) => setTimeout(resolve, Math.min(ASK_AGAIN_MS, Math.max(0, expiresAt - now()))));
  }
  return null;
}
