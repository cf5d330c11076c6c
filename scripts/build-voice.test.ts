import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VOICE_CLIPS } from '../domain/voice.ts';

const FOLDER = join(import.meta.dirname, '../renderer/public/voice/zh');
const MAX_SET_BYTES = 2 * 1024 * 1024;
const manifest: { clips: { id: string; file: string; text: string; durationMs: number; source: string }[] } = JSON.parse(
  readFileSync(join(FOLDER, 'manifest.json'), 'utf8'),
);

test('the committed set holds every clip that a call can ask for, with its source', () => {
  expect(manifest.clips.map(({ id, text }) => ({ id, text }))).toEqual(VOICE_CLIPS.map(({ id, text }) => ({ id, text })));
  for (const clip of manifest.clips) {
    expect(clip.source).not.toBe('');
    expect(existsSync(join(FOLDER, clip.file))).toBe(true);
  }
});

test.each(manifest.clips)('$file is 16-bit mono of the length the manifest says, audible and not clipped', ({ file, durationMs }) => {
  const wav = readFileSync(join(FOLDER, file));
  expect([wav.toString('ascii', 0, 4), wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt16LE(34)]).toEqual(['RIFF', 1, 1, 16]);
  const samples = Array.from({ length: (wav.length - 44) / 2 }, (_, index) => Math.abs(wav.readInt16LE(44 + index * 2)));
  expect(Math.round((samples.length / wav.readUInt32LE(24)) * 1000)).toBe(durationMs);
  const peak = Math.max(...samples);
  expect(peak).toBeGreaterThan(6_000);
  expect(peak).toBeLessThan(32_000);
});

test('the set stays small enough to be part of the page', () => {
  const bytes = readdirSync(FOLDER).reduce((sum, file) => sum + statSync(join(FOLDER, file)).size, 0);
  expect(bytes).toBeLessThan(MAX_SET_BYTES);
});
