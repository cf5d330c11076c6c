import { openVirtualSerial } from '../core/pty.ts';
import type { ReadableTransportConfig } from '../core/transport.ts';
import { encodeCardText, type IdCardFields } from './card.ts';
import { createSdtReader, decodeRequest, encodeBase, encodeReply, type SdtCommand } from './wire.ts';

/**
 * - `silent`: powered, never answers
 * - `checksum`: every answer has a wrong check byte
 * - `half-frame`: the long answer of a read breaks off in the middle
 * - `noise`: garbage and half preambles before every answer
 * - `pulled-mid-read`: the card leaves between select and read; happens once, then the fault clears itself
 */
export type IdCardFault = 'silent' | 'checksum' | 'half-frame' | 'noise' | 'pulled-mid-read';

/** A reader that speaks the real bytes over a pty or TCP. */
export interface IdCardEmulator {
  readonly address: ReadableTransportConfig;
  /** Lifts the card that lies there, if any, and puts this one down. */
  placeCard(card: IdCardFields): void;
  removeCard(): void;
  setFault(fault: IdCardFault | null): void;
  unplug(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

const NOISE = Uint8Array.of(0x00, 0xff, 0xaa, 0xaa, 0x96, 0x69, 0x13, 0xaa, 0xaa, 0xaa, 0xaa, 0x96);
const BAUD_RATE = 115_200;
const SAM_ID = Uint8Array.of(5, 0, 1, 0, 0x4f, 0x3f, 0x34, 0x01, 1, 0, 0, 0, 2, 0, 0, 0);
/** 102 × 126 picture header with nothing behind it; a real photo is never part of this repository. */
const PHOTO = Uint8Array.from({ length: 1_024 }, (_, index) => [0x57, 0x4c, 0x66, 0x00, 0x7e, 0x00][index] ?? 0);

export async function startIdCardEmulator(options: { readonly prefer?: 'pty' | 'tcp' } = {}): Promise<IdCardEmulator> {
  const serial = await openVirtualSerial({ ...options, baudRate: BAUD_RATE });
  const requests = createSdtReader();
  const field = createCardField();
  let fault: IdCardFault | null = null;

  serial.onData((bytes) => {
    for (const frame of requests.push(bytes, performance.now())) {
      const command = decodeRequest(frame);
      if (fault === 'silent') continue;
      if (fault === 'pulled-mid-read' && command === 'readBase') {
        field.remove();
        fault = null;
      }
      const reply = command === null ? encodeReply('BAD_COMMAND') : field.answer(command);
      for (const piece of damaged(reply, fault)) serial.write(piece);
    }
  });

  return {
    address: serial.address,
    placeCard: field.place,
    removeCard: field.remove,
    setFault(next) {
      fault = next;
    },
    unplug: serial.unplug,
    plug: serial.plug,
    close: serial.close,
  };
}

/** The SAM's memory of the card in its field: a card that was selected is not found again until it is lifted. */
function createCardField() {
  let card: IdCardFields | null = null;
  let progress: 'idle' | 'found' | 'selected' = 'idle';
  return {
    place(next: IdCardFields) {
      encodeCardText(next); // throws now rather than in the middle of a read when a value does not fit
      card = next;
      progress = 'idle';
    },
    remove() {
      card = null;
      progress = 'idle';
    },
    answer(command: SdtCommand): Uint8Array {
      switch (command) {
        case 'status':
          return encodeReply('OK');
        case 'samId':
          return encodeReply('OK', SAM_ID);
        case 'find':
          if (card === null || progress === 'selected') return encodeReply('FIND_FAILED');
          progress = 'found';
          return encodeReply('CARD_FOUND', new Uint8Array(4));
        case 'select':
          if (card === null || progress !== 'found') return encodeReply('SELECT_FAILED');
          progress = 'selected';
          return encodeReply('OK', new Uint8Array(8));
        case 'readBase':
          if (card === null || progress !== 'selected') return encodeReply('READ_FAILED');
          return encodeReply('OK', encodeBase({ text: encodeCardText(card), photo: PHOTO }));
      }
    },
  };
}

function damaged(reply: Uint8Array, fault: IdCardFault | null): Uint8Array[] {
  if (fault === 'noise') return [NOISE, reply];
  if (fault === 'checksum') return [reply.with(-1, (reply.at(-1) ?? 0) ^ 0xff)];
  if (fault === 'half-frame' && reply.length > 100) return [reply.subarray(0, reply.length / 2)];
  return [reply];
}
