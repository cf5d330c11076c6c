import type { RatingLevel } from '../../domain/rating-level.ts';
import { openVirtualSerial } from '../core/pty.ts';
import type { ReadableTransportConfig } from '../core/transport.ts';
import { findKeypadProfile } from './profile.ts';
import { createKeypadCodec, type KeypadMessage, matches } from './wire.ts';

/** How the frame of the next keys is damaged; `silent` keys send nothing. */
export type KeypadFault = 'silent' | 'checksum' | 'half-frame' | 'noise';

const ACK_TIMEOUT_MS = 1_000;
const NOISE = Uint8Array.of(0x00, 0xff, 0x16, 0xff, 0x68, 0x03);

/** A keypad that speaks a profile's real bytes over a pty or TCP. */
export interface KeypadEmulator {
  readonly address: ReadableTransportConfig;
  /** Presses the key, asked or not; true when the host acknowledged it. Throws if this device has no such key. */
  pressLevel(level: RatingLevel): Promise<boolean>;
  /** Whether the device is asking for a rating now: from the host's command to the next key. */
  prompting(): boolean;
  setFault(fault: KeypadFault | null): void;
  unplug(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

export async function startKeypadEmulator(options: {
  readonly prefer?: 'pty' | 'tcp';
  readonly profileId: string;
}): Promise<KeypadEmulator> {
  const profile = findKeypadProfile(options.profileId);
  if (profile === null) throw new RangeError(`no keypad profile ${options.profileId}`);
  const codec = createKeypadCodec(profile);
  const serial = await openVirtualSerial({ ...options, baudRate: profile.baudRate });
  const commands = codec.createReader();
  let fault: KeypadFault | null = null;
  let prompting = false;
  let awaited: { readonly ack: Uint8Array; readonly arrived: () => void } | null = null;

  function receive(frame: Uint8Array, message: KeypadMessage): void {
    if (awaited !== null && Buffer.from(frame).equals(awaited.ack)) awaited.arrived();
    else if (matches(message, profile?.commands.prompt ?? {})) prompting = true;
    else if (profile?.commands.cancel !== undefined && matches(message, profile.commands.cancel)) prompting = false;
  }

  serial.onData((bytes) => {
    for (const frame of commands.push(bytes, performance.now())) {
      const message = codec.decode(frame);
      if (message !== null) receive(frame, message);
    }
  });

  return {
    address: serial.address,
    async pressLevel(level) {
      const message = codec.ratingMessage(level);
      if (message === null) throw new RangeError(`${options.profileId} has no key for ${level}`);
      prompting = false;
      const { ack } = codec.interpret(message);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => resolve(false), ACK_TIMEOUT_MS);
      awaited = ack === null ? null : { ack, arrived: () => resolve(true) };
      serial.write(damaged(codec.encode(message), fault));
      const acknowledged = await promise;
      clearTimeout(timer);
      awaited = null;
      return acknowledged;
    },
    prompting: () => prompting,
    setFault(next) {
      fault = next;
    },
    unplug: serial.unplug,
    plug: serial.plug,
    close: serial.close,
  };
}

function damaged(frame: Uint8Array, fault: KeypadFault | null): Uint8Array {
  switch (fault) {
    case null:
      return frame;
    case 'silent':
      return new Uint8Array();
    case 'noise':
      return Uint8Array.from([...NOISE, ...frame]);
    case 'half-frame':
      return frame.subarray(0, frame.length / 2);
    case 'checksum':
      // The trailer stays right: only the check byte tells.
      return frame.with(-2, (frame.at(-2) ?? 0) ^ 0xff);
  }
}
