/**
 * Last barrier before paper: whoever fills in a paper passes masked data already, and an item or material that a hall
 * typed in by hand may still hold what must not be printed.
 */

/** GB 11643 (18 digits) and the former 15; longer runs of digits are other numbers. */
const ID_NUMBER = /(?<!\d)(?:\d{17}[\dXx]|\d{15})(?![\dXx])/g;

export function withoutIdNumbers(text: string): string {
  return text.replace(ID_NUMBER, (number) => '*'.repeat(number.length));
}

/** Keeps a name that is masked already (张*); of any other only the first character stays. */
export function maskApplicant(name: string): string {
  if (/[*＊]/.test(name)) return withoutIdNumbers(name);
  const [first = '', ...rest] = name;
  return first + '*'.repeat(Math.max(1, rest.length));
}
