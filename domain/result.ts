/**
 * An expected failure: device, network, person, bad input. `code` is stable and machine-readable, `message` is one plain
 * Chinese sentence for the person in front of the screen. See docs/errors.md.
 */
export interface Failure<Code extends string = string> {
  readonly code: Code;
  readonly message: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export type Result<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Failure<Code> };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<Code extends string>(
  code: Code,
  message: string,
  detail?: Readonly<Record<string, unknown>>,
): { readonly ok: false; readonly error: Failure<Code> } {
  return { ok: false, error: detail === undefined ? { code, message } : { code, message, detail } };
}

/** For invariants: a failure here is a bug and must not be handled. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
