/**
 * The 256-byte text of the four card kinds (GA/T 490; research/hardware.md §1.4): UTF-16LE, right-padded. All share the kind
 * flag at byte 248. The 2023 foreigner layout rests on one source: confirm on a real card.
 */
import { err, ok, type Result } from '../../domain/result.ts';
import { ethnicName, sexName } from './codes.ts';

export const CARD_TEXT_SIZE = 256;
const FLAG_OFFSET = 248;
const LONG_TERM = '长期';

export type IdCardKind = 'RESIDENT' | 'HK_MO_TW' | 'FOREIGNER_2017' | 'FOREIGNER_2023';

/** What the chip holds. Dates are 'YYYY-MM-DD'. */
export interface IdCardFields {
  readonly kind: IdCardKind;
  /** The Chinese name; for a foreigner without one, the English name. */
  readonly name: string;
  readonly englishName?: string;
  readonly sexCode: string;
  readonly ethnicCode?: string;
  /** ISO 3166 three-letter code. */
  readonly nationality?: string;
  readonly birthDate: string;
  readonly address?: string;
  readonly idNumber: string;
  readonly issuer?: string;
  readonly validFrom: string;
  /** A date or '长期'. */
  readonly validTo: string;
  /** Number of the Mainland travel permit (HK_MO_TW). */
  readonly travelPermitNumber?: string;
}

/** A card as the screen shows it: an unknown sex or ethnic code is shown as the code. */
export interface IdCard extends IdCardFields {
  readonly sex: string;
  readonly ethnic?: string;
}

type TextField = Exclude<keyof IdCardFields, 'kind'>;
/** Byte offset and size; a field in two pieces is read and written as one text. */
type Pieces = readonly (readonly [offset: number, size: number])[];
interface Layout {
  readonly kind: IdCardKind;
  readonly flag: string;
  readonly fields: Readonly<Partial<Record<TextField, Pieces>>>;
}

const COMMON = {
  name: [[0, 30]],
  sexCode: [[30, 2]],
  birthDate: [[36, 16]],
  idNumber: [[122, 36]],
  validFrom: [[188, 16]],
  validTo: [[204, 16]],
} as const;

const LAYOUTS: readonly Layout[] = [
  { kind: 'RESIDENT', flag: '', fields: { ...COMMON, ethnicCode: [[32, 4]], address: [[52, 70]], issuer: [[158, 30]] } },
  { kind: 'HK_MO_TW', flag: 'J', fields: { ...COMMON, address: [[52, 70]], issuer: [[158, 30]], travelPermitNumber: [[220, 18]] } },
  {
    kind: 'FOREIGNER_2023',
    flag: 'Y',
    fields: {
      ...COMMON,
      englishName: [
        [52, 70],
        [220, 22],
      ],
      nationality: [[242, 6]],
    },
  },
  {
    kind: 'FOREIGNER_2017',
    flag: 'I',
    fields: {
      englishName: [[0, 120]],
      sexCode: [[120, 2]],
      idNumber: [[122, 30]],
      nationality: [[152, 6]],
      name: [[158, 30]],
      validFrom: [[188, 16]],
      validTo: [[204, 16]],
      birthDate: [[220, 16]],
      issuer: [[240, 8]],
    },
  },
];

export type CardErrorCode = 'CARD_DATA_BAD' | 'CARD_KIND_UNKNOWN';

/** `text` has 256 bytes. Never throws, whatever the bytes are. */
export function decodeCardText(text: Uint8Array): Result<IdCard, CardErrorCode> {
  if (text.length !== CARD_TEXT_SIZE) return dataBad('size');
  const flag = readText(text, [[FLAG_OFFSET, 2]]);
  const layout = LAYOUTS.find((candidate) => candidate.flag === flag);
  if (layout === undefined) {
    return err('CARD_KIND_UNKNOWN', '暂时不能读取这种证件，请手工录入。', { flag: flag.codePointAt(0) });
  }
  const read = (field: TextField) => readText(text, layout.fields[field] ?? []);
  const birthDate = toDate(read('birthDate'));
  const validFrom = toDate(read('validFrom'));
  const validTo = read('validTo') === LONG_TERM ? LONG_TERM : toDate(read('validTo'));
  const englishName = read('englishName');
  const name = read('name') || englishName;
  const idNumber = read('idNumber');
  if (birthDate === null || validFrom === null || validTo === null) return dataBad('date');
  if (name === '' || idNumber === '') return dataBad('blank');
  const sexCode = read('sexCode');
  const ethnicCode = read('ethnicCode');
  return ok({
    kind: layout.kind,
    name,
    sexCode,
    sex: sexName(sexCode),
    birthDate,
    idNumber,
    validFrom,
    validTo,
    ...(ethnicCode === '' ? {} : { ethnicCode, ethnic: ethnicName(ethnicCode) }),
    ...present({
      englishName,
      nationality: read('nationality'),
      address: read('address'),
      issuer: read('issuer'),
      travelPermitNumber: read('travelPermitNumber'),
    }),
  });
}

/** For emulators and tests. Throws a RangeError when a value does not fit its field. */
export function encodeCardText(card: IdCardFields): Uint8Array {
  const layout = LAYOUTS.find((candidate) => candidate.kind === card.kind);
  if (layout === undefined) throw new RangeError(`no layout for ${card.kind}`);
  const text = new Uint8Array(CARD_TEXT_SIZE);
  writeText(text, [[0, CARD_TEXT_SIZE]], '');
  for (const [field, pieces] of Object.entries(layout.fields)) {
    writeText(text, pieces, chipValue(card, field as TextField));
  }
  writeText(text, [[FLAG_OFFSET, 2]], layout.flag);
  return text;
}

function chipValue(card: IdCardFields, field: TextField): string {
  const value = card[field] ?? '';
  // A foreigner without a Chinese name has the field blank, and `name` repeats the English one.
  if (field === 'name') return value === card.englishName ? '' : value;
  return field === 'birthDate' || field === 'validFrom' || field === 'validTo' ? value.replaceAll('-', '') : value;
}

function dataBad(why: string) {
  return err('CARD_DATA_BAD', '证件里的信息不完整，请拿起来重新放一次；仍不行请手工录入。', { why });
}

/** Some readers pad with U+0000 in place of U+0020. Pieces are joined as bytes, so a surrogate pair may span two of them. */
function readText(text: Uint8Array, pieces: Pieces): string {
  const bytes = pieces.flatMap(([offset, size]) => [...text.subarray(offset, offset + size)]);
  const decoded = new TextDecoder('utf-16le', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  return decoded.replace(/^[\0 ]+|[\0 ]+$/g, '');
}

function writeText(text: Uint8Array, pieces: Pieces, value: string): void {
  const size = pieces.reduce((total, piece) => total + piece[1], 0);
  if (value.length * 2 > size) throw new RangeError(`${value.length} characters do not fit in ${size} bytes`);
  const bytes = Buffer.from(value.padEnd(size / 2, ' '), 'utf16le');
  let from = 0;
  for (const [offset, pieceSize] of pieces) {
    text.set(bytes.subarray(from, from + pieceSize), offset);
    from += pieceSize;
  }
}

/** 'YYYYMMDD' of a real day as 'YYYY-MM-DD', or null. */
function toDate(digits: string): string | null {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(digits);
  if (match === null) return null;
  const date = `${match[1]}-${match[2]}-${match[3]}`;
  const day = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date ? null : date;
}

function present<T extends Readonly<Record<string, string>>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as Partial<T>;
}
