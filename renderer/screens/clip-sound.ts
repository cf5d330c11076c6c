import { z } from 'zod';

const SETTLE_MS = 1_000;
const START_DELAY_S = 0.05;
/** Wait beyond a sentence's length for its end, before the sound counts as gone (device unplugged). */
const END_GRACE_MS = 2_000;
const UNKNOWN_CLIP_MS = 400;

const manifestSchema = z.object({ clips: z.array(z.object({ id: z.string(), file: z.string(), durationMs: z.number() })) });

export interface ClipSound {
  /** The browser keeps the sound shut until somebody touches the page. */
  readonly needsGesture: boolean;
  onChange(listener: () => void): void;
  unlock(): Promise<void>;
  /** Plays the clips without a hole between them; resolves when the last one has ended. Without sound it takes as long and is silent. */
  play(clips: readonly string[]): Promise<void>;
  close(): void;
}

/** A set of clips (docs/voice.md) under `folderUrl`. */
export function openClipSound(folderUrl: string): ClipSound {
  const context = new AudioContext();
  const durations = new Map<string, number>();
  let buffers: Promise<ReadonlyMap<string, AudioBuffer>> | null = null;
  let settled = false;
  let changed = () => {};

  const load = (): Promise<ReadonlyMap<string, AudioBuffer>> => {
    buffers ??= loadClips(context, folderUrl, durations).catch((cause: unknown) => {
      console.error('voice clips could not be loaded', cause);
      buffers = null; // the next call tries again
      return new Map();
    });
    return buffers;
  };
  const settle = async () => {
    // A context that may sound is 'suspended' for a moment after its birth; one that may not stays so, and resume() never answers.
    await Promise.race([context.resume().catch(() => {}), wait(SETTLE_MS)]);
    settled = true;
    changed();
  };
  context.onstatechange = () => changed();
  void load();
  void settle();

  return {
    get needsGesture() {
      return settled && context.state === 'suspended';
    },
    onChange(listener) {
      changed = listener;
    },
    unlock: () => context.resume(),
    async play(clips) {
      const known = await load();
      const parts = clips.map((id) => known.get(id)).filter((buffer) => buffer !== undefined);
      if (context.state !== 'running' || parts.length === 0) {
        return wait(clips.reduce((sum, id) => sum + (durations.get(id) ?? UNKNOWN_CLIP_MS), 0));
      }
      await schedule(context, parts);
    },
    close() {
      context.onstatechange = null;
      changed = () => {};
      void context.close();
    },
  };
}

/** Every clip gets its start on the audio clock at once, so a busy page cannot tear holes into the sentence. */
async function schedule(context: AudioContext, parts: readonly AudioBuffer[]): Promise<void> {
  let startAt = context.currentTime + START_DELAY_S;
  const from = startAt;
  let last: AudioBufferSourceNode | undefined;
  for (const buffer of parts) {
    last = new AudioBufferSourceNode(context, { buffer });
    last.connect(context.destination);
    last.start(startAt);
    startAt += buffer.duration;
  }
  const ended = new Promise<void>((resolve) => last?.addEventListener('ended', () => resolve()));
  await Promise.race([ended, wait((startAt - from) * 1000 + END_GRACE_MS)]);
}

async function loadClips(
  context: AudioContext,
  folderUrl: string,
  durations: Map<string, number>,
): Promise<ReadonlyMap<string, AudioBuffer>> {
  const manifest = manifestSchema.parse(await (await fetchOk(`${folderUrl}/manifest.json`)).json());
  for (const clip of manifest.clips) durations.set(clip.id, clip.durationMs);
  const loaded = await Promise.all(
    manifest.clips.map(async (clip): Promise<[string, AudioBuffer] | null> => {
      try {
        return [clip.id, await context.decodeAudioData(await (await fetchOk(`${folderUrl}/${clip.file}`)).arrayBuffer())];
      } catch (cause) {
        console.error('voice clip is unusable', clip.file, cause); // the rest of the sentence is still worth hearing
        return null;
      }
    }),
  );
  return new Map(loaded.filter((entry) => entry !== null));
}

async function fetchOk(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
