import type { DeviceStatus } from '../../sync/protocol/wire.ts';

/** A device's state in one sentence; its name is put before only where the sentence does not say it. */
export function deviceText({ name, message }: Pick<DeviceStatus, 'name' | 'message'>): string {
  return message.includes(name) ? message : `${name}：${message}`;
}
