import { RATING_LEVELS, type RatingLevel } from '../../domain/rating-level.ts';
import { CHECKSUMS } from '../core/checksum.ts';
import { createFrameReader, type FrameReader } from '../core/frame.ts';
import type { FrameParts, KeypadProfile } from './profile.ts';

/** The named fields of one message. */
export type KeypadMessage = Readonly<Record<string, Uint8Array>>;

export type KeypadEvent =
  | { readonly kind: 'rating'; readonly level: RatingLevel }
  | { readonly kind: 'key' }
  /** A whole frame that the profile gives no meaning. */
  | { readonly kind: 'unknown' };

/** What a profile makes of bytes; pure. */
export interface KeypadCodec {
  createReader(): FrameReader;
  /** Throws a RangeError when a field is missing or has not its size. */
  encode(message: KeypadMessage): Uint8Array;
  /** Null unless constants, lengths and checksum are right and the frame ends where it should. */
  decode(frame: Uint8Array): KeypadMessage | null;
  /** What a message from the device means, and the bytes that it waits for in return. */
  interpret(message: KeypadMessage): { readonly event: KeypadEvent; readonly ack: Uint8Array | null };
  /** The message that a device sends for this level, made from the profile's rating event; null if it has no such key. */
  ratingMessage(level: RatingLevel): KeypadMessage | null;
}

type Part = FrameParts[number];
type RatingEvent = Extract<KeypadProfile['events'][number], { emit: 'rating' }>;

export function createKeypadCodec(profile: KeypadProfile): KeypadCodec {
  const { parts, maxSize, maxGapMs } = profile.frame;
  const fixedSizes = new Map(
    parts.flatMap((part) => ('field' in part && part.size !== undefined ? [[part.field, part.size] as const] : [])),
  );
  const openField = parts.flatMap((part) => ('field' in part && part.size === undefined ? [part.field] : []))[0];
  const fixedTotal = parts.reduce((total, part) => total + sizeOf(part, 0), 0);
  const lengthAt = parts.findIndex((part) => openField !== undefined && 'length' in part && part.length.includes(openField));
  const lengthOffset = parts.slice(0, Math.max(lengthAt, 0)).reduce((total, part) => total + sizeOf(part, 0), 0);

  /** Size of the whole frame, null while the length byte is missing, 0 if the length is impossible. */
  function measure(bytes: Uint8Array): number | null {
    const part = parts[lengthAt];
    if (part === undefined || !('length' in part)) return fixedTotal;
    const length = bytes[lengthOffset];
    if (length === undefined) return null;
    const rest = length - part.length.reduce((total, name) => total + (fixedSizes.get(name) ?? 0), 0);
    return rest < 0 ? 0 : fixedTotal + rest;
  }

  function encode(message: KeypadMessage): Uint8Array {
    for (const [name, size] of fixedSizes) {
      if (message[name]?.length !== size) throw new RangeError(`field ${name} must have ${size} bytes`);
    }
    return Uint8Array.from(parts.flatMap((part) => [...bytesOf(part, message)]));
  }

  function decode(frame: Uint8Array): KeypadMessage | null {
    if (measure(frame) !== frame.length) return null;
    const message: Record<string, Uint8Array> = {};
    let offset = 0;
    for (const part of parts) {
      const size = sizeOf(part, frame.length - fixedTotal);
      if ('field' in part) message[part.field] = frame.slice(offset, offset + size);
      offset += size;
    }
    return equal(encode(message), frame) ? message : null;
  }

  function interpret(message: KeypadMessage): ReturnType<KeypadCodec['interpret']> {
    for (const event of profile.events) {
      if (!matches(message, event.when)) continue;
      const ack = event.ack === undefined ? null : encode({ ...message, ...event.ack });
      if (event.emit === 'key') return { event: { kind: 'key' }, ack };
      const level = event.value.map[digitOf(message, event.value)];
      return { event: level === undefined ? { kind: 'unknown' } : { kind: 'rating', level }, ack };
    }
    return { event: { kind: 'unknown' }, ack: null };
  }

  function ratingMessage(level: RatingLevel): KeypadMessage | null {
    const event = profile.events.find((candidate): candidate is RatingEvent => candidate.emit === 'rating');
    const digit = Object.entries(event?.value.map ?? {}).find(([, mapped]) => mapped === level)?.[0];
    if (event === undefined || digit === undefined) return null;
    const { field, byte } = event.value;
    const value = new Uint8Array(fixedSizes.get(field) ?? byte + 1).with(byte, Number.parseInt(digit, 16));
    return { ...profile.commands.prompt, ...event.when, [field]: value };
  }

  const start = bytesOf(parts[0] ?? { const: new Uint8Array() }, {});
  const format = { start, maxFrameSize: maxSize, maxGapMs, measure, isValid: (frame: Uint8Array) => decode(frame) !== null };
  return { createReader: () => createFrameReader(format), encode, decode, interpret, ratingMessage };
}

/** The levels that this device has keys for, best first. */
export function levelsOf(profile: KeypadProfile): RatingLevel[] {
  const mapped = new Set(profile.events.flatMap((event) => (event.emit === 'rating' ? Object.values(event.value.map) : [])));
  return RATING_LEVELS.filter((level) => mapped.has(level));
}

export function matches(message: KeypadMessage, expected: KeypadMessage): boolean {
  return Object.entries(expected).every(([name, bytes]) => equal(message[name] ?? new Uint8Array(), bytes));
}

function digitOf(message: KeypadMessage, { field, byte }: RatingEvent['value']): string {
  const digit = message[field]?.[byte];
  return digit === undefined ? '' : digit.toString(16).toUpperCase().padStart(2, '0');
}

function sizeOf(part: Part, openSize: number): number {
  if ('const' in part) return part.const.length;
  if ('length' in part) return 1;
  if ('field' in part) return part.size ?? openSize;
  return CHECKSUMS[part.checksum](new Uint8Array()).length;
}

function bytesOf(part: Part, message: KeypadMessage): Uint8Array {
  if ('const' in part) return part.const;
  if ('field' in part) return message[part.field] ?? new Uint8Array();
  if ('length' in part) return Uint8Array.of(joined(part.length, message).length);
  return CHECKSUMS[part.checksum](joined(part.over, message));
}

function joined(names: readonly string[], message: KeypadMessage): Uint8Array {
  return Uint8Array.from(names.flatMap((name) => [...(message[name] ?? [])]));
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
