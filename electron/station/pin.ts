import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';

/** Checks a PIN against `scrypt$<salt base64>$<hash base64>` (Node's default cost); a hash of another form matches nothing. */
export async function pinMatches(pin: string, pinHash: string): Promise<boolean> {
  const [scheme, saltText, hashText] = pinHash.split('$');
  if (scheme !== 'scrypt' || saltText === undefined || hashText === undefined) return false;
  const wanted = Buffer.from(hashText, 'base64');
  if (wanted.length < 16) return false;
  const given = await new Promise<Buffer>((resolve, reject) =>
    scrypt(pin, Buffer.from(saltText, 'base64'), wanted.length, (cause, key) => (cause ? reject(cause) : resolve(key))),
  );
  return timingSafeEqual(given, wanted);
}

/** `scrypt$<salt base64>$<hash base64>` of a PIN, as the reference data and the shell's configuration hold it. */
export function hashPin(pin: string): string {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64')}$${scryptSync(pin, salt, 32).toString('base64')}`;
}
