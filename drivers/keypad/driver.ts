import { err, ok, type Result } from '../../domain/result.ts';
import { createListeners } from '../core/listeners.ts';
import { createLock } from '../core/lock.ts';
import { openTransport, type TransportConfig, type TransportErrorCode } from '../core/transport.ts';
import { findKeypadProfile } from './profile.ts';
import { createKeypadCodec, type KeypadEvent } from './wire.ts';

export type KeypadErrorCode = TransportErrorCode | 'PROFILE_UNKNOWN';

export interface KeypadDriver {
  /** Lets the device ask for a rating. */
  prompt(): Promise<Result<void, KeypadErrorCode>>;
  /** Ends the prompt on devices that can; on others it stays and a late key is acknowledged and ignored. */
  cancelPrompt(): Promise<Result<void, KeypadErrorCode>>;
  /** Every message is acknowledged as the profile says before it gets here, so that the device does not repeat it. */
  onEvent(listener: (event: KeypadEvent) => void): () => void;
  onClose(listener: () => void): () => void;
  close(): Promise<void>;
}

/** A keypad does not answer until a key is pressed: all that opening can tell is that the line is there. */
export async function openKeypadDriver(config: TransportConfig, profileId: string): Promise<Result<KeypadDriver, KeypadErrorCode>> {
  const profile = findKeypadProfile(profileId);
  if (profile === null) return err('PROFILE_UNKNOWN', '没有这种评价器的配置，请在设备设置里重新选择型号。', { profileId });
  const opened = await openTransport(config);
  if (!opened.ok) return { ok: false, error: { ...opened.error, message: `评价器没有连上：${opened.error.message}` } };
  const transport = opened.value;
  const codec = createKeypadCodec(profile);
  const reader = codec.createReader();
  const events = createListeners<KeypadEvent>();
  const lock = createLock();
  const send = (bytes: Uint8Array) => lock(() => transport.write(bytes));

  transport.onData((bytes) => {
    for (const frame of reader.push(bytes, performance.now())) {
      const message = codec.decode(frame);
      if (message === null) continue;
      const { event, ack } = codec.interpret(message);
      // A write that fails closes the line, and that is reported by onClose.
      if (ack !== null) void send(ack);
      events.emit(event);
    }
  });

  const { prompt, cancel } = profile.commands;
  return ok({
    prompt: () => send(codec.encode(prompt)),
    cancelPrompt: async () => (cancel === undefined ? ok(undefined) : send(codec.encode(cancel))),
    onEvent: events.add,
    onClose: transport.onClose,
    close: transport.close,
  });
}
