import type { StationStatus } from '../../sync/protocol/link.ts';
import type { DeviceStatus } from '../../sync/protocol/wire.ts';

/** undefined: this station has no such device, or has not said yet. Names are those of the station's configuration. */
export function deviceStatus(status: StationStatus | undefined, device: 'idCard' | 'ticketPrinter'): DeviceStatus | undefined {
  return status?.devices.find((each) => each.device === device);
}
