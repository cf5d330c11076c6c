import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridClock, MAX_DRIFT_MS, stampMs } from './clock.ts';

describe('HybridClock', () => {
  it('gives rising stamps whatever the wall clock does, across a restart too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4_000_000_000_000 }), { minLength: 1, maxLength: 50 }),
        fc.nat(49),
        (walls, restartAt) => {
          let wall = 0;
          let clock = new HybridClock('desk-1', () => wall);
          let last = '';
          walls.forEach((value, index) => {
            wall = value;
            if (index === restartAt) clock = new HybridClock('desk-1', () => wall, clock.state);
            const stamp = clock.tick();
            expect(stamp > last).toBe(true);
            last = stamp;
          });
        },
      ),
    );
  });

  it('sorts after what it has seen', () => {
    const ahead = new HybridClock('hub', () => 2_000_000).tick();
    const clock = new HybridClock('desk-1', () => 1_000_000);
    expect(clock.observe(ahead).ok).toBe(true);
    expect(clock.tick() > ahead).toBe(true);
  });

  it('refuses a clock that is too far ahead and stays where it was', () => {
    const far = new HybridClock('bad', () => 1_000_000 + MAX_DRIFT_MS + 1).tick();
    const clock = new HybridClock('desk-1', () => 1_000_000);
    const seen = clock.observe(far);
    expect(seen.ok ? '' : seen.error.code).toBe('CLOCK_DRIFT');
    expect(stampMs(clock.tick())).toBe(1_000_000);
  });
});
