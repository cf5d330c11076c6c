import { z } from 'zod';
import type { StaffBody } from '../../domain/documents.ts';
import { staffIdSchema } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { StaffSession } from '../../sync/protocol/link.ts';
import type { Station } from './context.ts';
import { pinMatches } from './pin.ts';

const sessionSchema = z.object({
  day: z.string(),
  staff: z.object({ staffId: staffIdSchema, staffNumber: z.string(), name: z.string(), role: z.enum(['CLERK', 'MANAGER']) }).nullable(),
});

/**
 * Who works at this station. The session is the station's, not the page's: a reload or a crash does not throw the clerk out in
 * the middle of a case; it ends with the business day. The idle lock is the page's.
 */
export class StaffSessions {
  readonly #station: Station;
  #trying: Promise<unknown> = Promise.resolve();

  constructor(station: Station) {
    this.#station = station;
  }

  get current(): StaffSession | null {
    const kept = this.#station.ledger.fact('session', sessionSchema);
    return kept !== null && kept.day === this.#station.today() ? kept.staff : null;
  }

  /** Code: NOT_SIGNED_IN. */
  require(): Result<StaffSession, 'NOT_SIGNED_IN'> {
    const staff = this.current;
    return staff === null ? err('NOT_SIGNED_IN', '请先登录。') : ok(staff);
  }

  /** Codes: NOT_READY, PIN_WRONG, PIN_LOCKED. One try at a time, so that nobody outruns the count of failures. */
  signIn(staffNumber: string, pin: string): Promise<Result<StaffSession>> {
    const attempt = this.#trying.then(() => this.#try(staffNumber, pin));
    this.#trying = attempt.catch(() => {});
    return attempt;
  }

  signOut(): void {
    const staff = this.current;
    if (staff === null) return;
    this.#station.write((tx) => {
      tx.setFact('session', { day: this.#station.today(), staff: null });
      tx.event(this.#station.act('staff.signOut', { staffId: staff.staffId }));
    });
  }

  async #try(staffNumber: string, pin: string): Promise<Result<StaffSession>> {
    const { reference, ledger } = this.#station;
    const hall = reference.require();
    if (!hall.ok) return hall;
    const staff = hall.value.staff.find((candidate) => candidate.staffNumber === staffNumber.trim());
    if (staff === undefined) return wrongPin();
    const { lockedUntil } = ledger.pinFailures(staff.staffId);
    if (lockedUntil > ledger.now()) return locked(lockedUntil - ledger.now());
    if (!(await pinMatches(pin, staff.pinHash))) return this.#failed(staff, hall.value.policy);
    const session: StaffSession = { staffId: staff.staffId, staffNumber: staff.staffNumber, name: staff.name, role: staff.role };
    this.#station.write((tx) => {
      tx.setPinFailures(staff.staffId, { failures: 0, lockedUntil: 0 });
      tx.setFact('session', { day: this.#station.today(), staff: session });
      tx.event(this.#station.act('staff.signIn', { staffId: staff.staffId }));
    });
    return ok(session);
  }

  #failed(staff: StaffBody, policy: { readonly pinMaxFailures: number; readonly pinLockMin: number }): Result<never> {
    const { ledger } = this.#station;
    const failures = ledger.pinFailures(staff.staffId).failures + 1;
    const lock = failures >= policy.pinMaxFailures;
    const lockMs = policy.pinLockMin * 60_000;
    this.#station.write((tx) => {
      tx.setPinFailures(staff.staffId, lock ? { failures: 0, lockedUntil: ledger.now() + lockMs } : { failures, lockedUntil: 0 });
      tx.event(this.#station.act(lock ? 'staff.locked' : 'staff.signInFailed', { staffId: staff.staffId }));
    });
    return lock ? locked(lockMs) : wrongPin();
  }
}

function wrongPin(): Result<never> {
  return err('PIN_WRONG', '工号或口令不对，请再试一次。');
}

function locked(leftMs: number): Result<never> {
  const minutes = Math.ceil(leftMs / 60_000);
  return err('PIN_LOCKED', `口令输错多次，已锁定，请 ${minutes} 分钟后再试，或请值班长帮助。`, { minutes });
}
