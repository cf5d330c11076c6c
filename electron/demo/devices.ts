import { type IdCardEmulator, startIdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { type KeypadEmulator, startKeypadEmulator } from '../../drivers/keypad/emulator.ts';
import { type PrinterEmulator, startPrinterEmulator } from '../../drivers/printer/emulator.ts';
import type { StationConfig } from '../station/config.ts';
import type { StationPlan } from './hall-plan.ts';

const KEYPAD_PROFILE = 'qs-ff68';
const PRINTER_COLUMNS = 48;

/** The emulated devices of one station; absent where the station has none. */
export interface StationDevices {
  readonly idCard?: IdCardEmulator;
  readonly printer?: PrinterEmulator;
  readonly keypad?: KeypadEmulator;
}

export async function startDevices(station: StationPlan): Promise<StationDevices> {
  const has = (kind: StationPlan['devices'][number]) => station.devices.includes(kind);
  return {
    ...(has('idCard') && { idCard: await startIdCardEmulator() }),
    ...(has('printer') && { printer: await startPrinterEmulator({ columns: PRINTER_COLUMNS }) }),
    ...(has('keypad') && { keypad: await startKeypadEmulator({ profileId: KEYPAD_PROFILE }) }),
  };
}

/** The addresses as the station's own drivers are told them: exactly as for hardware. */
export function deviceConfig({ idCard, printer, keypad }: StationDevices): StationConfig['devices'] {
  return {
    ...(idCard !== undefined && { idCard: { transport: idCard.address } }),
    ...(printer !== undefined && { ticketPrinter: { transport: printer.address, columns: PRINTER_COLUMNS, statusMode: 'full' } }),
    ...(keypad !== undefined && { keypad: { transport: keypad.address, profile: KEYPAD_PROFILE } }),
  };
}

export async function closeDevices({ idCard, printer, keypad }: StationDevices): Promise<void> {
  await Promise.all([idCard?.close(), printer?.close(), keypad?.close()]);
}
