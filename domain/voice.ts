/**
 * What a call sounds like, as a row of recorded clips and as the caption that deaf people read. Pure: the player and the
 * build of the clips (scripts/build-voice.ts) share these ids.
 */
export interface CallPhrase {
  readonly clips: readonly string[];
  readonly caption: string;
}

const DIGITS = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

export interface VoiceClip {
  readonly id: string;
  /** What the recording says; who records a set of their own reads this. */
  readonly text: string;
  readonly pinyin?: string;
}

/** Every clip a set must hold. */
export const VOICE_CLIPS: readonly VoiceClip[] = [
  { id: 'please', text: '请', pinyin: 'qing3' },
  ...['ling2', 'yi1', 'er4', 'san1', 'si4', 'wu3', 'liu4', 'qi1', 'ba1', 'jiu3'].map((pinyin, digit) => ({
    id: `digit-${digit}`,
    text: DIGITS[digit] ?? '',
    pinyin,
  })),
  { id: 'digit-yao', text: '幺', pinyin: 'yao1' },
  { id: 'ten', text: '十', pinyin: 'shi2' },
  { id: 'to', text: '号到', pinyin: 'hao4dao4' },
  { id: 'window', text: '号窗口', pinyin: 'hao4chuang1kou3' },
  ...LETTERS.map((letter) => ({ id: `letter-${letter}`, text: letter })),
];

/**
 * The digits of a ticket are spelled out one by one; a window up to 99 is spoken as a number (三十五), above that digit by digit.
 * `oneAsYao` changes the sound only: the caption keeps 一, which is what the ticket's reader expects to see. A character that has no
 * clip (a hyphen) is written and not spoken.
 */
export function callPhrase(call: { readonly ticketNumber: string; readonly windowNumber: number; readonly oneAsYao: boolean }): CallPhrase {
  const spelled = Array.from(call.ticketNumber.toUpperCase());
  const number = spelled.flatMap((character) => clipOf(character, call.oneAsYao));
  const window = windowDigits(call.windowNumber);
  return {
    clips: ['please', ...number, 'to', ...window.map((part) => (part === '十' ? 'ten' : `digit-${DIGITS.indexOf(part)}`)), 'window'],
    caption: `请${spelled.map((character) => hanDigit(character) ?? character).join('')}号到${window.join('')}号窗口`,
  };
}

function clipOf(character: string, oneAsYao: boolean): readonly string[] {
  if (character === '1' && oneAsYao) return ['digit-yao'];
  if (hanDigit(character) !== undefined) return [`digit-${character}`];
  return LETTERS.includes(character) ? [`letter-${character}`] : [];
}

function hanDigit(character: string): string | undefined {
  return /^\d$/.test(character) ? DIGITS[Number(character)] : undefined;
}

function windowDigits(number: number): readonly string[] {
  const tens = Math.floor(number / 10);
  const ones = DIGITS[number % 10] ?? '';
  if (number > 99) return Array.from(String(number), (digit) => hanDigit(digit) ?? '');
  if (tens === 0) return [ones];
  return [...(tens === 1 ? [] : [DIGITS[tens] ?? '']), '十', ...(number % 10 === 0 ? [] : [ones])];
}
