import { createListeners } from './listeners.ts';
import type { Logger } from './logger.ts';

/** What a device service shows: a small union of states and one Chinese sentence. */
export interface DeviceStatus<State extends string = string> {
  readonly state: State;
  readonly message: string;
}

export interface StatusCell<S extends DeviceStatus> {
  get(): S;
  /** Tells listeners and the log only when something is different from before, so polling makes no noise. */
  set(status: S): void;
  onChange(listener: (status: S) => void): () => void;
}

/** Levels: states in `badStates` are warnings, all others are information. */
export function createStatusCell<S extends DeviceStatus>(
  device: string,
  initial: S,
  badStates: readonly S['state'][],
  logger: Logger,
): StatusCell<S> {
  const listeners = createListeners<S>();
  let current = initial;
  return {
    get: () => current,
    set(status) {
      if (status.state === current.state && status.message === current.message) return;
      current = status;
      const level = badStates.includes(status.state) ? 'warn' : 'info';
      logger[level]({ device, state: status.state }, status.message);
      listeners.emit(status);
    },
    onChange: (listener) => listeners.add(listener),
  };
}
