import { z } from 'zod';
import type { Board, BoardCall } from '../../domain/board.ts';
import { callPhrase } from '../../domain/voice.ts';
import { type ClipSound, openClipSound } from './clip-sound.ts';
import { type CallMark, latestMark, newCalls } from './voice-calls.ts';

const MARK_KEY = 'bianmin.spokenCall';
const BETWEEN_REPEATS_MS = 500;
const BETWEEN_CALLS_MS = 700;

const markSchema = z.object({ callSeq: z.number(), at: z.number() });

export interface VoiceOptions {
  readonly oneAsYao: boolean;
  /** How often each call is spoken. */
  readonly repeat: number;
}

export interface VoiceState {
  /** What is being spoken, for people who do not hear it. */
  readonly caption: string | null;
  readonly needsGesture: boolean;
}

/** Fired on `document` when a call has been spoken to its end. */
export interface SpokenDetail {
  readonly callSeq: number;
  readonly caption: string;
}
export const SPOKEN_EVENT = 'bianmin:spoken';

export interface VoicePlayer {
  /** Speaks what is new on the board, hall-wide in the order of the calls, each to its end. */
  update(board: Pick<Board, 'calls' | 'at'>, options: VoiceOptions): void;
  /** Call it from a touch. */
  unlock(): void;
  close(): void;
}

export function startVoicePlayer(onState: (state: VoiceState) => void): VoicePlayer {
  const sound = openClipSound('/voice/zh');
  const queue: { readonly call: BoardCall; readonly options: VoiceOptions }[] = [];
  let taken: CallMark | null = readMark();
  let speaking = false;
  let closed = false;
  let caption: string | null = null;

  const tell = () => {
    if (!closed) onState({ caption, needsGesture: sound.needsGesture });
  };
  sound.onChange(tell);

  const speakAll = async () => {
    if (speaking) return;
    speaking = true;
    for (let next = queue.shift(); next !== undefined && !closed; next = queue.shift()) {
      const phrase = callPhrase({ ...next.call, oneAsYao: next.options.oneAsYao });
      caption = phrase.caption;
      tell();
      await speak(sound, phrase.clips, next.options.repeat);
      if (closed) return;
      // Only now: a sentence that a reload cuts off is spoken again.
      writeMark(next.call);
      const detail: SpokenDetail = { callSeq: next.call.callSeq, caption: phrase.caption };
      document.dispatchEvent(new CustomEvent(SPOKEN_EVENT, { detail }));
      await wait(BETWEEN_CALLS_MS);
      caption = null;
      tell();
    }
    speaking = false;
  };

  return {
    update(board, options) {
      for (const call of newCalls(board.calls, taken, board.at)) queue.push({ call, options });
      if (taken === null) writeMark(latestMark(board.calls));
      taken = latestMark(board.calls);
      void speakAll();
    },
    unlock: () => void sound.unlock(),
    close() {
      closed = true;
      sound.close();
    },
  };
}

async function speak(sound: ClipSound, clips: readonly string[], repeat: number): Promise<void> {
  for (let time = 0; time < repeat; time += 1) {
    if (time > 0) await wait(BETWEEN_REPEATS_MS);
    await sound.play(clips);
  }
}

function readMark(): CallMark | null {
  const parsed = markSchema.safeParse(JSON.parse(sessionStorage.getItem(MARK_KEY) ?? 'null'));
  return parsed.success ? parsed.data : null;
}

function writeMark({ callSeq, at }: CallMark): void {
  sessionStorage.setItem(MARK_KEY, JSON.stringify({ callSeq, at }));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
