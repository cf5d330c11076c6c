import { afterEach, describe, expect, test, vi } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { openVirtualSerial, type VirtualSerial } from '../../drivers/core/pty.ts';
import { openTransport } from '../../drivers/core/transport.ts';

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, value) => value);
let serial: VirtualSerial | undefined;

afterEach(async () => {
  await serial?.close();
  serial = undefined;
});

function collect(subscribe: (listener: (bytes: Uint8Array) => void) => unknown): () => number[] {
  const received: number[] = [];
  subscribe((bytes) => received.push(...bytes));
  return () => received;
}

describe.each(['pty', 'tcp'] as const)('a virtual serial line by %s', (prefer) => {
  test('is of the kind asked for and carries every byte value both ways', async () => {
    serial = await openVirtualSerial({ prefer, baudRate: 115_200 });
    expect(serial.address.type).toBe(prefer === 'pty' ? 'serial' : 'tcp');
    const transport = unwrap(await openTransport(serial.address));
    const atDevice = collect(serial.onData);
    const atHost = collect(transport.onData);
    unwrap(await transport.write(ALL_BYTES));
    await vi.waitFor(() => expect(atDevice()).toEqual([...ALL_BYTES]), 5_000);
    serial.write(ALL_BYTES);
    await vi.waitFor(() => expect(atHost()).toEqual([...ALL_BYTES]), 5_000);
    await transport.close();
  });

  test('closes the transport when unplugged, refuses meanwhile, and works again at the same address', async () => {
    serial = await openVirtualSerial({ prefer, baudRate: 115_200 });
    const transport = unwrap(await openTransport(serial.address));
    const closed = new Promise<void>((resolve) => transport.onClose(resolve));
    await serial.unplug();
    await closed;
    expect(await transport.write(ALL_BYTES)).toMatchObject({ ok: false, error: { code: 'TRANSPORT_CLOSED' } });
    const code = prefer === 'pty' ? 'PORT_NOT_FOUND' : 'CONNECT_REFUSED';
    expect(await openTransport(serial.address)).toMatchObject({ ok: false, error: { code } });
    await serial.plug();
    const again = unwrap(await openTransport(serial.address));
    const atDevice = collect(serial.onData);
    unwrap(await again.write(Uint8Array.of(1, 2, 3)));
    await vi.waitFor(() => expect(atDevice()).toEqual([1, 2, 3]), 5_000);
    await again.close();
  });

  test('closes the transport when pulled while data flows, without spinning', async () => {
    serial = await openVirtualSerial({ prefer, baudRate: 115_200 });
    const line = serial;
    const transport = unwrap(await openTransport(line.address));
    line.onData((bytes) => line.write(bytes));
    const closed = new Promise<void>((resolve) => transport.onClose(resolve));
    // Pulled inside the data event: the next read of the port meets the hang-up instead of waiting for it.
    transport.onData(() => void line.unplug());
    await transport.write(ALL_BYTES);
    await closed;
  });
});

test('a serial port that is open elsewhere is busy', async () => {
  serial = await openVirtualSerial({ baudRate: 9_600 });
  const transport = unwrap(await openTransport(serial.address));
  expect(await openTransport(serial.address)).toMatchObject({ ok: false, error: { code: 'PORT_BUSY' } });
  await transport.close();
});
