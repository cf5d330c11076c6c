/** Check bytes in the order they stand on the wire; 16-bit ones low byte first. */
export const CHECKSUMS = {
  sum8: (bytes: Uint8Array) => Uint8Array.of(bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0)),
  xor8: (bytes: Uint8Array) => Uint8Array.of(bytes.reduce((xor, byte) => xor ^ byte, 0)),
  'crc16-arc': (bytes: Uint8Array) => crc16(bytes, 0x0000),
  'crc16-modbus': (bytes: Uint8Array) => crc16(bytes, 0xffff),
} as const;

export type ChecksumName = keyof typeof CHECKSUMS;
export const CHECKSUM_NAMES = Object.keys(CHECKSUMS) as ChecksumName[];

/** Polynomial 8005 reflected; ARC and MODBUS differ in the initial value only. */
function crc16(bytes: Uint8Array, initial: number): Uint8Array {
  let crc = initial;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return Uint8Array.of(crc & 0xff, crc >>> 8);
}
