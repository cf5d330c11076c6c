/**
 * Makes the first set of voice clips with espeak-ng (docs/voice.md): `node scripts/build-voice.ts`. The clips are committed, so
 * nobody needs espeak-ng to build or run the product; a hall replaces the folder by recordings of a person.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VOICE_CLIPS, type VoiceClip } from '../domain/voice.ts';

const TARGET = join(import.meta.dirname, '../renderer/public/voice/zh');
const WORDS_PER_MINUTE = 145;
const WAV_HEADER_BYTES = 44;
const SILENCE = 0.01;
const PEAK = 0.89; // −1 dBFS
const LOUDNESS_RMS = 0.16;
const EDGE_MS = 8;
const LEAD_MS = 6;
const TAIL_MS = 20;

interface Sound {
  readonly rate: number;
  /** −1…1, mono. */
  readonly samples: Float32Array;
}

function speak(clip: VoiceClip): Sound {
  // Letters are read by the English voice of the same synthesizer: the pinyin voice reads them as pinyin syllables.
  const voice = clip.pinyin === undefined ? 'en-us' : 'cmn-latn-pinyin';
  const wav = execFileSync('espeak-ng', ['-v', voice, '-s', String(WORDS_PER_MINUTE), '--stdout', clip.pinyin ?? clip.text]);
  const rate = wav.readUInt32LE(24);
  const samples = Float32Array.from(
    { length: Math.floor((wav.length - WAV_HEADER_BYTES) / 2) },
    (_, index) => wav.readInt16LE(WAV_HEADER_BYTES + index * 2) / 32768,
  );
  return { rate, samples };
}

/** Cuts silence at both ends, so that clips follow each other without holes, and fades the cut so that it does not click. */
function trim({ rate, samples }: Sound): Sound {
  const loud = (sample: number) => Math.abs(sample) > SILENCE;
  const first = samples.findIndex(loud);
  if (first === -1) throw new Error('espeak-ng gave silence');
  const from = Math.max(0, first - Math.round((LEAD_MS * rate) / 1000));
  const cut = samples.slice(from, Math.min(samples.length, samples.findLastIndex(loud) + Math.round((TAIL_MS * rate) / 1000)));
  const edge = Math.round((EDGE_MS * rate) / 1000);
  return { rate, samples: cut.map((sample, index) => sample * Math.min(1, index / edge, (cut.length - 1 - index) / edge)) };
}

/** Same loudness for every clip: a quiet digit between loud ones is the one that people miss. */
function level({ rate, samples }: Sound): Sound {
  const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
  const gain = Math.min(LOUDNESS_RMS / rms, PEAK / peak);
  return { rate, samples: samples.map((sample) => sample * gain) };
}

function toWav({ rate, samples }: Sound): Buffer {
  const wav = Buffer.alloc(WAV_HEADER_BYTES + samples.length * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // mono
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, index) => {
    wav.writeInt16LE(Math.round(sample * 32767), WAV_HEADER_BYTES + index * 2);
  });
  return wav;
}

const source = `espeak-ng ${/\d+\.\d+(\.\d+)?/.exec(execFileSync('espeak-ng', ['--version'], { encoding: 'utf8' }))?.[0] ?? 'unknown'}`;
mkdirSync(TARGET, { recursive: true });
const clips = VOICE_CLIPS.map((clip) => {
  const sound = level(trim(speak(clip)));
  const file = `${clip.id}.wav`;
  writeFileSync(join(TARGET, file), toWav(sound));
  return { id: clip.id, file, text: clip.text, durationMs: Math.round((sound.samples.length / sound.rate) * 1000), source };
});
writeFileSync(join(TARGET, 'manifest.json'), `${JSON.stringify({ language: 'zh-CN', clips }, null, 2)}\n`);
console.log(`${clips.length} clips in ${TARGET}`);
