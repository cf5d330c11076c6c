/**
 * Masks for screens and paper (research/domain.md §5). The first six digits of an ID number tell region and the next eight the
 * birthday, so at most the last four are shown.
 */
const COMPOUND_SURNAMES = [
  '欧阳',
  '司马',
  '上官',
  '诸葛',
  '东方',
  '皇甫',
  '尉迟',
  '公孙',
  '慕容',
  '令狐',
  '司徒',
  '夏侯',
  '长孙',
  '宇文',
  '轩辕',
  '端木',
  '南宫',
];

/** 张* / 欧阳** / 买买提** — surname stays, each further character (by code point) becomes one star. */
export function maskName(name: string): string {
  const characters = Array.from(name.trim());
  if (characters.length === 0) return '';
  const keep = characters.length > 2 && COMPOUND_SURNAMES.includes(characters.slice(0, 2).join('')) ? 2 : 1;
  return characters.slice(0, keep).join('') + '*'.repeat(Math.max(1, characters.length - keep));
}

export function maskIdNumber(idNumber: string): string {
  const tail = idNumber.slice(-4);
  return idNumber.length <= 4 ? '*'.repeat(idNumber.length) : '*'.repeat(idNumber.length - 4) + tail;
}

/** 138****1234 */
export function maskPhone(phone: string): string {
  const digits = phone.trim();
  return digits.length < 7 ? '*'.repeat(digits.length) : `${digits.slice(0, 3)}${'*'.repeat(digits.length - 7)}${digits.slice(-4)}`;
}

/** To village level at most: what follows 村, 社区, 镇, 街道, 乡 or 区 is dropped. */
export function maskAddress(address: string): string {
  const match = /^(.*?(?:村|社区|镇|街道|乡|区|县|市))/u.exec(address.trim());
  return match?.[1] === undefined ? '***' : `${match[1]}***`;
}

/** Year only. */
export function maskBirthDate(birthDate: string): string {
  return /^\d{4}/.test(birthDate) ? `${birthDate.slice(0, 4)}-**-**` : '***';
}
