import { expect, test } from 'vitest';
import { CHECKSUMS } from './checksum.ts';

const CHECK_INPUT = new TextEncoder().encode('123456789');

// The customary check values of the CRC catalogue for "123456789": ARC BB3D, MODBUS 4B37.
test.each([
  ['sum8', [0xdd]],
  ['xor8', [0x31]],
  ['crc16-arc', [0x3d, 0xbb]],
  ['crc16-modbus', [0x37, 0x4b]],
] as const)('%s of 123456789', (name, expected) => {
  expect([...CHECKSUMS[name](CHECK_INPUT)]).toEqual(expected);
});
